import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Adapter, KnownBase } from '../../src/adapter/adapter';
import { type Factor, type PeftTarget, PROJECTIONS, TEXT_TARGET, toPeft } from '../../src/adapter/peft';
import { exportPeft, peftFiles } from '../../src/adapter/peft_zip';
import { readSafetensors } from '../../src/containers/safetensors';
import { openpiConfig } from '../../src/model/config';
import { ProblemError } from '../../src/problem';
import { base, generator, sampleAdapter } from './sample';

const terms = { name: 'tiny base', licence: 'CC0-1.0', notice: 'Say hello.' };
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** out (rows, columns) of a sum over k, in float64. */
function product(rows: number, columns: number, inner: number, at: (row: number, column: number, k: number) => number) {
  return Array.from({ length: rows * columns }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += at(Math.floor(i / columns), i % columns, k);
    return sum;
  });
}

/** One projection as openpi computes it: its LoRA's part of the output for an input x, by the einsums of lora.py. */
type Delta = (x: readonly number[], layer: number) => number[];

/** As rsLoRA scales it. */
function rootScaled(adapter: Adapter): Adapter {
  const modelConfig = openpiConfig(adapter.modelConfig);
  const experts = modelConfig.experts.map((one) => ({
    ...one,
    ...(one.lora ? { lora: { ...one.lora, rootScaled: true } } : {}),
  }));
  return { ...adapter, modelConfig: { ...modelConfig, experts } };
}

/** openpi's own LoRA forwards, float64, by PEFT's module name. Sizes: L layers, N heads, K key heads, D, H, F, R. */
function openpiDeltas(adapter: Adapter, expertIndex = 0): Record<string, Delta> {
  const expert = openpiConfig(adapter.modelConfig).experts[expertIndex] as Required<
    KnownBase['modelConfig']['experts'][number]
  >;
  const { width: D, mlpDim: F, numHeads: N, numKvHeads: K, headDim: H, lora } = expert;
  const { rank: R, alpha } = lora;
  const s = expertIndex === 0 ? '' : `_${expertIndex}`;
  const leaf = (path: string) => adapter.tensors[`PaliGemma/llm/layers/${path}`]?.values as Float32Array;
  const scale = alpha / (lora.rootScaled ? Math.sqrt(R) : R);
  const value = (values: Float32Array, i: number) => values[i] as number;
  /** `BTD,NDL->BTNL`, `BTNL,NLH->BTNH`, of the heads from `first` on. */
  const heads =
    (path: string, count: number, perLayer: number, first: number): Delta =>
    (x, layer) =>
      Array.from({ length: count }, (_, n) => {
        const head = layer * perLayer + first + n;
        const low = product(
          1,
          R,
          D,
          (_r, r, d) => (x[d] as number) * value(leaf(`${path}/lora_a`), (head * D + d) * R + r),
        );
        return product(
          1,
          H,
          R,
          (_r, h, r) => scale * (low[r] as number) * value(leaf(`${path}/lora_b`), (head * R + r) * H + h),
        );
      }).flat();
  /** `BTNH,NHL->BTL`, `BTL,NLD->BTD`: the head axis is summed twice. */
  const out: Delta = (x, layer) => {
    const a = leaf(`attn/attn_vec_einsum${s}/lora_a`);
    const b = leaf(`attn/attn_vec_einsum${s}/lora_b`);
    const low = product(1, R, N * H, (_r, r, nh) => (x[nh] as number) * value(a, (layer * N * H + nh) * R + r));
    return product(
      1,
      D,
      N * R,
      (_r, d, nr) => scale * (low[nr % R] as number) * value(b, (layer * N * R + nr) * D + d),
    );
  };
  /** `x @ a @ b`, without the scale. */
  const dot =
    (path: string, I: number, O: number, perLayer: number, index: number): Delta =>
    (x, layer) => {
      const a = leaf(`${path}_lora_a`);
      const b = leaf(`${path}_lora_b`);
      const at = layer * perLayer + index;
      const low = product(1, R, I, (_r, r, i) => (x[i] as number) * value(a, (at * I + i) * R + r));
      return product(1, O, R, (_r, o, r) => (low[r] as number) * value(b, (at * R + r) * O + o));
    };
  return {
    'self_attn.q_proj': heads(`attn/q_einsum${s}`, N, N, 0),
    'self_attn.k_proj': heads(`attn/kv_einsum${s}`, K, 2 * K, 0),
    'self_attn.v_proj': heads(`attn/kv_einsum${s}`, K, 2 * K, K),
    'self_attn.o_proj': out,
    'mlp.gate_proj': dot(`mlp${s}/gating_einsum`, D, F, 2, 0),
    'mlp.up_proj': dot(`mlp${s}/gating_einsum`, D, F, 2, 1),
    'mlp.down_proj': dot(`mlp${s}/linear`, F, D, 1, 0),
  };
}

