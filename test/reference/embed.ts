/** embed in plain float64 loops: rows of the table (V, C), times scale. */
export function embed(tokens: number[], table: number[], C: number, scale: number): number[] {
  return tokens.flatMap((token) => table.slice(token * C, token * C + C).map((value) => value * scale));
}
