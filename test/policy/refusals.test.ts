import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StoredTensor } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { openPolicy } from '../../src/policy/checkpoint';
import { isPolicy } from '../../src/policy/files';
import type { Naming } from '../../src/policy/naming';
import { type Problem, ProblemError } from '../../src/problem';
import { fixture, folderOf as hubFolder, stored, TINY, weightsOf } from '../hub/model';
import { configJson, EMBEDDING, folderOf, TORCH, tensorOf, tensorsOf } from './checkpoints';

type Tensors = Map<string, StoredTensor>;

async function problemOf(opened: Promise<unknown>): Promise<Problem> {
  const error: unknown = await opened.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw new Error(`not refused: ${error}`);
  expect(error.problem.fix).toMatch(/\.$/);
  return error.problem;
}

/** What keeps a π0 from being opened, after something was done to it. */
function refusal(naming: Naming, change: (tensors: Tensors) => unknown, json: unknown = configJson('π0')) {
  const tensors = new Map([...tensorsOf('π0', naming)].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]));
  change(tensors);
  return problemOf(openPolicy(folderOf(tensors, json)));
}

const FILE = 'policy/model.safetensors';
const at = (name: string) => `${FILE}, tensor "${name}"`;
const zeros = (shape: readonly number[], dtype: 'BF16' | 'I64' | 'F64' | 'F8_E4M3' = 'BF16'): StoredTensor => {
  const bytes = { BF16: 2, I64: 8, F64: 8, F8_E4M3: 1 }[dtype];
  return { dtype, shape, bytes: new Uint8Array(shape.reduce((product, n) => product * n, bytes)) };
};

const gate = `${TORCH}gemma_expert.model.layers.1.mlp.gate_proj.weight`;
const linear = 'PaliGemma/llm/layers/mlp_1/linear';

