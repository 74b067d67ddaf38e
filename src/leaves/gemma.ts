/** An expert: openpi's Gemma, whose LoRA is per head and starts with both factors at random. */
import { dense, isIn, type LeafRow, type Lengths, type Projection, type RowOf, type Rows } from './row';

/** Where the experts' leaves are. */
export const LLM = 'PaliGemma/llm/';

/** How the path of every first factor ends. Its last axis is the rank. */
export const LORA_A = 'lora_a';

const LAYERS = `${LLM}layers/`;

/** Of LoRA's A and B alike: it is not the identity at step 0. */
const LORA_STANDARD_DEVIATION = 0.01;

const norm = (path: string, stacked: boolean): RowOf<'rms_norm.scale'> => ({
  path: `${path}{e}/scale`,
  reader: 'rms_norm.scale',
  axes: { C: ['C'] },
  stacked,
  laterOnly: 'π0',
});

/** π0.5 scales, shifts and gates the expert's norms by a projection of the time. */
const condition = (path: string, stacked: boolean) =>
  dense(`${path}{e}/Dense_0`, { I: ['C'], O: ['3C'] }, { stacked, only: 'π0.5', notInFirst: true });

type Axes = RowOf<'matmul.weight'>['axes'];

/** @param names what stands behind `path` for the weight and for LoRA's factors */
function projection(
  path: string,
  names: { readonly weight: string; readonly a: string; readonly b: string },
  { G, I, O }: Axes,
  { scaled, peft, keys }: Pick<Projection, 'scaled' | 'peft'> & Pick<LeafRow, 'keys'>,
): Projection {
  const own = { stacked: true, ...(keys ? { keys } : {}) };
  const drawn = { ...own, start: { standardDeviation: LORA_STANDARD_DEVIATION } };
  return {
    weight: { path: `${path}${names.weight}`, reader: 'matmul.weight', axes: { G, I, O }, ...own },
    a: { path: `${path}${names.a}`, reader: 'lora.a', axes: { G, I, R: ['R'] }, ...drawn },
    b: { path: `${path}${names.b}`, reader: 'lora.b', axes: { G, R: ['R'], O }, ...drawn },
    scaled,
    peft,
  };
}

const attention = (name: string, axes: Axes, peft: readonly string[], keys?: LeafRow['keys']) =>
  projection(`${LAYERS}attn/${name}{e}/`, { weight: 'w', a: LORA_A, b: 'lora_b' }, axes, {
    scaled: true,
    peft: peft.map((module) => `self_attn.${module}`),
    ...(keys ? { keys } : {}),
  });

/** openpi's feed-forward LoRA is not scaled. */
const feedForward = (name: string, axes: Axes, peft: readonly string[]) =>
  projection(`${LAYERS}mlp{e}/${name}`, { weight: '', a: `_${LORA_A}`, b: '_lora_b' }, axes, {
    scaled: false,
    peft: peft.map((module) => `mlp.${module}`),
  });

/** Heads back to the stream. B has the heads that A has not: openpi's einsum sums over them. */
function outProjection(): Projection {
  const out = attention('attn_vec_einsum', { G: [], I: ['Q', 'H'], O: ['C'] }, ['o_proj']);
  return { ...out, b: { ...out.b, reader: 'sum_heads.b', axes: { ...out.b.axes, G: ['Q'] } } };
}

export const GEMMA = {
  embedding: {
    path: `${LLM}embedder/input_embedding`,
    reader: 'embed.table',
    axes: { V: ['V'], C: ['C'] },
    stacked: false,
  },
  attentionNorm: norm(`${LAYERS}pre_attention_norm`, true),
  attentionNormCondition: condition(`${LAYERS}pre_attention_norm`, true),
  q: attention('q_einsum', { G: ['Q'], I: ['C'], O: ['H'] }, ['q_proj'], 'shared'),
  kv: attention('kv_einsum', { G: [2, 'K'], I: ['C'], O: ['H'] }, ['k_proj', 'v_proj'], 'shared'),
  /** In place of q and kv where each head has keys of its own. */
  qkv: attention('qkv_einsum', { G: [3, 'Q'], I: ['C'], O: ['H'] }, ['q_proj', 'k_proj', 'v_proj'], 'own'),
  out: outProjection(),
  feedForwardNorm: norm(`${LAYERS}pre_ffw_norm`, true),
  feedForwardNormCondition: condition(`${LAYERS}pre_ffw_norm`, true),
  gates: feedForward('gating_einsum', { G: [2], I: ['C'], O: ['F'] }, ['gate_proj', 'up_proj']),
  down: feedForward('linear', { G: [], I: ['F'], O: ['C'] }, ['down_proj']),
  finalNorm: norm(`${LLM}final_norm`, false),
  finalNormCondition: condition(`${LLM}final_norm`, false),
} as const satisfies Rows;

/** The weights that LoRA adapts, in PEFT's order, of an expert with axes of these lengths. */
export const projectionsOf = (lengths: Lengths): readonly Projection[] =>
  [GEMMA.q, GEMMA.kv, GEMMA.qkv, GEMMA.out, GEMMA.gates, GEMMA.down].filter(({ weight }) => isIn(weight, lengths));

/** PEFT's names of the modules that they are, the same whatever the heads. */
export const ADAPTED_MODULES: readonly string[] = [GEMMA.qkv, GEMMA.out, GEMMA.gates, GEMMA.down].flatMap(
  ({ peft }) => peft,
);
