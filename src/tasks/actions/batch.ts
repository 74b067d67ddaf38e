import { type ModelConfig, pi0Config } from '../../model/config';
import { type Pi0Shape, tokensOf } from '../../model/pi0';
import { INVALID_KEY } from '../text/batch';

/** What B robots see and are told. */
export interface Observations {
  /** In [-1, 1], (B, cameras, height, width, 3), row-major. */
  readonly images: Float32Array;
  /** 1 for an image that is there, (B, cameras). A masked image is seen by nobody. */
  readonly imageMask: ArrayLike<number>;
  /** (B, prompt length) */
  readonly promptTokens: ArrayLike<number>;
  /** 1 for a token, 0 for padding. */
  readonly promptMask: ArrayLike<number>;
}

/** The same, each named. */
export interface Seen extends Observations {
  /** A number for each sample that names its images and prompt: the same number, the same prefix. */
  readonly samples: readonly number[];
}

/** One micro-batch of the action task: B samples; A numbers in a state or action, padding included. */
export interface ActionsBatch extends Seen {
  /** (B, A) */
  readonly state: ArrayLike<number>;
  /** (B, horizon, A) */
  readonly actions: ArrayLike<number>;
  /** Standard normal, (B, horizon, A) */
  readonly noise: ArrayLike<number>;
  /** Of each sample, from 0 (data) to 1 (noise). */
  readonly time: ArrayLike<number>;
  /** 1 where the loss counts, (B, horizon, A): openpi counts all, padding included. */
  readonly lossMask: ArrayLike<number>;
}

/** Blocks of the attention mask: a token sees its own block and those below it. */
const PREFIX_BLOCK = 0;
const STATE_BLOCK = 1;
const ACTION_BLOCK = 2;

/** What the prefix's program reads. Images where there are cameras. */
export const preparePrefix = (config: ModelConfig, shape: Pi0Shape, S: number, batch: Observations) => ({
  ...(shape.cameras > 0 ? { patches: imagePatches(config, shape, batch) } : {}),
  ...prefixPlaces(config, shape, S, batch),
});

/** Images as the tower reads them: their patches in rows, (B · cameras · patches, patch · patch · 3). */
export const imagePatches = (config: ModelConfig, { B, cameras }: Pi0Shape, { images }: Pick<Observations, 'images'>) =>
  patchesOfImages(config, B * cameras, images);

/** What else it reads: the prompt's words, and where its tokens stand and what they see. */
export function prefixPlaces(
  config: ModelConfig,
  shape: Pi0Shape,
  S: number,
  batch: Pick<Observations, 'imageMask' | 'promptTokens' | 'promptMask'>,
) {
  const { B } = shape;
  const { prefix: T } = tokensOf(config, shape);
  const valid = prefixMask(config, shape, batch);
  const position = new Uint32Array(B * T);
  const keyBlock = new Int32Array(B * S).fill(INVALID_KEY);
  for (let b = 0; b < B; b++) {
    const row = valid.subarray(b * T, (b + 1) * T);
    // Of a sample that sees and hears nothing, all tokens see each other, so that none reads what nobody wrote.
    const nothing = !row.includes(1);
    let seen = 0;
    row.forEach((isValid, t) => {
      seen += isValid;
      position[b * T + t] = Math.max(0, seen - 1);
      if (isValid || nothing) keyBlock[b * S + t] = PREFIX_BLOCK;
    });
  }
  // Padding may look around like the others: nobody looks at it.
  const queryBlock = new Int32Array(B * T).fill(PREFIX_BLOCK);
  return {
    promptTokens: Uint32Array.from(batch.promptTokens),
    prefixPosition: position,
    prefixQueryBlock: queryBlock,
    prefixKeyBlock: keyBlock,
  };
}

/** Where suffix tokens stand and what they see: positions (B, T), query blocks (B, T), key blocks (B, S). */
export function suffixPlaces(config: ModelConfig, shape: Pi0Shape, batch: Observations) {
  const { B } = shape;
  const { prefix: P, suffix: T, all: S } = tokensOf(config, shape);
  const stateTokens = T - shape.horizon;
  const valid = prefixMask(config, shape, batch);
  const position = new Uint32Array(B * T);
  const queryBlock = new Int32Array(B * T);
  const keyBlock = new Int32Array(B * S);
  for (let b = 0; b < B; b++) {
    let seen = 0;
    for (let s = 0; s < P; s++) {
      const isValid = valid[b * P + s]!;
      seen += isValid;
      keyBlock[b * S + s] = isValid ? PREFIX_BLOCK : INVALID_KEY;
    }
    for (let t = 0; t < T; t++) {
      const block = t < stateTokens ? STATE_BLOCK : ACTION_BLOCK;
      position[b * T + t] = seen + t;
      queryBlock[b * T + t] = block;
      keyBlock[b * S + P + t] = block;
    }
  }
  return { suffixPosition: position, suffixQueryBlock: queryBlock, suffixKeyBlock: keyBlock };
}

