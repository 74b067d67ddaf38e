/**
 * openpi's LoRA as PEFT's, without any loss.
 *
 * PEFT knows one pair of factors per linear layer: y = W·x + s·B·(A·x), A (rank, in), B (out, rank), s = alpha/rank.
 * openpi's factors are per head, and they fit:
 *
 * - q, k, v: each head has its own pair. A stacks the heads' A, B has the heads' B as blocks on its diagonal; rank heads·R.
 * - o: openpi sums over heads in both factors, so each head's A meets the SUM of the heads' B; rank R.
 * - gate, up, down: one pair each, and openpi multiplies by no alpha/rank.
 */
import { type ExpertConfig, expertSuffix, type LoraConfig } from '../model/config';
import { problem } from '../problem';
import { type Adapter, type AdapterTensor, isLora } from './adapter';

/** A factor of one linear layer, row-major. */
export interface Factor {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: Float32Array<ArrayBuffer>;
}

/** A weight or bias of a module that trained whole. */
export interface WholeTensor {
  readonly name: string;
  /** The last name of its module. */
  readonly module: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface PeftWeights {
  readonly factors: readonly Factor[];
  /** PEFT keeps them beside the factors. */
  readonly whole: readonly WholeTensor[];
  /** PEFT's scales: by default r and lora_alpha, by module where it differs. */
  readonly scales: PeftScales;
}

export interface PeftScales {
  readonly r: number;
  readonly lora_alpha: number;
  readonly rank_pattern: Readonly<Record<string, number>>;
  readonly alpha_pattern: Readonly<Record<string, number>>;
}

/** Which expert to export, and the path of its layers in the PyTorch model. */
export interface PeftTarget {
  readonly expert: number;
  readonly layers: string;
  /** Of an actions model: the path of openpi's projections there. */
  readonly projections?: string;
}

/** The text model is the only expert of a GemmaForCausalLM. */
export const TEXT_TARGET: PeftTarget = { expert: 0, layers: 'model.layers' };

/** The action expert of LeRobot's PI0Policy. */
export const ACTIONS_TARGET: PeftTarget = {
  expert: 1,
  layers: 'model.paligemma_with_expert.gemma_expert.model.layers',
  projections: 'model',
};

const ATTENTION = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
const FEED_FORWARD = ['gate_proj', 'up_proj', 'down_proj'];
export const PROJECTIONS = [...ATTENTION, ...FEED_FORWARD];

/**
 * The adapter's factors under PEFT's names.
 *
 * @throws ProblemError where the run trained leaves that are no LoRA, which PEFT cannot hold.
 */
export function toPeft(adapter: Adapter, target: PeftTarget = TEXT_TARGET): PeftWeights {
  const projections = target.projections === undefined ? [] : projectionsOf(adapter);
  refuseOtherLeaves(adapter, projections);
  const expert = adapter.modelConfig.experts[target.expert];
  if (!expert?.lora) throw problem('The adapter has no LoRA for this expert.', adapter.summary.name);
  const lora = expert.lora;
  const scale = lora.alpha / lora.rank;
  const folded = Number.isInteger(lora.alpha) ? 1 : scale; // PEFT's alphas are whole numbers: any other goes into B
  const read = layerReader(adapter, expertSuffix(target.expert));
  const factors: Factor[] = [];
  for (let layer = 0; layer < expert.depth; layer++) {
    for (const [module, { a, b }] of Object.entries(layerFactors(read, layer, expert, lora.rank))) {
      const by = module.startsWith('self_attn') ? folded : 1;
      const name = `base_model.model.${target.layers}.${layer}.${module}`;
      factors.push({ name: `${name}.lora_A.weight`, shape: [a.rows, a.columns], values: a.values });
      factors.push({
        name: `${name}.lora_B.weight`,
        shape: [b.rows, b.columns],
        values: b.values.map((value) => value * by),
      });
    }
  }
  const whole = projections.map((path) => wholeTensor(adapter, path, target.projections ?? ''));
  return { factors, whole, scales: scalesOf(expert, lora) };
}

/** Paths of openpi's projections that trained. */
const projectionsOf = ({ tensors }: Adapter): string[] =>
  Object.keys(tensors).filter((path) => /^(state|action)_\w+\/(kernel|bias)$/.test(path));

/** A kernel (in, out) is PyTorch's weight (out, in). */
function wholeTensor({ tensors }: Adapter, path: string, prefix: string): WholeTensor {
  const { shape, values } = tensors[path] as AdapterTensor;
  const [module, leaf] = path.split('/') as [string, string];
  const name = `base_model.model.${prefix}.${module}.${leaf === 'kernel' ? 'weight' : 'bias'}`;
  if (leaf === 'bias') return { name, module, shape, values };
  const [inputs, outputs] = shape as [number, number];
  const turned = matrix(outputs, inputs, (out, input) => values[input * outputs + out] as number);
  return { name, module, shape: [outputs, inputs], values: turned.values };
}

/** Modules and alphas as adapter_config.json wants them; alpha/rank of a module is its scale. */
function scalesOf({ numHeads, numKvHeads }: ExpertConfig, { rank, alpha }: LoraConfig): PeftScales {
  const heads: Record<string, number> = { q_proj: numHeads, k_proj: numKvHeads, v_proj: numKvHeads, o_proj: 1 };
  const attentionAlpha = Number.isInteger(alpha) ? alpha : rank;
  const pattern = (of: (module: string) => number) =>
    Object.fromEntries(ATTENTION.map((module) => [module, of(module)]).filter(([, value]) => value !== rank));
  return {
    r: rank,
    lora_alpha: rank, // the feed-forward's scale is 1
    rank_pattern: pattern((module) => (heads[module] as number) * rank),
    alpha_pattern: pattern((module) => (heads[module] as number) * attentionAlpha),
  };
}

function refuseOtherLeaves({ tensors, summary }: Adapter, whole: readonly string[]): void {
  const others = Object.keys(tensors).filter((path) => !isLora(path) && !whole.includes(path));
  if (others.length === 0) return;
  const shown = others.slice(0, 3).join(', ') + (others.length > 3 ? ` and ${others.length - 3} more` : '');
  throw problem(
    `This run also trained parameters that are no LoRA, which a PEFT adapter cannot hold: ${shown}.`,
    summary.name,
    'Download the openpi file instead, or train again with these parameters frozen.',
  );
}

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array<ArrayBuffer>;
}

