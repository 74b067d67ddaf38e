import { describe, expect, test, vi } from 'vitest';
import type { Adapter, OpenHubBase } from '../../src/adapter/adapter';
import { hubPeftFiles } from '../../src/adapter/hub_peft';
import { importPeft, type PeftFolder } from '../../src/adapter/peft_import';
import { peftFiles } from '../../src/adapter/peft_zip';
import { f32Tensor, type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import type { DecoderConfig } from '../../src/model/decoder_config';
import { leavesOf } from '../../src/model/tree';
import { ProblemError } from '../../src/problem';
import { mutatedText } from '../fuzz/mutate_json';
import { deltasOf, gemma, hubAdapter, hubBase, llama, lora, product, relative } from './hub_sample';
import { generator, sampleAdapter, base as shippedBase } from './sample';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const opened = (modelConfig: DecoderConfig = llama): OpenHubBase => ({
  id: 'hub',
  modelConfig,
  identify: async () => ({ hash: 'cd'.repeat(32), hub: hubBase(modelConfig) }),
});

function folderOf(adapter: Adapter): PeftFolder {
  const files = hubPeftFiles(adapter);
  return {
    config: text(files['adapter_config.json']),
    weights: files['adapter_model.safetensors']!,
    training: text(files['training_config.json']),
  };
}

const take = (folder: PeftFolder, open: OpenHubBase | null = opened()) =>
  importPeft(folder, 'mine.zip', { shipped: [shippedBase], open }, 'new', 7);

const patterns = lora({
  others: {
    'layers.1.self_attn.q_proj': { rank: 5, alpha: 6 },
    'layers.0.self_attn.v_proj': null,
    'layers.1.mlp.down_proj': null,
  },
});

/** Adapters in whose files nothing has to be folded. */
const plain: readonly (readonly [string, Adapter])[] = [
  ['all linears', hubAdapter()],
  ['ranks of their own, and absences', hubAdapter({ lora: patterns })],
  ['q and v of gemma', hubAdapter({ config: gemma, lora: lora({ targets: ['q_proj', 'v_proj'] }) })],
];

describe.each(plain)('an exported adapter comes back: %s', async (_, adapter) => {
  const { lora: _lora, ...modelConfig } = adapter.modelConfig as DecoderConfig;
  const { adapter: again, notes, exportedFrom } = await take(folderOf(adapter), opened(modelConfig));

  test('all of it, bit for bit, under a new id', () => {
    expect(again).toEqual({ ...adapter, summary: { ...adapter.summary, id: 'new' } });
    expect([notes, exportedFrom]).toEqual([[], 'one']);
  });

  test('and goes out again as it was', () => {
    const renamed = { ...again, summary: { ...again.summary, id: 'one' } };
    const { 'training_config.json': told, ...files } = hubPeftFiles(renamed);
    const { 'training_config.json': wanted, ...others } = hubPeftFiles(adapter);
    expect(files).toEqual(others);
    expect(JSON.parse(text(told))).toEqual(JSON.parse(text(wanted))); // its keys come in another order
  });

  test('and has every leaf that a run of its configuration trains', () => {
    const paths = leavesOf(again.modelConfig).map(({ path }) => path);
    expect(Object.keys(again.tensors).sort()).toEqual(paths.filter((path) => path.includes('lora')).sort());
  });
});

test.each([
  ['rsLoRA', lora({ rootScaled: true, alpha: 5 })],
  ['an alpha that is no whole number', lora({ alpha: 0.75 })],
  ['alphas of their own', lora({ others: { 'layers.0.mlp.up_proj': { rank: 3, alpha: 7.5 } } })],
])('what had to be folded computes the same, and goes out as it came: %s', async (_, own) => {
  const adapter = hubAdapter({ lora: own });
  const folder = folderOf(adapter);
  const { adapter: again } = await take(folder);
  for (const [module, delta] of deltasOf(adapter))
    expect(relative(deltasOf(again).get(module)!, delta), module).toBeLessThan(1e-6);
  expect(folderOf(again).weights).toEqual(folder.weights);
  expect(folderOf(again).config).toEqual(folder.config);
});

/** LoRA of another tool on q of layer 0, rank 4, and up of layer 1, rank 2. */
function foreign(change: object = {}, extra: Readonly<Record<string, readonly number[]>> = {}) {
  const random = generator(3);
  const tensors = new Map<string, StoredTensor>();
  const add = (name: string, shape: readonly number[]) =>
    tensors.set(name, f32Tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random), shape));
  const start = 'base_model.model.model.layers';
  add(`${start}.0.self_attn.q_proj.lora_A.weight`, [4, 10]);
  add(`${start}.0.self_attn.q_proj.lora_B.weight`, [24, 4]);
  add(`${start}.1.mlp.up_proj.lora_A.weight`, [2, 10]);
  add(`${start}.1.mlp.up_proj.lora_B.weight`, [9, 2]);
  for (const [name, shape] of Object.entries(extra)) add(name, shape);
  const config = {
    peft_type: 'LORA',
    base_model_name_or_path: 'someone/my-model',
    r: 4,
    lora_alpha: 8,
    rank_pattern: { up_proj: 2 },
    target_modules: ['q_proj', 'up_proj'],
    modules_to_save: null,
    bias: 'none',
    ...change,
  };
  return { tensors, folder: { config: JSON.stringify(config), weights: writeSafetensors(tensors, {}) } };
}

