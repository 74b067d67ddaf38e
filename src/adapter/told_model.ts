/** The model that an adapter is of, as a file from anywhere tells it: with the keys that are known, in their types, and no others. */
import { checkConfig, type ExpertConfig, type ImgConfig, type ModelConfig } from '../model/config';
import { type DecoderConfig, FAMILIES, type LayerForm, type Rotation } from '../model/decoder_config';
import type { Adapter } from './adapter';
import { type Form, flag, isObject, jsonIn, listOf, number, object, oneOf, orNull } from './forms';
import { decoderLora, rankAndAlpha } from './told_forms';

/** More layers or experts than any model has: a file must not make the page count for ever. */
const MOST_PARTS = 1024;
/** The numbers of a binding are counted in 32 bits. */
const LARGEST = 2 ** 32;

const wholeTo =
  (most: number): Form<number> =>
  (value) =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= most ? (value as number) : undefined;
const size = wholeTo(LARGEST);
const depth = wholeTo(MOST_PARTS);

const tower = { width: size, depth, mlpDim: size, numHeads: size };
const heads = { numKvHeads: size, headDim: size };
const expert: Form<ExpertConfig> = object({ ...tower, ...heads }, { lora: object(rankAndAlpha, { rootScaled: flag }) });
const img: Form<ImgConfig> = object({ ...tower, imageSize: size, patchSize: size });
const experts: Form<ModelConfig> = object(
  { experts: listOf(expert), vocabSize: size },
  { img, actionDim: size, pi05: flag },
);

const factor = { factor: number };
const llama3 = { lowFrequencyFactor: number, highFrequencyFactor: number, originalPositions: number };
const scalings: readonly Form<NonNullable<Rotation['scaling']>>[] = [
  object({ type: oneOf('linear'), ...factor }),
  object({ type: oneOf('llama3'), ...factor, ...llama3 }),
  object({ type: oneOf('factors'), factors: listOf(number) }),
];
const scaling: Form<NonNullable<Rotation['scaling']>> = (value) => {
  for (const form of scalings) {
    const known = form(value);
    if (known) return known;
  }
  return undefined;
};
const rotation: Form<Rotation> = object({ base: number }, { scaling });
const rotations: Form<DecoderConfig['rotations']> = (value) => {
  const [first, ...others] = listOf(rotation)(value) ?? [];
  return first && [first, ...others];
};
const place: Form<number> = (value) => (value === 0 ? 0 : depth(value));
const layer: Form<LayerForm> = object({ window: orNull(size), rotation: place });

const decoder: Form<DecoderConfig> = object(
  {
    family: oneOf(...FAMILIES),
    ...{ ...tower, ...heads, vocabSize: size, positions: size, embeddingScale: number },
    norm: object({ plusOne: flag, epsilon: number }),
    ...{ headNorms: flag, postNorms: flag, biases: object({ qkv: flag, out: flag, mlp: flag }) },
    ...{ scoreScale: number, scoreCap: orNull(number), logitCap: orNull(number) },
    ...{ activation: oneOf('gelu', 'silu'), tied: flag, rotations, layers: listOf(layer) },
  },
  { lora: decoderLora },
);

/** @returns undefined where that is no model */
export function toldModel(written: string): Adapter['modelConfig'] | undefined {
  const read = jsonIn(written);
  if (!isObject(read)) return undefined;
  if (Object.hasOwn(read, 'experts')) return soundExperts(experts(read));
  const known = decoder(read);
  if (!known || known.layers.length !== known.depth) return undefined;
  return known.layers.every((one) => one.rotation < known.rotations.length) ? known : undefined;
}

function soundExperts(model: ModelConfig | undefined): ModelConfig | undefined {
  if (!model || model.experts.length > MOST_PARTS) return undefined;
  try {
    checkConfig(model);
    return model;
  } catch {
    return undefined;
  }
}
