import { type Reader, unzipRaw, type ZipEntry } from 'unzipit';

/** Part of a file. Throws where a damaged table points outside of it. */
export function partOf(blob: Blob, from: number, to: number): Blob {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= blob.size))
    throw new Error(`it points to bytes ${from} to ${to} of ${blob.size}`);
  return blob.slice(from, to);
}

/** The files in a .zip; their content is read when it is asked for. Throws where it is none. */
export async function openZip(blob: Blob): Promise<ZipEntry[]> {
  const reader: Reader = {
    getLength: async () => blob.size,
    read: async (from, bytes) => new Uint8Array(await partOf(blob, from, from + bytes).arrayBuffer()),
    readStream: async (from, bytes) => partOf(blob, from, from + bytes).stream(),
    sliceAsBlob: async (from, bytes) => partOf(blob, from, from + bytes),
  };
  const { entries } = await unzipRaw(reader);
  return entries.filter(({ isDirectory }) => !isDirectory);
}

/** The content of a file in a .zip. Throws where it is not what the archive says, before it can fill the memory. */
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
