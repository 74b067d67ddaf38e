/** What lies beside a policy's weights: how it is fed, its statistics, its tokenizer. */
import { describe, expect, test } from 'vitest';
import { f32Tensor, writeSafetensors } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { openPolicy } from '../../src/policy/checkpoint';
import { writeNormStats } from '../../src/recording/norm_stats_file';
import { stored } from '../hub/model';
import { configJson, folderOf, type KINDS, tensorOf, tensorsOf } from './checkpoints';

function policyWith(json: object, others: readonly StoredFile[] = [], kind: (typeof KINDS)[number] = 'π0') {
  const tensors = new Map([...tensorsOf(kind, 'LeRobot')].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]));
  return openPolicy([...folderOf(tensors, { ...configJson(kind), ...json }), ...others]);
}

describe('how it is fed', () => {
  test('as LeRobot says', async () => {
    const policy = await policyWith({
      chunk_size: 10,
      tokenizer_max_length: 64,
      max_action_dim: 3,
      min_period: 0.004,
      input_features: {
        'observation.state': { type: 'STATE', shape: [3] },
        'observation.images.top': { type: 'VISUAL', shape: [3, 480, 640] },
        'observation.images.empty_camera_0': { type: 'VISUAL', shape: [3, 480, 640] },
      },
      normalization_mapping: { VISUAL: 'IDENTITY', STATE: 'QUANTILES', ACTION: 'QUANTILES' },
    });
    expect(policy).toMatchObject({ horizon: 10, promptLength: 64, normalization: 'quantile', warnings: [] });
    expect(policy.cameras).toEqual(['observation.images.top', 'observation.images.empty_camera_0']);
  });

  test.each([
    ['π0', 48, 'z-score'],
    ['π0.5', 200, 'quantile'],
  ] as const)('as openpi has it, where nothing is said: %s', async (kind, promptLength, normalization) => {
    const policy = await policyWith({}, [], kind);
    expect(policy).toMatchObject({ horizon: 50, promptLength, normalization, warnings: [], stats: null });
    expect(policy.cameras).toEqual(['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb']);
  });

  test('a π0.5 tells its state in the prompt, unless it was trained without; no π0 does, as in openpi', async () => {
    const tells = async (json: object, kind: 'π0' | 'π0.5') => (await policyWith(json, [], kind)).stateInPrompt;
    expect(await tells({}, 'π0.5')).toBe(true);
    expect(await tells({ discrete_state_input: false }, 'π0.5')).toBe(false);
    expect(await tells({}, 'π0')).toBe(false);
    expect(await tells({ discrete_state_input: true }, 'π0')).toBe(false);
    await expect(tells({ discrete_state_input: 'no' }, 'π0.5')).rejects.toThrow('discrete_state_input is "no"');
  });

  test('what cannot be followed is told', async () => {
    const policy = await policyWith({
      normalization_mapping: { STATE: 'MIN_MAX', ACTION: 'MEAN_STD' },
      use_relative_actions: true,
    });
    expect(policy.normalization).toBe('z-score');
    expect(policy.warnings.map(({ what }) => what)).toEqual([
      'use_relative_actions is true: the actions that it was trained on are differences from the state.',
      'normalization_mapping has "MIN_MAX" for the state and "MEAN_STD" for actions; both are normalised as openpi does.',
    ]);
  });
});

const STATS = {
  state: { mean: [0, 1], std: [1, 2], q01: [-1, -2], q99: [2, 3] },
  actions: { mean: [3, 4], std: [5, 6], q01: [-3, -4], q99: [5, 6] },
};

/** As a step of LeRobot's processors saves its state. */
function processor(name: string, features: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>) {
  const tensors = Object.entries(features).flatMap(([feature, stats]) =>
    Object.entries(stats).map(
      ([stat, values]) => [`${feature}.${stat}`, f32Tensor(Float32Array.from(values), [values.length])] as const,
    ),
  );
  return stored(`policy/${name}.safetensors`, writeSafetensors(new Map(tensors)));
}

