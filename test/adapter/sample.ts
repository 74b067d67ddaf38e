import { type Adapter, isLora, type KnownBase, sizeOf, withLora } from '../../src/adapter/adapter';
import { emptyBytes } from '../../src/gpu/memory';
import type { BytesByKind } from '../../src/gpu/tensor';
import { elements, leavesOf } from '../../src/model/tree';
import { defaultSettings } from '../../src/settings/defaults';

/** Two layers, three heads that share one key head, odd sizes. */
export const base: KnownBase = {
  id: 'tiny',
  hash: 'ab'.repeat(32),
  modelConfig: {
    vocabSize: 11,
    experts: [{ width: 7, depth: 2, mlpDim: 9, numHeads: 3, numKvHeads: 1, headDim: 4 }],
  },
};

/** What the sample's run held on the GPU, and then nothing. */
const byKind: BytesByKind = { ...emptyBytes(), frozen: 1, trainable: 2, gradients: 3, moments: 4 };
const freed = { moment: 'freed', plannedBytes: 0, allocatedBytes: 0, byKind: emptyBytes() } as const;

/** A seeded generator, uniform in [−1, 1). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** An adapter with random factors; `also` are other leaves that trained. */
export function sampleAdapter(
  options: { rank?: number; alpha?: number; also?: readonly string[]; base?: KnownBase; id?: string } = {},
): Adapter {
  const { rank = 2, alpha = 6, also = [], base: on = base, id = 'one' } = options;
  const modelConfig = withLora(on.modelConfig, rank, alpha);
  const random = generator(9);
  const leaves = leavesOf(modelConfig).filter(({ path }) => isLora(path) || also.includes(path));
  const tensors = Object.fromEntries(
    leaves.map(({ path, shape }) => [path, { shape, values: Float32Array.from({ length: elements(shape) }, random) }]),
  );
  return {
    summary: {
      id,
      name: 'Sea / stories',
      base: on.id,
      savedAt: Date.UTC(2026, 1, 3, 4, 5, 6),
      steps: 60,
      keptStep: 50,
      baselineHeldout: 3.25,
      heldout: 2.5,
      loraRank: rank,
      loraAlpha: alpha,
      freeze: defaultSettings.freeze,
      ...sizeOf(tensors),
    },
    baseHash: on.hash,
    modelConfig,
    tensors,
    settings: { ...defaultSettings, loraRank: rank, loraAlpha: alpha, samplePrompts: ['Once'] },
    history: {
      train: [{ step: 0, loss: 3.3, gradNorm: 1.5, learningRate: 1e-4 }],
      heldout: [{ step: 50, loss: 2.5 }],
      tokensPerSecond: 900,
      plannedBytes: 10,
      allocatedBytes: 10,
      byKind,
      memory: [
        { seconds: 0.5, step: 0, stage: 1, moment: 'stage begins', plannedBytes: 10, allocatedBytes: 10, byKind },
        { ...freed, seconds: 9.25, step: 60, stage: 1 },
      ],
    },
  };
}
