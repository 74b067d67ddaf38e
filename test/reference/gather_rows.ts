/** y[n, c] = x[rows[n], c] in plain loops, 0 where x has no such row: x (S, C). */
export function gatherRows(x: number[], rows: number[], C: number): number[] {
  return rows.flatMap((row) => Array.from({ length: C }, (_, c) => x[row * C + c] ?? 0));
}