describe('statistics', () => {
  test('of LeRobot’s processors', async () => {
    const others = [
      processor('policy_postprocessor_step_0_unnormalizer_processor', { action: STATS.actions }),
      processor('policy_preprocessor_step_5_normalizer_processor', {
        action: { ...STATS.actions, min: [0, 0] },
        'observation.state': STATS.state,
        'observation.images.top': { mean: [0.5], std: [0.2] },
      }),
    ];
    const policy = await policyWith({}, others);
    expect(policy).toMatchObject({ stats: STATS, warnings: [] });
    expect(policy.files.map(({ path }) => path)).toEqual(['policy/model.safetensors']);
  });

  test('of openpi’s norm_stats.json', async () => {
    const file = (folder: string) => stored(`policy/assets/${folder}/norm_stats.json`, writeNormStats(STATS));
    expect((await policyWith({}, [file('trossen')])).stats).toEqual(STATS);
    const two = await policyWith({}, [file('trossen'), file('droid')]);
    expect(two.stats).toBe(null);
    expect(two.warnings[0]!.what).toBe(
      'There are 2 files norm_stats.json, for robots of different kinds; none of them is used.',
    );
    const elsewhere = stored('recording/norm_stats.json', writeNormStats(STATS));
    expect((await policyWith({}, [elsewhere])).stats).toBe(null);
  });

  test('among the weights, as LeRobot had them before', async () => {
    const tensors = new Map([...tensorsOf('π0', 'LeRobot')].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]));
    for (const name of ['normalize_inputs.buffer_observation_state.mean', 'unnormalize_outputs.buffer_action.std'])
      tensors.set(name, f32Tensor(Float32Array.of(1, 2, 3), [3]));
    const policy = await openPolicy(folderOf(tensors, configJson('π0')));
    expect(policy.stats).toBe(null);
    expect(policy.warnings.map(({ what }) => what)).toEqual([
      'Statistics are among its weights, as LeRobot had them before; they are not read.',
    ]);
  });

  test.each([
    ['no JSON', '{', /not valid JSON/],
    ['no statistics', '{}', /^Its mean is no list of numbers/],
    ['no numbers', { ...STATS, state: { ...STATS.state, std: [1, null] } }, /^Its std is no list of numbers/],
    ['of other lengths', { ...STATS, state: { ...STATS.state, q01: [1] } }, /^Its q01 has 1 numbers, and mean has 2/],
  ])('that are %s are told, and not used', async (_, content, what) => {
    const text = typeof content === 'string' ? content : JSON.stringify({ norm_stats: content });
    const policy = await policyWith({}, [stored('policy/norm_stats.json', text)]);
    expect(policy.stats).toBe(null);
    expect(policy.warnings).toHaveLength(1);
    expect(policy.warnings[0]!.what).toMatch(what);
  });

  test('quantiles may be absent, and null', async () => {
    const { mean, std } = STATS.state;
    const text = JSON.stringify({ norm_stats: { state: { mean, std, q01: null, q99: null }, actions: { mean, std } } });
    expect((await policyWith({}, [stored('policy/norm_stats.json', text)])).stats).toEqual({
      state: { mean, std },
      actions: { mean, std },
    });
  });
});

test('the tokenizer beside it, or the only one that came with it', async () => {
  const file = (folder: string) => [
    stored(`${folder}/tokenizer.json`, '{}'),
    stored(`${folder}/tokenizer_config.json`, '{}'),
  ];
  const paths = async (others: readonly StoredFile[]) => {
    const { tokenizer, config } = (await policyWith({}, others)).tokenizer;
    return [tokenizer?.path, config?.path];
  };
  expect(await paths([])).toEqual([undefined, undefined]);
  const dropped = ['paligemma/tokenizer.json', 'paligemma/tokenizer_config.json'];
  expect(await paths(file('paligemma'))).toEqual(dropped);
  expect(await paths([...file('paligemma'), ...file('gemma')])).toEqual([undefined, undefined]);
  const beside = ['policy/tokenizer.json', 'policy/tokenizer_config.json'];
  expect(await paths([...file('paligemma'), ...file('policy')])).toEqual(beside);
});