function matrix(rows: number, columns: number, at: (row: number, column: number) => number): Matrix {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) values[row * columns + column] = at(row, column);
  }
  return { rows, columns, values };
}

type LayerReader = (module: string, layer: number) => Float32Array;

/** Reads one layer of a LoRA leaf; `module` is e.g. `attn/q_einsum/lora_a` without the expert's suffix. */
function layerReader({ tensors }: Adapter, suffix: string): LayerReader {
  return (module, layer) => {
    // The suffix stands on the module that holds the leaf: attn/q_einsum_1/lora_a, mlp_1/linear_lora_a.
    const path = `PaliGemma/llm/layers/${module.replace(/(\w+)\/(\w+)$/, `$1${suffix}/$2`)}`;
    const tensor = tensors[path];
    if (!tensor) throw problem(`The adapter lacks the leaf "${path}".`, undefined, 'Train it again.');
    const size = tensor.values.length / (tensor.shape[0] as number);
    return tensor.values.subarray(layer * size, (layer + 1) * size);
  };
}

type Pair = { readonly a: Matrix; readonly b: Matrix };

/** The seven pairs of one layer. R is the rank, the other letters are openpi's (see model/tree.ts). */
function layerFactors(read: LayerReader, layer: number, expert: ExpertConfig, R: number): Record<string, Pair> {
  const { width: D, mlpDim: F, numHeads: N, numKvHeads: K, headDim: H } = expert;
  const leaf = (module: string) => read(module, layer);
  const half = (values: Float32Array, i: number) =>
    values.subarray((i * values.length) / 2, ((i + 1) * values.length) / 2);
  const [kvA, kvB] = [leaf('attn/kv_einsum/lora_a'), leaf('attn/kv_einsum/lora_b')];
  const [gatingA, gatingB] = [leaf('mlp/gating_einsum_lora_a'), leaf('mlp/gating_einsum_lora_b')];
  return {
    'self_attn.q_proj': perHead(leaf('attn/q_einsum/lora_a'), leaf('attn/q_einsum/lora_b'), N, D, H, R),
    'self_attn.k_proj': perHead(half(kvA, 0), half(kvB, 0), K, D, H, R),
    'self_attn.v_proj': perHead(half(kvA, 1), half(kvB, 1), K, D, H, R),
    'self_attn.o_proj': summedHeads(
      leaf('attn/attn_vec_einsum/lora_a'),
      leaf('attn/attn_vec_einsum/lora_b'),
      N,
      H,
      D,
      R,
    ),
    'mlp.gate_proj': transposed(half(gatingA, 0), half(gatingB, 0), D, F, R),
    'mlp.up_proj': transposed(half(gatingA, 1), half(gatingB, 1), D, F, R),
    'mlp.down_proj': transposed(leaf('mlp/linear_lora_a'), leaf('mlp/linear_lora_b'), F, D, R),
  };
}

/** a (N, D, R), b (N, R, H): A stacks the heads, B is block-diagonal. */
function perHead(a: Float32Array, b: Float32Array, N: number, D: number, H: number, R: number): Pair {
  return {
    a: matrix(N * R, D, (row, d) => a[(Math.floor(row / R) * D + d) * R + (row % R)] as number),
    b: matrix(N * H, N * R, (row, column) => {
      const head = Math.floor(row / H);
      if (head !== Math.floor(column / R)) return 0;
      return b[(head * R + (column % R)) * H + (row % H)] as number;
    }),
  };
}

/** a (N, H, R), b (N, R, D): every head's A meets the sum of all heads' B. */
function summedHeads(a: Float32Array, b: Float32Array, N: number, H: number, D: number, R: number): Pair {
  return {
    a: matrix(R, N * H, (r, row) => a[row * R + r] as number),
    b: matrix(D, R, (d, r) => {
      let sum = 0;
      for (let n = 0; n < N; n++) sum += b[(n * R + r) * D + d] as number;
      return sum;
    }),
  };
}

/** a (I, R), b (R, O). */
function transposed(a: Float32Array, b: Float32Array, I: number, O: number, R: number): Pair {
  return {
    a: matrix(R, I, (r, i) => a[i * R + r] as number),
    b: matrix(O, R, (o, r) => b[r * O + o] as number),
  };
}
