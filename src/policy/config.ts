/**
 * config.json of a policy: LeRobot's, the one that openpi writes beside a PyTorch checkpoint, or one of ours. What it says of sizes is held
 * against the tensors; what it says beyond them is how the policy is fed.
 */
import { ConfigFields, shown } from '../hub/fields';
import { FRESH } from '../hub/ways_out';
import type { ModelKind } from '../leaves/row';
import type { ExpertConfig, ImgConfig } from '../model/config';
import type { Problem } from '../problem';
import type { NormalizationKind } from '../settings/actions';
import { checkFields, EXPERT_KEYS, IMG_KEYS } from './known_fields';

/** One size of a model, by where it is in a ModelConfig. */
export type SizeKey =
  | `experts.${0 | 1}.${Exclude<keyof ExpertConfig, 'lora'>}`
  | `img.${keyof ImgConfig}`
  | 'vocabSize'
  | 'actionDim';

/** What config.json says of a size. */
export interface SaidSize {
  readonly key: SizeKey;
  readonly value: number;
  /** In its words, as `experts[0].width`. */
  readonly by: string;
}

export interface PolicyConfig {
  /** Null where it does not say. */
  readonly kind: ModelKind | null;
  /** What it says of one in two ways is there twice. */
  readonly sizes: readonly SaidSize[];
  /** openpi's name for the backbone; null where it does not say. */
  readonly backbone: string | null;
  /** Names of its pictures; openpi's where it has none. */
  readonly cameras: readonly string[];
  /** Actions of a chunk. */
  readonly horizon: number;
  /** Tokens of a prompt, padding included; null where it does not say. */
  readonly promptLength: number | null;
  /** Null where it does not say. */
  readonly normalization: NormalizationKind | null;
  /** Whether prompts tell the state, which openpi asks of a π0.5 alone; null where it does not say. */
  readonly stateInPrompt: boolean | null;
  /** What it says and is not followed. */
  readonly warnings: readonly Problem[];
}

/** What openpi calls its pictures. */
const CAMERAS = ['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb'];
const HORIZON = 50;
const MOST_TOKENS = 2 ** 16;
const MOST_SIZE = 2 ** 24;
const UNLEARNED = 'Nothing needs to be done, but what was learned before may have to be learned anew.';
const OTHER_POLICY = 'Choose a checkpoint of π0 or π0.5.';

const SHARED = { depth: 18, numHeads: 8, numKvHeads: 1, headDim: 256 };
/** openpi's Gemma, by the name of the variant; one with adapters has the same sizes. */
const GEMMA_2B = { ...SHARED, width: 2048, mlpDim: 16384 };
const VARIANTS: Readonly<Record<string, Omit<ExpertConfig, 'lora'>>> = {
  gemma_2b: GEMMA_2B,
  gemma_300m: { ...SHARED, width: 1024, mlpDim: 4096 },
  dummy: { width: 64, depth: 4, mlpDim: 128, numHeads: 8, numKvHeads: 1, headDim: 16 },
};

/** The image tower of every policy of openpi's and LeRobot's, So400m/14, whatever its pictures. */
const SO400M: Omit<ImgConfig, 'imageSize'> = { patchSize: 14, width: 1152, depth: 27, mlpDim: 4304, numHeads: 16 };

/** Steps in which evaluations sample, as openpi does. */
const SAMPLING_STEPS = 10;

const MODES: Readonly<Record<string, NormalizationKind>> = { MEAN_STD: 'z-score', QUANTILES: 'quantile' };

/**
 * @param json What config.json holds; undefined where there is none
 * @param where Its name, for error messages
 * @throws ProblemError for a policy of another kind, by the name and value of what it says
 */
export function readPolicyConfig(json: unknown, where: string): PolicyConfig {
  const fields = new ConfigFields(json, where);
  const kind = readKind(fields);
  checkFields(fields);
  const warnings: Problem[] = [];
  if (fields.flag('use_relative_actions', false))
    warnings.push({
      what: 'use_relative_actions is true: the actions that it was trained on are differences from the state.',
      where,
      fix: 'Learn the same joints as differences; otherwise it has to learn them anew.',
    });
  for (const key of ['num_inference_steps', 'num_steps']) {
    const steps = fields.says(key) ? fields.count(key, MOST_TOKENS) : SAMPLING_STEPS;
    if (steps !== SAMPLING_STEPS)
      warnings.push({
        what: `${key} is ${steps}: it samples actions in so many steps; evaluations here take ${SAMPLING_STEPS}.`,
        where,
        fix: 'Nothing needs to be done: training is the same.',
      });
  }
  const horizon = fields.has('chunk_size') ? 'chunk_size' : 'action_horizon';
  const prompt = ['tokenizer_max_length', 'max_token_len'].find((key) => fields.says(key));
  return {
    kind,
    sizes: [...variantSizes(fields), ...ownSizes(fields, kind)],
    backbone: fields.says('paligemma_variant') ? variantOf(fields, 'paligemma_variant').name : null,
    cameras: camerasOf(fields),
    horizon: fields.count(horizon, MOST_TOKENS, HORIZON),
    promptLength: prompt === undefined ? null : fields.count(prompt, MOST_TOKENS),
    normalization: normalizationOf(fields, warnings),
    stateInPrompt: fields.says('discrete_state_input') ? fields.flag('discrete_state_input', true) : null,
    warnings,
  };
}

function readKind(fields: ConfigFields): ModelKind | null {
  if (fields.says('pi05')) return fields.flag('pi05', false) ? 'π0.5' : 'π0';
  if (!fields.says('type')) return null;
  const type = fields.get('type');
  if (type === 'pi0') return 'π0';
  if (type === 'pi05') return 'π0.5';
  throw fields.refuse(`type is ${shown(type)}: a policy of another kind.`, OTHER_POLICY);
}

