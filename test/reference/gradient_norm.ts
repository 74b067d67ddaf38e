/** Norm over all gradients, and the factor that clips it, as optax.clip_by_global_norm has it. */
export function gradientNorm(gradient: number[], clipNorm: number): { norm: number; factor: number } {
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  return { norm, factor: norm < clipNorm ? 1 : clipNorm / norm };
}
