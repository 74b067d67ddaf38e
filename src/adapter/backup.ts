/**
 * Everything that is kept of adapters, and the list of runs that have ended, in one .zip: an entry each, called by the hash of
 * what is in it.
 */
import { f32Tensor, readSafetensors, type StoredTensor, toFloat32, writeSafetensors } from '../containers/safetensors';
import { sha256OfBytes } from '../containers/sha256';
import { openZip, streamZipOf, type ZipEntry, type ZipInput } from '../containers/zip';
import type { ModelConfig } from '../model/config';
import { type DecoderConfig, FAMILIES } from '../model/decoder_config';
import { outcome, type Problem, ProblemError, problem } from '../problem';
import { defaultsOf } from '../settings/defaults';
import type { TaskId } from '../settings/task';
import { type Adapter, type AdapterTensor, leavesByPath, sizeOf } from './adapter';
import { count, type Form, isObject, jsonIn, listOf, object, oneOf, text } from './forms';
import type { Kept } from './kept';
import { fromMetadata, toMetadata } from './metadata';
import { sameShape } from './openpi_file';
import type { HubBase, Restored } from './summary';
import { readRunRecord } from './told_record';

const MARK = 'adaptab-backup.json';
const MARKED = { format: 'adaptab-backup', version: 1 };
const ADAPTERS = 'adapters/';
const RUNS = 'runs/';

/** More than anybody keeps. */
const MOST_ENTRIES = 100_000;
const LONGEST_ID = 200;

type Stores = Pick<Kept<unknown>, 'adapters' | 'records'>;

/** @param onProblem hears of what cannot be read and is left out, while the stream is read */
export function writeBackup(
  { adapters, records }: Stores,
  now: number,
  onProblem: (problem: Problem) => void,
): ReadableStream<Uint8Array> {
  const entryOf = async (folder: string, ending: string, content: Uint8Array<ArrayBuffer>): Promise<ZipInput> => ({
    name: `${folder}${await sha256OfBytes(content)}${ending}`,
    content,
  });
  async function* entries() {
    yield { name: MARK, content: textBytes(MARKED) };
    for (const { id, name } of await adapters.list()) {
      const loaded = await outcome(() => adapters.load(id));
      if (loaded.ok) yield entryOf(ADAPTERS, '.safetensors', adapterBytes(loaded.value));
      else onProblem({ ...loaded.problem, where: name });
    }
    for (const task of Object.keys(defaultsOf) as TaskId[])
      for (const record of await records.list(task)) yield entryOf(RUNS, '.json', textBytes(record));
  }
  return streamZipOf(entries(), new Date(now));
}

const textBytes = (value: object): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

function adapterBytes(adapter: Adapter): Uint8Array<ArrayBuffer> {
  const { id, hub } = adapter.summary;
  const tensors = new Map<string, StoredTensor>();
  for (const [path, { shape, values }] of Object.entries(adapter.tensors)) tensors.set(path, f32Tensor(values, shape));
  return writeSafetensors(tensors, { ...toMetadata(adapter), id, ...(hub ? { hub: JSON.stringify(hub) } : {}) });
}

/**
 * Adds what is in a backup to what is kept: what is there already stays as it is, and what is damaged is left out and named.
 *
 * @throws ProblemError where the file is no backup
 */
export async function restoreBackup(file: File, stores: Stores): Promise<Restored> {
  const counts = { adapters: 0, runs: 0, already: 0 };
  const problems: Problem[] = [];
  for (const entry of await entriesOf(file)) {
    try {
      const bytes = await checkedBytes(entry);
      const isRun = entry.name.startsWith(RUNS);
      const isNew = await (isRun ? addRun : addAdapter)(bytes, entry.name, stores);
      counts[isNew ? (isRun ? 'runs' : 'adapters') : 'already']++;
    } catch (error) {
      problems.push((error instanceof ProblemError ? error : damaged(entry.name)).problem);
    }
  }
  return { ...counts, problems };
}

/** @returns whether it was not there */
async function addRun(bytes: Uint8Array<ArrayBuffer>, where: string, { records }: Stores): Promise<boolean> {
  const record = readRunRecord(new TextDecoder().decode(bytes), where);
  const there = await records.list(record.settings.task);
  if (there.some(({ runId }) => runId === record.runId)) return false;
  await records.save(record);
  return true;
}

/** @returns whether it was not there */
async function addAdapter(bytes: Uint8Array<ArrayBuffer>, where: string, { adapters }: Stores): Promise<boolean> {
  const adapter = readAdapterBytes(bytes, where);
  const there = await adapters.list();
  if (there.some(({ id }) => id === adapter.summary.id)) return false;
  await adapters.save(adapter);
  return true;
}

