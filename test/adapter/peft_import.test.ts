import { describe, expect, test } from 'vitest';
import type { Adapter, KnownBase } from '../../src/adapter/adapter';
import { ACTIONS_TARGET, type PeftTarget, TEXT_TARGET, toPeft } from '../../src/adapter/peft';
import { importPeft, type PeftFolder } from '../../src/adapter/peft_import';
import { peftFiles } from '../../src/adapter/peft_zip';
import { f32Tensor, readSafetensors, writeSafetensors } from '../../src/containers/safetensors';
import { ProblemError } from '../../src/problem';
import { actionsAdapter, base as actionsBase } from './actions_sample';
import { base, generator, sampleAdapter } from './sample';

const terms = { name: 'tiny', licence: 'CC0-1.0' };
const bases = [actionsBase, base];
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

function folderOf(adapter: Adapter): PeftFolder {
  const files = peftFiles(adapter, terms);
  return {
    config: text(files['adapter_config.json']),
    weights: files['adapter_model.safetensors']!,
    training: text(files['training_config.json']),
  };
}

const take = (folder: PeftFolder, known: readonly KnownBase[] = bases) =>
  importPeft(folder, 'mine.zip', { shipped: known, open: null }, 'new', 7);

/** scale · B · A of every module, as PEFT computes it of an adapter's export. */
function deltas(adapter: Adapter, target: PeftTarget): Record<string, number[]> {
  const { factors, scales } = toPeft(adapter, target);
  const found: Record<string, number[]> = {};
  for (let n = 0; n < factors.length; n += 2) {
    const [a, b] = [factors[n]!, factors[n + 1]!];
    found[a.name.replace('.lora_A.weight', '')] = scaledProduct(
      a.values,
      b.values,
      a.shape[0],
      scales.lora_alpha / a.shape[0],
    );
  }
  return found;
}

function scaledProduct(a: Float32Array, b: Float32Array, rank: number, scale: number): number[] {
  const [inputs, outputs] = [a.length / rank, b.length / rank];
  return Array.from({ length: outputs * inputs }, (_, at) => {
    const [o, i] = [Math.floor(at / inputs), at % inputs];
    let sum = 0;
    for (let r = 0; r < rank; r++) sum += b[o * rank + r]! * a[r * inputs + i]!;
    return sum * scale;
  });
}

function expectClose(ours: Record<string, number[]>, theirs: Record<string, number[]>): void {
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  for (const [name, values] of Object.entries(theirs)) {
    const size = Math.hypot(...values) || 1;
    const far = Math.hypot(...values.map((value, n) => value - ours[name]![n]!));
    expect(far / size, name).toBeLessThan(1e-6);
  }
}

const exported: readonly (readonly [string, Adapter, PeftTarget])[] = [
  ['alpha 3 × rank', sampleAdapter(), TEXT_TARGET],
  ['alpha no whole number', sampleAdapter({ rank: 3, alpha: 1.25 }), TEXT_TARGET],
  ['of a robot', actionsAdapter(), ACTIONS_TARGET],
];

describe.each(exported)('an exported adapter comes back: %s', async (_, adapter, target) => {
  const { adapter: again, notes, exportedFrom } = await take(folderOf(adapter));

  test('with everything that it tells, under a new id', () => {
    const { tensors: _ours, ...told } = again;
    const { tensors: _theirs, ...wanted } = adapter;
    expect(told).toEqual({ ...wanted, summary: { ...wanted.summary, id: 'new' } });
    expect([notes, exportedFrom]).toEqual([[], 'one']);
  });

  test('and computes the same', () => {
    expect(Object.keys(again.tensors).sort()).toEqual(Object.keys(adapter.tensors).sort());
    expectClose(deltas(again, target), deltas(adapter, target));
  });
});

test('where the scales are powers of two every factor is the same bit for bit, but for the sum over heads', async () => {
  const adapter = sampleAdapter({ rank: 2, alpha: 4 });
  const { adapter: again } = await take(folderOf(adapter));
  for (const [path, { values }] of Object.entries(adapter.tensors)) {
    if (!path.includes('q_einsum') && !path.endsWith('attn_vec_einsum/lora_b'))
      expect(again.tensors[path]!.values, path).toEqual(values);
  }
});

test('projections that trained whole come back bit for bit', async () => {
  const adapter = actionsAdapter();
  const { adapter: again } = await take(folderOf(adapter));
  const whole = Object.entries(adapter.tensors).filter(([path]) => !path.includes('lora'));
  expect(whole.length).toBeGreaterThan(4);
  for (const [path, tensor] of whole) expect(again.tensors[path]).toEqual(tensor);
});

test('losses that were not measured stay so', async () => {
  const adapter = sampleAdapter();
  const summary = { ...adapter.summary, heldout: Number.NaN, baselineHeldout: Number.NaN };
  expect((await take(folderOf({ ...adapter, summary }))).adapter.summary).toMatchObject({
    heldout: Number.NaN,
    baselineHeldout: Number.NaN,
  });
});

