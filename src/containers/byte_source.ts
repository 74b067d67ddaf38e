import { ProblemError, problem } from '../problem';
import { partOf } from './part';

/** Bytes that are read by slices, wherever they lie: on the disk, in memory, at an address. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes from `begin` up to `end`, which is not among them. */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file on the disk or in memory. */
export const blobSource = (blob: Blob): ByteSource => ({
  size: blob.size,
  read: async (begin, end) => new Uint8Array(await partOf(blob, begin, end).arrayBuffer()),
});

/** Most bytes that are read at once. */
const SLICE = 8 << 20;

/** A part of a file, slice after slice. @param where as of readSlice @throws ProblemError as readSlice does */
export async function* slicesFrom(source: ByteSource, begin: number, end: number, where: string) {
  for (let at = begin; at < end; at += SLICE) yield await readSlice(source, at, Math.min(end, at + SLICE), where);
}

/**
 * A slice of a file, as long as it was asked for.
 * @param where Name of the file, for error messages
 * @throws ProblemError where it cannot be read, or has become shorter since it was chosen
 */
export async function readSlice(
  source: ByteSource,
  begin: number,
  end: number,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(begin, end).catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    return null; // browsers say in many words that it is gone, moved or changed
  });
  if (bytes?.byteLength === end - begin) return bytes;
  throw problem('The file cannot be read.', where, 'Check that it is still there, then choose it again.');
}
