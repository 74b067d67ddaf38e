/** Backups of everything that a browser keeps. */
import { restoreBackup, writeBackup } from '../../src/adapter/backup';
import { UNFINISHED } from '../../src/adapter/backup_run';
import type { LoadedRun } from '../../src/adapter/checkpoint_store';
import { sha256OfBytes } from '../../src/containers/sha256';
import { openZip, writeZip, type ZipInput } from '../../src/containers/zip';
import { taskOf } from '../../src/tasks/registry';
import { sampleAdapter } from '../adapter/sample';
import { ROBOT_RUN, TEXT_RUN } from '../adapter/unfinished_sample';
import type { Bytes } from './mutate';
import { bytesOf, type FuzzReader } from './reader';

const nothing = async () => [];

/** A backup of these runs and of one adapter. */
function backupOf(runs: readonly LoadedRun<unknown>[]): Promise<Blob> {
  const adapter = sampleAdapter();
  const listed = runs.map(({ checkpoint }) => ({ ...checkpoint, name: checkpoint.settings.name, steps: 60 }));
  const stores = {
    adapters: { list: async () => [adapter.summary], load: async () => adapter },
    records: { list: nothing },
    checkpoints: {
      listUnfinished: async () => listed,
      load: async (runId: string) => runs.find(({ checkpoint }) => checkpoint.runId === runId)!,
    },
  };
  const onProblem = ({ what }: { readonly what: string }) => {
    throw new Error(what);
  };
  return new Response(writeBackup(stores, 0, onProblem)).blob();
}

/** Restores it where nothing is kept. */
async function restored(bytes: Bytes) {
  const keep = async (...values: unknown[]) => structuredClone(values).length > 0;
  const { problems } = await restoreBackup(new File([bytes], 'mine.zip'), {
    adapters: { list: nothing, save: async (adapter) => void (await keep(adapter)) },
    records: { list: nothing, save: async (record) => void (await keep(record)) },
    checkpoints: { listUnfinished: nothing, add: keep },
    formsOf: (settings) => taskOf(settings).forms,
  });
  return problems.length > 0 ? problems : undefined;
}

const whole: FuzzReader = {
  id: 'store: backup',
  samples: async () => [{ 'mine.zip': await bytesOf(await backupOf([TEXT_RUN, ROBOT_RUN])) }],
  read: (sample) => restored(sample['mine.zip']!),
};

/** What a backup of the run holds: what it says of it, and all else. */
async function partsOf(
  run: LoadedRun<unknown>,
): Promise<{ readonly told: Bytes; readonly others: readonly ZipInput[] }> {
  const entries = await openZip(await backupOf([run]));
  const parts = await Promise.all(
    entries.map(async (entry) => ({ name: entry.name, content: await bytesOf(await entry.blob()) })),
  );
  const isTold = ({ name }: ZipInput) => name.startsWith(UNFINISHED);
  return { told: parts.find(isTold)!.content, others: parts.filter((part) => !isTold(part)) };
}

/** What a backup says of a run, as somebody may write it who knows how: under the right hash. */
function described(id: string, run: LoadedRun<unknown>): FuzzReader {
  let made: ReturnType<typeof partsOf> | undefined;
  const parts = () => {
    made ??= partsOf(run);
    return made;
  };
  return {
    id: `store: ${id} in a backup`,
    samples: async () => [{ 'run.json': (await parts()).told }],
    async read(sample) {
      const content = sample['run.json']!;
      const { others } = await parts();
      const name = `${UNFINISHED}${await sha256OfBytes(content)}.json`;
      return restored(await writeZip([...others, { name, content }], new Date(0)));
    },
  };
}

export const BACKUPS: readonly FuzzReader[] = [
  whole,
  described('text run', TEXT_RUN),
  described('robot run', ROBOT_RUN),
];
