/**
 * config.json of a policy: LeRobot's, the one that openpi writes beside a PyTorch checkpoint, or one of ours. What it says of sizes is held
 * against the tensors; what it says beyond them is how the policy is fed.
 */
import { ConfigFields, shown } from '../hub/fields';
import type { ModelKind } from '../leaves/row';
import type { ExpertConfig, ImgConfig } from '../model/config';
import type { Problem } from '../problem';
import type { NormalizationKind } from '../settings/actions';

/** One size of a model, by where it is in a ModelConfig. */
export type SizeKey =
  | `experts.${0 | 1}.${Exclude<keyof ExpertConfig, 'lora'>}`
  | `img.${keyof ImgConfig}`
  | 'vocabSize'
  | 'actionDim';

/** What config.json says of a size. */
export interface SaidSize {
  readonly value: number;
  /** In its words, as `experts[0].width`. */
  readonly by: string;
}

export interface PolicyConfig {
  /** Null where it does not say. */
  readonly kind: ModelKind | null;
  readonly sizes: ReadonlyMap<SizeKey, SaidSize>;
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
const OTHER_POLICY = 'Choose a checkpoint of π0 or π0.5.';

const EXPERT_KEYS = {
  width: 'width',
  depth: 'depth',
  mlpDim: 'mlp_dim',
  numHeads: 'num_heads',
  numKvHeads: 'num_kv_heads',
  headDim: 'head_dim',
} as const;
const IMG_KEYS = {
  imageSize: 'image_size',
  patchSize: 'patch_size',
  width: 'width',
  depth: 'depth',
  mlpDim: 'mlp_dim',
  numHeads: 'num_heads',
} as const;

const SHARED = { depth: 18, numHeads: 8, numKvHeads: 1, headDim: 256 };
/** openpi's Gemma, by the name of the variant; one with adapters has the same sizes. */
const VARIANTS: Readonly<Record<string, Omit<ExpertConfig, 'lora'>>> = {
  gemma_2b: { ...SHARED, width: 2048, mlpDim: 16384 },
  gemma_300m: { ...SHARED, width: 1024, mlpDim: 4096 },
  dummy: { width: 64, depth: 4, mlpDim: 128, numHeads: 8, numKvHeads: 1, headDim: 16 },
};

const MODES: Readonly<Record<string, NormalizationKind>> = { MEAN_STD: 'z-score', QUANTILES: 'quantile' };

/** What would make another model of the same tensors; here each is as openpi has it. */
const FIXED = {
  min_period: 4e-3,
  max_period: 4,
  time_sampling_beta_alpha: 1.5,
  time_sampling_beta_beta: 1,
  time_sampling_scale: 0.999,
  time_sampling_offset: 1e-3,
  n_obs_steps: 1,
  adapt_to_pi_aloha: false,
  use_delta_joint_actions_aloha: false,
  use_visual_memory: false,
  use_proprioceptive_memory: false,
} as const;

/**
 * @param json What config.json holds; undefined where there is none
 * @param where Its name, for error messages
 * @throws ProblemError for a policy of another kind, by the name and value of what it says
 */
export function readPolicyConfig(json: unknown, where: string): PolicyConfig {
  const fields = new ConfigFields(json, where);
  for (const [key, value] of Object.entries(FIXED))
    if (fields.says(key) && fields.get(key) !== value)
      throw fields.refuse(
        `${key} is ${shown(fields.get(key))}; only ${value} can be trained here.`,
        'Choose a checkpoint that was trained so.',
      );
  const warnings: Problem[] = [];
  if (fields.flag('use_relative_actions', false))
    warnings.push({
      what: 'use_relative_actions is true: the actions that it was trained on are differences from the state.',
      where,
      fix: 'Learn the same joints as differences; otherwise it has to learn them anew.',
    });
  const horizon = fields.has('chunk_size') ? 'chunk_size' : 'action_horizon';
  const prompt = ['tokenizer_max_length', 'max_token_len'].find((key) => fields.says(key));
  return {
    kind: readKind(fields),
    sizes: new Map([...variantSizes(fields), ...ownSizes(fields)]),
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

/** By the names of openpi's variants. */
function variantSizes(fields: ConfigFields): [SizeKey, SaidSize][] {
  const keys = ['paligemma_variant', 'action_expert_variant'] as const;
  return keys.flatMap((key, e) => {
    if (!fields.says(key)) return [];
    const name = fields.get(key);
    const variant = typeof name === 'string' ? name.replace(/_lora$/, '') : '';
    if (!Object.hasOwn(VARIANTS, variant))
      throw fields.refuse(`${key} is ${shown(name)}, which openpi does not have.`, OTHER_POLICY);
    return Object.entries(VARIANTS[variant]!).map(([size, value]): [SizeKey, SaidSize] => [
      `experts.${e as 0 | 1}.${size as keyof typeof EXPERT_KEYS}`,
      { value, by: `${key} ${variant}` },
    ]);
  });
}

/** By number: the form of our own files, and what LeRobot's says. */
function ownSizes(fields: ConfigFields): [SizeKey, SaidSize][] {
  const found: [SizeKey, SaidSize][] = [];
  const add = (within: ConfigFields, key: string, size: SizeKey) => {
    if (within.says(key)) found.push([size, { value: within.count(key, MOST_SIZE), by: within.named(key) }]);
  };
  add(fields, 'vocab_size', 'vocabSize');
  add(fields, 'action_dim', 'actionDim');
  add(fields, 'max_action_dim', 'actionDim');
  const resolution = fields.get('image_resolution');
  if (Array.isArray(resolution) && typeof resolution[0] === 'number')
    found.push(['img.imageSize', { value: resolution[0], by: 'image_resolution' }]);
  for (const e of [0, 1] as const) {
    const expert = fields.item('experts', e);
    for (const [size, key] of Object.entries(EXPERT_KEYS))
      add(expert, key, `experts.${e}.${size as keyof typeof EXPERT_KEYS}`);
  }
  if (!fields.says('img')) return found;
  const img = fields.within('img');
  for (const [size, key] of Object.entries(IMG_KEYS)) add(img, key, `img.${size as keyof ImgConfig}`);
  return found;
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
  const [state, action] = ['STATE', 'ACTION'].map((key) => mapping.get(key));
  if (typeof action === 'string' && action === state && Object.hasOwn(MODES, action)) return MODES[action]!;
  warnings.push({
    what: `normalization_mapping has ${shown(state)} for the state and ${shown(action)} for actions; both are normalised as openpi does.`,
    where: fields.where,
    fix: 'Nothing needs to be done, but what was learned before may have to be learned anew.',
  });
  return null;
}