/** The scale of a module as a tool finds it that reads adapter_config.json and has the module's A before it. */
type Reader = (config: Record<string, unknown>, module: string, a: Factor) => number;

const readers: Readonly<Record<string, Reader>> = {
  peft({ r, lora_alpha, rank_pattern = {}, alpha_pattern = {} }, module) {
    const name = module.split('.').at(-1) as string;
    const own = (pattern: unknown, usual: unknown) => (pattern as Record<string, number>)[name] ?? (usual as number);
    return own(alpha_pattern, lora_alpha) / own(rank_pattern, r);
  },
  'llama.cpp': ({ lora_alpha }, _, { shape: [rank] }) => (lora_alpha as number) / rank,
};

const relative = (ours: readonly number[], theirs: readonly number[]) =>
  Math.hypot(...ours.map((value, i) => value - (theirs[i] as number))) / Math.hypot(...theirs);

/** Largest relative difference between W·x + s·B·A·x, merged into W, and openpi's W·x + LoRA, over all layers. */
function mergeError(
  adapter: Adapter,
  module: string,
  target: PeftTarget,
  change: (factors: Factor[]) => Factor[] = (f) => f,
  scaleOf = readers.peft as Reader,
) {
  const files = peftFiles(adapter, terms, target);
  const config = JSON.parse(text(files['adapter_config.json']));
  const factors = change([...toPeft(adapter, target).factors]);
  const find = (layer: number, half: string) =>
    factors.find(
      ({ name }) => name === `base_model.model.${target.layers}.${layer}.${module}.lora_${half}.weight`,
    ) as Factor;
  const random = generator(4);
  let worst = 0;
  for (let layer = 0; layer < (openpiConfig(adapter.modelConfig).experts[target.expert]?.depth as number); layer++) {
    const [A, B] = [find(layer, 'A'), find(layer, 'B')];
    const [rank, I] = A.shape;
    const O = B.shape[0];
    expect(B.shape[1]).toBe(rank);
    const W = Array.from({ length: O * I }, random);
    const x = Array.from({ length: I }, random);
    const scale = scaleOf(config, module, A);
    const merged = product(
      O,
      I,
      rank,
      (o, i, r) => scale * (B.values[o * rank + r] as number) * (A.values[r * I + i] as number),
    ).map((delta, i) => delta + (W[i] as number));
    const ours = product(1, O, I, (_, o, i) => (x[i] as number) * (merged[o * I + i] as number));
    const delta = (openpiDeltas(adapter, target.expert)[module] as Delta)(x, layer);
    const theirs = product(1, O, I, (_, o, i) => (x[i] as number) * (W[o * I + i] as number)).map(
      (y, o) => y + (delta[o] as number),
    );
    worst = Math.max(worst, relative(ours, theirs));
  }
  return worst;
}

const modules = PROJECTIONS.map((name) => (/gate|up|down/.test(name) ? `mlp.${name}` : `self_attn.${name}`));

