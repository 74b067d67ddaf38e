import type { Checkpoint } from '../../src/adapter/checkpoint';
import { defaultSettings } from '../../src/settings/defaults';
import { sampleAdapter } from './sample';

/** A checkpoint whose every number follows from `step`. */
export function checkpointAt(step: number, runId = 'r'): Checkpoint {
  const page = (value: number) => ({ a: new Float32Array(64).fill(value), b: new Float32Array(3).fill(-value) });
  return {
    runId,
    settings: { ...defaultSettings, name: `run ${runId}` },
    step,
    leaves: { weights: page(step + 0.1), moment1: page(step + 0.2), moment2: page(step + 0.3) },
    optimizerState: Float32Array.of(step, 0.9 ** step),
    history: sampleAdapter().history as Checkpoint['history'],
    baselineHeldout: 3.25,
    base: { texts: ['of the king'], chunks: [Float32Array.of(step)] },
    best: { step, loss: 2.5, weights: page(step + 0.4) },
    evaluationsWithoutImprovement: 1,
    skippedInARow: 1,
    secondsTrained: step * 2,
    baseHash: 'ab'.repeat(32),
    savedAt: 1000 + step,
  };
}
