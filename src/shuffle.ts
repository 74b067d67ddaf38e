/** Mixes a 32-bit integer so that every bit of the result depends on every bit of the input (the finalizer of MurmurHash3). */
export function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit integer from any number of integers. */
export const hash = (...parts: readonly number[]) =>
  parts.reduce((h, part) => mix(h ^ mix(part + 0x9e3779b9)), 0x2545f491);

const ROUNDS = 6;

/**
 * Where item `index` of 0…size−1 goes in the shuffle named by `key`. A Feistel network: one item is found without shuffling all,
 * so a resumed run needs no state. Values beyond `size` are sent through again until they fall inside.
 */
export function shuffled(index: number, size: number, key: number): number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
  const halfMask = 2 ** halfBits - 1;
  let value = index;
  do {
    let left = Math.floor(value / 2 ** halfBits);
    let right = value & halfMask;
    for (let round = 0; round < ROUNDS; round++) {
      [left, right] = [right, left ^ (hash(key, round, right) & halfMask)];
    }
    value = left * 2 ** halfBits + right;
  } while (value >= size);
  return value;
}

/** The whole shuffle, as a list of indices. */
export const shuffle = (size: number, key: number) =>
  Array.from({ length: size }, (_, index) => shuffled(index, size, key));
