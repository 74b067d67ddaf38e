/** Writes GGUF files of version 3, and copies of them with other metadata and tensors, as a stream: no file is ever held whole. */
import { type ByteSource, slicesFrom } from './byte_source';
import { DEFAULT_ALIGNMENT, type GgufHeader, MOST_AXES } from './gguf';
import {
  ARRAY_ID,
  fixedKind,
  type GgufScalar,
  type GgufScalarType,
  type GgufTensorType,
  idOfScalar,
  tensorBytes,
  tensorKind,
} from './gguf_types';

type Chunk = Uint8Array<ArrayBuffer>;

/** A value of the metadata to be written. */
export type GgufValue =
  | { readonly type: GgufScalarType; readonly value: GgufScalar }
  | { readonly type: 'array'; readonly of: GgufScalarType; readonly values: readonly GgufScalar[] };

/** A tensor's numbers to be written: as many bytes as its type and shape say, in chunks of any length. */
export interface GgufContent {
  readonly type: GgufTensorType;
  readonly chunks: () => AsyncIterable<Chunk> | Iterable<Chunk>;
}

/** A file to be written: its length is known before its first byte. */
export interface GgufStream {
  readonly bytes: number;
  /** Starts anew each time. @throws ProblemError where what it copies cannot be read */
  readonly chunks: () => AsyncGenerator<Chunk>;
}

/** A part of a file whose length is known. */
interface Piece {
  readonly bytes: number;
  readonly chunks: GgufContent['chunks'];
}

interface TensorPiece {
  readonly type: GgufTensorType;
  readonly shape: readonly number[];
  readonly chunks: GgufContent['chunks'];
}

/**
 * A GGUF file.
 * @param metadata In the order in which it is written; `general.alignment`, a u32, is followed
 * @param tensors Shapes as [out, in], in the order in which they are written
 */
export function writeGguf(
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: ReadonlyMap<string, GgufContent & { readonly shape: readonly number[] }>,
): GgufStream {
  return assemble([...metadata].map(pairPiece), tensors, alignmentIn(metadata) ?? DEFAULT_ALIGNMENT);
}

/** What a copy has differently: pairs by their key, null to leave one out; tensors by their name, with the shape that they have. */
export interface GgufChanges {
  readonly metadata?: ReadonlyMap<string, GgufValue | null>;
  readonly tensors?: ReadonlyMap<string, GgufContent>;
}

/**
 * A copy of a file with changes. What does not change is read while the copy is written, a few MiB at a time.
 * @param where Name of the file that is copied, for error messages
 */
export function copyGguf(source: ByteSource, header: GgufHeader, where: string, changes: GgufChanges): GgufStream {
  const { metadata = new Map<string, GgufValue | null>(), tensors = new Map<string, GgufContent>() } = changes;
  const strange = [...tensors.keys()].find((name) => !header.tensors.has(name));
  if (strange !== undefined) throw new RangeError(`There is no tensor ${strange} to be replaced.`);
  const copy = ({ begin, end }: { begin: number; end: number }) => copied(source, begin, end, where);
  const kept = [...header.metadata].flatMap(([key, pair]) => {
    const value = metadata.get(key);
    if (value === null) return [];
    return [value ? pairPiece([key, value]) : copy(pair.place)];
  });
  const added = [...metadata].flatMap(([key, value]) =>
    value && !header.metadata.has(key) ? [pairPiece([key, value])] : [],
  );
  const pieces = [...header.tensors].map(([name, tensor]): [string, TensorPiece] => {
    const { type, shape } = tensor;
    return [name, { shape, ...(tensors.get(name) ?? { type, chunks: copy(tensor).chunks }) }];
  });
  const alignment = metadata.get('general.alignment') === null ? DEFAULT_ALIGNMENT : header.alignment;
  return assemble([...kept, ...added], new Map(pieces), alignmentIn(metadata) ?? alignment);
}

function alignmentIn(metadata: ReadonlyMap<string, GgufValue | null>): number | undefined {
  const said = metadata.get('general.alignment');
  return said?.type === 'u32' ? Number(said.value) : undefined;
}

