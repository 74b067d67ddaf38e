/** Copies of a whole table, one after the other, until there are `elements` values; float64. */
export const tileRows = (table: number[], elements: number): number[] =>
  Array.from({ length: elements }, (_, i) => table[i % table.length] as number);
