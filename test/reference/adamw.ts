export interface AdamwOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** optax.adamw in plain float64 loops: the weights after one step for each of these gradients. */
export function adamw(weights: number[], gradients: number[][], options: AdamwOptions): number[] {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = options;
  return weights.map((start, p) => {
    let w = start;
    let m = 0;
    let v = 0;
    gradients.forEach((gradient, step) => {
      const g = gradient[p] as number;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const mHat = m / (1 - beta1 ** (step + 1));
      const vHat = v / (1 - beta2 ** (step + 1));
      w -= learningRate * (mHat / (Math.sqrt(vHat) + epsilon) + weightDecay * w);
    });
    return w;
  });
}