describe('tensors', () => {
  test.each<[string, Naming, (tensors: Tensors) => unknown, Partial<Problem>]>([
    [
      'missing',
      'openpi PyTorch',
      (tensors) => tensors.delete(gate),
      { what: `The model needs ${gate}, and no file has it.`, where: FILE },
    ],
    [
      'missing, of the last layer’s first',
      'LeRobot',
      (tensors) => tensors.delete(`model.${TORCH}paligemma.model.language_model.layers.1.self_attn.q_proj.weight`),
      {
        what: `The model needs ${TORCH}paligemma.model.language_model.layers.1.self_attn.q_proj.weight, and no file has it.`,
      },
    ],
    [
      'of a layer that is far away',
      'openpi PyTorch',
      (tensors) => tensors.set(gate.replace('layers.1', 'layers.1000000000'), zeros([18, 14])),
      { what: 'The model has no such tensor.' },
    ],
    [
      'missing from LeRobot’s',
      'LeRobot',
      (tensors) => tensors.delete(`model.${EMBEDDING}`),
      { what: `The model needs ${EMBEDDING}, and no file has it.` },
    ],
    [
      'missing, of openpi’s own',
      'openpi',
      (tensors) => tensors.delete(linear),
      { what: `The model needs ${linear}, and no file has it.` },
    ],
    [
      'too much',
      'LeRobot',
      (tensors) => tensors.set('model.extra.weight', zeros([2])),
      { what: 'The model has no such tensor.', where: at('model.extra.weight') },
    ],
    [
      'one tensor by two names',
      'openpi PyTorch',
      (tensors) => tensors.set(`${TORCH}paligemma.language_model.norm.weight`, zeros([20])),
      { what: `It is there as ${TORCH}paligemma.language_model.norm.weight too.` },
    ],
    [
      'turned',
      'openpi PyTorch',
      (tensors) => tensors.set(gate, zeros([14, 18])),
      { what: 'It has shape [14, 18]; the model needs [18, 14].', where: at(gate) },
    ],
    [
      'of other axes',
      'openpi',
      (tensors) => tensors.set('PaliGemma/llm/layers/attn/q_einsum/w', zeros([2, 4, 20])),
      { what: 'It has shape [2, 4, 20]; the model needs 4 axes.' },
    ],
    [
      'of numbers that are no weights',
      'LeRobot',
      (tensors) => tensors.set(`model.${gate}`, zeros([18, 14], 'I64')),
      { what: 'Values in I64 cannot be used as weights.', fix: 'Save the tensor as F32, F16 or BF16.' },
    ],
    [
      'a π0.5’s among a π0’s',
      'openpi',
      (tensors) => tensors.set('time_mlp_in/kernel', zeros([14, 14])),
      { what: 'It says that it is a π0; its tensors are those of a π0.5.', where: 'policy/config.json' },
    ],
    [
      'PEFT’s factors',
      'openpi PyTorch',
      (tensors) => tensors.set(gate.replace('weight', 'lora_A.weight'), zeros([2, 14])),
      {
        what: 'The weights have an adapter beside them that is not merged.',
        where: at(gate.replace('weight', 'lora_A.weight')),
      },
    ],
  ])('%s', async (_, naming, change, problem) => {
    expect(await refusal(naming, change)).toMatchObject(problem);
  });

  const lastOf = (tensors: Tensors, tower: string) => {
    for (const name of tensors.keys()) if (name.startsWith(`${TORCH}${tower}.layers.1.`)) tensors.delete(name);
  };

  test.each([
    ['paligemma.model.language_model', 1, 0],
    ['gemma_expert.model', 0, 1],
  ])('the whole last layer of one expert: %s', async (tower, deep, shallow) => {
    const problem = await refusal('openpi PyTorch', (tensors) => lastOf(tensors, tower));
    expect(problem.what).toBe(
      `experts.${deep}.depth 2 makes experts.${shallow}.depth 2; by the tensors' shapes it is 1. Layer 1 of ${TORCH}${tower}.layers is missing.`,
    );
  });

  test('more faults than are told', async () => {
    const problem = await refusal('LeRobot', (tensors) => {
      for (let n = 0; n < 20; n++) tensors.set(`model.extra_${n}.weight`, zeros([2]));
    });
    expect(problem.what).toMatch(/^20 tensors are not as the model needs them; the first 12 are told\. The model has/);
    expect(problem.others).toHaveLength(11);
  });

  test('several faults are told together', async () => {
    const problem = await refusal('LeRobot', (tensors) => {
      tensors.delete(`model.${gate}`);
      tensors.set('model.extra.weight', zeros([2]));
      tensors.set('model.state_proj.weight', zeros([14, 4]));
    });
    expect(problem.what).toMatch(/^3 tensors are not as the model needs them\. The model needs /);
    expect(problem.others).toHaveLength(2);
  });

  test.each(['pi0_full', 'pi0_expert_lora'])('openpi’s factors, of the golden case %s', async (name) => {
    const path = `test/fixtures/golden/${name}/params.safetensors`;
    expect(await problemOf(openPolicy([stored('params.safetensors', readFileSync(path))]))).toMatchObject({
      what: 'The weights have an adapter beside them that is not merged.',
      where: expect.stringMatching(/lora_a"$/),
    });
  });

  test.each([
    ['NaN', 0x7fc0],
    ['infinite', 0xff80],
  ])('a value that is %s, when it is read', async (_, bits) => {
    const tensors = new Map(
      [...tensorsOf('π0', 'openpi PyTorch')].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]),
    );
    new DataView(tensors.get(gate)!.bytes.buffer).setUint16(2 * 30, bits, true);
    const policy = await openPolicy(folderOf(tensors, configJson('π0')));
    const path = 'PaliGemma/llm/layers/mlp_1/gating_einsum';
    await policy.read(path, 0, 'bf16', () => undefined);
    expect(await problemOf(policy.read(path, 1, 'f32', () => undefined))).toMatchObject({
      what: 'Its element 30 is NaN or infinite.',
      where: at(gate),
    });
  });

  test('a float32 that is infinite once it is rounded', async () => {
    const tensors = new Map(
      [...tensorsOf('π0', 'openpi PyTorch')].map(([name, tensor]) => [name, tensorOf(tensor, 'F32')]),
    );
    new DataView(tensors.get(gate)!.bytes.buffer).setFloat32(0, 3.4e38, true);
    const policy = await openPolicy(folderOf(tensors, configJson('π0')));
    const path = 'PaliGemma/llm/layers/mlp_1/gating_einsum';
    await policy.read(path, 1, 'f32', () => undefined);
    expect((await problemOf(policy.read(path, 1, 'bf16', () => undefined))).what).toMatch(/^Its element 0 is/);
  });
});

