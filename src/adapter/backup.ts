/**
 * Everything that is kept of adapters and runs, in one .zip: an entry each, called by the hash of what is in it. Of a run that
 * has not ended it holds the latest checkpoint and what the run trains on.
 */
import { f32Tensor, readSafetensors, type StoredTensor, writeSafetensors } from '../containers/safetensors';
import { openZip, streamZipOf, type ZipEntry } from '../containers/zip';
import { FAMILIES } from '../model/decoder_config';
import { outcome, type Problem, ProblemError, problem } from '../problem';
import { defaultsOf } from '../settings/defaults';
import type { TaskId } from '../settings/task';
import { type Adapter, type AdapterTensor, leavesByPath, sizeOf } from './adapter';
import { type Bytes, checkedBytes, damaged, partOf, textBytes } from './backup_part';
import { ARRAYS, addUnfinished, partsOfRun, type RunReading, UNFINISHED } from './backup_run';
import type { CheckpointStore } from './checkpoint_store';
import { count, type Form, jsonIn, listOf, object, oneOf, text } from './forms';
import { fromMetadata, rootScaledExperts, toMetadata } from './metadata';
import { checkLora, finiteValues, sameShape } from './openpi_file';
import type { RunRecords } from './run_records';
import type { AdapterStore } from './store';
import type { HubBase, Restored } from './summary';
import { id as idForm } from './told_forms';
import { toldModel } from './told_model';
import { readRunRecord } from './told_record';

const MARK = 'adaptab-backup.json';
const MARKED = { format: 'adaptab-backup', version: 1 };
const ADAPTERS = 'adapters/';
const RUNS = 'runs/';

/** More than anybody keeps. */
const MOST_ENTRIES = 100_000;

/** Where what is backed up comes from. */
interface Backed {
  readonly adapters: Pick<AdapterStore, 'list' | 'load'>;
  readonly records: Pick<RunRecords, 'list'>;
  readonly checkpoints: Pick<CheckpointStore<unknown>, 'listUnfinished' | 'load'>;
}

/** @param onProblem hears of what cannot be read and is left out, while the stream is read */
export function writeBackup(
  { adapters, records, checkpoints }: Backed,
  now: number,
  onProblem: (problem: Problem) => void,
): ReadableStream<Uint8Array> {
  const isUnfinished = async (runId: string) => (await checkpoints.listUnfinished()).some((run) => run.runId === runId);
  async function* entries() {
    yield { name: MARK, content: textBytes(JSON.stringify(MARKED)) };
    for (const { runId, name } of await checkpoints.listUnfinished()) {
      const loaded = await outcome(() => checkpoints.load(runId));
      if (loaded.ok) yield* partsOfRun(loaded.value);
      else if (await isUnfinished(runId)) onProblem({ ...loaded.problem, where: name }); // else it has just ended: its adapter follows
    }
    for (const { id, name } of await adapters.list()) {
      const loaded = await outcome(() => adapters.load(id));
      if (loaded.ok) yield partOf(ADAPTERS, '.safetensors', adapterBytes(loaded.value));
      else onProblem({ ...loaded.problem, where: name });
    }
    for (const task of Object.keys(defaultsOf) as TaskId[])
      for (const record of await records.list(task)) yield partOf(RUNS, '.json', textBytes(JSON.stringify(record)));
  }
  return streamZipOf(entries(), new Date(now));
}

function adapterBytes(adapter: Adapter): Bytes {
  const { id, hub } = adapter.summary;
  const tensors = new Map<string, StoredTensor>();
  for (const [path, { shape, values }] of Object.entries(adapter.tensors)) tensors.set(path, f32Tensor(values, shape));
  return writeSafetensors(tensors, { ...toMetadata(adapter), id, ...(hub ? { hub: JSON.stringify(hub) } : {}) });
}

/** Where what is restored goes, and the forms of what each task keeps of a run. */
interface Restoring extends Omit<RunReading, 'take'> {
  readonly adapters: Pick<AdapterStore, 'list' | 'save'>;
  readonly records: Pick<RunRecords, 'list' | 'find' | 'save'>;
}

/** Adds what is in a part. @returns whether it was not there */
type Add = (bytes: Bytes, where: string, reading: Restoring & RunReading) => Promise<boolean>;

