import { readSlice } from '../containers/byte_source';
import { placeOf, type TensorPlace } from '../containers/safetensors';
import { Sha256 } from '../containers/sha256';
import { nameOf } from '../containers/stored_file';
import { byteOffset, type WeightType } from '../gpu/tensor';
import { problem } from '../problem';
import { areExactInBf16, FLOAT_TYPES, type FloatDtype, firstNotFinite, toUpperHalves } from './elements';
import type { WeightsFile } from './shards';
import type { FileHash, StreamOptions, WeightSink } from './source';
import type { PlacedTensor } from './tensors';

/** Most bytes that are read at once. */
export const SLICE_BYTES = 8 * 2 ** 20;
/** What is smaller is read with its neighbours: a norm's few bytes are no reason to ask the disk. */
const SMALL_BYTES = 256 * 2 ** 10;
/** What may be on its way to the GPU before the stream waits. */
export const UNSETTLED_BYTES = 64 * 2 ** 20;

/** A tensor as it is handed over. */
export interface StreamedTensor extends PlacedTensor {
  readonly type: WeightType;
}

/** A part of a file that is read at once. */
interface Slice {
  readonly begin: number;
  readonly end: number;
  readonly parts: readonly Part[];
}

/** A part of a tensor, by bytes of the file. */
interface Part {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** Reads files of weights, one slice after another, and hands their tensors over. As of ModelSource.stream. */
export async function streamFiles(
  files: readonly WeightsFile[],
  tensors: ReadonlyMap<string, StreamedTensor>,
  sink: WeightSink,
  { wanted = () => true, hash: isHashed = false, progress, signal }: StreamOptions = {},
): Promise<FileHash[]> {
  const total = files.reduce((sum, { source }) => sum + source.size, 0);
  const hashes: FileHash[] = [];
  let [done, unsettled] = [0, 0];
  let room = new ArrayBuffer(SLICE_BYTES);
  for (const file of files) {
    const hash = isHashed ? new Sha256() : null;
    for (const slice of slicesOf(file)) {
      signal?.throwIfAborted();
      const parts = slice.parts.filter(({ name }) => tensors.has(name) && wanted(name));
      const { begin } = hash ? slice : (parts[0] ?? slice);
      const { end } = hash ? slice : (parts.at(-1) ?? { end: begin });
      if (end > begin) {
        const bytes = await readSlice(file.source, begin, end, file.path, room);
        hash?.update(bytes);
        for (const part of parts)
          handOver(part, tensors.get(part.name)!, bytes.subarray(part.begin - begin, part.end - begin), sink);
        unsettled += end - begin;
        room = roomAfter(room, bytes);
      }
      done += slice.end - slice.begin;
      if (unsettled >= UNSETTLED_BYTES || done === total) {
        await sink.settled();
        unsettled = 0;
      }
      progress?.({ done, total });
    }
    if (hash) hashes.push({ name: nameOf(file.path), bytes: file.source.size, sha256: hash.digest() });
  }
  return hashes;
}

/**
 * The buffer for the next slice: the one that was filled or, where the browser made one of its own, that before, and the other's
 * memory is given back at once.
 */
export function roomAfter(room: ArrayBuffer, { buffer }: Uint8Array<ArrayBuffer>): ArrayBuffer {
  if (room.byteLength === 0) return buffer;
  if ('transfer' in buffer) buffer.transfer(0);
  return room;
}

/** A file from its first byte to its last. A large part begins a slice, so that its elements lie where arrays may begin. */
function* slicesOf({ source, places }: WeightsFile): Generator<Slice> {
  let [begin, end] = [0, 0];
  let parts: Part[] = [];
  for (const part of partsOf(places, source.size)) {
    const size = part.end - part.begin;
    if (size > SMALL_BYTES || part.end - begin > SLICE_BYTES) {
      if (end > begin) yield { begin, end, parts };
      [begin, parts] = [part.begin, []];
    }
    end = part.end;
    parts.push(part);
  }
  if (end > begin) yield { begin, end, parts };
}

/** Header and tensors in the order of the file, in pieces of at most a slice: whole rows, where a slice has room for two. */
function* partsOf(places: WeightsFile['places'], size: number): Generator<Part> {
  const inOrder = [...places].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  const whole = [
    { name: '', begin: 0, end: inOrder[0]?.[1].begin ?? size, step: SLICE_BYTES },
    ...inOrder.map(([name, place]) => ({ name, ...place, step: stepIn(place) })),
  ];
  for (const { name, begin, end, step } of whole)
    for (let at = begin; at < end; at += step) yield { name, begin: at, end: Math.min(at + step, end) };
}

/** Bytes of as many rows as a slice has room for; an even number, whose bytes fill whole words. */
function stepIn({ shape, begin, end }: TensorPlace): number {
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const two = (2 * (end - begin)) / rows;
  return two <= SLICE_BYTES ? Math.floor(SLICE_BYTES / two) * two : SLICE_BYTES;
}

/** @throws ProblemError for a number that is none */
function handOver(part: Part, tensor: StreamedTensor, stored: Uint8Array<ArrayBuffer>, sink: WeightSink): void {
  const { dtype, type } = tensor;
  const size = byteOffset(FLOAT_TYPES[dtype], 1);
  // A tensor may begin at any byte of the file; only those that were read with their neighbours are copied.
  const bytes = stored.byteOffset % size === 0 ? stored : stored.slice();
  const first = (part.begin - tensor.begin) / size;
  checkFinite(bytes, dtype, first, placeOf(part.name, tensor.file.path));
  write(
    sink,
    part.name,
    byteOffset(type, first),
    dtype === 'F32' && type === 'bf16' ? halved(bytes, part.name) : bytes,
  );
}

/**
 * @param first Which element of its tensor the bytes begin with
 * @param each Elements that each of the numbers stands for
 * @throws ProblemError for a number that is none
 */
export function checkFinite(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: FloatDtype,
  first: number,
  where: string,
  each = 1,
): void {
  const odd = firstNotFinite(bytes, dtype);
  if (odd >= 0)
    throw problem(
      `Its element ${first + odd * each} is NaN or infinite.`,
      where,
      'The model was damaged, or saved after a training that ran away: take a fresh copy.',
    );
}

/** @throws Error where a value is not exact, though all were when the file was read before */
function halved(bytes: Uint8Array<ArrayBuffer>, name: string): Uint8Array<ArrayBuffer> {
  if (!areExactInBf16(bytes)) throw new Error(`${name} has changed since it was read`);
  return toUpperHalves(bytes);
}

/** In multiples of 4 bytes: what an odd number of elements leaves is filled up with zeros. */
export function write(sink: WeightSink, name: string, offset: number, bytes: Uint8Array<ArrayBuffer>): void {
  let filled = bytes;
  if (bytes.length % 4 !== 0) {
    filled = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    filled.set(bytes);
  }
  sink.write(name, offset, filled);
}

/** As much tells, of nearly every tensor that is not exact in bfloat16, that it is not. */
const PROBE_BYTES = 16 * 2 ** 10;

/**
 * Names of the float32 tensors that are exact in bfloat16. A tensor is read until its first value that is not: of a model that
 * was trained in float32, a few bytes each; of one that was only saved so, everything.
 */
export async function exactTensors(
  tensors: ReadonlyMap<string, PlacedTensor>,
  { progress, signal }: Pick<StreamOptions, 'progress' | 'signal'> = {},
): Promise<Set<string>> {
  const exact = new Set<string>();
  const wide = [...tensors].filter(([, { dtype }]) => dtype === 'F32');
  const total = wide.reduce((sum, [, { begin, end }]) => sum + end - begin, 0);
  let done = 0;
  let room = new ArrayBuffer(SLICE_BYTES);
  for (const [name, { file, begin, end }] of wide) {
    let same = true;
    for (let at = begin; at < end && same; ) {
      signal?.throwIfAborted();
      const until = Math.min(at + (at === begin ? PROBE_BYTES : SLICE_BYTES), end);
      const bytes = await readSlice(file.source, at, until, file.path, room);
      same = areExactInBf16(bytes);
      room = roomAfter(room, bytes);
      at = until;
    }
    if (same) exact.add(name);
    done += end - begin;
    progress?.({ done, total });
  }
  return exact;
}
