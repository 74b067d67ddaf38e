/** Part of a file. @throws Error where a damaged table points outside of it */
export function partOf(blob: Blob, from: number, to: number): Blob {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= blob.size))
    throw new Error(`it points to bytes ${from} to ${to} of ${blob.size}`);
  return blob.slice(from, to);
}