test.each([
  ['alpha by rank', {}, 8 / 4, 8 / 2],
  ['rsLoRA', { use_rslora: true }, 8 / 2, 8 / Math.sqrt(2)],
  ['alphas by name', { alpha_pattern: { up_proj: 5 } }, 8 / 4, 5 / 2],
  ['alphas by expression', { alpha_pattern: { 'layers\\.[13]\\.mlp\\..*': 5 } }, 8 / 4, 5 / 2],
  ['ranks by path', { rank_pattern: { 'model.layers.1.mlp.up_proj': 2 } }, 8 / 4, 8 / 2],
  ['the first expression that fits', { alpha_pattern: { '.*_proj': 3, up_proj: 5 } }, 3 / 4, 3 / 2],
  ['targets by expression', { target_modules: '.*\\.(self_attn|mlp)\\.(q|up)_proj' }, 8 / 4, 8 / 2],
  ['all linears', { target_modules: 'all-linear' }, 8 / 4, 8 / 2],
])('an adapter from elsewhere computes what PEFT makes of it: %s', async (_, change, qScale, upScale) => {
  const { tensors, folder } = foreign(change);
  const { adapter, notes } = await take(folder);
  expect(notes).toEqual([]);
  expect(adapter.settings).toBeNull();
  expect(adapter.summary).toMatchObject({ id: 'new', base: 'hub', name: 'mine', loraRank: 4, savedAt: 7 });
  const wanted = (module: string, scale: number) => {
    const [A, B] = ['A', 'B'].map((half) => tensors.get(`base_model.model.model.${module}.lora_${half}.weight`)!);
    const [a, b] = [A!, B!].map(({ bytes }) => new Float32Array(bytes.slice().buffer));
    const [R, I] = A!.shape as [number, number];
    return product(B!.shape[0]!, I, R, (o, i, r) => scale * b![o * R + r]! * a![r * I + i]!);
  };
  const ours = deltasOf(adapter);
  expect([...ours.keys()].sort()).toEqual(['layers.0.self_attn.q_proj', 'layers.1.mlp.up_proj']);
  expect(relative(ours.get('layers.0.self_attn.q_proj')!, wanted('layers.0.self_attn.q_proj', qScale))).toBeLessThan(
    1e-6,
  );
  expect(relative(ours.get('layers.1.mlp.up_proj')!, wanted('layers.1.mlp.up_proj', upScale))).toBeLessThan(1e-6);
  const paths = leavesOf(adapter.modelConfig).map(({ path }) => path);
  expect(Object.keys(adapter.tensors).sort()).toEqual(paths.filter((path) => path.includes('lora')).sort());
});

test('a module that target_modules leaves out is not taken, and that is said', async () => {
  const { adapter, notes } = await take(foreign({ target_modules: ['q_proj'] }).folder);
  expect(Object.keys(adapter.tensors)).toHaveLength(2);
  expect(notes).toEqual(['1 modules have factors that target_modules leaves out: they are not taken.']);
});

test.each([
  [
    'another base is named',
    { base_model_name_or_path: 'a/b' },
    /names "a\/b" as its base\. The tensors fit "My model"/,
  ],
  ['no base is named', { base_model_name_or_path: null }, /does not name its base\. The tensors fit "My model"/],
])('where %s, a person hears it', async (_, change, note) => {
  expect((await take(foreign(change).folder)).notes.join(' ')).toMatch(note);
});

