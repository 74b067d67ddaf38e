/**
 * The content of a .gz file.
 *
 * @param maxBytes Most bytes that it may unpack to.
 * @throws Error where it is none, or before it can fill the memory
 */
export async function gunzip(blob: Blob, maxBytes: number): Promise<Blob> {
  const reader = blob.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new Error(`it unpacks to more than ${maxBytes} bytes`);
    }
    parts.push(Uint8Array.from(next.value));
  }
  return new Blob(parts);
}