function assemble(pairs: readonly Piece[], tensors: ReadonlyMap<string, TensorPiece>, alignment: number): GgufStream {
  const infos: Chunk[] = [];
  const data: Piece[] = [];
  let offset = 0;
  for (const [name, { type, shape, chunks }] of tensors) {
    infos.push(tensorInfo(name, type, shape, offset));
    const bytes = bytesOf(type, shape);
    const padded = Math.ceil(bytes / alignment) * alignment;
    data.push({ bytes, chunks: () => exactly(bytes, chunks(), name) }, padding(padded - bytes));
    offset += padded;
  }
  const start = bytesPiece(joined([utf8('GGUF'), u32(3), u64(tensors.size), u64(pairs.length)]));
  const head = [start, ...pairs, bytesPiece(joined(infos))];
  const headBytes = lengthOf(head);
  const pieces = [...head, padding(Math.ceil(headBytes / alignment) * alignment - headBytes), ...data];
  return {
    bytes: lengthOf(pieces),
    async *chunks() {
      for (const piece of pieces) yield* piece.chunks();
    },
  };
}

function bytesOf(type: GgufTensorType, shape: readonly number[]): number {
  if (shape.length > MOST_AXES || (shape.at(-1) ?? 1) % tensorKind(type).elements !== 0)
    throw new RangeError(`GGUF has no tensor [${shape.join(', ')}] of ${type}.`);
  return tensorBytes(
    type,
    shape.reduce((product, length) => product * length, 1),
  );
}

const lengthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { bytes }) => sum + bytes, 0);

/** Passes chunks on, and holds their writer to its word. */
async function* exactly(bytes: number, chunks: AsyncIterable<Chunk> | Iterable<Chunk>, name: string) {
  let written = 0;
  for await (const chunk of chunks) {
    written += chunk.byteLength;
    if (written > bytes) break;
    yield chunk;
  }
  if (written !== bytes) throw new RangeError(`Tensor ${name} has ${bytes} bytes, and ${written} were written.`);
}

const copied = (source: ByteSource, begin: number, end: number, where: string): Piece => ({
  bytes: end - begin,
  chunks: () => slicesFrom(source, begin, end, where),
});

const bytesPiece = (bytes: Chunk): Piece => ({ bytes: bytes.byteLength, chunks: () => [bytes] });

const padding = (bytes: number): Piece => ({ bytes, chunks: () => (bytes > 0 ? [new Uint8Array(bytes)] : []) });

const pairPiece = ([key, value]: readonly [string, GgufValue]): Piece =>
  bytesPiece(joined([text(key), ...encoded(value)]));

function encoded(value: GgufValue): Chunk[] {
  if (value.type !== 'array') return [u32(idOfScalar(value.type)), scalars(value.type, [value.value])];
  const { of, values } = value;
  return [u32(ARRAY_ID), u32(idOfScalar(of)), u64(values.length), scalars(of, values)];
}

function scalars(type: GgufScalarType, values: readonly GgufScalar[]): Chunk {
  if (type === 'string') return joined(values.map((value) => text(String(value))));
  const { bytes, write } = fixedKind(type);
  const chunk = new Uint8Array(bytes * values.length);
  const view = new DataView(chunk.buffer);
  for (const [n, value] of values.entries()) write(view, n * bytes, value);
  return chunk;
}

/** Axes from the fastest to the slowest. */
const tensorInfo = (name: string, type: GgufTensorType, shape: readonly number[], offset: number): Chunk =>
  joined([text(name), u32(shape.length), ...[...shape].reverse().map(u64), u32(tensorKind(type).id), u64(offset)]);

const u32 = (value: number) => scalars('u32', [value]);
const u64 = (value: number) => scalars('u64', [value]);
const utf8 = (value: string) => new TextEncoder().encode(value);

function text(value: string): Chunk {
  const bytes = utf8(value);
  return joined([u64(bytes.byteLength), bytes]);
}

function joined(chunks: readonly Chunk[]): Chunk {
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
