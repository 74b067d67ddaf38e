/** config.json as programs write it: nothing of it is refused, and nothing told. */
import { expect, test } from 'vitest';
import { readPolicyConfig } from '../../src/policy/config';

const read = (json: object) => readPolicyConfig(json, 'config.json');

/** What LeRobot's PreTrainedConfig and the configurations of its policies say of themselves, by their defaults. */
const LEROBOT = {
  n_obs_steps: 1,
  input_features: {
    'observation.images.base_0_rgb': { type: 'VISUAL', shape: [3, 224, 224] },
    'observation.images.left_wrist_0_rgb': { type: 'VISUAL', shape: [3, 224, 224] },
    'observation.images.right_wrist_0_rgb': { type: 'VISUAL', shape: [3, 224, 224] },
    'observation.state': { type: 'STATE', shape: [32] },
  },
  output_features: { action: { type: 'ACTION', shape: [32] } },
  device: 'mps',
  use_amp: false,
  use_peft: false,
  push_to_hub: true,
  repo_id: null,
  private: null,
  tags: null,
  license: null,
  pretrained_path: null,
  pretrained_revision: null,
  paligemma_variant: 'gemma_2b',
  action_expert_variant: 'gemma_300m',
  dtype: 'float32',
  chunk_size: 50,
  n_action_steps: 50,
  max_state_dim: 32,
  max_action_dim: 32,
  num_inference_steps: 10,
  time_sampling_beta_alpha: 1.5,
  time_sampling_beta_beta: 1.0,
  time_sampling_scale: 0.999,
  time_sampling_offset: 0.001,
  min_period: 0.004,
  max_period: 4.0,
  use_relative_actions: false,
  relative_exclude_joints: ['gripper'],
  action_feature_names: null,
  rtc_config: null,
  image_resolution: [224, 224],
  empty_cameras: 0,
  normalization_mapping: { VISUAL: 'IDENTITY', STATE: 'MEAN_STD', ACTION: 'MEAN_STD' },
  gradient_checkpointing: false,
  compile_model: false,
  compile_mode: 'max-autotune',
  freeze_vision_encoder: false,
  train_expert_only: false,
  optimizer_lr: 2.5e-5,
  optimizer_betas: [0.9, 0.95],
  optimizer_eps: 1e-8,
  optimizer_weight_decay: 0.01,
  optimizer_grad_clip_norm: 1.0,
  scheduler_warmup_steps: 1000,
  scheduler_decay_steps: 30000,
  scheduler_decay_lr: 2.5e-6,
  tokenizer_max_length: 48,
};
const PI0 = { type: 'pi0', ...LEROBOT };
const PI05 = {
  type: 'pi05',
  ...LEROBOT,
  use_visual_memory: false,
  use_proprioceptive_memory: false,
  memory_frames: 6,
  memory_stride: 30,
  memory_temporal_attention_every: 4,
  rtc_training_max_delay: 0,
  tokenizer_max_length: 200,
  normalization_mapping: { VISUAL: 'IDENTITY', STATE: 'QUANTILES', ACTION: 'QUANTILES' },
};

/** LeRobot's PI0Config as it was until September 2025. */
const FORMER = {
  type: 'pi0',
  n_obs_steps: 1,
  chunk_size: 50,
  n_action_steps: 50,
  normalization_mapping: { VISUAL: 'IDENTITY', STATE: 'MEAN_STD', ACTION: 'MEAN_STD' },
  max_state_dim: 32,
  max_action_dim: 32,
  resize_imgs_with_padding: [224, 224],
  empty_cameras: 0,
  adapt_to_pi_aloha: false,
  use_delta_joint_actions_aloha: false,
  tokenizer_max_length: 48,
  proj_width: 1024,
  num_steps: 10,
  use_cache: true,
  attention_implementation: 'eager',
  freeze_vision_encoder: true,
  train_expert_only: false,
  train_state_proj: true,
  optimizer_lr: 2.5e-5,
  optimizer_betas: [0.9, 0.95],
  optimizer_eps: 1e-8,
  optimizer_weight_decay: 1e-10,
  scheduler_warmup_steps: 1000,
  scheduler_decay_steps: 30000,
  scheduler_decay_lr: 2.5e-6,
};

test('LeRobot’s π0 and π0.5, by the defaults of their configurations', () => {
  const cameras = ['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb'].map((name) => `observation.images.${name}`);
  const common = { backbone: 'gemma_2b', cameras, horizon: 50, stateInPrompt: null, warnings: [] };
  expect(read(PI0)).toMatchObject({ ...common, kind: 'π0', promptLength: 48, normalization: 'z-score' });
  expect(read(PI05)).toMatchObject({ ...common, kind: 'π0.5', promptLength: 200, normalization: 'quantile' });
  const held = read(PI0).sizes.map(({ by, key, value }) => `${by}: ${key} ${value}`);
  expect(held).toContain('paligemma_variant gemma_2b: experts.0.width 2048');
  expect(held).toContain('action_expert_variant gemma_300m: experts.1.width 1024');
  expect(held.slice(-3)).toEqual([
    'max_action_dim: actionDim 32',
    'max_state_dim: actionDim 32',
    'image_resolution: img.imageSize 224',
  ]);
});

test('LeRobot’s π0 as it was before', () => {
  const { kind, warnings, sizes } = read(FORMER);
  expect([kind, warnings]).toEqual(['π0', []]);
  expect(sizes.map(({ by, key, value }) => `${by}: ${key} ${value}`)).toEqual([
    'max_action_dim: actionDim 32',
    'max_state_dim: actionDim 32',
    'proj_width: experts.1.width 1024',
    'resize_imgs_with_padding: img.imageSize 224',
  ]);
});

test('what openpi’s converter writes', () => {
  const said = read({
    action_dim: 32,
    action_horizon: 15,
    paligemma_variant: 'gemma_2b_lora',
    action_expert_variant: 'gemma_300m_lora',
    precision: 'bfloat16',
  });
  expect(said).toMatchObject({ kind: null, backbone: 'gemma_2b', horizon: 15, promptLength: null, warnings: [] });
});

test('a π0.5 may pad its state to another length: it is told in words', () => {
  expect(read({ ...PI05, max_state_dim: 64 }).sizes.some(({ by }) => by === 'max_state_dim')).toBe(false);
});

test('how chunks are joined on a robot changes nothing of the training', () => {
  const rtc_config = { enabled: true, mode: 'guided', prefix_attention_schedule: 'LINEAR', execution_horizon: 10 };
  expect(read({ ...PI05, rtc_config }).warnings).toEqual([]);
});

test('another number of sampling steps, and pictures that are normalised, are told', () => {
  const normalization_mapping = { VISUAL: 'MEAN_STD', STATE: 'MEAN_STD', ACTION: 'MEAN_STD' };
  const told = (json: object) => read(json).warnings.map(({ what }) => what);
  expect(told({ ...PI0, num_inference_steps: 5, normalization_mapping })).toEqual([
    'num_inference_steps is 5: it samples actions in so many steps; evaluations here take 10.',
    'normalization_mapping has "MEAN_STD" for pictures; they are not normalised, as openpi does not.',
  ]);
  expect(told({ ...FORMER, num_steps: 4 })[0]).toMatch(/^num_steps is 4/);
  expect(() => read({ ...PI0, num_inference_steps: 0 })).toThrow('num_inference_steps is 0');
});
