/** Σ_c weight · (v − wanted)² of each row of C values; float64. */
export function squaredError(v: number[], wanted: number[], weight: number[], C: number): number[] {
  return Array.from({ length: v.length / C }, (_, n) => {
    let sum = 0;
    for (let i = n * C; i < (n + 1) * C; i++) {
      sum += (weight[i] as number) * ((v[i] as number) - (wanted[i] as number)) ** 2;
    }
    return sum;
  });
}