const shapes: [string, Adapter, PeftTarget][] = [
  ['alpha = 3 × rank', sampleAdapter({ rank: 2, alpha: 6 }), TEXT_TARGET],
  ['rsLoRA', rootScaled(sampleAdapter({ rank: 3, alpha: 2 })), TEXT_TARGET],
  ['alpha no whole number', sampleAdapter({ rank: 3, alpha: 1.25 }), TEXT_TARGET],
  ['alpha = rank', sampleAdapter({ rank: 4, alpha: 4 }), TEXT_TARGET],
  ['two key heads', sampleAdapter({ base: withExperts({ numHeads: 4, numKvHeads: 2 }) }), TEXT_TARGET],
  [
    'a second expert',
    sampleAdapter({ base: withExperts({}, { width: 5, mlpDim: 6 }) }),
    { expert: 1, layers: 'model.paligemma_with_expert.gemma_expert.model.layers' },
  ],
];

function withExperts(...changes: object[]): KnownBase {
  const [first] = base.modelConfig.experts as [KnownBase['modelConfig']['experts'][number]];
  return { ...base, modelConfig: { ...base.modelConfig, experts: changes.map((change) => ({ ...first, ...change })) } };
}

describe.each(shapes)('%s: each projection computes what openpi computes', (_, adapter, target) => {
  test.each(Object.entries(readers))('with the scale as %s has it', (_, scaleOf) => {
    for (const module of modules)
      expect(mergeError(adapter, module, target, undefined, scaleOf), module).toBeLessThan(1e-6);
  });
});

test('B has the whole scale, and nothing else is done to it: openpi’s B comes back bit for bit where it is a power of two', () => {
  const adapter = sampleAdapter({ rank: 2, alpha: 4, base: withExperts({ numHeads: 4 }) });
  const { factors, scales } = toPeft(adapter);
  expect(scales.folded).toMatchObject({ q_proj: 8, k_proj: 2, v_proj: 2, o_proj: 2, gate_proj: 1, down_proj: 1 });
  const q = factors.find(({ name }) => name.endsWith('layers.0.self_attn.q_proj.lora_B.weight')) as Factor;
  const openpi = adapter.tensors['PaliGemma/llm/layers/attn/q_einsum/lora_b']?.values as Float32Array;
  const [H, R] = [4, 2];
  for (let row = 0; row < q.shape[0]; row++) {
    for (let column = 0; column < q.shape[1]; column++) {
      const [head, h, r] = [Math.floor(row / H), row % H, column % R];
      const own = head === Math.floor(column / R) ? (openpi[(head * R + r) * H + h] as number) : 0;
      expect(q.values[row * q.shape[1] + column] as number).toBe(own * 8);
    }
  }
});

test("merging o with each head's own B, as it suggests itself, is wrong", () => {
  // B of head 0 in place of the sum: what `NHL,NLD->NHD` gives for that head.
  const adapter = sampleAdapter();
  const b = adapter.tensors['PaliGemma/llm/layers/attn/attn_vec_einsum/lora_b'];
  const naive = (factors: Factor[]) =>
    factors.map((factor) => {
      if (!factor.name.endsWith('o_proj.lora_B.weight')) return factor;
      const layer = Number(factor.name.split('.')[4]);
      const [D, R] = factor.shape;
      const values = factor.values.map(
        (_, i) => b?.values[(layer * 3 * R + (i % R)) * D + Math.floor(i / R)] as number,
      );
      return { ...factor, values };
    });
  expect(mergeError(adapter, 'self_attn.o_proj', TEXT_TARGET)).toBeLessThan(1e-6);
  expect(mergeError(adapter, 'self_attn.o_proj', TEXT_TARGET, naive)).toBeGreaterThan(0.05);
});

