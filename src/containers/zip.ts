import { downloadZip, makeZip } from 'client-zip';
import { type Reader, unzipRaw, type ZipEntry } from 'unzipit';
import { partOf } from './part';
import type { StreamedFile } from './stored_file';

export type { ZipEntry };

/**
 * The files in a .zip; their content is read when it is asked for.
 *
 * @param maxBytes Most bytes that all its compressed files together may unpack to.
 * @throws Error where it is none, and where its table names the same bytes more than once: what is small would be read without end
 */
export async function openZip(blob: Blob, maxBytes = Number.POSITIVE_INFINITY): Promise<ZipEntry[]> {
  const reader: Reader = {
    getLength: async () => blob.size,
    read: async (from, bytes) => new Uint8Array(await partOf(blob, from, from + bytes).arrayBuffer()),
    readStream: async (from, bytes) => partOf(blob, from, from + bytes).stream(),
    sliceAsBlob: async (from, bytes) => partOf(blob, from, from + bytes),
  };
  const { entries } = await unzipRaw(reader);
  const files = entries.filter(({ isDirectory }) => !isDirectory);
  const packed = files.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  if (packed > blob.size) throw new Error(`its files would take ${packed} of ${blob.size} bytes`);
  const bytes = files.reduce((sum, { compressionMethod, size }) => sum + (compressionMethod === 0 ? 0 : size), 0);
  if (bytes > maxBytes) throw new Error(`it would unpack to ${bytes} bytes`);
  return files;
}

/**
 * The content of a file in a .zip.
 *
 * @param maxBytes Most bytes that it may unpack to.
 * @throws Error where it is not what the archive says, before it can fill the memory
 */
export async function unpackEntry(entry: ZipEntry, maxBytes: number): Promise<Blob> {
  if (entry.compressionMethod === 0) return entry.blob();
  if (entry.size > maxBytes) throw new Error(`it would unpack to ${entry.size} bytes`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of await entry.stream()) {
    bytes += part.byteLength;
    if (bytes > entry.size) throw new Error('it holds more than it says');
    parts.push(Uint8Array.from(part));
  }
  if (bytes !== entry.size) throw new Error('it ends too early');
  return new Blob(parts);
}

/** A file to be packed. */
export interface ZipInput {
  /** With the folders that it lies in. */
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** A .zip of these files in their order, not compressed; equal files and an equal date give equal bytes. */
export async function writeZip(files: readonly ZipInput[], lastModified: Date): Promise<Uint8Array<ArrayBuffer>> {
  const inputs = files.map(({ name, content }) => ({ name, input: content, lastModified }));
  return new Uint8Array(await downloadZip(inputs).arrayBuffer());
}

async function* inputsOf(files: AsyncIterable<ZipInput>, lastModified: Date) {
  for await (const { name, content } of files) yield { name, input: content, lastModified };
}

/** The same of files that come one after the other; an error ends the stream. */
export const streamZipOf = (files: AsyncIterable<ZipInput>, lastModified: Date): ReadableStream<Uint8Array> =>
  makeZip(inputsOf(files, lastModified));

/** The same of files that are made while they are packed; one that fails ends the stream with its error. */
export const streamZip = (files: readonly StreamedFile[], lastModified: Date): ReadableStream<Uint8Array> =>
  makeZip(files.map(({ path, bytes, chunks }) => ({ name: path, size: bytes, input: chunks(), lastModified })));
