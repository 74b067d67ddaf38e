import { ProblemError, problem } from '../problem';
import { partOf } from './part';

/** Bytes that are read by slices, wherever they lie: on the disk, in memory, at an address. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /**
   * Bytes from `begin` up to `end`, which is not among them.
   * @param into where they may be put if it is large enough; it is then detached, and comes back as their buffer
   */
  read(begin: number, end: number, into?: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file on the disk or in memory. */
export const blobSource = (blob: Blob): ByteSource => ({
  size: blob.size,
  read: async (begin, end, into) => bytesOf(partOf(blob, begin, end), into),
});

/** Whether a file can be read into a buffer that is there. */
const CAN_FILL = (() => {
  try {
    new Blob().stream().getReader({ mode: 'byob' });
    return true;
  } catch {
    return false;
  }
})();

/**
 * Readers whose read is under way. Chromium collects one that only its own read refers to, as any await does, and the read then never
 * ends.
 */
const reading = new Set<ReadableStreamBYOBReader>();

/** A buffer that the browser makes for each part stays in memory until its own tidying, a whole model's worth of them. */
async function bytesOf(part: Blob, into?: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = part;
  if (!CAN_FILL || !into || size === 0 || size > into.byteLength) return new Uint8Array(await part.arrayBuffer());
  const reader = part.stream().getReader({ mode: 'byob' });
  reading.add(reader);
  try {
    let [buffer, filled] = [into, 0];
    while (filled < size) {
      const { value, done } = await reader.read(new Uint8Array(buffer, filled, size - filled));
      if (value) buffer = value.buffer;
      if (done) break;
      filled += value.byteLength;
    }
    return new Uint8Array(buffer, 0, filled);
  } finally {
    reading.delete(reader);
  }
}

/** Most bytes that are read at once. */
const SLICE = 8 << 20;

/** A part of a file, slice after slice. @param where as of readSlice @throws ProblemError as readSlice does */
export async function* slicesFrom(source: ByteSource, begin: number, end: number, where: string) {
  for (let at = begin; at < end; at += SLICE) yield await readSlice(source, at, Math.min(end, at + SLICE), where);
}

/**
 * A slice of a file, as long as it was asked for.
 * @param where Name of the file, for error messages
 * @param into as of ByteSource.read
 * @throws ProblemError where it cannot be read, or has become shorter since it was chosen
 */
export async function readSlice(
  source: ByteSource,
  begin: number,
  end: number,
  where: string,
  into?: ArrayBuffer,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(begin, end, into).catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    return null; // browsers say in many words that it is gone, moved or changed
  });
  if (bytes?.byteLength === end - begin) return bytes;
  throw problem('The file cannot be read.', where, 'Check that it is still there, then choose it again.');
}
