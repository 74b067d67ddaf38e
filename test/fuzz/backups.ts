/** Backups of everything that a browser keeps. */

import type { Adapter } from '../../src/adapter/adapter';
import { restoreBackup, writeBackup } from '../../src/adapter/backup';
import { UNFINISHED } from '../../src/adapter/backup_run';
import type { LoadedRun } from '../../src/adapter/checkpoint_store';
import type { RunRecord } from '../../src/adapter/run_records';
import { sha256OfBytes } from '../../src/containers/sha256';
import { openZip, writeZip, type ZipInput } from '../../src/containers/zip';
import { defaultSettings } from '../../src/settings/defaults';
import type { TaskId } from '../../src/settings/task';
import { taskOf } from '../../src/tasks/registry';
import { hubAdapter } from '../adapter/hub_sample';
import { sampleAdapter } from '../adapter/sample';
import { ROBOT_RUN, TEXT_RUN } from '../adapter/unfinished_sample';
import type { Bytes } from './mutate';
import { bytesOf, type FuzzReader } from './reader';

const nothing = async () => [];

/** A run that has ended. */
const RECORD: RunRecord = {
  ...{ runId: 'r', adapterId: 'text', endedAt: 7, settings: defaultSettings, steps: 20, seconds: 1.5 },
  ...{ ended: 'finished', keptStep: 20, baselineHeldout: 5, heldout: 4.5, outcome: 'better' },
  train: [{ step: 1, loss: 5 }],
  evaluations: [{ step: 20, loss: 4.5 }],
};

/** A backup of these runs, of one adapter and of one record. */
function backupOf(runs: readonly LoadedRun<unknown>[], adapter = sampleAdapter()): Promise<Blob> {
  const listed = runs.map(({ checkpoint }) => ({ ...checkpoint, name: checkpoint.settings.name, steps: 60 }));
  const stores = {
    adapters: { list: async () => [adapter.summary], load: async () => adapter },
    records: { list: async (task: TaskId) => (task === 'text' ? [RECORD] : []) },
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
    records: { list: nothing, find: async () => null, save: async (record) => void (await keep(record)) },
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

/** What a backup holds: the part in one of its folders, and all else. */
async function partsOf(
  backup: Blob,
  folder: string,
): Promise<{ readonly told: ZipInput; readonly others: readonly ZipInput[] }> {
  const entries = await openZip(backup);
  const parts = await Promise.all(
    entries.map(async (entry) => ({ name: entry.name, content: await bytesOf(await entry.blob()) })),
  );
  const isTold = ({ name }: ZipInput) => name.startsWith(folder);
  return { told: parts.find(isTold)!, others: parts.filter((part) => !isTold(part)) };
}

/** A part of a backup, as somebody may write it who knows how: under the right hash. */
function described(id: string, folder: string, ending: string, backup: () => Promise<Blob>): FuzzReader {
  let made: ReturnType<typeof partsOf> | undefined;
  const parts = () => {
    made ??= backup().then((blob) => partsOf(blob, folder));
    return made;
  };
  return {
    id: `store: ${id} in a backup`,
    samples: async () => [{ [`part${ending}`]: (await parts()).told.content }],
    async read(sample) {
      const content = sample[`part${ending}`]!;
      const { others } = await parts();
      const name = `${folder}${await sha256OfBytes(content)}${ending}`;
      return restored(await writeZip([...others, { name, content }], new Date(0)));
    },
  };
}

const ofRun = (id: string, run: LoadedRun<unknown>) => described(id, UNFINISHED, '.json', () => backupOf([run]));
const ofAdapter = (id: string, adapter: Adapter) =>
  described(id, 'adapters/', '.safetensors', () => backupOf([], adapter));

export const BACKUPS: readonly FuzzReader[] = [
  whole,
  ofRun('text run', TEXT_RUN),
  ofRun('robot run', ROBOT_RUN),
  ofAdapter('adapter', sampleAdapter()),
  ofAdapter('adapter of the hub', hubAdapter()),
  described('record', 'runs/', '.json', () => backupOf([])),
];
