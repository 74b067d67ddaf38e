import { describe, expect, test } from 'vitest';
import { type Adapter, isLora } from '../../src/adapter/adapter';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { importPeft } from '../../src/adapter/peft_import';
import { policyCheckpointFiles, policyLeafFiles, policyPeftFiles } from '../../src/adapter/policy_files';
import { readSafetensors, toFloat32, writeSafetensors } from '../../src/containers/safetensors';
import type { StreamedFile } from '../../src/containers/stored_file';
import { openpiConfig } from '../../src/model/config';
import { openPolicy } from '../../src/policy/checkpoint';
import { readPolicyConfig } from '../../src/policy/config';
import { ProblemError } from '../../src/problem';
import { collected } from '../containers/gguf/file';
import { stored } from '../hub/model';
import { configJson, configOfKind, folderOf, KINDS, type NAMINGS, tensorOf, tensorsOf } from '../policy/checkpoints';
import { openedPolicy, policyAdapter, policyFiles, threeJoints } from './policy_sample';

type Kind = (typeof KINDS)[number];

/** As LeRobot or openpi has one, with files beside it. */
const opened = (kind: Kind, naming: (typeof NAMINGS)[number] = 'LeRobot', json: object | null = {}) =>
  openedPolicy([
    ...folderOf(
      new Map([...tensorsOf(kind, naming)].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')])),
      json === null ? null : { ...configJson(kind), ...json },
    ),
    stored('policy/README.md', 'Theirs.'),
    stored('policy/tokenizer.json', '{"theirs": true}'),
    stored('policy/policy_preprocessor.json', '{}'),
  ]);

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const json = (bytes: Uint8Array | undefined) => JSON.parse(text(bytes));

async function written(files: readonly StreamedFile[]): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const all = await Promise.all(files.map(async (file) => [file.path, await collected(file)] as const));
  for (const [n, [, bytes]] of all.entries()) expect(bytes.length).toBe(files[n]!.bytes);
  expect(new Set(all.map(([path]) => path)).size).toBe(all.length);
  return Object.fromEntries(all);
}

const numbers = (values: readonly number[]) => [...Float32Array.from(values)];

/** What the steps of a pipeline are called, and the statistics that they hold. */
function pipelineIn(files: Readonly<Record<string, Uint8Array>>, name: string) {
  const { name: said, steps } = json(files[`${name}.json`]) as {
    name: string;
    steps: { registry_name: string; config: Record<string, unknown>; state_file?: string }[];
  };
  expect(said).toBe(name);
  const held = steps.flatMap(({ state_file, registry_name }, n) => {
    if (state_file === undefined) return [];
    expect(state_file).toBe(`${name}_step_${n}_${registry_name}.safetensors`);
    const { tensors } = readSafetensors(files[state_file]!, state_file);
    return [Object.fromEntries([...tensors].map(([key, tensor]) => [key, [...toFloat32(tensor)]]))];
  });
  return { names: steps.map((step) => step.registry_name), steps, held };
}

const { state, actions } = threeJoints.stats;
const STATISTICS = Object.fromEntries(
  Object.entries({ 'observation.state': state, action: actions }).flatMap(([feature, stats]) =>
    Object.entries(stats).map(([name, values]) => [`${feature}.${name}`, numbers(values)]),
  ),
);