/** x_t, (B · horizon, A), the embedding of its time, and what v should be, (B · T, A), with its weights. */
export function flowOf(config: ModelConfig, shape: Pi0Shape, batch: ActionsBatch, counted: number) {
  const { actionDim: A } = pi0Config(config);
  const { B, horizon } = shape;
  const chunk = horizon * A;
  const before = (tokensOf(config, shape).suffix - horizon) * A; // the state's row comes before the actions'
  const noisy = new Float32Array(B * chunk);
  const wanted = new Float32Array(B * (before + chunk));
  const weight = new Float32Array(B * (before + chunk));
  for (let i = 0; i < noisy.length; i++) {
    const b = Math.floor(i / chunk);
    const [t, noise, action] = [batch.time[b], batch.noise[i], batch.actions[i]] as [number, number, number];
    noisy[i] = t * noise + (1 - t) * action;
    const at = i + (b + 1) * before;
    wanted[at] = noise - action;
    weight[at] = counted > 0 ? batch.lossMask[i]! / counted : 0;
  }
  return { noisy, time: timeEmbeddings(config, horizon, batch.time), wanted, weight };
}

/** The embedding of each sample's time: once for each action, (B · horizon, width), or of a π0.5 once, (B, width). */
export function timeEmbeddings(
  config: ModelConfig,
  horizon: number,
  time: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const { pi05, expert } = pi0Config(config);
  const { width } = expert;
  const times = pi05 ? 1 : horizon;
  const rows = new Float32Array(time.length * times * width);
  for (let b = 0; b < time.length; b++) {
    const row = timeEmbedding(time[b]!, width);
    for (let t = 0; t < times; t++) rows.set(row, (b * times + t) * width);
  }
  return rows;
}

/**
 * Sines, then cosines, of time at periods from 4e-3 to 4, spaced evenly on a logarithmic scale. Angles reach 1,600
 * radians and are rounded as openpi rounds them, in float32: weights trained there expect those angles, and their
 * difference from exact ones is felt in the loss.
 */
export function timeEmbedding(time: number, width: number): Float32Array {
  const { fround } = Math;
  const [shortest, longest] = [4e-3, 4];
  const half = width / 2;
  const row = new Float32Array(width);
  for (let i = 0; i < half; i++) {
    const fraction = i > 0 && i === half - 1 ? 1 : fround(i * fround(1 / Math.max(1, half - 1)));
    const period = fround(fround(shortest) * fround(fround(longest / shortest) ** fraction));
    const radians = fround(fround(time) * fround(fround(fround(1 / period) * 2) * fround(Math.PI)));
    row[i] = Math.sin(radians);
    row[half + i] = Math.cos(radians);
  }
  return row;
}

/** Losses of a batch that count. */
export function countedElements({ lossMask }: ActionsBatch): number {
  let counted = 0;
  for (let i = 0; i < lossMask.length; i++) counted += lossMask[i]!;
  return counted;
}

/** 1 for each prefix token that is there, (B, T): an image's mask counts for all its tokens. */
function prefixMask(
  config: ModelConfig,
  shape: Pi0Shape,
  { imageMask, promptMask }: Pick<Observations, 'imageMask' | 'promptMask'>,
): Uint8Array {
  const { B, cameras, promptLength } = shape;
  const { imageTokens, prefix: T } = tokensOf(config, shape);
  const valid = new Uint8Array(B * T);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const camera = Math.floor((t * cameras) / imageTokens);
      const mask = t < imageTokens ? imageMask[b * cameras + camera] : promptMask[b * promptLength + t - imageTokens];
      valid[b * T + t] = mask ? 1 : 0;
    }
  }
  return valid;
}

/** Each image's patches in rows of the image, a patch's pixels in rows of the patch: (images · patches, patch · patch · 3). */
function patchesOfImages(config: ModelConfig, count: number, images: Float32Array): Float32Array<ArrayBuffer> {
  const { imageSize, patchSize } = pi0Config(config).img;
  if (images.length !== count * imageSize ** 2 * 3) {
    throw new Error(`${images.length} numbers given for ${count} images of ${imageSize} × ${imageSize} × 3`);
  }
  const patches = new Float32Array(images.length);
  const line = patchSize * 3;
  const across = imageSize / patchSize;
  let at = 0;
  for (let n = 0; n < count * across * across; n++) {
    const image = Math.floor(n / across ** 2);
    const y = (Math.floor(n / across) % across) * patchSize;
    for (let row = y; row < y + patchSize; row++) {
      const from = ((image * imageSize + row) * across + (n % across)) * line;
      patches.set(images.subarray(from, from + line), at);
      at += line;
    }
  }
  return patches;
}
