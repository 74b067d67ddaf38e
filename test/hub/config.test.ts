import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/hub/config';
import { ProblemError } from '../../src/problem';
import { mutatedText } from '../fuzz/mutate_json';
import { type Json, PUBLISHED } from './configs';

const read = (json: unknown, generation?: unknown) => readConfig(json, 'config.json', generation);
const of = (json: unknown) => read(json).config;

/** What a refusal says, all of it. */
function refusal(json: unknown): string {
  try {
    read(json);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { what, where, fix } = error.problem;
    expect(where).toBe('config.json');
    expect(fix).toMatch(/\.$/);
    return what;
  }
  return 'read';
}

const without = (json: Json, ...keys: string[]) =>
  Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));

const globalLayers = (json: Json) => of(json).layers.flatMap(({ window }, layer) => (window === null ? [layer] : []));

describe('published models', () => {
  const { smolLm2Of135M, smolLm2Of360M, gemma3Of270M, gemma3Of1B, gemma1Of2B, gemma2Of2B, llama32Of1B } = PUBLISHED;
  const { qwen25Of05B, qwen3Of06B } = PUBLISHED;

  test.each([
    ['SmolLM2 135M', smolLm2Of135M, [576, 30, 9, 3, 64, 1536, 49152, 8192]],
    ['SmolLM2 360M', smolLm2Of360M, [960, 32, 15, 5, 64, 2560, 49152, 8192]],
    ['Gemma 3 270M', gemma3Of270M, [640, 18, 4, 1, 256, 2048, 262144, 32768]],
    ['Gemma 3 1B', gemma3Of1B, [1152, 26, 4, 1, 256, 6912, 262144, 32768]],
    ['Gemma 1 2B', gemma1Of2B, [2048, 18, 8, 1, 256, 16384, 256000, 8192]],
    ['Gemma 2 2B', gemma2Of2B, [2304, 26, 8, 4, 256, 9216, 256000, 8192]],
    ['Llama 3.2 1B', llama32Of1B, [2048, 16, 32, 8, 64, 8192, 128256, 131072]],
    ['Qwen2.5 0.5B', qwen25Of05B, [896, 24, 14, 2, 64, 4864, 151936, 32768]],
    ['Qwen3 0.6B', qwen3Of06B, [1024, 28, 16, 8, 128, 3072, 151936, 40960]],
  ] as const)('%s has its sizes, and warns of nothing', (_, json, sizes) => {
    const { config, warnings } = read(json);
    const { width, depth, numHeads, numKvHeads, headDim, mlpDim, vocabSize, positions } = config;
    expect([width, depth, numHeads, numKvHeads, headDim, mlpDim, vocabSize, positions]).toEqual(sizes);
    expect(config.layers).toHaveLength(depth);
    expect([config.tied, warnings]).toEqual([true, []]);
  });

  test('SmolLM2 is a llama', () => {
    expect(of(smolLm2Of135M)).toMatchObject({
      family: 'llama',
      embeddingScale: 1,
      norm: { plusOne: false, epsilon: 1e-5 },
      headNorms: false,
      postNorms: false,
      biases: { qkv: false, out: false, mlp: false },
      scoreScale: 1 / 8,
      scoreCap: null,
      logitCap: null,
      activation: 'silu',
      rotations: [{ base: 1e5 }],
    });
    expect(globalLayers(smolLm2Of135M)).toHaveLength(30);
  });

  test('Gemma 3: windows, two rotations, norms of heads and behind each half', () => {
    expect(of(gemma3Of270M)).toMatchObject({
      family: 'gemma3_text',
      embeddingScale: 25.298221588134766, // √640 in float32
      norm: { plusOne: true, epsilon: 1e-6 },
      headNorms: true,
      postNorms: true,
      scoreScale: 1 / 16,
      scoreCap: null,
      logitCap: null,
      activation: 'gelu',
      rotations: [{ base: 1e6 }, { base: 1e4 }],
    });
    expect(globalLayers(gemma3Of270M)).toEqual([5, 11, 17]);
    expect(globalLayers(gemma3Of1B)).toEqual([5, 11, 17, 23]);
    expect(of(gemma3Of1B).layers.slice(4, 6)).toEqual([
      { window: 512, rotation: 1 },
      { window: null, rotation: 0 },
    ]);
  });

  test('Gemma 1 and 2', () => {
    expect(of(gemma1Of2B)).toMatchObject({ postNorms: false, activation: 'gelu', scoreScale: 1 / 16, scoreCap: null });
    expect(globalLayers(gemma1Of2B)).toHaveLength(18);
    const second = of(gemma2Of2B);
    expect(second).toMatchObject({ postNorms: true, headNorms: false, scoreCap: 50, logitCap: 30 });
    expect(second.rotations).toEqual([{ base: 1e4 }]);
    expect(second.layers.slice(0, 2)).toEqual([
      { window: 4096, rotation: 0 },
      { window: null, rotation: 0 },
    ]);
  });

  test('Llama 3.2 has its scaling, Qwen its biases and norms', () => {
    expect(of(llama32Of1B).rotations).toEqual([
      {
        base: 5e5,
        scaling: { type: 'llama3', factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 8192 },
      },
    ]);
    expect(of(qwen25Of05B)).toMatchObject({ biases: { qkv: true, out: false, mlp: false }, headNorms: false });
    expect(globalLayers(qwen25Of05B)).toHaveLength(24);
    expect(of(qwen3Of06B)).toMatchObject({
      biases: { qkv: false, out: false, mlp: false },
      headNorms: true,
      postNorms: false,
      norm: { plusOne: false },
      scoreScale: 128 ** -0.5,
    });
  });
});