describe.each(KINDS)('%s: what LeRobot wants beside the weights', (kind) => {
  const order =
    kind === 'π0'
      ? [
          'pi0_new_line_processor',
          'tokenizer_processor',
          'device_processor',
          'relative_actions_processor',
          'normalizer_processor',
        ]
      : [
          'relative_actions_processor',
          'normalizer_processor',
          'pi05_prepare_state_tokenizer_processor_step',
          'tokenizer_processor',
          'device_processor',
        ];

  test('the steps of its processors, in its order, with this robot’s statistics', async () => {
    const { source, adapter } = await opened(kind);
    const files = policyPeftFiles(adapter, source);
    const before = pipelineIn(files, 'policy_preprocessor');
    expect(before.names).toEqual(['rename_observations_processor', 'to_batch_processor', ...order]);
    const after = pipelineIn(files, 'policy_postprocessor');
    expect(after.names).toEqual(['unnormalizer_processor', 'absolute_actions_processor', 'device_processor']);
    expect([...before.held, ...after.held]).toEqual([STATISTICS, STATISTICS]);
    const said = Object.fromEntries(before.steps.map(({ registry_name, config }) => [registry_name, config]));
    expect(said.tokenizer_processor).toMatchObject({
      tokenizer_name: 'google/paligemma-3b-pt-224',
      max_length: kind === 'π0' ? 48 : 200,
    });
    expect(said.relative_actions_processor).toEqual({
      enabled: true,
      exclude_joints: ['gripper'],
      action_names: ['pan', 'lift', 'gripper'],
    });
    expect(said.normalizer_processor).toMatchObject({
      norm_map: { VISUAL: 'IDENTITY', STATE: 'MEAN_STD', ACTION: 'MEAN_STD' },
      features: {
        'observation.images.front': { type: 'VISUAL', shape: [3, 6, 6] },
        'observation.state': { type: 'STATE', shape: [3] },
        action: { type: 'ACTION', shape: [3] },
      },
    });
  });

  test('a prompt that tells no state ends with its line', async () => {
    const { source, adapter } = await opened(kind);
    const { names } = pipelineIn(
      policyPeftFiles(adapter, Object.assign(source, { stateInPrompt: false })),
      'policy_preprocessor',
    );
    expect(names).toContain('pi0_new_line_processor');
    expect(names).not.toContain('pi05_prepare_state_tokenizer_processor_step');
  });

  test('config.json is the base’s, but for the robot', async () => {
    const theirs = { dtype: 'bfloat16', chunk_size: 10, device: 'cuda', repo_id: 'lerobot/pi0_base', empty_cameras: 1 };
    const { source, adapter } = await opened(kind, 'LeRobot', theirs);
    const said = json(policyPeftFiles(adapter, source)['config.json']);
    expect(said).toMatchObject({
      type: kind === 'π0' ? 'pi0' : 'pi05',
      dtype: 'bfloat16',
      chunk_size: 4,
      n_action_steps: 4,
      max_state_dim: 3,
      max_action_dim: 3,
      empty_cameras: 0,
      use_relative_actions: true,
      relative_exclude_joints: ['gripper'],
      use_peft: true,
      device: null,
      repo_id: null,
    });
    expect(readPolicyConfig(said, 'config.json')).toMatchObject({
      kind,
      cameras: threeJoints.cameras,
      horizon: 4,
      promptLength: kind === 'π0' ? 48 : 200,
      normalization: 'z-score',
    });
  });

  test('without differences neither steps nor fields of them, which not every version knows', async () => {
    const plain = { ...threeJoints, delta: [false, false], normalization: 'quantile' } as const;
    const { source, adapter } = await opened(kind);
    const files = policyPeftFiles({ ...adapter, robot: plain }, source);
    expect(pipelineIn(files, 'policy_preprocessor').names).not.toContain('relative_actions_processor');
    expect(pipelineIn(files, 'policy_postprocessor').names).not.toContain('absolute_actions_processor');
    const said = json(files['config.json']);
    expect(Object.keys(said).some((key) => /relative|action_feature/.test(key))).toBe(false);
    expect(said.normalization_mapping.ACTION).toBe('QUANTILES');
    const other = await opened(kind, 'LeRobot', { use_relative_actions: true });
    const off = json(policyPeftFiles({ ...other.adapter, robot: plain }, other.source)['config.json']);
    expect(off.use_relative_actions).toBe(false);
  });

  test('a joint whose name is in another’s is told from it', async () => {
    const names = ['joint_1', 'joint_10', 'grip'];
    const robot = { ...threeJoints, jointNames: { state: names, action: names }, delta: [false, true, false] };
    const { source, adapter } = await opened(kind);
    const { steps } = pipelineIn(policyPeftFiles({ ...adapter, robot }, source), 'policy_preprocessor');
    const { config } = steps.find(({ registry_name }) => registry_name === 'relative_actions_processor')!;
    expect(config).toMatchObject({
      exclude_joints: ['joint_0', 'joint_2'],
      action_names: ['joint_0', 'joint_1', 'joint_2'],
    });
  });
});