test('the configuration has whole alphas, the ranks of the file, and the modules', () => {
  for (const [, adapter, target] of shapes) {
    const files = peftFiles(adapter, terms, target);
    const config = JSON.parse(text(files['adapter_config.json']));
    expect(config).toMatchObject({
      peft_type: 'LORA',
      base_model_name_or_path: null, // no name that could be somebody else's
      alpha_pattern: {},
      use_rslora: false,
      bias: 'none',
      fan_in_fan_out: false,
    });
    expect(Number.isInteger(config.lora_alpha)).toBe(true);
    const { tensors, metadata } = readSafetensors(files['adapter_model.safetensors'] as Uint8Array, 'adapter_model');
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.size).toBe(2 * 7 * 2);
    const matches = (key: string) =>
      Array.isArray(config.target_modules)
        ? config.target_modules.some((module: string) => key.endsWith(`.${module}`))
        : new RegExp(`^(?:${config.target_modules})$`).test(key);
    for (const [name, { shape }] of tensors) {
      const [, key, half] = /^base_model\.model\.(.*)\.lora_([AB])\.weight$/.exec(name) as unknown as [
        string,
        string,
        string,
      ];
      expect(matches(key), key).toBe(true);
      const rank = config.rank_pattern[key.split('.').at(-1) as string] ?? config.r;
      expect(shape[half === 'A' ? 0 : 1]).toBe(rank);
    }
  }
});

test('openpi rank 2, alpha 6, three heads: one alpha, and the rest in B', () => {
  const { scales } = toPeft(sampleAdapter());
  expect(scales).toEqual({
    r: 2,
    lora_alpha: 2,
    rank_pattern: { q_proj: 6 },
    alpha_pattern: {},
    folded: { q_proj: 9, k_proj: 3, v_proj: 3, o_proj: 3, gate_proj: 1, up_proj: 1, down_proj: 1 },
  });
});

test('a run that trained more than LoRA is refused, with the leaves and the way out', () => {
  const also = ['PaliGemma/llm/final_norm/scale', 'PaliGemma/llm/embedder/input_embedding'];
  expect(() => toPeft(sampleAdapter({ also }))).toThrow(ProblemError);
  expect(() => toPeft(sampleAdapter({ also }))).toThrow(/final_norm\/scale.*openpi file/);
});

test('the zip holds the files of the folder, and the same adapter gives the same bytes', async () => {
  const zip = await exportPeft(sampleAdapter(), terms);
  const files = unzipSync(zip);
  expect(Object.keys(files).sort()).toEqual(
    [
      'NOTICE.txt',
      'README.md',
      'adapter_config.json',
      'adapter_model.safetensors',
      'memory.csv',
      'training_config.json',
    ].map((name) => `Sea-stories-peft/${name}`),
  );
  const expected = peftFiles(sampleAdapter(), terms);
  for (const [name, bytes] of Object.entries(expected)) expect(files[`Sea-stories-peft/${name}`]).toEqual(bytes);
  expect(await exportPeft(sampleAdapter(), terms)).toEqual(zip);
});

test('the notes in the folder name base, licence, notice and losses', () => {
  const files = peftFiles(sampleAdapter(), terms);
  expect(text(files['NOTICE.txt'])).toMatch(/tiny base.*CC0-1\.0.*Say hello\..*MODIFIED.*Sea \/ stories.*2026-02-03/s);
  const card = text(files['README.md']);
  expect(card).toMatch(/^---\nlibrary_name: peft\n/);
  expect(card).not.toMatch(/^base_model:/m);
  expect(card).toMatch(/`base_model_name_or_path` in adapter_config\.json is null.*no name on the Hugging Face Hub/);
  expect(card).toContain("makes lora_B of q_proj 9 times, k_proj 3 times, v_proj 3 times, o_proj 3 times openpi's");
  expect(card).toContain('| Held-out loss with the adapter | 2.5000 |');
  const training = JSON.parse(text(files['training_config.json']));
  expect(training).toMatchObject({ base_sha256: base.hash, settings: { steps: 60 }, adapter: { heldout: 2.5 } });
});

test('the model card names what each stage froze', () => {
  const adapter = sampleAdapter();
  const { settings } = adapter;
  const stages = [{ steps: 40, freeze: 'PathRegex("a|b")', learningRate: 0.003, warmupSteps: 2 }];
  const staged = { ...adapter, settings: settings && { ...settings, stages } };
  const card = text(peftFiles(staged, terms)['README.md']);
  expect(card).toContain('| Frozen in stage 1, 60 steps at 0.01 |');
  expect(card).toContain('| Frozen in stage 2, 40 steps at 0.003 | `PathRegex("a\\|b")` |');
  expect(card).not.toContain('Frozen in training');
});