const FOLDERS: readonly {
  readonly folder: string;
  readonly what: 'adapters' | 'runs' | 'unfinished';
  readonly add: Add;
}[] = [
  { folder: ADAPTERS, what: 'adapters', add: addAdapter },
  { folder: RUNS, what: 'runs', add: addRecord },
  { folder: UNFINISHED, what: 'unfinished', add: addUnfinished },
];

/**
 * Adds what is in a backup to what is kept: what is there already stays as it is, and what is damaged is left out and named.
 *
 * @throws ProblemError where the file is no backup
 */
export async function restoreBackup(file: File, restoring: Restoring): Promise<Restored> {
  const all = await entriesOf(file);
  const reading = { ...restoring, take: arraysOf(all) };
  const counts = { adapters: 0, runs: 0, unfinished: 0, already: 0 };
  const problems: Problem[] = [];
  for (const [name, entry] of new Map(all.map((one) => [one.name, one]))) {
    const kind = FOLDERS.find(({ folder }) => name.startsWith(folder));
    if (!kind) continue;
    try {
      const isNew = await kind.add(await checkedBytes(entry), name, reading);
      counts[isNew ? kind.what : 'already']++;
    } catch (error) {
      problems.push((error instanceof ProblemError ? error : damaged(name)).problem);
    }
  }
  return { ...counts, problems };
}

/** Gives each array once: a small file must not name a large part again and again. */
function arraysOf(all: readonly ZipEntry[]): RunReading['take'] {
  const arrays = all.filter(({ name }) => name.startsWith(ARRAYS));
  const left = new Map(arrays.map(({ name }) => [name, [] as ZipEntry[]]));
  for (const entry of arrays) left.get(entry.name)?.push(entry);
  return async (part, where) => {
    const entry = left.get(part)?.pop();
    if (!entry) throw damaged(where);
    return checkedBytes(entry, where);
  };
}

async function addRecord(bytes: Bytes, where: string, { records }: Restoring): Promise<boolean> {
  const record = readRunRecord(new TextDecoder().decode(bytes), where);
  const there = await records.list(record.settings.task);
  if (there.some(({ runId }) => runId === record.runId)) return false;
  await records.save(record);
  return true;
}

async function addAdapter(bytes: Bytes, where: string, { adapters }: Restoring): Promise<boolean> {
  const adapter = readAdapterBytes(bytes, where);
  const there = await adapters.list();
  if (there.some(({ id }) => id === adapter.summary.id)) return false;
  await adapters.save(adapter);
  return true;
}

/** All of them. @throws ProblemError where the file is no backup */
async function entriesOf(file: File): Promise<ZipEntry[]> {
  const opened = await outcome(() => openZip(file));
  const all = opened.ok ? opened.value : [];
  const isMany = all.filter(({ name }) => !name.startsWith(ARRAYS)).length > MOST_ENTRIES;
  if (isMany || !all.some(({ name }) => name === MARK))
    throw problem(
      'The file is no backup of this page, or it is cut off.',
      file.name,
      'Choose a .zip that this page made as a backup.',
    );
  return all;
}

function readAdapterBytes(bytes: Bytes, where: string): Adapter {
  const { tensors: stored, metadata } = readSafetensors(bytes, where);
  const { summary, ...told } = fromMetadata(metadata, where);
  const { model = '', hub } = metadata;
  const id = idForm(metadata.id);
  if (!id) throw damaged(where);
  const modelConfig = toldModel(model);
  if (!modelConfig) throw damaged(where);
  rootScaledExperts(metadata, where); // refuses what is said of LoRA that is not known here
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
    taken[path] = { shape: leaf.shape, values: finiteValues(tensor, where) };
  }
  checkLora(leaves, taken, where);
  return taken;
}

const files = listOf(object({ name: text, bytes: count, sha256: text }));
const hubForm: Form<HubBase> = object({ name: text, nameOrPath: text, family: oneOf(...FAMILIES), files });
const licensed = object({ licence: text });

function readHub(written: string, where: string): HubBase {
  const told = jsonIn(written);
  const hub = hubForm(told);
  if (!hub) throw damaged(where);
  return { ...hub, ...licensed(told) };
}