/** LoRA of another tool: one A for all heads, a dense B, two modules, scales of its own. */
function foreign(change: object = {}, shapes: Partial<Record<'A' | 'B', number[]>> = {}, module = 'self_attn.v_proj') {
  const random = generator(3);
  const tensors = new Map<string, ReturnType<typeof f32Tensor>>();
  const add = (name: string, shape: readonly number[]) =>
    tensors.set(name, f32Tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, random), shape));
  const start = 'base_model.model.model.layers.1';
  add(`${start}.self_attn.q_proj.lora_A.weight`, [3, 7]);
  add(`${start}.self_attn.q_proj.lora_B.weight`, [12, 3]);
  add(`${start}.${module}.lora_A.weight`, shapes.A ?? [2, 7]);
  add(`${start}.${module}.lora_B.weight`, shapes.B ?? [4, 2]);
  const config = { peft_type: 'LORA', r: 3, lora_alpha: 6, ...change };
  return { tensors, folder: { config: JSON.stringify(config), weights: writeSafetensors(tensors, {}) } };
}

test.each([
  ['alpha by rank', {}, 6 / 3, 6 / 2],
  ['alpha by the root of the rank', { use_rslora: true }, 6 / Math.sqrt(3), 6 / Math.sqrt(2)],
  ['an alpha of its own', { alpha_pattern: { v_proj: 5 } }, 6 / 3, 5 / 2],
])('an adapter from elsewhere computes what PEFT makes of it: %s', async (_, change, qScale, vScale) => {
  const { tensors, folder } = foreign(change);
  const { adapter, notes } = await take(folder);
  expect(adapter.summary).toMatchObject({ id: 'new', base: 'tiny', name: 'mine', loraRank: 3, savedAt: 7 });
  expect(adapter.settings).toBeNull();
  expect(notes.join(' ')).toMatch(/does not name its base.*12 modules have no factors/);
  const ours = deltas(adapter, TEXT_TARGET);
  const { tensors: read } = readSafetensors(folder.weights, 'x');
  expect(read.size).toBe(tensors.size);
  const of = (name: string, scale: number) => {
    const half = (which: string) => new Float32Array(read.get(`${name}.lora_${which}.weight`)!.bytes.slice().buffer);
    const rank = read.get(`${name}.lora_A.weight`)!.shape[0]!;
    return { [name]: scaledProduct(half('A'), half('B'), rank, scale) };
  };
  const start = 'base_model.model.model.layers.1.self_attn';
  const wanted = { ...of(`${start}.q_proj`, qScale), ...of(`${start}.v_proj`, vScale) };
  expectClose(Object.fromEntries(Object.keys(wanted).map((name) => [name, ours[name]!])), wanted);
  const others = Object.entries(ours).filter(([name]) => !(name in wanted));
  expect(others.every(([, values]) => values.every((value) => value === 0))).toBe(true);
});

/** An exported folder whose training_config.json tells another rank. */
function ofRank(loraRank: number): PeftFolder {
  const folder = folderOf(sampleAdapter());
  const told = JSON.parse(folder.training!);
  return { ...folder, training: JSON.stringify({ ...told, adapter: { ...told.adapter, loraRank } }) };
}

test.each([
  ['a module that is not there', foreign({}, {}, 'self_attn.w_proj').folder, /w_proj.*no module of this name/],
  ['another width', foreign({}, { A: [2, 8] }).folder, /v_proj.*shape is \(2, 8\), and the base needs \(2, 7\)/],
  ['another number of heads', foreign({}, { B: [8, 2] }).folder, /shape is \(8, 2\), and the base needs \(4, 2\)/],
  ['DoRA', foreign({ use_dora: true }).folder, /use_dora/],
  ['another kind', foreign({ peft_type: 'IA3' }).folder, /IA3.*plain LoRA/],
  ['no alpha', foreign({ lora_alpha: null }).folder, /lora_alpha is no number/],
  ['an alpha beyond all numbers', foreign({ lora_alpha: 1e39 }).folder, /lora_alpha makes its factors infinite/],
  ['another rank than its factors have', ofRank(7), /factors have rank \d; its training_config\.json says 7/],
  ['a rank beyond all memory', ofRank(1e10), /lora_rank/],
  ['no JSON', { ...foreign().folder, config: '{' }, /adapter_config\.json is no JSON/],
  [
    'no model of the page',
    { ...foreign().folder, weights: writeSafetensors(new Map(), {}) },
    /No tensor is LoRA of a model/,
  ],
  ['a robot that is not told', { ...folderOf(actionsAdapter()), training: '{}' }, /of which robot/],
])('%s is refused by name', async (_, folder, message) => {
  await expect(take(folder)).rejects.toThrow(ProblemError);
  await expect(take(folder)).rejects.toThrow(message);
});

test('a base that is not here is named', async () => {
  await expect(take(folderOf(sampleAdapter()), [actionsBase])).rejects.toThrow(
    /trained on the base "tiny" \(abababababab…\)/,
  );
});
