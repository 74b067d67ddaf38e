/** Undoes the shuffling of bytes, which puts the first bytes of all values together, then their second ones; what is left over stays behind. */
export function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size < 2 || count < 2) return bytes;
  const values = bytes.slice();
  for (let byte = 0; byte < size; byte++)
    for (let n = 0; n < count; n++) values[n * size + byte] = bytes[byte * count + n]!;
  return values;
}
