/**
 * openpi's LoRA as PEFT's, without any loss.
 *
 * PEFT knows one pair of factors per linear layer: y = W·x + s·B·(A·x), A (rank, in), B (out, rank), s = alpha/rank.
 * Many tools know one alpha, that of the whole file, and the rank of the tensors before them. So there is one alpha, and
 * B of each module holds whatever else openpi multiplies by. openpi's factors are per head, and they fit:
 *
 * - q, k, v: each head has its own pair. A stacks the heads' A, B has the heads' B as blocks on its diagonal; rank heads·R.
 * - o: openpi sums over heads in both factors, so each head's A meets the SUM of the heads' B; rank R.
 * - gate, up, down: one pair each, and openpi multiplies by no alpha/rank.
 */
import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { PEFT_PREFIX } from '../leaves/decoder';
import { ADAPTED_MODULES, GEMMA, projectionsOf } from '../leaves/gemma';
import { type LeafRow, type Projection, pathOf } from '../leaves/row';
import { type ExpertConfig, type LoraConfig, type ModelConfig, openpiConfig } from '../model/config';
import { axisLength, expertLengths } from '../model/lengths';
import { type Leaf, leavesOf } from '../model/tree';
import { formOf, type LeafForm } from '../policy/leaf_form';
import { asStored } from '../policy/leaf_writer';
import { problem } from '../problem';
import { lastName, loraScale } from '../settings/lora';
import { type Adapter, type AdapterTensor, isLora } from './adapter';
import { refuseWhole } from './hub_modules';
import type { Scales } from './peft_config';

/** A factor of one linear layer, row-major. */
export interface Factor {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: Float32Array<ArrayBuffer>;
  /** Path of the leaf that it is a share of. */
  readonly leaf: string;
}

