/** y[b, first + t, c] = x[b, t, c] in plain loops: x (B, T, C), y (B, S, C). */
export function placeRows(
  x: number[],
  y: number[],
  { B, T, S, C, first }: { B: number; T: number; S: number; C: number; first: number },
): number[] {
  const placed = y.slice();
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let c = 0; c < C; c++) placed[(b * S + first + t) * C + c] = x[(b * T + t) * C + c] as number;
    }
  }
  return placed;
}
