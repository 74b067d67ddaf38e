/** add in plain float64. */
export const add = (a: number[], b: number[]) => a.map((value, i) => value + (b[i] as number));
