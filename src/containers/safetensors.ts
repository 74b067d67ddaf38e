/**
 * The safetensors container: 8 bytes of header length N (little-endian), N bytes of JSON, then the tensors' bytes
 * without gaps. Files come from anywhere, so every statement of the header is checked before it is believed.
 */
import { f16Values, fromBf16 } from '../floats';
import { excerpt, problem } from '../problem';

/** Bytes of one element. */
const BYTES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
} as const;

export type Dtype = keyof typeof BYTES;

export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major, little-endian; a view of the file, aligned to nothing. */
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TensorPlace {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, counted from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly places: Map<string, TensorPlace>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Bytes that the whole file must have. */
  readonly fileBytes: number;
}

/** The format's own limit; it keeps a damaged length from asking for gigabytes. */
const LONGEST_HEADER = 100_000_000;
const PREFIX = 8;

/**
 * Reads a whole file. The tensors are views into `bytes`.
 *
 * @param where Name of the file for error messages.
 * @throws ProblemError for anything inconsistent: a short or long file, a header that is not JSON, a shape that does not
 *   fit its bytes, tensors that overlap or leave holes, doubled names.
 */
export function readSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const header = readSafetensorsHeader(bytes, where);
  checkFileBytes(header, bytes.byteLength, where);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, begin, end }] of header.places) {
    tensors.set(name, { dtype, shape, bytes: bytes.subarray(begin, end) });
  }
  return { tensors, metadata: header.metadata };
}

/** @throws ProblemError where the file is shorter or longer than its header says */
export function checkFileBytes({ fileBytes }: SafetensorsHeader, bytes: number, where: string): void {
  if (fileBytes === bytes) return;
  const fault = fileBytes > bytes ? 'is cut off' : 'goes on after its last tensor';
  throw damaged(`The file ${fault}: its header describes ${fileBytes} bytes, and there are ${bytes}.`, where);
}

/**
 * Reads the header from the first bytes of a file, so that a large file may be read tensor by tensor.
 *
 * @param bytes At least 8 + the header's length bytes; what follows is not looked at.
 * @throws ProblemError as readSafetensors does, except for the length of the file.
 */
export function readSafetensorsHeader(bytes: Uint8Array, where: string): SafetensorsHeader {
  const end = headerBytes(bytes, where);
  if (end > bytes.byteLength)
    throw damaged(`The header claims ${end - PREFIX} bytes, and only ${bytes.byteLength - PREFIX} follow.`, where);
  const text = decodeHeader(bytes.subarray(PREFIX, end), where);
  const entries = parseHeader(text, where);
  const places = new Map<string, TensorPlace>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of entries) {
    if (name === '__metadata__') metadata = checkMetadata(entry, where);
    else places.set(name, checkEntry(name, entry, end, where));
  }
  return { places, metadata, fileBytes: checkLayout(places, end, where) };
}

/** Bytes of the header with what stands before it. @param start The file's first 8 bytes @throws ProblemError for more than the format allows */
export function headerBytes(start: Uint8Array, where: string): number {
  if (start.byteLength < PREFIX)
    throw damaged(`The file has ${start.byteLength} bytes; a safetensors file has at least 8.`, where);
  const length = Number(new DataView(start.buffer, start.byteOffset, PREFIX).getBigUint64(0, true));
  if (length > LONGEST_HEADER) throw damaged(`The header claims ${length} bytes, more than the format allows.`, where);
  return PREFIX + length;
}

function decodeHeader(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged('The header is not UTF-8 text.', where);
  }
}

/** The header's entries in order. JSON.parse keeps the last of two equal keys in silence, so those are sought in the text. */
function parseHeader(text: string, where: string): [string, unknown][] {
  if (!text.startsWith('{')) throw damaged('The header does not start with "{".', where);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged('The header is not JSON.', where);
  }
  const doubled = repeatedKey(text);
  if (doubled !== null) throw damaged(`The header names "${excerpt(doubled)}" twice.`, where);
  return Object.entries(parsed as object);
}

/**
 * The first key that occurs twice in one object of `json`, which must be valid; null if there is none. Read character by
 * character: a name of many megabytes is more than a regular expression can match.
 */
function repeatedKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    if (character !== '"') continue;
    const end = endOfText(json, at);
    if (startsWithColon(json, end)) {
      const key = JSON.parse(json.slice(at, end)) as string;
      const seen = open[open.length - 1];
      if (seen?.has(key)) return key;
      seen?.add(key);
    }
    at = end - 1;
  }
  return null;
}

