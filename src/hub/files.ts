/** Which of the files that a person dropped make up a model. Nothing is decided here by what a file holds, but for a link's target. */
import type { StoredFile } from '../containers/stored_file';
import { excerpt, type ProblemError, problem } from '../problem';
import { readText } from '../recording/files';
import type { TokenizerFiles } from './source';

/** The files of one model, none of them read. */
export interface ModelFiles {
  /** The last folder of their path that tells one model from another; empty where they lie in none. */
  readonly name: string;
  readonly config: StoredFile;
  readonly generation: StoredFile | null;
  readonly texts: TokenizerFiles;
  /** Every file beside config.json, by its name. */
  readonly beside: ReadonlyMap<string, StoredFile>;
  /** A file whose download is not done, wherever it lies. */
  readonly unfinished: StoredFile | null;
}

/** What is asked of a folder whose weights are opened. */
export interface WeightFiles extends Pick<ModelFiles, 'beside' | 'unfinished'> {
  readonly config: StoredFile | null;
}

export const CONFIG = 'config.json';
export const INDEX = 'model.safetensors.index.json';
const WHOLE = 'model.safetensors';

/** Weights as Python saves them, and as other programs have them. */
const OTHER_WEIGHTS = /\.(bin|pth?|ckpt|h5|msgpack|onnx|npz|mlmodel|tflite)$/i;
/** What a download is called before it is done. */
const UNFINISHED = /\.(incomplete|part|partial|crdownload|download|aria2|tmp)$/i;
/** A model in the cache of the hub's own programs: names here are links to files named by their hash. */
const SNAPSHOT = /^(?:(.*)\/)?snapshots\/([^/]+)$/;
const MOST_NAMED = 5;

/**
 * The one model among the files: a folder, one that lies deeper, a cache of the hub.
 * @throws ProblemError where there is none, more than one, or an adapter alone
 */
export async function findModel(given: readonly StoredFile[]): Promise<ModelFiles> {
  const folders = foldersOf(given);
  const all = [...folders.keys()].filter((folder) => folders.get(folder)!.has(CONFIG));
  const whole = all.filter((folder) => hasWeights(folders.get(folder)!));
  const folder = await onlyFolder(whole.length > 0 ? whole : all, given);
  if (folder === null) throw noModel(given);
  const beside = folders.get(folder)!;
  const file = (name: string) => beside.get(name) ?? null;
  return {
    name: modelName(folder),
    config: beside.get(CONFIG)!,
    generation: file('generation_config.json'),
    texts: {
      tokenizer: file('tokenizer.json'),
      config: file('tokenizer_config.json'),
      template: file('chat_template.jinja'),
    },
    beside,
    unfinished: unfinishedOf(given),
  };
}

/** A file whose download is not done. */
export const unfinishedOf = (files: readonly StoredFile[]): StoredFile | null =>
  files.find(({ path }) => UNFINISHED.test(path)) ?? null;

