/** CRC-32 as in zip, gzip and PNG (ISO 3309; reversed polynomial 0xEDB88320), eight bytes at a time. */

/**
 * Slicing by 8 (Kounavis and Berry, "A Systematic Approach to Building High Performance, Software-based, CRC Generators",
 * 2005): row k of 256 has what each value of a byte becomes when k bytes of zero have followed it.
 */
const TABLE = tables();

function tables(): Uint32Array {
  const table = new Uint32Array(8 * 256);
  for (let value = 0; value < 256; value += 1) {
    let crc = value;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[value] = crc;
  }
  for (let at = 256; at < table.length; at += 1) {
    const before = table[at - 256]!;
    table[at] = table[before & 255]! ^ (before >>> 8);
  }
  return table;
}

/** The checksum of `bytes`, or of what has the checksum `before` followed by them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const start = -bytes.byteOffset & 3; // words lie at multiples of 4
  if (bytes.length < start + 8) return ~byByte(bytes, ~before) >>> 0;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + start, ((bytes.length - start) >>> 3) * 2);
  const end = start + words.byteLength;
  const head = byByte(bytes.subarray(0, start), ~before);
  return ~byByte(bytes.subarray(end), byWordPair(words, head)) >>> 0;
}

function byByte(bytes: Uint8Array, from: number): number {
  let crc = from;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return crc;
}

/** Words as a little-endian machine reads them: no other runs a browser. */
function byWordPair(words: Uint32Array, from: number): number {
  let crc = from;
  for (let at = 0; at < words.length; at += 2) {
    const low = crc ^ words[at]!;
    const high = words[at + 1]!;
    crc =
      TABLE[1792 + (low & 255)]! ^
      TABLE[1536 + ((low >>> 8) & 255)]! ^
      TABLE[1280 + ((low >>> 16) & 255)]! ^
      TABLE[1024 + (low >>> 24)]! ^
      TABLE[768 + (high & 255)]! ^
      TABLE[512 + ((high >>> 8) & 255)]! ^
      TABLE[256 + ((high >>> 16) & 255)]! ^
      TABLE[high >>> 24]!;
  }
  return crc;
}
