export interface MatmulSizes {
  N: number;
  J: number;
  I: number;
  G: number;
  O: number;
}

/** y[n,g,o] = scale · Σ_i x[n,j,i] · weight[g,i,o], where j = g, or 0 if J = 1; float64. */
export function matmul(x: ArrayLike<number>, weight: ArrayLike<number>, sizes: MatmulSizes, scale = 1): number[] {
  const { N, J, I, G, O } = sizes;
  const y: number[] = [];
  for (let n = 0; n < N; n++) {
    for (let g = 0; g < G; g++) {
      const j = J === 1 ? 0 : g;
      for (let o = 0; o < O; o++) {
        let sum = 0;
        for (let i = 0; i < I; i++) sum += x[(n * J + j) * I + i]! * weight[(g * I + i) * O + o]!;
        y.push(scale * sum);
      }
    }
  }
  return y;
}

/** Gradient of matmul with respect to x. */
export function matmulBackward(dy: ArrayLike<number>, weight: ArrayLike<number>, sizes: MatmulSizes, scale = 1) {
  const { N, J, I, G, O } = sizes;
  const dx = new Array<number>(N * J * I).fill(0);
  for (let n = 0; n < N; n++) {
    for (let g = 0; g < G; g++) {
      const j = J === 1 ? 0 : g;
      for (let i = 0; i < I; i++) {
        for (let o = 0; o < O; o++) {
          dx[(n * J + j) * I + i]! += scale * dy[(n * G + g) * O + o]! * weight[(g * I + i) * O + o]!;
        }
      }
    }
  }
  return dx;
}

/** Gradient of matmul with respect to weight. */
export function matmulBackwardWeight(x: ArrayLike<number>, dy: ArrayLike<number>, sizes: MatmulSizes, scale = 1) {
  const { N, J, I, G, O } = sizes;
  const dweight = new Array<number>(G * I * O).fill(0);
  for (let n = 0; n < N; n++) {
    for (let g = 0; g < G; g++) {
      const j = J === 1 ? 0 : g;
      for (let i = 0; i < I; i++) {
        for (let o = 0; o < O; o++) {
          dweight[(g * I + i) * O + o]! += scale * x[(n * J + j) * I + i]! * dy[(n * G + g) * O + o]!;
        }
      }
    }
  }
  return dweight;
}

/** y[n,o] = scale · Σ_i x[n,i] · weight[o,i]; float64. */
export function linearRows(x: number[], weight: number[], { I, O }: { I: number; O: number }, scale = 1): number[] {
  return Array.from({ length: (x.length / I) * O }, (_, index) => {
    const [n, o] = [Math.floor(index / O), index % O];
    let sum = 0;
    for (let i = 0; i < I; i++) sum += x[n * I + i]! * weight[o * I + i]!;
    return scale * sum;
  });
}