const unknown = (field: string) => `${field}; what it changes in the model is not known here.`;

describe('config.json', () => {
  test.each<[string, object, Partial<Problem>]>([
    ['another kind', { type: 'pi05' }, { what: 'It says that it is a π0.5; its tensors are those of a π0.' }],
    [
      'by openpi’s flag',
      { type: 'pi0', pi05: true },
      { what: 'It says that it is a π0.5; its tensors are those of a π0.' },
    ],
    ['another policy', { type: 'smolvla' }, { what: 'type is "smolvla": a policy of another kind.' }],
    [
      'a size',
      { max_action_dim: 32 },
      { what: "max_action_dim makes actionDim 32; by the tensors' shapes it is 3.", where: 'policy/config.json' },
    ],
    ['a size of ours', { experts: [{}, { width: 16 }] }, { what: expect.stringContaining('experts[1].width makes') }],
    ['pictures', { image_resolution: [224, 224] }, { what: expect.stringContaining('image_resolution makes') }],
    [
      'a variant',
      { paligemma_variant: 'gemma_2b' },
      { what: expect.stringContaining('paligemma_variant gemma_2b makes experts.0.depth 18') },
    ],
    [
      'an unknown variant',
      { paligemma_variant: 'gemma_7b' },
      { what: 'paligemma_variant is "gemma_7b", which openpi does not have.' },
    ],
    ['another clock', { min_period: 0.1 }, { what: 'min_period is 0.1; only 0.004 can be trained here.' }],
    [
      'a loss that leaves out a prefix',
      { rtc_training_max_delay: 5 },
      { what: 'rtc_training_max_delay is 5; only 0 can be trained here.' },
    ],
    ['memory', { use_visual_memory: true }, { what: 'use_visual_memory is true; only false can be trained here.' }],
    [
      'a head that does not divide',
      { experts: [{ head_dim: 7 }] },
      { what: expect.stringContaining('no whole number above 0') },
    ],
    ['nothing of heads', { experts: [{}, {}] }, { what: expect.stringContaining('no whole number above 0') }],
    [
      'an odd head',
      { experts: [{ head_dim: 3 }, { head_dim: 3 }] },
      { what: 'Such a model cannot be: head size 3 is odd; rotation needs pairs.' },
    ],
    ['a field that nobody knows', { frobnicate: 3 }, { what: unknown('frobnicate is 3'), where: 'policy/config.json' }],
    ['one whose number is 0', { frobnicate: 0 }, { what: unknown('frobnicate is 0') }],
    ['another pool', { img: { num_heads: 2, pool: 'map' } }, { what: unknown('img.pool is "map"') }],
    [
      'another scale of an adapter',
      { experts: [{ head_dim: 6 }, { head_dim: 6, lora_rslora: true }] },
      { what: unknown('experts[1].lora_rslora is true') },
    ],
    [
      'a third expert',
      { experts: [{ head_dim: 6 }, { head_dim: 6 }, { width: 8 }] },
      { what: unknown('experts[2].width is 8') },
    ],
    ['experts that are none', { experts: { width: 20 } }, { what: 'experts is {…}, which is no list.' }],
    [
      'another kind of feature',
      { normalization_mapping: { STATE: 'MEAN_STD', ACTION: 'MEAN_STD', FORCE: 'MEAN_STD' } },
      { what: unknown('normalization_mapping.FORCE is "MEAN_STD"') },
    ],
    [
      'oblong pictures',
      { image_resolution: [6, 8] },
      { what: 'image_resolution is 6 × 8; only square pictures can be trained on here.' },
    ],
    [
      'pictures of no size',
      { resize_imgs_with_padding: 6 },
      { what: 'resize_imgs_with_padding is 6, which is no height and width.' },
    ],
    ['a longer state', { max_state_dim: 32 }, { what: expect.stringContaining('max_state_dim makes actionDim 32') }],
    [
      'a size in two ways',
      { action_dim: 32, max_action_dim: 3 },
      { what: expect.stringContaining('action_dim makes actionDim 32') },
    ],
    ['no number', { chunk_size: 'fifty' }, { what: expect.stringContaining('chunk_size is "fifty"') }],
  ])('%s', async (_, change, problem) => {
    const json = { ...configJson('π0'), ...change };
    expect(await refusal('openpi PyTorch', () => undefined, json)).toMatchObject(problem);
  });

  test('fields that nobody knows are told together; what is off asks for nothing', async () => {
    const json = { ...configJson('π0'), pi06: true, img: { num_heads: 2, pool: 'map' }, off: false, none: null };
    const problem = await refusal('LeRobot', () => undefined, json);
    expect(problem.what).toBe(`It has 2 fields that are not known here. ${unknown('pi06 is true')}`);
    expect(problem.others?.map(({ what }) => what)).toEqual([unknown('img.pool is "map"')]);
  });

  test('openpi’s table fills in what nothing says', async () => {
    const problem = await refusal('openpi PyTorch', () => undefined, null);
    expect(problem).toMatchObject({ where: FILE, what: expect.stringContaining('experts.0.numHeads is 0.09375') });
  });
});

