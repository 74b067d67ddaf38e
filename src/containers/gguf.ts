/**
 * The GGUF container, versions 2 and 3, little-endian: "GGUF", u32 version, u64 tensors, u64 pairs; the pairs (key, type, value);
 * the tensors' names, lengths of axes from the fastest to the slowest, types and places; and after padding their bytes. A file
 * comes from anywhere and has gigabytes: the header alone is read, piece by piece, and nothing that it says is believed
 * before it is checked. Arrays, which may be a vocabulary, are passed over and read when they are asked for.
 */
import { excerpt, type ProblemError, problem } from '../problem';
import { ByteCursor } from './byte_cursor';
import { type ByteSource, readSlice } from './byte_source';
import {
  ARRAY_ID,
  fixedKind,
  type GgufScalar,
  type GgufScalarType,
  type GgufTensorType,
  scalarTypeOf,
  tensorBytes,
  tensorKind,
  tensorTypeOf,
} from './gguf_types';
import { placeOf, type TensorPlace } from './safetensors';

/** Bytes begin to end of the file. */
interface Place {
  readonly begin: number;
  readonly end: number;
}

/** Values that lie in the file from `begin` to `end`. */
export interface GgufArray extends Place {
  readonly of: GgufScalarType;
  readonly count: number;
}

/** A pair of the metadata; `place` is all of it, with its key. */
export type GgufPair =
  | { readonly type: GgufScalarType; readonly value: GgufScalar; readonly place: Place }
  | { readonly type: 'array'; readonly array: GgufArray; readonly place: Place };

/** `shape` is [out, in] for a matrix, as the hub has it; rows are whole blocks. */
export type GgufTensor = Omit<TensorPlace, 'dtype'> & { readonly type: GgufTensorType };

export interface GgufHeader {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufPair>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Tensors begin at multiples of it, counted from `dataBegin`. */
  readonly alignment: number;
  readonly dataBegin: number;
}

/** Several times what the largest vocabularies take; it keeps a damaged count from asking for gigabytes. */
const LONGEST_HEADER = 2 ** 26;
/** The format's own limit for keys; names of tensors are shorter. */
const LONGEST_NAME = 65_535;
/** Pairs, and tensors: models have some dozens, and some thousands. */
const MOST_ENTRIES = 100_000;
/** ggml's limit. */
export const MOST_AXES = 4;
export const DEFAULT_ALIGNMENT = 32;
/** What the smallest pair and the smallest tensor take: a key of one letter, a value of one byte; a name, no axis. */
const SMALLEST = { pair: 8 + 1 + 4 + 1, tensor: 8 + 1 + 4 + 4 + 8 } as const;

const FRESH = 'The file is damaged or no GGUF; take a fresh copy.';
const damaged = (what: string, where: string) => problem(what, where, FRESH);
const pairPlace = (key: string, where: string) => `${where}, key "${excerpt(key)}"`;

/**
 * Reads a header.
 * @param where Name of the file, for error messages
 * @throws ProblemError for another format or version, and for anything that is cut off or contradicts itself
 */
export async function readGgufHeader(source: ByteSource, where: string): Promise<GgufHeader> {
  const end = Math.min(source.size, LONGEST_HEADER);
  const cursor = new ByteCursor(source, where, { begin: 0, end }, (wanted) => beyond(wanted, source.size, where));
  const version = await readVersion(cursor);
  await cursor.need(16);
  const counts = { tensor: cursor.u64(), pair: cursor.u64() };
  const least = counts.tensor * SMALLEST.tensor + counts.pair * SMALLEST.pair;
  if (least > end - cursor.position || Math.max(counts.tensor, counts.pair) > MOST_ENTRIES)
    throw damaged(
      `The header claims ${counts.tensor} tensors and ${counts.pair} pairs in a file of ${source.size} bytes.`,
      where,
    );
  const metadata = new Map<string, GgufPair>();
  for (let n = 0; n < counts.pair; n++) await readPair(cursor, metadata);
  const alignment = alignmentOf(metadata, where);
  const infos = new Map<string, TensorInfo>();
  for (let n = 0; n < counts.tensor; n++) await readTensorInfo(cursor, infos);
  const dataBegin = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = placeTensors(infos, alignment, { begin: dataBegin, end: source.size }, where);
  return { version, metadata, tensors, alignment, dataBegin };
}

