import { matmul } from './matmul';
import { sumHeads } from './sum_heads';

interface LoraSizes {
  N: number;
  J: number;
  I: number;
  G: number;
  R: number;
  O: number;
}

/** scale · (x · a) · b, group by group; float64. */
export function lora(x: number[], a: number[], b: number[], { N, J, I, G, R, O }: LoraSizes, scale: number): number[] {
  const down = matmul(x, a, { N, J, I, G, O: R });
  return matmul(down, b, { N, J: G, I: R, G, O }, scale);
}

/** scale · (x · a) · Σ_g b[g]; x and a have one group. */
export function loraSummed(x: number[], a: number[], b: number[], sizes: Omit<LoraSizes, 'J'>, scale: number) {
  const { N, I, G, R, O } = sizes;
  return lora(x, a, sumHeads(b, G, R * O), { N, J: 1, I, G: 1, R, O }, scale);
}