describe('files', () => {
  const tensors = new Map([...tensorsOf('π0', 'LeRobot')].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]));
  const within = (folder: string, files: readonly StoredFile[]) =>
    files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
  const whole = folderOf(tensors, configJson('π0'));
  const shards = folderOf(tensors, configJson('π0'), 3);

  test('are told from a language model’s', async () => {
    expect(await isPolicy(whole)).toBe(true);
    expect(await isPolicy(shards)).toBe(true);
    expect(await isPolicy(fixture('public/base/actions'))).toBe(true);
    const hub = hubFolder(TINY, weightsOf(TINY));
    expect(await isPolicy(hub)).toBe(false);
    expect(await isPolicy([...hub, ...whole])).toBe(true);
    expect(await isPolicy([stored('model.safetensors', 'no header'), stored('a.txt', 'x')])).toBe(false);
    expect((await problemOf(openPolicy(hub))).what).toBe('There is no π0 or π0.5 among the files.');
  });

  test('a language model beside it, as its tokenizer comes, is not in the way', async () => {
    const policy = await openPolicy([...within('a', whole), ...hubFolder(TINY, weightsOf(TINY), 'paligemma')]);
    expect(policy.name).toBe('policy');
  });

  test('a shard is missing, or cut off', async () => {
    const lost = shards.filter(({ path }) => !path.includes('00002-of'));
    expect((await problemOf(openPolicy(lost))).what).toMatch(/^1 of 3 files of weights are missing/);
    const cut = (await whole[1]!.open()).slice(0, 20_000);
    expect((await problemOf(openPolicy([stored(FILE, cut)]))).where).toBe(FILE);
  });

  test('two policies', async () => {
    const two = [...within('a', whole), ...within('b', whole)];
    expect((await problemOf(openPolicy(two))).what).toBe('There are 2 models here: a/policy, b/policy.');
  });

  test('a folder of the hub’s cache is called by the name of its model', async () => {
    const cache = whole.map((file) => ({
      ...file,
      path: file.path.replace('policy', 'models--lerobot--pi0_base/snapshots/0a1b'),
    }));
    expect((await openPolicy(cache)).name).toBe('lerobot/pi0_base');
  });
});