function beyond(wanted: number, size: number, where: string): ProblemError {
  if (wanted > size) return damaged(`The file is cut off: its header goes on to byte ${wanted} of ${size}.`, where);
  return damaged(`The header goes on to byte ${wanted}, which is more than any model needs.`, where);
}

async function readVersion(cursor: ByteCursor): Promise<number> {
  const { where } = cursor;
  await cursor.need(8);
  const magic = String.fromCharCode(...cursor.bytes(4));
  const version = cursor.u32();
  if (/^(lmgg|fmgg|tjgg|algg)$/.test(magic))
    throw problem('The file is in the format that llama.cpp had before GGUF.', where, CONVERT);
  if (magic !== 'GGUF') throw damaged('The file does not begin with "GGUF".', where);
  if (version === 2 || version === 3) return version;
  // A number of the other byte order has its low bytes empty.
  if (version !== 0 && (version & 0xffff) === 0)
    throw problem(
      'The file is GGUF for big-endian machines, which is not read here.',
      where,
      'Take the little-endian file, or turn it round with gguf_convert_endian.py of llama.cpp.',
    );
  throw problem(`The file is GGUF of version ${version}; versions 2 and 3 are read here.`, where, CONVERT);
}

const CONVERT =
  'Take a newer file of the same model, or convert the model again with convert_hf_to_gguf.py of llama.cpp.';

async function readPair(cursor: ByteCursor, metadata: Map<string, GgufPair>): Promise<void> {
  const begin = cursor.position;
  const key = await readText(cursor, cursor.where, LONGEST_NAME);
  const where = pairPlace(key, cursor.where);
  if (metadata.has(key)) throw damaged('The header has this key twice.', where);
  await cursor.need(4);
  const id = cursor.u32();
  if (id === ARRAY_ID) {
    const array = await passArray(cursor, where);
    metadata.set(key, { type: 'array', array, place: { begin, end: cursor.position } });
    return;
  }
  const type = typeOf(id, where);
  const value = await readScalar(cursor, type, where);
  metadata.set(key, { type, value, place: { begin, end: cursor.position } });
}

function typeOf(id: number, where: string): GgufScalarType {
  const type = scalarTypeOf(id);
  if (type === undefined) throw damaged(`Its type is ${id}, which GGUF does not know there.`, where);
  return type;
}

async function readScalar(cursor: ByteCursor, type: GgufScalarType, where: string): Promise<GgufScalar> {
  if (type === 'string') return readText(cursor, where, LONGEST_HEADER);
  const { bytes, read } = fixedKind(type);
  await cursor.need(bytes);
  return cursor.take(bytes, read);
}

/** Passes over an array's values, after checking that they are all there. */
async function passArray(cursor: ByteCursor, where: string): Promise<GgufArray> {
  await cursor.need(12);
  const id = cursor.u32();
  if (id === ARRAY_ID) throw damaged('It is an array of arrays, which GGUF does not have.', where);
  const of = typeOf(id, where);
  const count = cursor.u64();
  const begin = cursor.position;
  if (of === 'string') await passTexts(cursor, count);
  else cursor.skip(count * fixedKind(of).bytes);
  return { of, count, begin, end: cursor.position };
}

/** There may be hundreds of thousands: it waits only where the window ends. */
async function passTexts(cursor: ByteCursor, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    if (!cursor.has(8)) await cursor.need(8);
    cursor.skip(cursor.u64());
  }
}

