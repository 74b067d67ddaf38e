import type { Tensor } from '../gpu/tensor';

/** Some rows of a table of the vocabulary, stored by themselves. */
export interface Piece {
  /** Its first row within the whole. */
  readonly FIRST: number;
  readonly rows: Tensor<'V C'>;
}

/** Where each piece of a table begins; their rows follow each other. */
export function piecesOf(table: readonly Tensor<'V C'>[]): Piece[] {
  let next = 0;
  return table.map((rows) => {
    const FIRST = next;
    next += rows.sizes.V;
    return { FIRST, rows };
  });
}

/** Rows of all pieces. */
export const rowsIn = (table: readonly Tensor<'V C'>[]): number => table.reduce((sum, { sizes }) => sum + sizes.V, 0);
