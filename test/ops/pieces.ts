/** The rows of a table (V, C), cut into pieces of so many rows. */
export function piecesOf(table: readonly number[], C: number, rows: readonly number[]) {
  let first = 0;
  return rows.map((V) => {
    const values = table.slice(first * C, (first + V) * C);
    first += V;
    return { sizes: { V, C }, values };
  });
}
