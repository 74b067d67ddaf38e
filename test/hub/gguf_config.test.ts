import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { GgufValue } from '../../src/containers/gguf_write';
import { readConfig } from '../../src/hub/config';
import { FAMILY_FORMS } from '../../src/hub/family';
import { openGguf } from '../../src/hub/gguf_model';
import type { DecoderConfig } from '../../src/model/decoder_config';
import { ProblemError } from '../../src/problem';
import { fixture, goldenBytes, sourceOf } from '../containers/gguf/file';
import {
  BIASES,
  f32,
  HEAD_NORMS,
  type Metadata,
  open,
  openChanged,
  POST_NORMS,
  SIZES,
  shapesOf,
  text,
  u32,
  zeros,
} from './gguf_files';

const golden = new URL('../fixtures/golden/hf_gemma3/config.json', import.meta.url);

test.each(['f16', 'q8_0', 'q4_0'])(
  'gemma3-%s is the model of its config.json, but for what a GGUF cannot say',
  async (kind) => {
    const { config: hub } = readConfig(JSON.parse(readFileSync(golden, 'utf8')), 'config.json');
    const { config } = await openGguf(sourceOf(goldenBytes(`gemma3-${kind}.gguf`)), 'a.gguf');
    expect(hub.scoreScale).toBe(1 / Math.sqrt(24));
    expect(config).toEqual({
      ...hub,
      scoreScale: 1 / Math.sqrt(16), // it has no query_pre_attn_scalar
      norm: { plusOne: true, epsilon: Math.fround(hub.norm.epsilon) },
    });
  },
);

