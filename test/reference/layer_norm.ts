/** layer_norm in plain float64 loops: x (N, C), scale and bias (C). */
export function layerNorm(x: number[], scale: number[], bias: number[], epsilon = 1e-6): number[] {
  const C = scale.length;
  return x.map((value, i) => {
    const row = x.slice(i - (i % C), i - (i % C) + C);
    const mean = row.reduce((sum, v) => sum + v, 0) / C;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / C;
    return ((value - mean) / Math.sqrt(variance + epsilon)) * (scale[i % C] as number) + (bias[i % C] as number);
  });
}
