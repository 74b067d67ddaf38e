/** x · logistic(x), element by element; float64. */
export const swish = (x: number[]): number[] => x.map((v) => v / (1 + Math.exp(-v)));