describe('the PEFT folder', () => {
  test.each(KINDS)('%s: comes back as the adapter that it was', async (kind) => {
    const { source, adapter } = await opened(kind);
    const files = policyPeftFiles(adapter, source);
    const shipped = [{ id: 'policy', hash: adapter.baseHash, modelConfig: source.config }];
    const folder = {
      config: text(files['adapter_config.json']),
      weights: files['adapter_model.safetensors']!,
      training: text(files['training_config.json']),
    };
    const { adapter: again } = await importPeft(folder, 'a.zip', { shipped, open: null }, 'new', 0);
    expect(again.summary).toEqual({ ...adapter.summary, id: 'new' });
    const whole = Object.keys(adapter.tensors).filter((path) => !isLora(path));
    expect(whole).toHaveLength(kind === 'π0' ? 10 : 14);
    for (const path of whole) expect(again.tensors[path], path).toEqual(adapter.tensors[path]);
    const { base_model_name_or_path, modules_to_save } = JSON.parse(folder.config);
    expect(base_model_name_or_path).toBe('lerobot/pi0_base');
    expect([...modules_to_save].sort()).toEqual(
      kind === 'π0'
        ? ['action_in_proj', 'action_out_proj', 'action_time_mlp_in', 'action_time_mlp_out', 'state_proj']
        : [
            'action_in_proj',
            'action_out_proj',
            'input_layernorm.dense',
            'paligemma_with_expert.gemma_expert.model.norm.dense',
            'post_attention_layernorm.dense',
            'time_mlp_in',
            'time_mlp_out',
          ],
    );
    const { metadata } = readSafetensors(folder.weights, 'adapter');
    expect(metadata).toMatchObject({ base: 'lerobot/pi0_base', base_sha256: adapter.baseHash, base_kind: kind });
    expect(metadata.load).toContain('PeftModel.from_pretrained');
  });

  test('a layer of a norm that is missing is named', async () => {
    const { source, adapter } = await opened('π0.5');
    const files = policyPeftFiles(adapter, source);
    const { tensors } = readSafetensors(files['adapter_model.safetensors']!, 'adapter');
    const name = [...tensors.keys()].find((one) => /layers\.1\.input_layernorm\.dense\.bias/.test(one))!;
    tensors.delete(name);
    const folder = {
      config: text(files['adapter_config.json']),
      weights: writeSafetensors(tensors),
      training: text(files['training_config.json']),
    };
    const shipped = [{ id: 'policy', hash: adapter.baseHash, modelConfig: source.config }];
    await expect(importPeft(folder, 'a.zip', { shipped, open: null }, 'new', 0)).rejects.toThrow(
      `The tensor "${name}" is missing.`,
    );
  });

  test('its card says which program takes it and how, and on what', async () => {
    const { source, adapter, base } = await opened('π0.5');
    const card = text(policyPeftFiles(adapter, source)['README.md']);
    expect(card).toContain('base_model: "lerobot/pi0_base"\nlibrary_name: peft\npipeline_tag: robotics');
    expect(card).toContain('base = "lerobot/pi0_base"');
    expect(card).toContain('from lerobot.policies.pi05.modeling_pi05 import PI05Policy');
    expect(card).toContain('PeftModel.from_pretrained(policy, folder)');
    expect(card).toContain(`\`${base.files[0]!.sha256}\``);
    expect(card).toContain(`\`${adapter.baseHash}\``);
    expect(card).toContain('Nothing is rounded');
    expect(card).toContain('| Joints of the action, in order | `pan`, `lift`, `gripper` |');
  });

  test('a base that is a folder of one’s own has no name by which others could find it', async () => {
    const { source, base } = await opened('π0');
    const adapter = policyAdapter(source.config, { base: { ...base, name: 'my policy' } });
    const files = policyPeftFiles(adapter, source);
    expect(json(files['adapter_config.json']).base_model_name_or_path).toBeNull();
    expect(text(files['README.md'])).toContain('base = "path/to/the/base"');
    expect(text(files['README.md'])).not.toContain('base_model:');
  });
});