describe('the architectures', () => {
  const cases: readonly (readonly [
    string,
    Metadata,
    Readonly<Record<string, readonly number[]>>,
    Partial<DecoderConfig>,
  ])[] = [
    ['gemma', {}, {}, { tied: true, activation: 'gelu', postNorms: false, headNorms: false }],
    [
      'gemma2',
      {},
      POST_NORMS,
      {
        scoreCap: 50,
        logitCap: 30,
        layers: [
          { window: 4096, rotation: 0 },
          { window: null, rotation: 0 },
        ],
      },
    ],
    [
      'gemma3',
      { 'attention.sliding_window': u32(16), 'rope.scaling.type': text('linear'), 'rope.scaling.factor': f32(8) },
      { ...POST_NORMS, ...HEAD_NORMS },
      {
        rotations: [{ base: 1e6, scaling: { type: 'linear', factor: 8 } }, { base: 1e4 }],
        layers: [
          { window: 16, rotation: 1 },
          { window: 16, rotation: 1 },
        ],
        scoreCap: null,
        logitCap: null,
      },
    ],
    ['llama', {}, {}, { activation: 'silu', biases: { qkv: false, out: false, mlp: false } }],
    ['llama', {}, BIASES, { biases: { qkv: true, out: false, mlp: false } }],
    [
      'qwen2',
      {},
      BIASES,
      { biases: { qkv: true, out: false, mlp: false }, layers: [0, 1].map(() => ({ window: null, rotation: 0 })) },
    ],
    ['qwen3', {}, HEAD_NORMS, { headNorms: true, norm: { plusOne: false, epsilon: Math.fround(1e-6) } }],
  ];

  test.each(cases)('%s', async (architecture, own, more, expected) => {
    const { config } = await open(zeros(architecture, { ...SIZES, ...own }, shapesOf(2, more)));
    const { gemmaForm } = FAMILY_FORMS[config.family];
    expect(config).toMatchObject({
      width: 24,
      depth: 2,
      mlpDim: 20,
      numHeads: 4,
      numKvHeads: 2,
      headDim: 8,
      vocabSize: 40,
      positions: 512,
      scoreScale: 1 / Math.sqrt(8),
      embeddingScale: gemmaForm ? Math.fround(Math.sqrt(24)) : 1,
      norm: { plusOne: gemmaForm },
      tied: true,
      ...expected,
    });
  });

  test('keys that are absent mean what llama.cpp takes for them', async () => {
    const {
      'attention.head_count_kv': _1,
      'attention.key_length': _2,
      'attention.value_length': _3,
      'rope.freq_base': _4,
      ...own
    } = SIZES;
    const shapes = shapesOf(2, {
      'attn_q.weight': [24, 24],
      'attn_k.weight': [24, 24],
      'attn_v.weight': [24, 24],
      'attn_output.weight': [24, 24],
    });
    const { config } = await open(zeros('llama', own, shapes));
    expect(config).toMatchObject({ numKvHeads: 4, headDim: 6, rotations: [{ base: 1e4 }] });
  });

  test('a list of what all layers have alike is read as one', async () => {
    const list: GgufValue = { type: 'array', of: 'u32', values: [2, 2] };
    const { config } = await open(zeros('llama', { ...SIZES, 'attention.head_count_kv': list }, shapesOf(2)));
    expect(config.numKvHeads).toBe(2);
  });

  test('a factor of 0 or 1 and the type none scale nothing', async () => {
    for (const own of [
      { 'rope.scaling.factor': f32(0) },
      { 'rope.scale_linear': f32(1) },
      { 'rope.scaling.type': text('none'), 'rope.scaling.factor': f32(4) },
    ] as Metadata[]) {
      const { config } = await open(zeros('llama', { ...SIZES, ...own }, shapesOf(2)));
      expect(config.rotations).toEqual([{ base: 1e6 }]);
    }
    const { config } = await open(zeros('llama', { ...SIZES, 'rope.scale_linear': f32(4) }, shapesOf(2)));
    expect(config.rotations).toEqual([{ base: 1e6, scaling: { type: 'linear', factor: 4 } }]);
  });

  test('the last of six layers, or of as many as the file says, sees everything; or those that a list names', async () => {
    const windows = async (own: Metadata, depth = 8) => {
      const shapes = shapesOf(depth, { ...POST_NORMS, ...HEAD_NORMS });
      const { config } = await open(zeros('gemma3', { ...SIZES, block_count: u32(depth), ...own }, shapes));
      return config.layers
        .map(({ window, rotation }) => (window === null ? 'all' : window) + ['', '*'][rotation]!)
        .join(' ');
    };
    const window = { 'attention.sliding_window': u32(4) };
    expect(await windows(window)).toBe('4* 4* 4* 4* 4* all 4* 4*');
    expect(await windows({})).toBe('all all all all all all all all');
    expect(await windows({ 'attention.sliding_window': u32(0) })).toBe('all all all all all all all all');
    expect(await windows({ ...window, 'attention.sliding_window_pattern': u32(2) })).toBe(
      '4* all 4* all 4* all 4* all',
    );
    const list: GgufValue = { type: 'array', of: 'bool', values: [false, true, true] };
    expect(await windows({ ...window, 'attention.sliding_window_pattern': list }, 3)).toBe('all 4* 4*');
    await expect(windows({ ...window, 'attention.sliding_window_pattern': list }, 2)).rejects.toThrow('names 3 layers');
  });

  test('the 27B models of two Gemmas have a score scale of their own', async () => {
    for (const [architecture, depth, more] of [
      ['gemma2', 46, POST_NORMS],
      ['gemma3', 62, { ...POST_NORMS, ...HEAD_NORMS }],
    ] as const) {
      const { config } = await open(zeros(architecture, { ...SIZES, block_count: u32(depth) }, shapesOf(depth, more)));
      expect(config.scoreScale).toBe(1 / Math.sqrt(24 / 4));
    }
    const { config } = await open(zeros('llama', { ...SIZES, 'attention.scale': f32(0.25) }, shapesOf(2)));
    expect(config.scoreScale).toBe(0.25);
  });
});