describe('the form of transformers 5', () => {
  test('is the same model', () => {
    const { rope_theta: _, rope_scaling: scaling, torch_dtype: __, ...others } = PUBLISHED.llama32Of1B;
    const flat = { ...others, dtype: 'bfloat16', rope_parameters: { ...(scaling as object), rope_theta: 500000 } };
    expect(of(flat)).toEqual(of(PUBLISHED.llama32Of1B));
    const nested = {
      ...without(PUBLISHED.gemma3Of270M, 'rope_theta', 'rope_local_base_freq', 'rope_scaling'),
      rope_parameters: {
        full_attention: { rope_theta: 1000000, rope_type: 'default' },
        sliding_attention: { rope_theta: 10000, rope_type: 'default' },
      },
    };
    expect(of(nested)).toEqual(of(PUBLISHED.gemma3Of270M));
    const other = { full_attention: { rope_theta: 7e5, rope_type: 'linear', factor: 8 } };
    expect(of({ ...nested, rope_parameters: other }).rotations).toEqual([
      { base: 7e5, scaling: { type: 'linear', factor: 8 } },
      { base: 1e4 },
    ]);
  });

  test('and in the older form, a scaling of Gemma 3 is that of its global layers', () => {
    const rotations = of({ ...PUBLISHED.gemma3Of1B, rope_scaling: { type: 'linear', factor: 8 } }).rotations;
    expect(rotations).toEqual([{ base: 1e6, scaling: { type: 'linear', factor: 8 } }, { base: 1e4 }]);
  });
});