/** Where the text that begins with the quote at `start` is over. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function startsWithColon(json: string, start: number): boolean {
  let at = start;
  while (' \t\r\n'.includes(json[at]!)) at++;
  return json[at] === ':';
}

function checkMetadata(entry: unknown, where: string): Record<string, string> {
  if (!isObject(entry)) throw damaged('The header\'s "__metadata__" is not an object.', where);
  for (const [key, value] of Object.entries(entry)) {
    if (key === '__proto__') throw damaged('The metadata names "__proto__".', where);
    if (typeof value !== 'string') throw damaged(`The metadata's "${excerpt(key)}" is not text.`, where);
  }
  return entry as Record<string, string>;
}

function checkEntry(name: string, entry: unknown, dataBegin: number, where: string): TensorPlace {
  const place = placeOf(name, where);
  if (name === '__proto__') throw damaged('A tensor is named "__proto__".', where);
  if (!isObject(entry)) throw damaged('Its entry in the header is not an object.', place);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype)) {
    throw damaged(
      `Its number format ${typeof dtype === 'string' ? `"${excerpt(dtype)}"` : formless(dtype)} is unknown.`,
      place,
    );
  }
  if (!isListOfCounts(shape)) throw damaged('Its shape is not a list of whole numbers.', place);
  if (!isListOfCounts(offsets) || offsets.length !== 2) {
    throw damaged('Its data_offsets are not two whole numbers.', place);
  }
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((product, n) => product * n, BYTES[dtype as Dtype]);
  if (end - begin !== size) {
    throw damaged(
      `Its shape [${excerpt(shape.join(', '))}] in ${dtype} takes ${size} bytes, and it has ${end - begin}.`,
      place,
    );
  }
  return { dtype: dtype as Dtype, shape, begin: dataBegin + begin, end: dataBegin + end };
}

/** Checks that the tensors lie end to end from `dataBegin` on; answers with the length of the file. */
function checkLayout(places: Map<string, TensorPlace>, dataBegin: number, where: string): number {
  const inOrder = [...places].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = dataBegin;
  for (const [name, { begin, end }] of inOrder) {
    const place = placeOf(name, where);
    if (begin < position) throw damaged('It overlaps the tensor before it.', place);
    if (begin > position) {
      throw damaged(`There are ${begin - position} bytes before it that belong to no tensor.`, place);
    }
    position = end;
  }
  return position;
}

/** A tensor of a file, for error messages. */
export const placeOf = (name: string, where: string) => `${where}, tensor "${excerpt(name)}"`;

/** A value that should have been text. It may be nested deeper than a function can call itself. */
const formless = (value: unknown) =>
  typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[…]' : '{…}') : String(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isListOfCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const damaged = (what: string, where: string) =>
  problem(what, where, 'The file is damaged or is no safetensors file; take a fresh copy.');

/**
 * The tensor's values in float32, a new array.
 *
 * @throws ProblemError for a format other than F32, F16 and BF16.
 */
export function toFloat32(tensor: StoredTensor, where = 'tensor'): Float32Array<ArrayBuffer> {
  const { dtype } = tensor;
  const bytes = new Uint8Array(tensor.bytes); // a copy starts at 0, a view may start at any byte
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  if (dtype === 'BF16') return fromBf16(new Uint16Array(bytes.buffer));
  if (dtype === 'F16') return f16Values(new Uint16Array(bytes.buffer));
  throw problem(`Values in ${dtype} cannot be used as weights.`, where, 'Save the tensor as F32, F16 or BF16.');
}

/** A tensor that is yet to be written. */
export type TensorForm = Pick<StoredTensor, 'dtype' | 'shape'>;

/** How a safetensors file begins, and what follows. */
export interface SafetensorsLayout {
  /** All that stands before the first tensor. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Names of the tensors, one after another. */
  readonly order: readonly string[];
  /** Of the whole file. */
  readonly bytes: number;
}

/**
 * Tensors are laid out widest format first, then by name, so that equal content gives equal bytes and every tensor is
 * aligned to its format.
 */
export function layOutSafetensors(
  tensors: ReadonlyMap<string, TensorForm>,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsLayout {
  const inOrder = [...tensors].sort(([a, x], [b, y]) => BYTES[y.dtype] - BYTES[x.dtype] || (a < b ? -1 : 1));
  const entries: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) entries.__metadata__ = metadata;
  let length = 0;
  for (const [name, { dtype, shape }] of inOrder) {
    const begin = length;
    length += shape.reduce((product, n) => product * n, BYTES[dtype]);
    entries[name] = { dtype, shape, data_offsets: [begin, length] };
  }
  const header = headerOf(entries);
  return { header, order: inOrder.map(([name]) => name), bytes: header.byteLength + length };
}

function headerOf(entries: object): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const header = new Uint8Array(Math.ceil((PREFIX + json.byteLength) / 8) * 8).fill(0x20); // the padding is spaces
  new DataView(header.buffer).setBigUint64(0, BigInt(header.byteLength - PREFIX), true);
  header.set(json, PREFIX);
  return header;
}

/** The header of a file of at least one tensor with other metadata, and where the tensors begin that follow as they were. */
export function headerWith(places: ReadonlyMap<string, TensorPlace>, metadata: Readonly<Record<string, string>>) {
  const dataBegin = [...places.values()].reduce((first, { begin }) => Math.min(first, begin), Number.POSITIVE_INFINITY);
  const entries = [...places].map(([name, { dtype, shape, begin, end }]) => [
    name,
    { dtype, shape, data_offsets: [begin - dataBegin, end - dataBegin] },
  ]);
  return { header: headerOf({ __metadata__: metadata, ...Object.fromEntries(entries) }), dataBegin };
}

/** A whole safetensors file. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { header, order, bytes } = layOutSafetensors(tensors, metadata);
  const file = new Uint8Array(bytes);
  file.set(header);
  let position = header.byteLength;
  for (const name of order) {
    const tensor = tensors.get(name)!;
    file.set(tensor.bytes, position);
    position += tensor.bytes.byteLength;
  }
  return file;
}

/** float32 values as a tensor to write. */
export const f32Tensor = (values: Float32Array, shape: readonly number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});
