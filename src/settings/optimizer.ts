import type { TrainingSettings } from './training';

/** openpi's AdamW: the betas and epsilon that its configurations share. */
export const optimizerOf = ({ weightDecay, clipNorm }: Pick<TrainingSettings, 'weightDecay' | 'clipNorm'>) => ({
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay,
  clipNorm,
});
