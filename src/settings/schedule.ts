/** Warm-up and cosine decay, as openpi's CosineDecaySchedule has them. */
export interface Schedule {
  readonly peak: number;
  readonly warmupSteps: number;
  /** Steps until `end` is reached, warm-up included. */
  readonly decaySteps: number;
  readonly end: number;
}

/**
 * Learning rate of step `step`, from 0: linear from peak / (warmup + 1) to peak, then half a cosine to `end`,
 * then flat.
 */
export function learningRate({ peak, warmupSteps, decaySteps, end }: Schedule, step: number): number {
  if (step < warmupSteps) {
    const start = peak / (warmupSteps + 1);
    return start + ((peak - start) * step) / warmupSteps;
  }
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, decaySteps - warmupSteps));
  return end + (peak - end) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
