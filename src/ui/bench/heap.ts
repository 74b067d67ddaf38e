import type { TaskId } from '../../settings/task';
import type { FileInFolder, TrainerApi } from '../../worker/api';
import { type TaskKind, tasksOfFiles } from '../state/task_kind';
import { attempt } from './desk';

/** What was dropped or picked at once, told apart. */
export interface Heap {
  readonly adapters: readonly File[];
  /** The others, by the task whose data they are. */
  readonly data: ReadonlyMap<TaskId, readonly FileInFolder[]>;
}

/** Tells files apart; an archive belongs to the task that what lies in it belongs to. `shown`: see tasksOfFiles(). */
export async function sortHeap(
  files: readonly FileInFolder[],
  kinds: readonly TaskKind[],
  shown: TaskId,
  trainer: Pick<TrainerApi, 'filesInArchive'>,
): Promise<Heap> {
  const isAdapter = ({ path }: FileInFolder): boolean => path.toLowerCase().endsWith('.safetensors');
  const rest = files.filter((one) => !isAdapter(one));
  const placed = await Promise.all(rest.map(async (one) => ({ one, paths: await pathsOf(one, trainer) })));
  const taskOf = tasksOfFiles(
    kinds,
    placed.flatMap(({ paths }) => paths),
    shown,
  );
  const data = new Map<TaskId, FileInFolder[]>();
  for (const { one, paths } of placed) {
    const task = taskOf(paths[0]!);
    data.set(task, [...(data.get(task) ?? []), one]);
  }
  return { adapters: files.filter(isAdapter).map(({ file }) => file), data };
}

/** Where a file lies, or those that are in it. */
async function pathsOf({ path, file }: FileInFolder, trainer: Pick<TrainerApi, 'filesInArchive'>) {
  if (!/\.zip$/i.test(path)) return [path];
  const inside = await attempt(() => trainer.filesInArchive(file));
  const names = inside.ok ? inside.value : []; // what cannot be opened is refused by whoever reads it
  return names.length > 0 ? names.map((name) => `${path}/${name}`) : [path];
}

/** What lies on top of a heap of files: folders and single files by name, a few of many. */
export function topsOf(files: readonly FileInFolder[]): readonly string[] {
  return [...new Set(files.map(({ path }) => path.split('/')[0] ?? path))];
}