describe('the whole checkpoint', () => {
  test.each(KINDS)('%s in PyTorch’s names opens with the robot’s statistics and configuration', async (kind) => {
    const { source, adapter } = await opened(kind, 'LeRobot', { dtype: 'bfloat16' });
    const files = await written(policyCheckpointFiles(adapter, source));
    const again = await openPolicy(Object.entries(files).map(([path, bytes]) => stored(`merged/${path}`, bytes)));
    expect(again.config).toEqual(source.config);
    const inFloat32 = (stats: typeof state) =>
      Object.fromEntries(Object.entries(stats).map(([key, row]) => [key, numbers(row)]));
    expect(again.stats).toEqual({ state: inFloat32(state), actions: inFloat32(actions) });
    expect(again.horizon).toBe(4);
    expect(again.cameras).toEqual(threeJoints.cameras);
    expect(text(files['tokenizer.json'])).toBe('{"theirs": true}');
    expect(text(files['base.README.md'])).toBe('Theirs.');
    expect(json(files['base.config.json'])).toEqual(source.json);
    expect(json(files['config.json'])).toMatchObject({ dtype: 'bfloat16', chunk_size: 4 });
    expect(json(files['config.json'])).not.toHaveProperty('use_peft');
    const card = text(files['README.md']);
    expect(card).toContain('library_name: lerobot');
    expect(card).not.toContain('create_trained_policy'); // openpi does not read LeRobot's names
    expect(card).toContain('make_pre_post_processors(policy.config, pretrained_path=folder)');
    expect(card).toContain('rounded once, to the nearest, ties to even, to BF16');
    const { metadata } = readSafetensors(files['model.safetensors']!, 'model');
    expect(metadata).toMatchObject({ format: 'pt', base: 'lerobot/pi0_base', base_sha256: adapter.baseHash });
  });

  test('openpi’s own config.json is kept beside one that LeRobot takes', async () => {
    const own = { action_dim: 3, action_horizon: 50, type: undefined };
    const { source, adapter } = await opened('π0', 'openpi PyTorch', own);
    const files = await written(policyCheckpointFiles(adapter, source));
    expect(json(files['base.config.json'])).toMatchObject({ action_horizon: 50 });
    expect(json(files['config.json'])).toMatchObject({ type: 'pi0', max_action_dim: 3 });
    expect(json(files['config.json'])).not.toHaveProperty('action_horizon');
    expect(text(files['README.md'])).toContain('create_trained_policy');
  });

  test('in openpi’s paths it has the statistics in openpi’s form alone', async () => {
    const { source, adapter } = await opened('π0', 'openpi');
    const files = await written(policyCheckpointFiles(adapter, source));
    expect(json(files['norm_stats.json']).norm_stats.actions.mean).toEqual(actions.mean);
    expect(json(files['config.json'])).toEqual(source.json);
    expect(files['policy_postprocessor.json']).toBeUndefined();
    expect(text(files['README.md'])).toContain('library_name: openpi');
  });
});