async function entriesOf(file: File): Promise<ZipEntry[]> {
  const opened = await outcome(() => openZip(file));
  const all = opened.ok ? opened.value : [];
  if (!all.some(({ name }) => name === MARK) || all.length > MOST_ENTRIES)
    throw problem(
      'The file is no backup of this page, or it is cut off.',
      file.name,
      'Choose a .zip that this page made as a backup.',
    );
  const known = new Map(all.map((entry) => [entry.name, entry]));
  return [...known.values()].filter(({ name }) => name.startsWith(ADAPTERS) || name.startsWith(RUNS));
}

/** @throws ProblemError where they are not those that the entry is called by */
async function checkedBytes(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const [, hash] = /\/([0-9a-f]{64})\.(?:safetensors|json)$/.exec(entry.name) ?? [];
  const read = await outcome(async () => {
    if (entry.compressionMethod !== 0) throw new Error('it is packed in a way in which no backup is');
    return new Uint8Array(await (await entry.blob()).arrayBuffer());
  });
  if (read.ok && hash === (await sha256OfBytes(read.value))) return read.value;
  throw damaged(entry.name);
}

const damaged = (where: string) =>
  problem('This part of the backup is damaged and was left out.', where, 'Restore it from another copy of the file.');

function readAdapterBytes(bytes: Uint8Array<ArrayBuffer>, where: string): Adapter {
  const { tensors: stored, metadata } = readSafetensors(bytes, where);
  const { summary, ...told } = fromMetadata(metadata, where);
  const { id = '', model = '', hub } = metadata;
  if (id === '' || id.length > LONGEST_ID) throw damaged(where);
  const modelConfig = readModel(model, where);
  const tensors = tensorsOf(stored, modelConfig, where);
  return {
    ...told,
    summary: { ...summary, id, ...sizeOf(tensors), ...(hub === undefined ? {} : { hub: readHub(hub, where) }) },
    modelConfig,
    tensors,
  };
}

function tensorsOf(stored: ReadonlyMap<string, StoredTensor>, model: Adapter['modelConfig'], where: string) {
  const leaves = leavesByPath(model);
  const taken: Record<string, AdapterTensor> = {};
  for (const [path, tensor] of stored) {
    const leaf = leaves.get(path);
    if (!leaf || !sameShape(leaf.shape, tensor.shape)) throw damaged(where);
    taken[path] = { shape: leaf.shape, values: toFloat32(tensor, where) };
  }
  return taken;
}

/** Most layers or experts of a model: a file must not make the page count for ever. */
const MOST_PARTS = 1024;

const EXPERT_KEYS: readonly (keyof ModelConfig)[] = ['experts', 'vocabSize', 'img', 'actionDim', 'pi05'];
const DECODER_KEYS: readonly (keyof DecoderConfig)[] = [
  'family',
  'width',
  'depth',
  'mlpDim',
  'numHeads',
  'numKvHeads',
  'headDim',
  'vocabSize',
  'positions',
  'embeddingScale',
  'norm',
  'headNorms',
  'postNorms',
  'biases',
  'scoreScale',
  'scoreCap',
  'logitCap',
  'activation',
  'tied',
  'rotations',
  'layers',
  'lora',
];

const family = oneOf(...FAMILIES);
const isBounded = (part: unknown) => isObject(part) && (count(part.depth) ?? Number.POSITIVE_INFINITY) <= MOST_PARTS;

/** Sizes of the model that an adapter is of; the shapes of its tensors must follow from them. */
function readModel(written: string, where: string): Adapter['modelConfig'] {
  const read = jsonIn(written);
  if (!isObject(read)) throw damaged(where);
  const parts = Array.isArray(read.experts) ? read.experts : [read];
  if (parts.length === 0 || parts.length > MOST_PARTS || !parts.every(isBounded)) throw damaged(where);
  if (!Array.isArray(read.experts) && !family(read.family)) throw damaged(where);
  const keys: readonly string[] = Array.isArray(read.experts) ? EXPERT_KEYS : DECODER_KEYS;
  const known = Object.fromEntries(Object.entries(read).filter(([key]) => keys.includes(key)));
  return known as unknown as Adapter['modelConfig'];
}

const files = listOf(object({ name: text, bytes: count, sha256: text }));
const hubForm: Form<HubBase> = object({ name: text, nameOrPath: text, family, files });
const licensed = object({ licence: text });

function readHub(written: string, where: string): HubBase {
  const told = jsonIn(written);
  const hub = hubForm(told);
  if (!hub) throw damaged(where);
  return { ...hub, ...licensed(told) };
}
