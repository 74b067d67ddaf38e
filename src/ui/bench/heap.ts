import type { TaskId } from '../../settings/task';
import type { FileInFolder, TrainerApi } from '../../worker/api';
import { type TaskKind, tasksOfFiles } from '../state/task_kind';
import { attempt } from './desk';

/** What was dropped or picked at once, told apart. */
export interface Heap {
  /** Files of a model: a folder of the hub, a GGUF with what lies beside it, a policy, or a tokenizer that one waits for. */
  readonly model: readonly FileInFolder[];
  /** Each of one file, or of those of a PEFT folder. */
  readonly adapters: readonly (readonly File[])[];
  /** The others, by the task whose data they are. */
  readonly data: ReadonlyMap<TaskId, readonly FileInFolder[]>;
}

/** Tells files apart; an archive belongs to the task that what lies in it belongs to. `shown`: see tasksOfFiles(). */
export async function sortHeap(
  files: readonly FileInFolder[],
  kinds: readonly TaskKind[],
  shown: TaskId,
  trainer: Pick<TrainerApi, 'filesInArchive' | 'policyFolders'>,
): Promise<Heap> {
  const { folders, rest } = peftFolders(files);
  const { model, rest: others } = modelFiles(rest, await policiesAmong(rest, trainer));
  const isAdapter = ({ path }: FileInFolder): boolean => path.toLowerCase().endsWith('.safetensors');
  const opened = await Promise.all(
    others.filter((one) => !isAdapter(one)).map(async (one) => ({ one, paths: await pathsOf(one, trainer) })),
  );
  const packed = opened.filter(({ paths }) => holdsPeft(paths));
  const placed = opened.filter(({ paths }) => !holdsPeft(paths));
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
  const single = [...others.filter(isAdapter), ...packed.map(({ one }) => one)].map(({ file }) => [file]);
  return { model, adapters: [...single, ...folders], data };
}

/** What PEFT loads. */
const LOADED = ['adapter_config.json', 'adapter_model.safetensors'];

/** What may lie in a PEFT folder: those, what else tells of the adapter, and notes that are no data to learn from. */
const IN_PEFT_FOLDER = new Set([
  ...LOADED,
  'training_config.json',
  'norm_stats.json',
  'memory.csv',
  'README.md',
  'NOTICE.txt',
]);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const holdsPeft = (paths: readonly string[]): boolean =>
  paths.some((path) => LOADED.every((name) => paths.includes(folderOf(path) + name)));

/** The files of each PEFT folder, and all others. */
function peftFolders(files: readonly FileInFolder[]) {
  const paths = files.map(({ path }) => path);
  const tops = [...new Set(paths.map(folderOf))].filter((top) => LOADED.every((name) => paths.includes(top + name)));
  const belongs = ({ path }: FileInFolder, top: string) => folderOf(path) === top && IN_PEFT_FOLDER.has(nameOf(path));
  return {
    folders: tops.map((top) => files.filter((one) => belongs(one, top)).map(({ file }) => file)),
    rest: files.filter((one) => !tops.some((top) => belongs(one, top))),
  };
}

/** Beside these lies a model. */
const isModel = (path: string) => /\.gguf$/i.test(path) || nameOf(path) === 'config.json';
/** What belongs to it: weights in any form, settings, words, the card and its terms. */
const OF_MODEL = [
  /\.(gguf|safetensors|bin|pth?|ckpt|h5|msgpack|onnx|onnx_data|tflite|jinja|incomplete|safetensors\.index\.json)$/i,
  /^((preprocessor_|processor_|generation_|tokenizer_|adapter_)?config|tokenizer|special_tokens_map|added_tokens|vocab|chat_template|trainer_state|params|.*_results)\.json$/i,
  /^(merges\.txt|tokenizer\.model|vocab\.txt|modelfile|(readme|licen[cs]e|notice|use_policy)([._-].*)?)$/i,
];
/** A model in the cache of the hub's own programs, whose files lie in more folders than the one with its names. */
const CACHE = /^(?:.*\/)?models--[^/]+\//;

/** What lies deeper in the folder of a policy. */
const OF_POLICY = /^norm_stats\.json$/i;
/** What a model may be opened without, and be given later. */
const LATER = /^tokenizer(_config)?\.json$/i;

async function policiesAmong(files: readonly FileInFolder[], trainer: Pick<TrainerApi, 'policyFolders'>) {
  const weights = files.filter(({ path }) => /\.safetensors$/i.test(path));
  if (weights.length === 0) return [];
  const found = await attempt(() => trainer.policyFolders(weights));
  return found.ok ? found.value : [];
}

/**
 * The files of a model, and all others. What belongs to one lies beside it, or in the folders of its folder.
 * @param policies folders of policies
 */
function modelFiles(files: readonly FileInFolder[], policies: readonly string[]) {
  const folders = [...new Set(files.filter(({ path }) => isModel(path)).map(({ path }) => folderOf(path)))];
  const caches = folders.flatMap((folder) => CACHE.exec(folder)?.[0] ?? []);
  const isWithin = (path: string) => folders.some((top) => (top === '' ? folderOf(path) === '' : path.startsWith(top)));
  const ofPolicy = (path: string) =>
    policies.some((top) =>
      folderOf(path) === top
        ? top !== '' || /\.json$/i.test(path) || OF_MODEL.some((names) => names.test(path))
        : path.startsWith(top) && OF_POLICY.test(nameOf(path)),
    );
  const isLater = (path: string) => folders.length === 0 && LATER.test(nameOf(path));
  const belongs = ({ path }: FileInFolder) =>
    ofPolicy(path) ||
    isLater(path) ||
    caches.some((cache) => path.startsWith(cache)) ||
    (isWithin(path) && (path.includes('/.') || OF_MODEL.some((names) => names.test(nameOf(path)))));
  return { model: files.filter(belongs), rest: files.filter((one) => !belongs(one)) };
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
