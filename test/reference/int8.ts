/** Rows of 8-bit integers with a scale for every so many neighbours; float64 but for the scales. */
export interface Quantised {
  readonly scales: readonly number[];
  readonly integers: readonly number[];
  readonly values: readonly number[];
}

/**
 * value = scale · integer, where scale = max |value| / 127 of those that share it, and the integer is the nearest.
 * @param shared how many of a row share a scale
 * @param rounded how a scale is stored
 */
export function quantise(
  weight: readonly number[],
  columns: number,
  shared: number,
  rounded: (scale: number) => number = Math.fround,
): Quantised {
  const scales: number[] = [];
  const integers: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < weight.length; row += columns)
    for (let first = row; first < row + columns; first += shared) {
      const group = weight.slice(first, Math.min(first + shared, row + columns));
      const scale = rounded(Math.max(...group.map(Math.abs)) / 127);
      scales.push(scale);
      for (const value of group) {
        const integer = scale === 0 ? 0 : Math.round(value / scale) + 0; // no −0
        integers.push(integer);
        values.push(scale * integer);
      }
    }
  return { scales, integers, values };
}

/** As GGUF stores Q8_0: of each block the bits of a half float, then 32 integers. */
export function blocksOf({ scales, integers }: Quantised, bitsOf: (scale: number) => number): Uint8Array {
  const bytes = new Uint8Array(34 * scales.length);
  for (const [n, scale] of scales.entries()) {
    const bits = bitsOf(scale);
    bytes.set([bits & 0xff, bits >> 8], 34 * n);
    bytes.set(integers.slice(32 * n, 32 * n + 32), 34 * n + 2); // what is negative wraps around
  }
  return bytes;
}
