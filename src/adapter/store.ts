/** Adapters kept in this browser. A summary and the contents are two records, so that listing reads no weights. */
import { isDecoder } from '../model/decoder_config';
import { problem } from '../problem';
import { frozenWeightsOf } from '../settings/task';
import type { Adapter, RobotForm } from './adapter';
import { type Change, DATABASE, openRecords } from './records';
import { withRoom } from './room';
import type { AdapterSummary, DeletedAdapter, RobotSummary } from './summary';

export interface AdapterStore {
  /** What is kept and not deleted, the latest first. */
  list(): Promise<readonly AdapterSummary[]>;
  /** Keeps an adapter; one of the same id is replaced. */
  save(adapter: Adapter): Promise<void>;
  load(id: string): Promise<Adapter>;
  rename(id: string, name: string): Promise<void>;
  /** Changes by what other programs find the model of an adapter; one of a model of this page has no such name. */
  nameBase(id: string, nameOrPath: string): Promise<void>;
  /** Takes an adapter off the list; it takes as much room as before, until purge(). */
  delete(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  /** What is deleted and not yet gone, the latest first. */
  deleted(): Promise<readonly DeletedAdapter[]>;
  /** Removes for good an adapter that is deleted, and no other. */
  purge(id: string): Promise<void>;
}

interface Entry {
  readonly summary: AdapterSummary;
  readonly deleted: boolean;
  /** Milliseconds since 1970. Absent where it is not deleted, or was by an earlier version. */
  readonly deletedAt?: number;
}

type Contents = Omit<Adapter, 'summary'>;

const SUMMARY = 'summary ';
const CONTENTS = 'contents ';

/** All methods throw ProblemErrors: no such adapter, no room, no storage. */
export function openAdapterStore(database = DATABASE): AdapterStore {
  const records = openRecords(database, 'the adapters');
  const entries = async () => {
    const keys = await records.keys(SUMMARY);
    return (await records.read(...keys)) as Entry[];
  };
  const change = (id: string, by: (entry: Entry) => Entry) =>
    records.update(SUMMARY + id, (entry) => [[SUMMARY + id, by(existing(entry as Entry | undefined, id))]]);
  return {
    async list() {
      const kept = (await entries()).filter(({ deleted }) => !deleted).map(({ summary }) => summary);
      return kept.sort((a, b) => b.savedAt - a.savedAt);
    },
    save: (adapter) => withRoom(records, null, () => records.write(...adapterChanges(adapter))),
    async load(id) {
      const [entry, contents] = (await records.read(SUMMARY + id, CONTENTS + id)) as [Entry?, Contents?];
      return { summary: existing(entry, id).summary, ...existing(contents, id) };
    },
    rename: (id, name) => change(id, (entry) => ({ ...entry, summary: { ...entry.summary, name } })),
    nameBase: (id, nameOrPath) =>
      change(id, (entry) => {
        const { hub, ...summary } = entry.summary;
        return hub ? { ...entry, summary: { ...summary, hub: { ...hub, nameOrPath } } } : entry;
      }),
    delete: (id) => change(id, ({ summary }) => ({ summary, deleted: true, deletedAt: Date.now() })),
    restore: (id) => change(id, ({ summary }) => ({ summary, deleted: false })),
    async deleted() {
      const gone = (await entries()).filter(({ deleted }) => deleted);
      return latestFirst(gone.map(({ summary, deletedAt = summary.savedAt }) => ({ ...summary, deletedAt })));
    },
    purge: (id) =>
      records.update(SUMMARY + id, (entry) =>
        (entry as Entry | undefined)?.deleted ? [SUMMARY, CONTENTS].map((kind) => [kind + id, undefined]) : [],
      ),
  };
}

export const latestFirst = (deleted: readonly DeletedAdapter[]) =>
  [...deleted].sort((a, b) => b.deletedAt - a.deletedAt);

/** What keeps an adapter. */
export function adapterChanges({ summary: given, ...contents }: Adapter): readonly Change[] {
  const summary = { ...given, ...told(contents) };
  const entry: Entry = { summary, deleted: false };
  return [
    [CONTENTS + summary.id, contents satisfies Contents],
    [SUMMARY + summary.id, entry],
  ];
}

/** What the summary says of the contents. */
const told = ({ robot, modelConfig, settings }: Contents): Pick<AdapterSummary, 'robot' | 'lora' | 'weights'> => ({
  ...(robot ? { robot: robotSummary(robot) } : {}),
  ...(isDecoder(modelConfig) && modelConfig.lora ? { lora: modelConfig.lora } : {}),
  ...(frozenWeightsOf(settings) === 'int8' ? { weights: 'int8' } : {}),
});

const robotSummary = ({ name, jointNames, cameras, horizon }: RobotForm): RobotSummary => ({
  name,
  joints: jointNames.action,
  cameras,
  horizon,
});

function existing<T>(found: T | undefined, id: string): T {
  if (found === undefined)
    throw problem('This adapter is no longer there.', `adapter ${id}`, 'Reload the page to see what is kept.');
  return found;
}
