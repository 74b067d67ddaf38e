/**
 * Rotation table of RoPE, (Z, H): row z holds H/2 cosines, then H/2 sines, of z / base^(2i/H).
 * Computed in float64, because WGSL's sin and cos are good to 2^-11 only.
 */
export function rotationAngles(positions: number, headDim: number, base = 10000): Float32Array<ArrayBuffer> {
  const half = headDim / 2;
  const table = new Float32Array(positions * headDim);
  for (let m = 0; m < positions; m++) {
    for (let i = 0; i < half; i++) {
      const radians = m / base ** ((2 * i) / headDim);
      table[m * headDim + i] = Math.cos(radians);
      table[m * headDim + half + i] = Math.sin(radians);
    }
  }
  return table;
}
