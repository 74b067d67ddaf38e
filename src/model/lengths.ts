/** How long the axes of a model's leaves are, part by part. */
import { type LeafRow, type Lengths, READERS, type StoredAxis } from '../leaves/row';
import { type ExpertConfig, type ImgConfig, type ModelConfig, patchesOf } from './config';
import type { DecoderConfig } from './decoder_config';

export const expertLengths = ({
  width,
  depth,
  mlpDim,
  numHeads,
  numKvHeads,
  headDim,
  lora,
}: ExpertConfig): Lengths => ({
  L: depth,
  C: width,
  Q: numHeads,
  K: numKvHeads,
  H: headDim,
  F: mlpDim,
  ...(lora ? { R: lora.rank } : {}),
});

/** The first expert's, which has the token embedding. */
export const backboneLengths = ({ experts, vocabSize }: Pick<ModelConfig, 'experts' | 'vocabSize'>): Lengths => ({
  ...expertLengths(experts[0]!),
  V: vocabSize,
});

/** @param R rank of the adapter that the leaves belong to */
export const decoderLengths = (config: DecoderConfig, R?: number): Lengths => ({
  L: config.depth,
  C: config.width,
  Q: config.numHeads,
  K: config.numKvHeads,
  H: config.headDim,
  F: config.mlpDim,
  V: config.vocabSize,
  ...(R === undefined ? {} : { R }),
});

/** @param output width of the first expert */
export const imgLengths = (img: ImgConfig, output: number): Lengths => ({
  L: img.depth,
  C: img.width,
  Q: img.numHeads,
  H: img.width / img.numHeads,
  F: img.mlpDim,
  T: patchesOf(img),
  Y: img.patchSize,
  X: img.patchSize,
  O: output,
});

export const projectionLengths = (actionDim: number, { width }: ExpertConfig): Lengths => ({ A: actionDim, C: width });

/** A leaf's shape without the layers' axis: the stored axes, in the order of the reader's. */
export function storedShape({ reader, axes }: LeafRow, lengths: Lengths): number[] {
  const stored = READERS[reader].split(' ').flatMap((axis) => axes[axis]!);
  return stored.map((axis) => lengthOf(axis, lengths));
}

/** The same with an axis of the reader's as one, as the hub stores a linear's outputs: heads times head size. */
export const joinedShape = ({ reader, axes }: LeafRow, lengths: Lengths): number[] =>
  READERS[reader]
    .split(' ')
    .filter((axis) => axes[axis]!.length > 0)
    .map((axis) => axisLength(axes[axis]!, lengths));

/** The length of one of a reader's axes: the product of those stored. */
export const axisLength = (stored: readonly StoredAxis[], lengths: Lengths): number =>
  stored.reduce<number>((size, axis) => size * lengthOf(axis, lengths), 1);

/** @throws Error where the part of the model has no such axis. */
function lengthOf(axis: StoredAxis, lengths: Lengths): number {
  if (typeof axis === 'number') return axis;
  if (axis === '2C' || axis === '3C') return Number(axis[0]) * lengthOf('C', lengths);
  const length = lengths[axis];
  if (length === undefined) throw new Error(`this part of the model has no axis ${axis}`);
  return length;
}