/** The files of each folder by their names, without those that programs keep for themselves. */
export function foldersOf(files: readonly StoredFile[]): Map<string, Map<string, StoredFile>> {
  const folders = new Map<string, Map<string, StoredFile>>();
  for (const file of files.filter(({ path }) => !/(^|\/)(\.git|__MACOSX|blobs)\//.test(path))) {
    const [folder, name] = split(file.path);
    if (!folders.has(folder)) folders.set(folder, new Map());
    folders.get(folder)!.set(name, file);
  }
  return folders;
}

function split(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
}

const isWeights = (name: string) =>
  name === INDEX || OTHER_WEIGHTS.test(name) || (name.endsWith('.safetensors') && !isOfAdapter(name));

const isOfAdapter = (name: string) => name.startsWith('adapter_');

/** Whether a file beside a model belongs to it, and is none of its weights. */
export const isBeside = (name: string) =>
  !isWeights(name) && !isOfAdapter(name) && !UNFINISHED.test(name) && !/^\.|\.gguf$/i.test(name);

const hasWeights = (files: ReadonlyMap<string, StoredFile>) => [...files.keys()].some(isWeights);

/**
 * The one folder of several that hold models, of which others may lie inside; null where there is none.
 * @throws ProblemError where there are several models
 */
export async function onlyFolder(folders: readonly string[], given: readonly StoredFile[]): Promise<string | null> {
  const candidates = outermost(folders);
  return candidates.length > 1 ? currentSnapshot(candidates, given) : (candidates[0] ?? null);
}

/** Without those that lie inside another: what training left beside its model, or the parts of one. */
const outermost = (folders: readonly string[]) =>
  folders.filter(
    (folder) => !folders.some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`))),
  );

/** Of several states of one model in a cache, the one that its refs/main names. @throws ProblemError for several models */
async function currentSnapshot(folders: readonly string[], files: readonly StoredFile[]): Promise<string> {
  const caches = new Set(folders.map((folder) => SNAPSHOT.exec(folder)?.[1] ?? (SNAPSHOT.test(folder) ? '' : folder)));
  const [cache] = [...caches];
  const main = files.find(({ path }) => path === (cache ? `${cache}/refs/main` : 'refs/main'));
  if (caches.size === 1 && main) {
    const wanted = (await readText(main, 1000)).trim();
    const found = folders.find((folder) => SNAPSHOT.exec(folder)?.[2] === wanted);
    if (found !== undefined) return found;
  }
  const named = folders.slice(0, MOST_NAMED).map((folder) => excerpt(folder || '.'));
  throw problem(
    `There are ${folders.length} models here: ${named.join(', ')}${folders.length > MOST_NAMED ? ', …' : ''}.`,
    undefined,
    'Choose the folder of one of them.',
  );
}

/** A snapshot is called by its hash, the model by the folder above: models--owner--name. */
export function modelName(folder: string): string {
  const cache = SNAPSHOT.exec(folder)?.[1];
  const last = split(cache ?? folder)[1];
  return cache === undefined ? last : last.replace(/^models--/, '').replaceAll('--', '/');
}

/** What is there instead of a model, and the way out. */
function noModel(files: readonly StoredFile[]): ProblemError {
  const named = (matches: (name: string) => boolean) => files.find(({ path }) => matches(split(path)[1]));
  const links =
    files.some(({ path }) => /(^|\/)blobs\//.test(path)) && files.some(({ path }) => /(^|\/)refs\//.test(path));
  if (links)
    return problem(
      'This is a cache of the hub, whose names are links, and the browser did not follow them.',
      undefined,
      'Copy the folder in snapshots/ with "cp -rL", and choose the copy.',
    );
  const adapter = named((name) => name === 'adapter_config.json');
  if (adapter)
    return problem(
      'This is an adapter, not a model.',
      adapter.path,
      'Choose the folder of the model that it was trained on.',
    );
  const weights = named((name) => name.endsWith('.safetensors') || name === INDEX);
  if (weights)
    return problem(
      'There are weights, and no config.json beside them.',
      weights.path,
      'Add its config.json, or choose the whole folder.',
    );
  const other = named((name) => OTHER_WEIGHTS.test(name));
  if (other) return otherForm(other);
  const unfinished = named((name) => UNFINISHED.test(name));
  if (unfinished) return notFinished(unfinished);
  return problem(
    'There is no model among the files: no config.json.',
    undefined,
    'Choose the folder of a model as the hub has it: config.json, tokenizer.json and .safetensors.',
  );
}

const otherForm = ({ path }: StoredFile) =>
  problem(
    'Its weights are in a form that is not read here: only .safetensors are.',
    path,
    'Take the model in safetensors, or save it with transformers: save_pretrained() writes them.',
  );

const notFinished = ({ path }: StoredFile) =>
  problem('Its download is not finished.', path, 'Let it come to its end, then choose the folder again.');

/**
 * The files that hold a model's weights: one, or the index of several.
 * @throws ProblemError where there is none that can be read
 */
export function weightsOf({
  beside,
  config,
  unfinished,
}: WeightFiles): { readonly index: StoredFile } | { readonly whole: StoredFile } {
  const [whole, index] = [beside.get(WHOLE), beside.get(INDEX)];
  if (whole) return { whole };
  if (index) return { index };
  const files = [...beside]
    .filter(([name]) => name.endsWith('.safetensors') && !isOfAdapter(name))
    .map(([, file]) => file);
  const [first, ...others] = files;
  const shard = files.find(({ path }) => /-of-\d+\.safetensors$/.test(path));
  if (first && others.length === 0 && !shard) return { whole: first };
  if (first)
    throw problem(
      'The weights are in several files, and the index is missing that says what is where.',
      (shard ?? first).path,
      `Add ${INDEX}, or choose the whole folder.`,
    );
  if (unfinished) throw notFinished(unfinished);
  const other = [...beside.values()].find(({ path }) => OTHER_WEIGHTS.test(path));
  if (other) throw otherForm(other);
  throw problem('There are no weights beside it.', config?.path, 'Add its .safetensors, or choose the whole folder.');
}