/** openpi's name of a variant, and its sizes. */
function variantOf(fields: ConfigFields, key: string): { name: string; sizes: Omit<ExpertConfig, 'lora'> } {
  const said = fields.get(key);
  const name = typeof said === 'string' ? said.replace(/_lora$/, '') : '';
  if (Object.hasOwn(VARIANTS, name)) return { name, sizes: VARIANTS[name]! };
  throw fields.refuse(`${key} is ${shown(said)}, which openpi does not have.`, OTHER_POLICY);
}

/** By the names of openpi's variants. */
function variantSizes(fields: ConfigFields): SaidSize[] {
  const keys = ['paligemma_variant', 'action_expert_variant'] as const;
  return keys.flatMap((variant, e) => {
    if (!fields.says(variant)) return [];
    const { name, sizes } = variantOf(fields, variant);
    return Object.entries(sizes).map(
      ([size, value]): SaidSize => ({
        key: `experts.${e as 0 | 1}.${size as keyof typeof EXPERT_KEYS}`,
        value,
        by: `${variant} ${name}`,
      }),
    );
  });
}

/**
 * Sizes that config.json does not say, and that openpi's and LeRobot's policies have all the same: the image tower, and of a backbone as wide
 * as gemma_2b its depth.
 * @param found The backbone, by the tensors' shapes
 */
export function impliedSizes({ sizes, backbone }: PolicyConfig, { width, mlpDim }: ExpertConfig): SaidSize[] {
  const isWide = width === GEMMA_2B.width && mlpDim === GEMMA_2B.mlpDim;
  if (backbone === null && !isWide) return [];
  const [of, name] = backbone === null ? ['experts.0.width', width] : ['paligemma_variant', backbone];
  const by = `${of} ${name}`;
  const ofTower = Object.entries(SO400M).map(([key, value]) => [`img.${key as keyof ImgConfig}`, value] as const);
  const all: readonly (readonly [SizeKey, number])[] = [['experts.0.depth', GEMMA_2B.depth], ...ofTower];
  return all.filter(([key]) => !sizes.some((said) => said.key === key)).map(([key, value]) => ({ key, value, by }));
}

/** By number: the form of our own files, and what LeRobot's says. */
function ownSizes(fields: ConfigFields, kind: ModelKind | null): SaidSize[] {
  const found: SaidSize[] = [];
  const add = (within: ConfigFields, field: string, key: SizeKey) => {
    if (within.says(field)) found.push({ key, value: within.count(field, MOST_SIZE), by: within.named(field) });
  };
  add(fields, 'vocab_size', 'vocabSize');
  add(fields, 'action_dim', 'actionDim');
  add(fields, 'max_action_dim', 'actionDim');
  // A π0.5 tells its state in the prompt, where nothing is added to it.
  if (kind !== 'π0.5') add(fields, 'max_state_dim', 'actionDim');
  add(fields, 'proj_width', 'experts.1.width');
  for (const by of ['image_resolution', 'resize_imgs_with_padding'])
    if (fields.says(by)) found.push({ key: 'img.imageSize', value: pixelsOf(fields, by), by });
  for (const e of [0, 1] as const) {
    const expert = fields.item('experts', e);
    for (const [size, field] of Object.entries(EXPERT_KEYS))
      add(expert, field, `experts.${e}.${size as keyof typeof EXPERT_KEYS}`);
  }
  if (!fields.says('img')) return found;
  const img = fields.within('img');
  for (const [size, field] of Object.entries(IMG_KEYS)) add(img, field, `img.${size as keyof ImgConfig}`);
  return found;
}

/** A side of square pictures. @throws ProblemError for others */
function pixelsOf(fields: ConfigFields, key: string): number {
  const value = fields.get(key);
  const [height, width]: unknown[] = Array.isArray(value) && value.length === 2 ? value : [];
  if (typeof height !== 'number' || typeof width !== 'number')
    throw fields.refuse(`${key} is ${shown(value)}, which is no height and width.`, FRESH);
  if (height !== width)
    throw fields.refuse(`${key} is ${height} × ${width}; only square pictures can be trained on here.`, OTHER_POLICY);
  return height;
}

function camerasOf(fields: ConfigFields): readonly string[] {
  const own = fields.get('cameras');
  if (Array.isArray(own) && own.length > 0 && own.every((name) => typeof name === 'string')) return own;
  const features = new ConfigFields(fields.get('input_features'), fields.where);
  const pictures = features.keys().filter((key) => {
    const feature = new ConfigFields(features.get(key), fields.where);
    return feature.get('type') === 'VISUAL';
  });
  return pictures.length > 0 ? pictures : CAMERAS;
}

function normalizationOf(fields: ConfigFields, warnings: Problem[]): NormalizationKind | null {
  if (!fields.says('normalization_mapping')) return null;
  const mapping = fields.within('normalization_mapping');
  const pictures = mapping.get('VISUAL') ?? 'IDENTITY';
  if (pictures !== 'IDENTITY')
    warnings.push({
      what: `normalization_mapping has ${shown(pictures)} for pictures; they are not normalised, as openpi does not.`,
      where: fields.where,
      fix: UNLEARNED,
    });
  const [state, action] = ['STATE', 'ACTION'].map((key) => mapping.get(key));
  if (typeof action === 'string' && action === state && Object.hasOwn(MODES, action)) return MODES[action]!;
  warnings.push({
    what: `normalization_mapping has ${shown(state)} for the state and ${shown(action)} for actions; both are normalised as openpi does.`,
    where: fields.where,
    fix: UNLEARNED,
  });
  return null;
}
