/** y[r,o] = Σ_g b[g,r,o]; RO is the number of elements of one head; float64. */
export const sumHeads = (b: ArrayLike<number>, G: number, RO: number): number[] =>
  Array.from({ length: RO }, (_, at) =>
    Array.from({ length: G }, (_, g) => b[g * RO + at]!).reduce((a, c) => a + c, 0),
  );