describe('leaves that changed', () => {
  test.each([
    ['openpi', 'LeRobot', 'PaliGemma/llm/layers/mlp_1/linear', 'restore_params'],
    ['torch', 'LeRobot', 'model.action_in_proj.weight', '= policy.load_state_dict(leaves'],
    ['torch', 'openpi', 'model.action_in_proj.weight', '= policy.load_state_dict(leaves'],
    ['torch', 'openpi PyTorch', 'action_in_proj.weight', '= policy.model.load_state_dict(leaves'],
  ] as const)('%s of a checkpoint in names of %s', async (names, naming, tensor, said) => {
    const { source, adapter, base } = await opened('π0', naming);
    const files = await written(policyLeafFiles(adapter, source, names));
    const { tensors, metadata } = readSafetensors(files['merged_leaves.safetensors']!, 'leaves');
    expect(tensors.has(tensor)).toBe(true);
    expect([...tensors.keys()].some((name) => /lora|embed|img|vision/.test(name))).toBe(false);
    expect(metadata).toMatchObject({
      base: 'lerobot/pi0_base',
      base_sha256: adapter.baseHash,
      base_files: JSON.stringify(base.files),
    });
    expect(metadata.precision).toContain('ties to even, to BF16');
    expect(text(files['README.md'])).toContain(said);
    expect(text(files['NOTICE.txt'])).toContain('Gemma Terms of Use');
    expect(json(files['norm_stats.json']).norm_stats.state.std).toEqual(state.std);
    if (names === 'torch') expect(pipelineIn(files, 'policy_postprocessor').held).toEqual([STATISTICS]);
    expect('config.json' in files).toBe(names === 'torch');
  });
});

describe('what cannot be', () => {
  test('another policy than the one that it was trained on', async () => {
    const { adapter } = await opened('π0');
    const { source: other } = await opened('π0.5');
    const { source: same } = await openedPolicy(policyFiles(configOfKind('π0')));
    for (const source of [other, same])
      for (const write of [policyPeftFiles, policyCheckpointFiles])
        expect(() => write(adapter, source)).toThrow(/trained on "lerobot\/pi0_base", and "policy" is another policy/);
  });

  test('LoRA of the backbone, for PEFT', async () => {
    const { source, adapter } = await opened('π0');
    const lora = { rank: 2, alpha: 2 };
    const { experts, ...config } = openpiConfig(adapter.modelConfig);
    const everywhere: Adapter = {
      ...adapter,
      modelConfig: { ...config, experts: experts.map((one) => ({ ...one, lora })) },
    };
    expect(() => policyPeftFiles(everywhere, source)).toThrow('LoRA of the backbone');
  });
});

describe('the adapter’s own file', () => {
  test('keeps what it says of its policy', async () => {
    const { source, adapter } = await opened('π0.5');
    const known = [{ id: 'policy', hash: adapter.baseHash, modelConfig: source.config }];
    const again = importAdapter(exportOpenpi(adapter), 'a.safetensors', known, 'new', 0);
    expect(again.adapter).toEqual({ ...adapter, summary: { ...adapter.summary, id: 'new' } });
    expect(() => importAdapter(exportOpenpi(adapter), 'a.safetensors', [], 'new', 0)).toThrow(
      'Open the checkpoint that it was trained on.',
    );
  });

  test.each([
    '{',
    '[]',
    '{"name":"a","kind":"π1","naming":"openpi","files":[]}',
    '{"name":"a","kind":"π0","naming":"openpi","files":[{}]}',
  ])('is refused where that is %s', async (policy) => {
    const { source, adapter } = await opened('π0');
    const { tensors, metadata } = readSafetensors(exportOpenpi(adapter), 'a');
    const known = [{ id: 'policy', hash: adapter.baseHash, modelConfig: source.config }];
    const damaged = writeSafetensors(tensors, { ...metadata, policy });
    expect(() => importAdapter(damaged, 'a', known, 'new', 0)).toThrow(ProblemError);
    expect(() => importAdapter(damaged, 'a', known, 'new', 0)).toThrow('of its policy makes no sense');
  });
});
