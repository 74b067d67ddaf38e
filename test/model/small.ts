import type { ModelConfig } from '../../src/model/config';
import { Parameters } from '../../src/model/parameters';
import { leavesOf } from '../../src/model/tree';
import type { OptimizerConfig } from '../../src/train/record';

/** A text model that records in milliseconds and has every kind of leaf. */
export const SMALL: ModelConfig = {
  vocabSize: 300,
  experts: [{ width: 24, depth: 3, mlpDim: 40, numHeads: 4, numKvHeads: 2, headDim: 6, lora: { rank: 3, alpha: 6 } }],
};

export const OPTIMIZER: OptimizerConfig = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };

export const parametersOf = (isFrozen: (path: string) => boolean, config = SMALL) =>
  new Parameters(leavesOf(config), isFrozen);

export const exceptLora = (path: string) => !path.includes('lora');
