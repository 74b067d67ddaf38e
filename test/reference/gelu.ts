/** gelu in its tanh form, element by element; float64. */
export const gelu = (x: number[]): number[] =>
  x.map((v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))));
