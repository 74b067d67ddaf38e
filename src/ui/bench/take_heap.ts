import type { TaskId } from '../../settings/task';
import type { FileInFolder, TrainerApi } from '../../worker/api';
import { strings } from '../words/strings';
import type { AdapterDesk } from './adapter_desk';
import { type Heap, sortHeap, topsOf } from './heap';
import type { ModelsDesk } from './models_desk';
import type { Notices } from './notices';
import type { TaskView } from './task_view';

/** What of the workbench takes files in. */
interface Taker extends Pick<Notices, 'task' | 'toast' | 'note' | 'report'> {
  panel: string;
  readonly tasks: readonly TaskId[];
  readonly trainer: TrainerApi;
  readonly adapters: AdapterDesk;
  readonly models: ModelsDesk;
  readonly runs: { readonly active: boolean };
  readonly view: TaskView;
  viewOf(task: TaskId): TaskView;
  switchTask(task: TaskId): void;
}

/** Opens what was dropped or picked at once: a model, adapters, then the data of each task. One note says what became of them all. */
export async function takeHeap(
  bench: Taker,
  given: readonly FileInFolder[],
  handles: readonly FileSystemHandle[] = [],
): Promise<void> {
  const kinds = bench.tasks.map((task) => bench.viewOf(task).kind);
  const { model, adapters, data } = await sortHeap(given, kinds, bench.task, bench.trainer);
  const said: string[] = [];
  if (model.length > 0) {
    await bench.models.handles.keep(await bench.models.open(model), handles);
    if (bench.toast) said.push(bench.toast.text);
  }
  for (const files of adapters) {
    bench.panel = 'adapter';
    const note = strings.data.droppedAdapter(files.map(({ name }) => name).join(', '));
    bench.note(note);
    await bench.adapters.import(files);
    said.push(bench.toast?.text ?? note);
  }
  said.push(...(await takeData(bench, data)));
  if (said.length > 1) bench.note(said.join(' '));
}

/** Opens files of each task, the one that is shown last. @returns what became of them, a sentence a task */
async function takeData(bench: Taker, data: Heap['data']): Promise<readonly string[]> {
  if (data.size === 0) return [];
  bench.panel = 'data';
  if (bench.runs.active) {
    bench.report('data', 'data', { what: strings.data.busy, fix: strings.data.busyFix });
    return [];
  }
  const shown = bench.task;
  const said: string[] = [];
  for (const [task, files] of [...data].sort(([one], [other]) => Number(one === shown) - Number(other === shown))) {
    bench.switchTask(task);
    const place = data.size > 1 ? strings.data.dataOf(bench.view.words.name) : strings.data.title;
    const went = strings.data.droppedData(topsOf(files).join(', '), place);
    bench.note(went);
    const became = await bench.view.source.add(files);
    if (became) bench.note(became);
    said.push(became ?? went);
  }
  return said;
}
