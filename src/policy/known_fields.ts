/**
 * The fields that config.json of a policy may have: those of LeRobot's PI0Config and PI05Config in all their versions, of openpi's Pi0Config and
 * its converter, and ours. Another one may make another model of the same tensors, and is not passed over.
 */
import { type ConfigFields, shown } from '../hub/fields';
import { type Problem, severalProblems } from '../problem';

/** What would make another model of the same tensors; here each is as openpi has it. */
const FIXED = {
  min_period: 4e-3,
  max_period: 4,
  time_sampling_beta_alpha: 1.5,
  time_sampling_beta_beta: 1,
  time_sampling_scale: 0.999,
  time_sampling_offset: 1e-3,
  n_obs_steps: 1,
  rtc_training_max_delay: 0,
  adapt_to_pi_aloha: false,
  use_delta_joint_actions_aloha: false,
  use_visual_memory: false,
  use_proprioceptive_memory: false,
} as const;

export const EXPERT_KEYS = {
  width: 'width',
  depth: 'depth',
  mlpDim: 'mlp_dim',
  numHeads: 'num_heads',
  numKvHeads: 'num_kv_heads',
  headDim: 'head_dim',
} as const;
export const IMG_KEYS = {
  imageSize: 'image_size',
  patchSize: 'patch_size',
  width: 'width',
  depth: 'depth',
  mlpDim: 'mlp_dim',
  numHeads: 'num_heads',
} as const;

/** Followed, held against the tensors, or told: see config.ts. */
const READ = [
  ...['type', 'pi05', 'paligemma_variant', 'action_expert_variant', 'experts', 'img'],
  ...['vocab_size', 'action_dim', 'max_action_dim', 'max_state_dim', 'proj_width'],
  ...['image_resolution', 'resize_imgs_with_padding', 'cameras', 'input_features', 'normalization_mapping'],
  ...['action_horizon', 'chunk_size', 'tokenizer_max_length', 'max_token_len', 'discrete_state_input'],
  ...['use_relative_actions', 'num_inference_steps', 'num_steps'],
];

/** What changes nothing of the model that is trained. */
const BESIDE = [
  // On what it ran, and in which precision.
  ...['device', 'use_amp', 'dtype', 'precision', 'gradient_checkpointing', 'use_cache', 'attention_implementation'],
  // Where it is kept, and where it came from.
  ...['push_to_hub', 'repo_id', 'private', 'tags', 'license', 'pretrained_path', 'pretrained_revision', 'use_peft'],
  // What of it was trained.
  ...['freeze_vision_encoder', 'train_expert_only', 'train_state_proj'],
  // How its chunks are carried out.
  ...['n_action_steps', 'rtc_config'],
  // Pictures that are masked, the features of actions, and what only counts with a field that is held above.
  ...['empty_cameras', 'output_features', 'relative_exclude_joints', 'action_feature_names'],
  ...['memory_frames', 'memory_stride', 'memory_temporal_attention_every'],
  // What ours tell of themselves.
  ...['name', 'variant', 'description', 'licence', 'trained_steps', 'trained_samples'],
  ...['better_than_baselines', 'evaluation'],
];

/** How it was trained, and compiled. */
const PAST = /^(optimizer|scheduler|compile|pytorch_compile)_/;

/** Kinds of features; a policy has pictures, a state and actions alone. */
const FEATURES = ['VISUAL', 'STATE', 'ACTION', 'ENV', 'REWARD', 'LANGUAGE'];

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(FIXED), ...READ, ...BESIDE]);

/** Fields that are told one by one. */
const MOST_TOLD = 12;

/**
 * @throws ProblemError for a field that has another value than can be trained here, and for those that nothing is known of, by their names;
 *   what is absent, null or false asks for nothing
 */
export function checkFields(fields: ConfigFields): void {
  for (const [key, value] of Object.entries(FIXED))
    if (fields.says(key) && fields.get(key) !== value)
      throw fields.refuse(
        `${key} is ${shown(fields.get(key))}; only ${value} can be trained here.`,
        'Choose a checkpoint that was trained so.',
      );
  const experts = fields.get('experts') ?? [];
  if (!Array.isArray(experts))
    throw fields.refuse(
      `experts is ${shown(experts)}, which is no list.`,
      'Write a list of two, or take a fresh copy.',
    );
  const [first, ...others] = [
    ...unknownIn(fields, (key) => KNOWN.has(key) || PAST.test(key)),
    ...experts.flatMap((_, n) =>
      unknownIn(fields.item('experts', n), (key) => n < 2 && isAmong(Object.values(EXPERT_KEYS), key)),
    ),
    ...(fields.says('img') ? unknownIn(fields.within('img'), (key) => isAmong(Object.values(IMG_KEYS), key)) : []),
    ...(fields.says('normalization_mapping')
      ? unknownIn(fields.within('normalization_mapping'), (key) => isAmong(FEATURES, key))
      : []),
  ];
  if (!first) return;
  const outcome = others.length > 0 ? `It has ${others.length + 1} fields that are not known here.` : undefined;
  throw severalProblems([first, ...others.slice(0, MOST_TOLD - 1)], outcome);
}

const isAmong = (keys: readonly string[], key: string) => keys.includes(key);

const unknownIn = (fields: ConfigFields, isKnown: (key: string) => boolean): Problem[] =>
  fields
    .keys()
    .filter((key) => !isKnown(key) && fields.says(key) && fields.get(key) !== false)
    .map((key) => ({
      what: `${fields.named(key)} is ${shown(fields.get(key))}; what it changes in the model is not known here.`,
      where: fields.where,
      fix: 'Remove it from config.json if it changes nothing in the model; otherwise choose a checkpoint without it.',
    }));