test('an adapter of other files of the same shape is taken, and that is said', async () => {
  const { notes, adapter } = await take(folderOf({ ...hubAdapter(), baseHash: '12'.repeat(32) }));
  expect(notes.join(' ')).toMatch(/trained on other files than those that are open \(121212121212…\)/);
  expect(adapter.baseHash).toBe('cd'.repeat(32));
});

const start = 'base_model.model.model';
test.each([
  ['DoRA', foreign({ use_dora: true }), /with use_dora is not plain LoRA/],
  ['biases', foreign({ bias: 'lora_only' }), /with bias "lora_only" is not plain LoRA/],
  ['LoRA biases', foreign({ lora_bias: true }), /with lora_bias/],
  ['whole modules', foreign({ modules_to_save: ['lm_head'] }), /with modules_to_save lm_head is not plain LoRA/],
  ['a start that changes the base', foreign({ init_lora_weights: 'pissa' }), /init_lora_weights "pissa"/],
  ['tokens of their own', foreign({ trainable_token_indices: [1] }), /trainable_token_indices/],
  ['another kind', foreign({ peft_type: 'IA3' }), /IA3/],
  ['an expression that cannot be followed', foreign({ alpha_pattern: { '(a)\\1': 1 } }), /alpha_pattern "\(a\)\\1"/],
  ['a rank that is none', foreign({ r: 0.5 }), /Its r is no rank/],
  ['another rank', foreign({ rank_pattern: {} }), /up_proj".*rank 2; its adapter_config\.json says 4/],
  ['a tensor of the base', foreign({}, { [`${start}.norm.weight`]: [10] }), /norm\.weight".*no linear of this name/],
  [
    'a linear that is not there',
    foreign(
      {},
      {
        [`${start}.layers.2.mlp.up_proj.lora_A.weight`]: [2, 10],
        [`${start}.layers.2.mlp.up_proj.lora_B.weight`]: [9, 2],
      },
    ),
    /layers\.2\.mlp\.up_proj".*no linear of this name/,
  ],
  [
    'one factor alone',
    foreign({}, { [`${start}.layers.0.mlp.up_proj.lora_A.weight`]: [2, 10] }),
    /one of LoRA's two factors/,
  ],
  ['no module that is meant', foreign({ target_modules: ['k_proj'] }), /No tensor is LoRA of the model that is open/],
])('%s is refused by name', async (_, { folder }, message) => {
  await expect(take(folder)).rejects.toThrow(ProblemError);
  await expect(take(folder)).rejects.toThrow(message);
});

test('the model is read for its hash once an adapter is known to fit it, and not before', async () => {
  const identify = vi.fn(opened().identify);
  const model = { ...opened(), identify };
  await expect(take(foreign({ use_dora: true }).folder, model)).rejects.toThrow(ProblemError);
  await expect(take(foreign({ target_modules: ['k_proj'] }).folder, model)).rejects.toThrow(ProblemError);
  expect(identify).not.toHaveBeenCalled();
  expect((await take(foreign().folder, model)).adapter.baseHash).toBe('cd'.repeat(32));
  expect(identify).toHaveBeenCalledOnce();
});

test('a model of another size is named by the shape that it needs', async () => {
  const wider = opened({ ...llama, width: 12 });
  await expect(take(foreign().folder, wider)).rejects.toThrow(/q_proj.*\(4, 10\), and the base needs \(4, 12\)/);
});

test('where no model is open, a person hears which one to open', async () => {
  await expect(take(foreign().folder, null)).rejects.toThrow(
    /of the model "someone\/my-model", and no model of the hub is open/,
  );
  await expect(take(folderOf(hubAdapter()), null)).rejects.toThrow(/Open the model that it was trained on/);
});

test('an adapter of a model of the page is still one, while a model of the hub is open', async () => {
  const files = peftFiles(sampleAdapter(), { name: 'tiny', licence: 'CC0' });
  const folder = {
    config: text(files['adapter_config.json']),
    weights: files['adapter_model.safetensors']!,
    training: text(files['training_config.json']),
  };
  expect((await take(folder)).adapter.summary.base).toBe('tiny');
});

test('a thousand damaged configurations end in an adapter or a sentence', async () => {
  const { folder } = foreign();
  let taken = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const config = mutatedText(JSON.parse(folder.config), seed);
    try {
      const { adapter } = await take({ ...folder, config });
      hubPeftFiles(adapter);
      taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
    }
  }
  expect(taken).toBeGreaterThan(50);
  expect(taken).toBeLessThan(950);
});