describe('refused, by key and value', () => {
  const cases: readonly (readonly [what: string, changes: Readonly<Record<string, GgufValue | null>>, said: RegExp])[] =
    [
      ['an adapter', { 'general.type': text('adapter') }, /adapter, not a model.*Choose the model/],
      ['a picture half', { 'general.type': text('mmproj') }, /sees or hears/],
      ['another type', { 'general.type': text('imatrix') }, /general\.type is "imatrix"/],
      [
        'one of several files',
        { 'split.count': { type: 'u16', value: 3 } },
        /one of 3 parts.*llama-gguf-split --merge/,
      ],
      ['no architecture', { 'general.architecture': null }, /does not say general\.architecture/],
      ['an unknown one', { 'general.architecture': text('mamba') }, /"mamba" is no family.*gemma3, llama/],
      ['one that is a number', { 'general.architecture': u32(3) }, /3 is no family/],
      ['a model with pictures', { 'general.architecture': text('qwen2vl') }, /"qwen2vl" is a model of more than text/],
      ['a part with pictures', { 'general.architecture': text('clip') }, /"clip" is a model of more than text/],
      ['experts', { 'llama.expert_count': u32(8) }, /mixture of experts/],
      ['experts by name', { 'general.architecture': text('qwen3moe') }, /"qwen3moe": a mixture of experts/],
      [
        'what is not known',
        { 'llama.attention.clamp_kqv': f32(8) },
        /llama\.attention\.clamp_kqv is 8, which is not known/,
      ],
      [
        'a window where none is known',
        { 'llama.attention.sliding_window': u32(64) },
        /sliding_window is 64, which is not/,
      ],
      ['both ways', { 'llama.attention.causal': { type: 'bool', value: false } }, /causal is false: such a model/],
      ['pooled', { 'llama.pooling_type': u32(3) }, /pooling_type is 3: such a model/],
      ['yarn', { 'llama.rope.scaling.type': text('yarn') }, /rope\.scaling\.type is "yarn"/],
      ['a factor of attention', { 'llama.rope.scaling.attn_factor': f32(1.5) }, /attn_factor is 1\.5/],
      ['two scalings', { 'llama.rope.scaling.factor': f32(4) }, /rope_freqs\.weight, and a factor of 4/],
      ['a part of the head', { 'llama.rope.dimension_count': u32(4) }, /dimension_count is 4, and a head has 8/],
      ['other values', { 'llama.attention.value_length': u32(16) }, /value_length is 16, and a head has 8/],
      [
        'heads that differ',
        { 'llama.attention.head_count_kv': { type: 'array', of: 'u32', values: [2, 4] } },
        /head_count_kv differs/,
      ],
      [
        'heads that do not share',
        { 'llama.attention.head_count_kv': u32(3) },
        /4, no multiple of attention\.head_count_kv 3/,
      ],
      ['no layers', { 'llama.block_count': u32(0) }, /llama\.block_count is 0, which is no whole number/],
      ['too many layers', { 'llama.block_count': u32(1e9) }, /llama\.block_count is 1000000000/],
      ['a width that is text', { 'llama.embedding_length': text('24') }, /embedding_length is "24"/],
      [
        'a width that is a list',
        { 'llama.embedding_length': { type: 'array', of: 'u32', values: [24] } },
        /embedding_length is \[…\]/,
      ],
      [
        'a width of 2^60',
        { 'llama.embedding_length': { type: 'u64', value: 2n ** 60n } },
        /embedding_length is 1152921504606846976/,
      ],
      [
        'no epsilon',
        { 'llama.attention.layer_norm_rms_epsilon': null },
        /does not say llama\.attention\.layer_norm_rms_epsilon/,
      ],
      ['an odd head', { 'llama.attention.key_length': u32(7) }, /7 channels/],
      ['a base of 0', { 'llama.rope.freq_base': f32(0) }, /freq_base is 0/],
      [
        'another vocabulary',
        { 'llama.vocab_size': u32(41) },
        /"token_embd\.weight".*\[40, 24\]; the model's is \[41, 24\]/,
      ],
    ];

  test.each(cases)('%s', async (_, changes, said) => {
    const error = await openChanged(fixture('llama.gguf'), { metadata: new Map(Object.entries(changes)) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).message).toMatch(said);
    expect((error as ProblemError).problem.where).toMatch(/^a\.gguf/);
    expect((error as ProblemError).problem.fix).toMatch(/\.$/);
  });

  test('softcapping in a Gemma 3', async () => {
    const own = { ...SIZES, attn_logit_softcapping: f32(50) };
    const stream = zeros('gemma3', own, shapesOf(2, { ...POST_NORMS, ...HEAD_NORMS }));
    await expect(open(stream)).rejects.toThrow('gemma3.attn_logit_softcapping is 50, which is not known here');
  });
});
