/**
 * A run that has not ended, in a backup: a description in JSON, with a number in the place of each typed array, and the bytes of each
 * array as a part of their own, so that no more than one is copied at a time.
 */
import type { ZipInput } from '../containers/zip';
import type { TaskSettings } from '../settings/task';
import { type Bytes, damaged, partOf, textBytes } from './backup_part';
import type { CheckpointStore, LoadedRun } from './checkpoint_store';
import { count, type Form, isObject, jsonIn, listOf, object, oneOf, text } from './forms';
import type { RunRecords } from './run_records';
import { type RunForms, toldRun } from './told_run';

const TYPES = { Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array } as const;
type TypeName = keyof typeof TYPES;
type TypedArray = InstanceType<(typeof TYPES)[TypeName]>;

/** Folders of descriptions and of arrays. */
export const UNFINISHED = 'unfinished/';
export const ARRAYS = 'arrays/';

/** In a description, the key of what stands for an array. */
const ARRAY = '$array';

/** Equal arrays are parts of the same name, one each: so that a reader need not read any part twice. */
export async function* partsOfRun({ checkpoint, dataset: data }: LoadedRun<unknown>): AsyncGenerator<ZipInput, void> {
  const arrays: TypedArray[] = [];
  const numbered = (_: string, value: unknown) =>
    ArrayBuffer.isView(value) ? { [ARRAY]: arrays.push(value as TypedArray) - 1 } : value;
  const run: unknown = JSON.parse(JSON.stringify({ checkpoint, data }, numbered));
  const list: { readonly type: string; readonly part: string }[] = [];
  for (const array of arrays) {
    const { buffer, byteOffset, byteLength } = array;
    const part = await partOf(ARRAYS, '.bin', new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
    list.push({ type: array.constructor.name, part: part.name });
    yield part;
  }
  yield partOf(UNFINISHED, '.json', textBytes(JSON.stringify({ arrays: list, run })));
}

const anObject: Form<Readonly<Record<string, unknown>>> = (value) => (isObject(value) ? value : undefined);
const described = object({
  arrays: listOf(object({ type: oneOf(...(Object.keys(TYPES) as TypeName[])), part: text })),
  run: object({ checkpoint: anObject, data: anObject }),
});

/** What a run's description is read with. */
export interface RunReading {
  readonly checkpoints: Pick<CheckpointStore<unknown>, 'listUnfinished' | 'add'>;
  /** Of runs that have ended here: what a backup of before has of them is over. */
  readonly records: Pick<RunRecords, 'find'>;
  /** The bytes of a part, each of which is given once. @throws ProblemError at `where` otherwise */
  readonly take: (part: string, where: string) => Promise<Bytes>;
  readonly formsOf: (settings: TaskSettings) => RunForms;
}

/** @returns whether it was not there, unfinished or ended @throws Error where it is damaged; ProblemError where there is no room */
export async function addUnfinished(
  bytes: Bytes,
  where: string,
  { checkpoints, records, take, formsOf }: RunReading,
): Promise<boolean> {
  const description = described(jsonIn(new TextDecoder().decode(bytes)));
  if (!description) throw damaged(where);
  const { runId } = description.run.checkpoint;
  if ((await checkpoints.listUnfinished()).some((run) => run.runId === runId)) return false;
  const arrays: (TypedArray | undefined)[] = [];
  for (const { type, part } of description.arrays) arrays.push(new TYPES[type]((await take(part, where)).buffer));
  const run = toldRun(withArrays(description.run, arrays) as typeof description.run, formsOf);
  if (!run) throw damaged(where);
  if (await records.find(run.checkpoint.runId)) return false;
  return checkpoints.add(run.checkpoint, run.data);
}

/** The value with its arrays, each at one place: what names one again has none there. */
function withArrays(value: unknown, arrays: (TypedArray | undefined)[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withArrays(item, arrays));
  if (!isObject(value)) return value;
  if (!Object.hasOwn(value, ARRAY))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withArrays(item, arrays)]));
  const n = count(value[ARRAY]) ?? -1;
  const array = arrays[n];
  arrays[n] = undefined;
  return array;
}