describe('what is absent, and what is null', () => {
  const { gemma1Of2B, gemma2Of2B, gemma3Of270M, smolLm2Of135M, qwen3Of06B, qwen25Of05B } = PUBLISHED;

  test('is as the classes have it', () => {
    expect(of(without(gemma2Of2B, 'attn_logit_softcapping', 'final_logit_softcapping', 'sliding_window'))).toEqual(
      of(gemma2Of2B),
    );
    const plain = of(without(gemma3Of270M, 'query_pre_attn_scalar', 'rms_norm_eps', 'head_dim', 'sliding_window'));
    expect(plain).toMatchObject({ scoreScale: 1 / 16, headDim: 256, norm: { epsilon: 1e-6 } });
    expect(plain.layers[0]!.window).toBe(4096);
    const bare = without(gemma3Of270M, 'rope_theta', 'rope_local_base_freq', 'layer_types', 'hidden_activation');
    expect(of(bare)).toEqual(of(gemma3Of270M));
    const llama = of(without(smolLm2Of135M, 'tie_word_embeddings', 'rope_theta', 'num_key_value_heads', 'hidden_act'));
    expect(llama).toMatchObject({ tied: false, rotations: [{ base: 1e4 }], numKvHeads: 9, activation: 'silu' });
    expect(of(without(qwen3Of06B, 'head_dim', 'use_sliding_window')).headDim).toBe(128);
  });

  test('null is no absence', () => {
    const capless = of({ ...gemma2Of2B, attn_logit_softcapping: null, final_logit_softcapping: null });
    expect([capless.scoreCap, capless.logitCap]).toEqual([null, null]);
    expect(of({ ...smolLm2Of135M, head_dim: null, num_key_value_heads: null })).toMatchObject({
      headDim: 64,
      numKvHeads: 9,
    });
    expect(refusal({ ...qwen3Of06B, head_dim: null })).toContain('head_dim is null');
    expect(refusal({ ...gemma3Of270M, rms_norm_eps: null })).toContain('rms_norm_eps is null');
    expect(refusal({ ...gemma3Of270M, sliding_window: null })).toContain('no sliding_window says how long');
    expect(refusal({ ...gemma2Of2B, hidden_activation: null })).toContain('hidden_activation is null');
    expect(of({ ...gemma1Of2B, hidden_activation: null }).activation).toBe('gelu');
  });

  test('a pattern says less than layer_types, and the key with a line before it says nothing', () => {
    const six = Array.from({ length: 6 }, () => 'full_attention');
    const small = { ...gemma3Of270M, num_hidden_layers: 6, layer_types: six, sliding_window_pattern: 2 };
    expect(globalLayers(small)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(globalLayers({ ...small, layer_types: null })).toEqual([1, 3, 5]);
    expect(
      globalLayers({ ...without(small, 'layer_types', 'sliding_window_pattern'), _sliding_window_pattern: 2 }),
    ).toEqual([5]);
  });

  test('windows of Qwen want their switch', () => {
    const windowed = { ...qwen25Of05B, use_sliding_window: true, sliding_window: 100, max_window_layers: 20 };
    expect(
      of(windowed)
        .layers.map(({ window }) => window)
        .slice(18),
    ).toEqual([null, null, 100, 100, 100, 100]);
    expect(globalLayers({ ...windowed, use_sliding_window: false })).toHaveLength(24);
    expect(globalLayers({ ...windowed, sliding_window: null })).toHaveLength(24);
    const types = [...Array.from({ length: 23 }, () => 'full_attention'), 'sliding_attention'];
    expect(globalLayers({ ...windowed, layer_types: types })).toHaveLength(23);
    expect(refusal({ ...qwen25Of05B, layer_types: types })).toContain('no sliding_window');
  });

  test('biases are where the family has them', () => {
    const biases = (json: Json) => of({ ...json, attention_bias: true, mlp_bias: true }).biases;
    expect(biases(smolLm2Of135M)).toEqual({ qkv: true, out: true, mlp: true });
    expect(biases(gemma3Of270M)).toEqual({ qkv: true, out: true, mlp: false });
    expect(biases(qwen25Of05B)).toEqual({ qkv: true, out: false, mlp: false });
    expect(biases(qwen3Of06B)).toEqual({ qkv: true, out: true, mlp: false });
  });
});

test('tokens that begin and end a text', () => {
  const { gemma3Of1B, smolLm2Of135M } = PUBLISHED;
  expect(read(gemma3Of1B)).toMatchObject({ bos: 2, eos: [1, 106], pad: 0 });
  expect(read(smolLm2Of135M, { eos_token_id: [2, 0, 2], pad_token_id: 2 })).toMatchObject({
    bos: 0,
    eos: [2, 0],
    pad: 2,
  });
  expect(read({ ...smolLm2Of135M, bos_token_id: null, pad_token_id: -1 })).toMatchObject({
    bos: null,
    pad: null,
    warnings: [],
  });
  const odd = read({ ...smolLm2Of135M, eos_token_id: [49152, 0] });
  expect(odd.eos).toEqual([0]);
  expect(odd.warnings).toEqual([
    { what: 'eos_token_id is 49152, which is no token of the model.', where: 'config.json' },
  ]);
  expect(read({ ...smolLm2Of135M, attention_dropout: 0.1 }).warnings).toMatchObject([
    { what: 'attention_dropout is 0.1; it is trained without.' },
  ]);
});

describe('refused, by name and value', () => {
  const { gemma3Of270M, gemma2Of2B, smolLm2Of135M, llama32Of1B, qwen25Of05B } = PUBLISHED;
  const scaled = (rope: Json) => ({ ...smolLm2Of135M, rope_scaling: rope });
  const llama3 = llama32Of1B.rope_scaling as Json;

  test.each<[string, unknown, RegExp]>([
    [
      'a form with pictures',
      { model_type: 'gemma3', text_config: {}, vision_config: {} },
      /"gemma3" is a model of more/,
    ],
    ['gemma3n', { ...gemma3Of270M, model_type: 'gemma3n' }, /"gemma3n"/],
    ['gemma4', { ...gemma3Of270M, model_type: 'gemma4' }, /"gemma4"/],
    ['another family', { ...smolLm2Of135M, model_type: 'mistral' }, /model_type "mistral" is no family/],
    ['no family', without(smolLm2Of135M, 'model_type'), /does not say model_type/],
    ['a prototype for a family', { ...smolLm2Of135M, model_type: 'constructor' }, /model_type "constructor"/],
    ['experts', { ...smolLm2Of135M, num_local_experts: 8 }, /num_local_experts is 8: a mixture/],
    ['a classifier', { ...smolLm2Of135M, architectures: ['LlamaForSequenceClassification'] }, /ForSequenceClass/],
    ['bitsandbytes', { ...smolLm2Of135M, quantization_config: { quant_method: 'bitsandbytes' } }, /"bitsandbytes"/],
    ['a quantisation without a name', { ...smolLm2Of135M, quantization_config: [] }, /quantization_config/],
    ['yarn', scaled({ rope_type: 'yarn', factor: 4 }), /rope_scaling\.rope_type is "yarn"/],
    ['dynamic, in the older key', scaled({ type: 'dynamic', factor: 4 }), /rope_scaling\.type is "dynamic"/],
    ['linear without a factor', scaled({ rope_type: 'linear' }), /does not say rope_scaling\.factor/],
    ['llama3 with one factor twice', scaled({ ...llama3, low_freq_factor: 4 }), /high_freq_factor is 4, not above/],
    ['a rope of words', { ...smolLm2Of135M, rope_scaling: 'linear' }, /rope_scaling is "linear", which is no object/],
    ['a part of a head', { ...smolLm2Of135M, partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0.5/],
    ['a part, in the newer place', scaled({ rope_type: 'default', partial_rotary_factor: 0.25 }), /factor is 0.25/],
    ['rotations side by side', { ...smolLm2Of135M, rope_interleaved: true }, /rope_interleaved is true/],
    [
      'eyes in both directions',
      { ...gemma3Of270M, use_bidirectional_attention: true },
      /bidirectional_attention is true/,
    ],
    ['a cap that Gemma 3 ignores', { ...gemma3Of270M, attn_logit_softcapping: 50 }, /attn_logit_softcapping is 50/],
    ['gelu by erf', { ...smolLm2Of135M, hidden_act: 'gelu' }, /hidden_act is "gelu"/],
    ['relu', { ...gemma2Of2B, hidden_activation: 'relu' }, /hidden_activation is "relu"/],
    ['a prototype for an activation', { ...smolLm2Of135M, hidden_act: 'toString' }, /hidden_act is "toString"/],
    [
      'too few kinds of layers',
      { ...gemma3Of270M, num_hidden_layers: 20 },
      /names 18 layers, and num_hidden_layers is 20/,
    ],
    [
      'another kind of layer',
      { ...qwen25Of05B, layer_types: Array.from({ length: 24 }, () => 'chunked_attention') },
      /says "chunked_attention" of layer 0/,
    ],
    ['kinds of layers that are no list', { ...gemma3Of270M, layer_types: 'full_attention' }, /which is no list/],
    [
      'windows in a family without',
      { ...smolLm2Of135M, num_hidden_layers: 1, layer_types: ['sliding_attention'] },
      /"sliding_attention" of layer 0/,
    ],
    [
      'kv heads that do not divide',
      { ...smolLm2Of135M, num_key_value_heads: 2 },
      /num_attention_heads is 9, no multiple of/,
    ],
    [
      'a width that heads do not divide',
      { ...gemma2Of2B, num_attention_heads: 20 },
      /hidden_size is 2304, no multiple/,
    ],
    ['halves of an odd head', { ...smolLm2Of135M, head_dim: 63 }, /A head has 63 channels/],
    ['a size below nothing', { ...smolLm2Of135M, hidden_size: -576 }, /hidden_size is -576/],
    ['a size of 1e300', { ...smolLm2Of135M, vocab_size: 1e300 }, /vocab_size is 1e\+300/],
    ['half a layer', { ...smolLm2Of135M, num_hidden_layers: 30.5 }, /num_hidden_layers is 30.5/],
    ['a size in words', { ...smolLm2Of135M, intermediate_size: '1536' }, /intermediate_size is "1536"/],
    ['no size', without(smolLm2Of135M, 'intermediate_size'), /does not say intermediate_size/],
    ['an epsilon of nothing', { ...smolLm2Of135M, rms_norm_eps: 0 }, /rms_norm_eps is 0/],
    ['a base below nothing', { ...smolLm2Of135M, rope_theta: -1 }, /rope_theta is -1/],
    [
      'perhaps tied',
      { ...smolLm2Of135M, tie_word_embeddings: 'yes' },
      /tie_word_embeddings is "yes", which is neither/,
    ],
    ['nothing', null, /does not say model_type/],
    ['a list', [smolLm2Of135M], /does not say model_type/],
    [
      'Gemma 3 with flat angles',
      { ...gemma3Of270M, rope_parameters: { rope_theta: 1e6 } },
      /rope_parameters\.rope_theta/,
    ],
    [
      'angles by layer in a family with one kind',
      { ...smolLm2Of135M, rope_parameters: { full_attention: { rope_theta: 1e6 } } },
      /rope_parameters\.full_attention is not known/,
    ],
  ])('%s', (_, json, said) => {
    expect(refusal(json)).toMatch(said);
  });
});

test('of 3,000 damaged configurations each is read, or refused in a sentence', () => {
  let refused = 0;
  const models = Object.values(PUBLISHED);
  for (let seed = 0; seed < 3000; seed++) {
    const json = JSON.parse(mutatedText(models[seed % models.length]!, seed));
    try {
      const { config, eos } = read(
        json,
        seed % 3 === 0 ? JSON.parse(mutatedText({ eos_token_id: [1, 106] }, seed)) : undefined,
      );
      if (config.layers.length !== config.depth) throw new Error(`seed ${seed}: layers`);
      for (const { window, rotation } of config.layers)
        if (!(config.rotations[rotation] && (window === null || window > 0))) throw new Error(`seed ${seed}`);
      for (const n of [config.scoreScale, config.norm.epsilon, config.embeddingScale, ...eos])
        if (!(Number.isFinite(n) && n >= 0)) throw new Error(`seed ${seed}: ${n}`);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(600);
  expect(refused).toBeLessThan(2850);
});
