import type { ModelConfig } from '../../src/model/config';
import { normals, randomStream } from '../../src/random';
import type { ActionsBatch } from '../../src/tasks/actions/batch';
import type { ActionsStepShape } from '../../src/tasks/actions/step';

/** A π0 that records in milliseconds and has every kind of leaf; two cameras of four patches, two key heads. */
export const SMALL_PI0: ModelConfig = {
  vocabSize: 50,
  experts: [
    { width: 20, depth: 2, mlpDim: 28, numHeads: 4, numKvHeads: 2, headDim: 6, lora: { rank: 2, alpha: 4 } },
    { width: 14, depth: 2, mlpDim: 18, numHeads: 4, numKvHeads: 2, headDim: 6, lora: { rank: 3, alpha: 3 } },
  ],
  img: { imageSize: 6, patchSize: 3, width: 10, depth: 2, mlpDim: 14, numHeads: 2 },
  actionDim: 3,
};

export function withoutLora(config: ModelConfig): ModelConfig {
  return { ...config, experts: config.experts.map(({ lora: _, ...expert }) => expert) };
}

/** The same with as many key heads as heads. */
export const withOwnKeys = (config: ModelConfig): ModelConfig => ({
  ...config,
  experts: config.experts.map((expert) => ({ ...expert, numKvHeads: expert.numHeads })),
});

export const PI0_SHAPE: ActionsStepShape = { B: 2, M: 1, cameras: 2, promptLength: 5, horizon: 4 };

/** Trains the expert's LoRA and the projections: the backbone and the image tower are frozen. */
export const exceptExpertLora = (path: string) => /img|llm/.test(path) && !/_1.*lora/.test(path);

/** B samples; the second camera of every other one is masked, and its prompt ends early. */
export function randomActionsBatch(
  { B, cameras, promptLength, horizon }: ActionsStepShape,
  seed: number,
): ActionsBatch {
  const { actionDim: A = 0, img, vocabSize } = SMALL_PI0;
  const random = randomStream('pi0 batch', seed);
  const pixels = (img?.imageSize ?? 0) ** 2 * 3;
  const normal = (count: number) => normals(count, random);
  return {
    samples: Array.from({ length: B }, (_, b) => 100 * seed + b),
    images: Float32Array.from({ length: B * cameras * pixels }, () => 2 * random() - 1),
    imageMask: Array.from({ length: B * cameras }, (_, n) => (n % (2 * cameras) === 2 * cameras - 1 ? 0 : 1)),
    promptTokens: Array.from({ length: B * promptLength }, () => Math.floor(random() * vocabSize)),
    promptMask: Array.from({ length: B * promptLength }, (_, n) =>
      n % (2 * promptLength) >= 2 * promptLength - 2 ? 0 : 1,
    ),
    state: normal(B * A),
    actions: normal(B * horizon * A),
    noise: normal(B * horizon * A),
    time: Array.from({ length: B }, () => 0.001 + 0.999 * random()),
    lossMask: Array.from({ length: B * horizon * A }, (_, n) => (n % 7 === 3 ? 0 : 1)),
  };
}

/** Samples of two batches, one after the other. */
export function stackPi0(a: ActionsBatch, b: ActionsBatch): ActionsBatch {
  const both = (of: (batch: ActionsBatch) => ArrayLike<number>) =>
    Float32Array.of(...Array.from(of(a)), ...Array.from(of(b)));
  return {
    samples: [...a.samples, ...b.samples],
    images: both(({ images }) => images),
    imageMask: both(({ imageMask }) => imageMask),
    promptTokens: both(({ promptTokens }) => promptTokens),
    promptMask: both(({ promptMask }) => promptMask),
    state: both(({ state }) => state),
    actions: both(({ actions }) => actions),
    noise: both(({ noise }) => noise),
    time: both(({ time }) => time),
    lossMask: both(({ lossMask }) => lossMask),
  };
}
