/** rms_norm in plain float64 loops: x (N, C), scale (C). */
export function rmsNorm(
  x: number[],
  scale: number[],
  { plusOne = true, epsilon = 1e-6 }: { plusOne?: boolean; epsilon?: number } = {},
): number[] {
  const C = scale.length;
  return x.map((value, i) => {
    const row = x.slice(i - (i % C), i - (i % C) + C);
    const rstd = 1 / Math.sqrt(row.reduce((sum, v) => sum + v * v, 0) / C + epsilon);
    return value * rstd * ((plusOne ? 1 : 0) + scale[i % C]!);
  });
}
