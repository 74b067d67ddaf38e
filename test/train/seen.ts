import { defaultSettings } from '../../src/settings/defaults';
import type { Seen } from '../../src/train/judge';

/** A run whose losses and gradients are given, one a step. @param heldout by step */
export function seenOf(
  losses: readonly number[],
  changes: Partial<Omit<Seen, 'train' | 'heldout'>> = {},
  heldout: Readonly<Record<number, number>> = {},
  gradients: readonly number[] = losses.map(() => 0.5),
): Seen {
  return {
    settings: { ...defaultSettings, steps: losses.length, warmupSteps: 0 },
    train: losses.map((loss, n) => ({ step: n + 1, loss, gradNorm: gradients[n] ?? 0, learningRate: 0.01 })),
    heldout: Object.entries(heldout).map(([step, loss]) => ({ step: Number(step), loss })),
    baseline: 4.8,
    skippedInARow: 0,
    guessLoss: Math.log(2048),
    trainingSamples: 1000,
    cutShare: 0,
    usualRate: 0.01,
    ...changes,
  };
}

/** The settings of such a run with another learning rate. */
export const atRate = (learningRate: number) => ({ settings: { ...defaultSettings, learningRate, warmupSteps: 0 } });
