import { type Adapter, isLora, sizeOf } from '../../src/adapter/adapter';
import type { ExportContext } from '../../src/adapter/export_format';
import type { WrittenFile } from '../../src/adapter/exports';
import type { HubBase } from '../../src/adapter/summary';
import type { DecoderConfig, DecoderLora } from '../../src/model/decoder_config';
import { elements, leavesOf } from '../../src/model/tree';
import { defaultSettings } from '../../src/settings/defaults';
import { generator, sampleAdapter } from './sample';

/** Two layers, four heads that share two key heads, odd sizes. */
export const llama: DecoderConfig = {
  family: 'llama',
  width: 10,
  depth: 2,
  mlpDim: 9,
  numHeads: 4,
  numKvHeads: 2,
  headDim: 6,
  vocabSize: 11,
  positions: 64,
  embeddingScale: 1,
  norm: { plusOne: false, epsilon: 1e-5 },
  headNorms: false,
  postNorms: false,
  biases: { qkv: false, out: false, mlp: false },
  scoreScale: 6 ** -0.5,
  scoreCap: null,
  logitCap: null,
  activation: 'silu',
  tied: false,
  rotations: [{ base: 10000 }],
  layers: [
    { window: null, rotation: 0 },
    { window: null, rotation: 0 },
  ],
};

export const gemma: DecoderConfig = {
  ...llama,
  family: 'gemma3_text',
  embeddingScale: Math.sqrt(10),
  norm: { plusOne: true, epsilon: 1e-6 },
  headNorms: true,
  postNorms: true,
  activation: 'gelu',
  tied: true,
};

export const TARGETS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;

/** LoRA of all seven linears, where `change` does not say otherwise. */
export const lora = (change: Partial<DecoderLora> = {}): DecoderLora => ({
  rank: 3,
  alpha: 6,
  rootScaled: false,
  targets: TARGETS,
  ...change,
});

export const hubBase = (config: DecoderConfig, change: Partial<HubBase> = {}): HubBase => ({
  name: 'My model',
  nameOrPath: 'someone/my-model',
  family: config.family,
  files: [{ name: 'model.safetensors', bytes: 1234, sha256: 'cd'.repeat(32) }],
  ...change,
});

/** An adapter with random factors; `also` are leaves of the base that trained. */
export function hubAdapter(
  options: { config?: DecoderConfig; lora?: DecoderLora; hub?: Partial<HubBase>; also?: readonly string[] } = {},
): Adapter {
  const { config = llama, lora: own = lora(), hub = {}, also = [] } = options;
  const modelConfig = { ...config, lora: own };
  const random = generator(5);
  const leaves = leavesOf(modelConfig).filter(({ path }) => isLora(path) || also.includes(path));
  const tensors = Object.fromEntries(
    leaves.map(({ path, shape }) => [path, { shape, values: Float32Array.from({ length: elements(shape) }, random) }]),
  );
  const { rank, alpha } = own;
  const { summary, history } = sampleAdapter();
  return {
    summary: {
      ...summary,
      base: 'hub',
      loraRank: rank,
      loraAlpha: alpha,
      ...sizeOf(tensors),
      hub: hubBase(config, hub),
    },
    baseHash: 'cd'.repeat(32),
    modelConfig,
    tensors,
    settings: { ...defaultSettings, loraRank: rank, loraAlpha: alpha },
    history,
  };
}

/** scale · B · A of each linear, (out, in), by the path of its module below the model, as the run computes it. */
export function deltasOf({ modelConfig, tensors }: Adapter): Map<string, number[]> {
  const own = (modelConfig as DecoderConfig).lora!;
  const deltas = new Map<string, number[]>();
  for (const [key, a] of Object.entries(tensors)) {
    const [, path] = /^base_model\.model\.model\.(.+)\.lora_A\.weight$/.exec(key) ?? [];
    if (path === undefined) continue;
    const b = tensors[key.replace('lora_A', 'lora_B')]!;
    const [I, R] = a.shape as [number, number];
    const O = b.shape[1]!;
    const { alpha } = own.others?.[path] ?? own;
    const scale = alpha / (own.rootScaled ? Math.sqrt(R) : R);
    deltas.set(
      path,
      product(O, I, R, (o, i, r) => scale * b.values[r * O + o]! * a.values[i * R + r]!),
    );
  }
  return deltas;
}

/** Sums over n of `of`, for each row and column. */
export function product(
  rows: number,
  columns: number,
  terms: number,
  of: (row: number, column: number, n: number) => number,
): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let n = 0; n < terms; n++) sum += of(Math.floor(at / columns), at % columns, n);
    return sum;
  });
}

/** What a format may ask for, of which it needs nothing. */
export const nothingAsked: ExportContext = {
  base: async () => {
    throw new Error('a base of the page was asked for');
  },
  shipped: async () => {
    throw new Error('a base of the page was asked for');
  },
  model: () => {
    throw new Error('the model was asked for');
  },
  policy: () => {
    throw new Error('the policy was asked for');
  },
  policyWeights: () => {
    throw new Error('the policy was asked for');
  },
  windows: () => {
    throw new Error('the text was asked for');
  },
  recording: () => {
    throw new Error('the recording was asked for');
  },
};

/** Bytes of an exported file. */
export const bytesOf = async ({ content }: Pick<WrittenFile, 'content'>) =>
  new Uint8Array(await new Response(content).arrayBuffer());

export const relative = (ours: readonly number[], theirs: readonly number[]) =>
  Math.hypot(...ours.map((value, n) => value - theirs[n]!)) / Math.hypot(...theirs);
