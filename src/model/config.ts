import { type DecoderConfig, isDecoder } from './decoder_config';

/** One expert: a Gemma-style transformer with its own width, joined to the others by attention. */
export interface ExpertConfig {
  readonly width: number;
  readonly depth: number;
  readonly mlpDim: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly lora?: LoraConfig;
}

export interface LoraConfig {
  readonly rank: number;
  readonly alpha: number;
  /** rsLoRA: attention is scaled by alpha / √rank in place of alpha / rank. */
  readonly rootScaled?: boolean;
}

/** SigLIP: a vision transformer that gives one token for each patch of an image. */
export interface ImgConfig {
  /** Pixels along each side. */
  readonly imageSize: number;
  /** Pixels along each side of a patch. */
  readonly patchSize: number;
  readonly width: number;
  readonly depth: number;
  readonly mlpDim: number;
  readonly numHeads: number;
}

/** A model: its experts, in order; the first one has the token embedding. */
export interface ModelConfig {
  readonly experts: readonly ExpertConfig[];
  readonly vocabSize: number;
  /** The image tower in front of the first expert. */
  readonly img?: ImgConfig;
  /** Numbers in a state and in an action, padding included; the last expert then has openpi's projections of them. */
  readonly actionDim?: number;
  /** A π0.5: the time conditions the norms of the experts after the first, and the state is told in the prompt alone. */
  readonly pi05?: boolean;
}

/** A model of openpi's, or one of the hub. */
export type AnyConfig = ModelConfig | DecoderConfig;

/** @throws Error for a model of the hub, where the caller takes openpi's alone */
export function openpiConfig(config: AnyConfig): ModelConfig {
  if (isDecoder(config)) throw new Error('a model of the hub has no experts');
  return config;
}

/** The parts of a π0. */
export interface Pi0Config {
  readonly backbone: ExpertConfig;
  readonly expert: ExpertConfig;
  readonly img: ImgConfig;
  readonly actionDim: number;
  readonly vocabSize: number;
  readonly pi05: boolean;
}

/** Throws unless the model has everything that the action task needs. */
export function pi0Config({ experts, img, actionDim, vocabSize, pi05 = false }: ModelConfig): Pi0Config {
  const [backbone, expert] = experts;
  if (!backbone || !expert || experts.length !== 2) throw new Error(`a π0 has two experts, not ${experts.length}`);
  if (!img || !actionDim) throw new Error('a π0 has an image tower and an action size');
  return { backbone, expert, img, actionDim, vocabSize, pi05 };
}

/** Tokens that an image becomes. */
export const patchesOf = ({ imageSize, patchSize }: ImgConfig) => (imageSize / patchSize) ** 2;

/** Throws where openpi's own assertions would: experts share depth, heads, key heads and head size. */
export function checkConfig({ experts, vocabSize, img, actionDim }: ModelConfig): void {
  const [first, ...others] = experts;
  if (!first) throw new Error('a model needs at least one expert');
  if (!(vocabSize > 0)) throw new Error(`the vocabulary has ${vocabSize} entries`);
  for (const key of ['depth', 'numHeads', 'numKvHeads', 'headDim'] as const) {
    for (const other of others) {
      if (other[key] !== first[key]) throw new Error(`experts differ in ${key}: ${first[key]} and ${other[key]}`);
    }
  }
  if (first.headDim % 2 !== 0) throw new Error(`head size ${first.headDim} is odd; rotation needs pairs`);
  if (first.numHeads % first.numKvHeads !== 0) {
    throw new Error(`${first.numHeads} heads cannot share ${first.numKvHeads} key heads evenly`);
  }
  if (img) checkImg(img);
  const { width } = experts.at(-1)!;
  if (actionDim && width % 2 !== 0) throw new Error(`width ${width} is odd; the time embedding needs pairs`);
}

function checkImg({ imageSize, patchSize, width, numHeads }: ImgConfig): void {
  if (imageSize % patchSize !== 0) throw new Error(`patches of ${patchSize} do not divide an image of ${imageSize}`);
  if (width % numHeads !== 0) throw new Error(`${numHeads} heads do not divide the image tower's width ${width}`);
}