/** A weight or bias of a module that trained whole. */
interface WholeTensor {
  readonly name: string;
  /** How the path of its module ends. */
  readonly module: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

export interface PeftWeights {
  readonly factors: readonly Factor[];
  /** PEFT keeps them beside the factors. */
  readonly whole: readonly WholeTensor[];
  readonly scales: PeftScales;
}

/** A module's scale is lora_alpha by the rank of its own factors. */
export interface PeftScales {
  /** The rank of most modules. */
  readonly r: number;
  readonly lora_alpha: number;
  /** The rank of modules that have another. */
  readonly rank_pattern: Readonly<Record<string, number>>;
  /** Of modules whose alpha is not lora_alpha; none where all but lora_alpha is folded. */
  readonly alpha_pattern: Readonly<Record<string, number>>;
  /** What lora_B is of openpi's, by module: all that openpi multiplies by, less the scale. */
  readonly folded: Readonly<Record<string, number>>;
}

/** Which expert to export, and the path of its layers in the PyTorch model. */
export interface PeftTarget {
  readonly expert: number;
  readonly layers: string;
  /** Of an actions model: where all of it is there. */
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

export const PROJECTIONS = ADAPTED_MODULES.map(lastName);

/**
 * The adapter's factors under PEFT's names.
 *
 * @param how As trained, lora_B of o is the mean of the heads': a step of Adam moves it as it moves each of them.
 * @throws ProblemError where the run trained leaves that are no LoRA, which PEFT cannot hold.
 */
export function toPeft(adapter: Adapter, target: PeftTarget = TEXT_TARGET, how: Scales = 'folded'): PeftWeights {
  const config = openpiConfig(adapter.modelConfig);
  const places = [...wholePlaces(config, target)].filter(([, { leaf }]) => leaf.path in adapter.tensors);
  refuseOtherLeaves(
    adapter,
    places.map(([, { leaf }]) => leaf.path),
  );
  const expert = config.experts[target.expert];
  if (!expert?.lora) throw problem('The adapter has no LoRA for this expert.', adapter.summary.name);
  const scales = scalesOf(expert, expert.lora, how);
  const read = layerReader(adapter, target.expert);
  const factors: Factor[] = [];
  for (let layer = 0; layer < expert.depth; layer++) {
    for (const projection of projectionsOf(expertLengths(expert))) {
      const leaves = { a: pathOf(projection.a, target.expert), b: pathOf(projection.b, target.expert) };
      for (const { module, a, b } of modulesOf(projection, read, layer, expert)) {
        const by = scales.folded[lastName(module)]!;
        const name = `${PEFT_PREFIX}${target.layers}.${layer}.${module}`;
        const values = b.values.map((value) => value * by);
        factors.push(
          { name: `${name}.lora_A.weight`, leaf: leaves.a, shape: [a.rows, a.columns], values: a.values },
          { name: `${name}.lora_B.weight`, leaf: leaves.b, shape: [b.rows, b.columns], values },
        );
      }
    }
  }
  const whole = places.map(([name, place]) => wholeTensor(adapter.tensors[place.leaf.path]!, name, place));
  return { factors, whole, scales };
}

/** What PEFT may keep whole: openpi's projections and, of a π0.5, those that condition the expert's norms. */
const WHOLE: ReadonlySet<LeafRow> = new Set(
  [
    ...Object.values(ACTION_PROJECTIONS),
    GEMMA.attentionNormCondition,
    GEMMA.feedForwardNormCondition,
    GEMMA.finalNormCondition,
  ].flatMap(({ kernel, bias }): LeafRow[] => [kernel, bias]),
);

/** What a tensor that PEFT keeps whole is to openpi. */
export interface WholePlace {
  readonly leaf: Leaf;
  readonly form: LeafForm;
  readonly layer: number;
}

/** Every tensor of a model that PEFT may keep whole, by its name. */
export function wholePlaces(config: ModelConfig, { projections }: PeftTarget): ReadonlyMap<string, WholePlace> {
  if (projections === undefined) return new Map();
  const leaves = leavesOf(config).filter(({ row }) => WHOLE.has(row));
  return new Map(
    leaves.flatMap((leaf) => {
      const form = formOf(leaf, 'openpi PyTorch');
      return form.names.map(
        ([name], layer) => [`${PEFT_PREFIX}${projections}.${name}`, { leaf, form, layer }] as const,
      );
    }),
  );
}

function wholeTensor({ values }: AdapterTensor, name: string, { form, layer }: WholePlace): WholeTensor {
  const size = values.length / form.names.length;
  const ofLayer = values.slice(layer * size, (layer + 1) * size);
  return { name, module: moduleSought(name), shape: form.shape, values: asStored(ofLayer, form) };
}

/** PEFT takes every module whose path ends so. */
const moduleSought = (name: string) =>
  name
    .replace(/\.(weight|bias)$/, '')
    .replace(/^.*\.layers\.\d+\./, '')
    .replace(/^base_model\.model\.(model\.)?/, '');

/** How the heads of an expert share in a module's lora_B. */
export interface ModuleHeads {
  /** Last name of the module's path. */
  readonly name: string;
  /** Heads with a pair of factors each: as many blocks are on the diagonal. */
  readonly own: number;
  /** Heads whose second factors are added up. */
  readonly summed: number;
  /** What openpi multiplies by. */
  readonly scale: number;
}

export function moduleHeads(expert: ExpertConfig, lora: LoraConfig): ModuleHeads[] {
  const lengths = expertLengths(expert);
  return projectionsOf(lengths).flatMap((one) => {
    const { G: own } = sizesOf(one, expert);
    const summed = axisLength(one.b.axes.G, lengths) / axisLength(one.a.axes.G, lengths);
    const scale = one.scaled ? loraScale(lora) : 1;
    return one.peft.map((module) => ({ name: lastName(module), own, summed, scale }));
  });
}

/** Ranks and alphas as adapter_config.json wants them. Folded, the scale is 1 where the rank is r, as the feed-forward's. */
function scalesOf(expert: ExpertConfig, lora: LoraConfig, how: Scales): PeftScales {
  const { rank } = lora;
  const isFolded = how === 'folded';
  const modules = moduleHeads(expert, lora).map(({ name, own, summed, scale }) => ({
    name,
    r: own * rank,
    alpha: isFolded ? rank : scale * summed * own * rank,
    folded: isFolded ? scale * own : 1 / summed,
  }));
  const byName = (key: 'r' | 'alpha' | 'folded', from = modules) =>
    Object.fromEntries(from.map((one) => [one.name, one[key]]));
  const others = (key: 'r' | 'alpha') =>
    byName(
      key,
      modules.filter((one) => one[key] !== rank),
    );
  return {
    r: rank,
    lora_alpha: rank,
    rank_pattern: others('r'),
    alpha_pattern: others('alpha'),
    folded: byName('folded'),
  };
}

function refuseOtherLeaves({ tensors, summary }: Adapter, whole: readonly string[]): void {
  const others = Object.keys(tensors).filter((path) => !isLora(path) && !whole.includes(path));
  if (others.length === 0) return;
  throw refuseWhole(
    others,
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

/** One layer of a leaf. */
export type LayerReader = (row: LeafRow, layer: number) => Float32Array;

/** @throws ProblemError, when it is called, where the adapter lacks the leaf */
export function layerReader({ tensors }: Pick<Adapter, 'tensors'>, expert: number): LayerReader {
  return (row, layer) => {
    const path = pathOf(row, expert);
    const tensor = tensors[path];
    if (!tensor) throw problem(`The adapter lacks the leaf "${path}".`, undefined, 'Train it again.');
    const size = tensor.values.length / tensor.shape[0]!;
    return tensor.values.subarray(layer * size, (layer + 1) * size);
  };
}

/** Of one of a projection's modules: G pairs side by side, I inputs, O outputs of each. */
export interface PairSizes {
  readonly G: number;
  readonly I: number;
  readonly O: number;
}

export function sizesOf({ a, b, peft }: Projection, expert: ExpertConfig): PairSizes {
  const lengths = expertLengths(expert);
  return {
    G: axisLength(a.axes.G, lengths) / peft.length,
    I: axisLength(a.axes.I, lengths),
    O: axisLength(b.axes.O, lengths),
  };
}

/** The modules of one layer that a projection stands for, each with its share of the projection's groups. */
function modulesOf(projection: Projection, read: LayerReader, layer: number, expert: ExpertConfig) {
  const { peft } = projection;
  const sizes = sizesOf(projection, expert);
  const { rank } = expert.lora as LoraConfig;
  const share = (values: Float32Array, n: number) =>
    values.subarray((n * values.length) / peft.length, ((n + 1) * values.length) / peft.length);
  const { a, b } = factorsOf(projection, read, layer, rank * sizes.O);
  return peft.map((module, n) => ({ module, ...pair(share(a, n), share(b, n), sizes, rank) }));
}

/** One layer of a projection's factors, `G I R` and `G R O`. @param size of one group of the second */
export function factorsOf({ a, b }: Projection, read: LayerReader, layer: number, size: number) {
  const second = read(b, layer);
  return { a: read(a, layer), b: b.reader === 'sum_heads.b' ? summed(second, size) : second };
}

/** b (heads, size), summed over the heads. */
function summed(b: Float32Array, size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let at = i; at < b.length; at += size) sum += b[at]!;
    return sum;
  });
}

/** a (G, I, R), b (G, R, O): A stacks the groups, B is block-diagonal. */
function pair(a: Float32Array, b: Float32Array, { G, I, O }: PairSizes, R: number): { a: Matrix; b: Matrix } {
  return {
    a: matrix(G * R, I, (row, i) => a[(Math.floor(row / R) * I + i) * R + (row % R)]!),
    b: matrix(G * O, G * R, (row, column) => {
      const group = Math.floor(row / O);
      if (group !== Math.floor(column / R)) return 0;
      return b[(group * R + (column % R)) * O + (row % O)]!;
    }),
  };
}