async function readText(cursor: ByteCursor, where: string, longest: number): Promise<string> {
  if (!cursor.has(8)) await cursor.need(8);
  const length = cursor.u64();
  if (length > longest) throw damaged(`The text at byte ${cursor.position} claims ${length} bytes.`, where);
  if (!cursor.has(length)) await cursor.need(length);
  try {
    return utf8.decode(cursor.bytes(length));
  } catch {
    throw damaged(`The text before byte ${cursor.position} is not UTF-8.`, where);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function alignmentOf(metadata: ReadonlyMap<string, GgufPair>, where: string): number {
  const key = 'general.alignment';
  const pair = metadata.get(key);
  if (!pair) return DEFAULT_ALIGNMENT;
  const value = pair.type === 'u32' ? Number(pair.value) : 0;
  if (value === 0 || (value & (value - 1)) !== 0) throw damaged('It is no power of two.', pairPlace(key, where));
  return value;
}

/** A tensor before its place is checked. */
interface TensorInfo {
  readonly type: GgufTensorType;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Counted from where the data begin. */
  readonly offset: number;
}

async function readTensorInfo(cursor: ByteCursor, infos: Map<string, TensorInfo>): Promise<void> {
  const name = await readText(cursor, cursor.where, LONGEST_NAME);
  const where = placeOf(name, cursor.where);
  if (infos.has(name)) throw damaged('The header has this tensor twice.', where);
  await cursor.need(4);
  const axes = cursor.u32();
  if (axes > MOST_AXES) throw damaged(`It claims ${axes} axes, and no tensor has more than ${MOST_AXES}.`, where);
  await cursor.need(8 * axes + 12);
  const shape = Array.from({ length: axes }, () => cursor.u64()).reverse();
  const id = cursor.u32();
  const type = tensorTypeOf(id);
  if (type === undefined)
    throw problem(
      `Its number format is ${id}, which is not known here.`,
      where,
      'Take the model as F16, BF16 or Q8_0.',
    );
  infos.set(name, { type, shape, bytes: bytesOf(type, shape, where), offset: cursor.u64() });
}

function bytesOf(type: GgufTensorType, shape: readonly number[], where: string): number {
  const { elements } = tensorKind(type);
  const row = shape.at(-1) ?? 1;
  if (row % elements !== 0) throw damaged(`Its rows of ${row} are not whole blocks of ${elements}.`, where);
  const count = shape.reduce((product, length) => product * length, 1);
  const bytes = tensorBytes(type, count);
  if (shape.every(Number.isSafeInteger) && Number.isSafeInteger(count) && Number.isSafeInteger(bytes)) return bytes;
  throw damaged(`Its shape [${shape.join(', ')}] is larger than any file.`, where);
}

/** Checks that every tensor lies within the data, where it may begin, and that no two share bytes. */
function placeTensors(infos: ReadonlyMap<string, TensorInfo>, alignment: number, data: Place, where: string) {
  const tensors = new Map<string, GgufTensor>();
  for (const [name, { type, shape, bytes, offset }] of infos) {
    const [begin, end] = [data.begin + offset, data.begin + offset + bytes];
    if (offset % alignment !== 0)
      throw damaged(`It begins at ${offset}, no multiple of ${alignment}.`, placeOf(name, where));
    if (end > data.end)
      throw damaged(`The file is cut off: this tensor goes on to byte ${end} of ${data.end}.`, placeOf(name, where));
    tensors.set(name, { type, shape, begin, end });
  }
  let free = data.begin;
  for (const [name, { begin, end }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin < free) throw damaged('It overlaps the tensor before it.', placeOf(name, where));
    free = end;
  }
  return tensors;
}

/** Values that are given at once. */
const BATCH = 4096;

/**
 * The values of an array, a few thousand at a time.
 * @throws ProblemError where the file has changed meanwhile, or a text is not UTF-8
 */
export async function* ggufValues(
  source: ByteSource,
  { of, count, begin, end }: GgufArray,
  where: string,
): AsyncGenerator<GgufScalar[]> {
  const cursor = new ByteCursor(source, where, { begin, end }, (wanted) => beyond(wanted, source.size, where));
  for (let done = 0; done < count; done += BATCH) {
    const wanted = Math.min(BATCH, count - done);
    const batch: GgufScalar[] = [];
    if (of !== 'string') await cursor.need(wanted * fixedKind(of).bytes);
    while (batch.length < wanted) batch.push(await readScalar(cursor, of, where));
    yield batch;
  }
}

/** Rows of a tensor as they are stored. @throws ProblemError where the file cannot be read */
export function readTensorRows(
  source: ByteSource,
  { type, shape, begin, end }: GgufTensor,
  rows: { readonly first: number; readonly count: number },
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const row = tensorBytes(type, shape.at(-1) ?? 1);
  const from = begin + rows.first * row;
  const to = from + rows.count * row;
  if (from < begin || to > end) throw new RangeError('Rows outside of the tensor were asked for.');
  return readSlice(source, from, to, where);
}
