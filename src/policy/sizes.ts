/** The sizes of a policy by the shapes of its tensors; what shapes cannot tell is told by config.json, or is as openpi has it. */
import { type FileTensor, lackingTensor, OTHER, placeOfTensor, refuseTensors } from '../hub/tensors';
import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { GEMMA } from '../leaves/gemma';
import { type LeafRow, type ModelKind, pathOf } from '../leaves/row';
import { SIGLIP } from '../leaves/siglip';
import { checkConfig, type ExpertConfig, type ModelConfig } from '../model/config';
import { elements } from '../model/tree';
import { type Problem, problem } from '../problem';
import { impliedSizes, type PolicyConfig, type SaidSize, type SizeKey } from './config';
import { matrixSizes, torchNames } from './leaf_form';
import type { Naming } from './naming';

/** What stands before the number of a layer. */
const LAYERS = '.layers.';

/** The name of a tensor up to the number of its layer. */
const beforeLayer = (name: string) => name.slice(0, name.indexOf(LAYERS) + LAYERS.length);

/** Of every Gemma and SigLIP that openpi trains. */
const HEAD_DIM = 256;
const IMAGE_HEADS = 16;

/** A checkpoint's tensors by the names by which they are sought. */
export interface Stored {
  readonly naming: Naming;
  readonly tensors: ReadonlyMap<string, FileTensor>;
}

/** Whether the expert's norms are conditioned on the time. */
export function kindOf({ naming, tensors }: Stored): ModelKind {
  const has = (row: LeafRow) => tensors.has(naming === 'openpi' ? pathOf(row, 1) : torchNames(row, 1, 0)[0]!);
  return [ACTION_PROJECTIONS.timeIn, GEMMA.finalNormCondition, GEMMA.attentionNormCondition].some(({ kernel }) =>
    has(kernel),
  )
    ? 'π0.5'
    : 'π0';
}

/**
 * @throws ProblemError where a tensor is missing that tells a size, a size cannot be, or config.json says another
 */
export function readSizes(stored: Stored, said: PolicyConfig, where: string): ModelConfig {
  const shapes = new Shapes(stored);
  const value = (key: SizeKey) => said.sizes.find((size) => size.key === key)?.value;
  const [vocabSize = 0] = shapes.table(GEMMA.embedding);
  const [positions = 0] = shapes.table(SIGLIP.positions);
  const patches = shapes.matrix(SIGLIP.patches.kernel);
  const patchSize = Math.sqrt(patches.inputs / 3);
  const query = shapes.matrix(SIGLIP.query.kernel);
  const up = shapes.matrix(SIGLIP.up.kernel);
  const experts = ([0, 1] as const).map((e) => expertOf(shapes, e, value(`experts.${e}.headDim`)));
  const { inputs: actionDim } = shapes.matrix(ACTION_PROJECTIONS.actionIn.kernel);
  refuseTensors(shapes.problems);
  const config: ModelConfig = {
    vocabSize,
    experts,
    img: {
      imageSize: patchSize * Math.sqrt(positions),
      patchSize,
      width: patches.outputs,
      depth: query.layers,
      mlpDim: up.outputs,
      numHeads: query.last === null ? (value('img.numHeads') ?? IMAGE_HEADS) : query.outputs / query.last,
    },
    actionDim,
  };
  checkSizes(config, said, stored.naming, where);
  return config;
}

function expertOf(shapes: Shapes, e: 0 | 1, saidHeadDim = HEAD_DIM): ExpertConfig {
  const isJoined = shapes.hasOpenpi(GEMMA.qkv.weight, e);
  const q = shapes.matrix(isJoined ? GEMMA.qkv.weight : GEMMA.q.weight, e);
  const queries = isJoined ? q.outputs / 3 : q.outputs;
  const keys = isJoined ? queries : shapes.matrix(GEMMA.kv.weight, e).outputs / 2;
  const gates = shapes.matrix(GEMMA.gates.weight, e);
  const headDim = q.last ?? saidHeadDim;
  return {
    width: q.inputs,
    depth: q.layers,
    mlpDim: gates.outputs / 2,
    numHeads: queries / headDim,
    numKvHeads: keys / headDim,
    headDim,
  };
}

/** A leaf's matrices, counted over all groups. */
interface Matrix {
  readonly layers: number;
  readonly inputs: number;
  readonly outputs: number;
  /** The last axis, where the tensor has one for heads; null of PyTorch's, which have none. */
  readonly last: number | null;
}

const UNKNOWN: Matrix = { layers: 1, inputs: 1, outputs: 1, last: null };

/** Reads lengths off shapes, and keeps what is wrong with them. */
class Shapes {
  readonly problems: Problem[] = [];
  readonly #stored: Stored;

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  /** Rows and columns. */
  table(row: LeafRow): readonly number[] {
    const found = this.#named(row, 0);
    return found[0]?.shape.slice(-2) ?? [];
  }

  /** Whether there is a leaf of openpi's own. */
  hasOpenpi(row: LeafRow, expert: number): boolean {
    return this.#stored.tensors.has(pathOf(row, expert));
  }

  matrix(row: LeafRow, expert = 0): Matrix {
    const found = this.#named(row, expert);
    if (found.length === 0) return UNKNOWN;
    const shapes = found.map(({ shape }) => shape);
    if (this.#stored.naming === 'openpi') return this.#openpi(row, found[0]!);
    const layers = row.stacked ? this.#layers(torchNames(row, expert, 0)[0]!) : 1;
    const outputs = shapes.reduce((sum, [rows = 0]) => sum + rows, 0);
    return { layers, inputs: elements(shapes[0]!.slice(1)), outputs, last: null };
  }

  #openpi(row: LeafRow, tensor: FileTensor): Matrix {
    const { G, I, O } = row.axes;
    const axes = G!.length + I!.length + O!.length + (row.stacked ? 1 : 0);
    const { shape } = tensor;
    if (shape.length !== axes) {
      const what = `It has shape [${shape.join(', ')}]; the model needs ${axes} axes.`;
      this.problems.push({ what, where: placeOfTensor(tensor), fix: OTHER });
      return UNKNOWN;
    }
    const { groups, inputs, outputs } = matrixSizes(row, row.stacked ? shape.slice(1) : shape);
    return { layers: row.stacked ? shape[0]! : 1, inputs, outputs: groups * outputs, last: shape.at(-1)! };
  }

  /** How many layers have tensors beside one of the first, that or any other; every layer has at least one. */
  #layers(sought: string): number {
    const names = [...this.#stored.tensors.keys()];
    const before = beforeLayer(sought);
    const numbers = names
      .filter((name) => name.startsWith(before))
      .map((name) => Number.parseInt(name.slice(before.length), 10));
    return 1 + numbers.filter((layer) => layer < names.length).reduce((most, layer) => Math.max(most, layer), 0);
  }

  /** Empty where one is missing. */
  #named(row: LeafRow, expert: number): readonly FileTensor[] {
    const { naming, tensors } = this.#stored;
    const names = naming === 'openpi' ? [pathOf(row, expert)] : torchNames(row, expert, 0);
    const missing = names.filter((name) => !tensors.has(name));
    this.problems.push(...missing.map((name) => lackingTensor(name, tensors)));
    return missing.length > 0 ? [] : names.map((name) => tensors.get(name)!);
  }
}

/** Sizes by where they are, and what they are called in a sentence. */
function sizesOf({ experts, img, vocabSize, actionDim }: ModelConfig): Map<SizeKey, number> {
  const entries = [
    ...experts.flatMap((expert, e) => Object.entries(expert).map(([key, value]) => [`experts.${e}.${key}`, value])),
    ...Object.entries(img!).map(([key, value]) => [`img.${key}`, value]),
    ['vocabSize', vocabSize],
    ['actionDim', actionDim],
  ];
  return new Map(entries as [SizeKey, number][]);
}

/** Of sizes that config.json does not say. */
const UNSAID =
  'Take a fresh copy of the weights; a model of other sizes has to say them in its config.json, as img.depth.';

/** A leaf of each tower, by the size that counts its layers. */
const LAYERED: ReadonlyMap<SizeKey, readonly [row: LeafRow, expert: number]> = new Map([
  ['experts.0.depth', [GEMMA.gates.weight, 0]],
  ['experts.1.depth', [GEMMA.gates.weight, 1]],
  ['img.depth', [SIGLIP.up.kernel, 0]],
]);

/** Experts have one depth: that of the deeper one, where nothing says another. */
function jointDepth([first, second]: ModelConfig['experts'], said: readonly SaidSize[]): SaidSize[] {
  const keys: readonly [SizeKey, SizeKey] = ['experts.0.depth', 'experts.1.depth'];
  const [key, other] = first!.depth < second!.depth ? keys : [keys[1], keys[0]];
  const value = Math.max(first!.depth, second!.depth);
  return said.some((size) => size.key === key) ? [] : [{ key, value, by: `${other} ${value}` }];
}

/** Which layers a tower lacks, as a sentence behind another one; empty where it lacks none. */
function missingLayers({ key, value }: SaidSize, found: number, naming: Naming): string {
  const tower = LAYERED.get(key);
  if (!tower || !(found < value)) return '';
  const [row, expert] = tower;
  const name = naming === 'openpi' ? pathOf(row, expert) : beforeLayer(torchNames(row, expert, 0)[0]!).slice(0, -1);
  if (found === value - 1) return ` Layer ${found} of ${name} is missing.`;
  return ` Layers ${found} to ${value - 1} of ${name} are missing.`;
}

function checkSizes(config: ModelConfig, said: PolicyConfig, naming: Naming, where: string): void {
  const sizes = sizesOf(config);
  const known = [...said.sizes, ...impliedSizes(said, config.experts[0]!)];
  const contradicted = [...known, ...jointDepth(config.experts, known)].filter(
    ({ key, value }) => sizes.get(key) !== value,
  );
  refuseTensors(
    contradicted.map((size) => {
      const { key, value, by } = size;
      const found = sizes.get(key)!;
      const what = `${by} makes ${key} ${value}; by the tensors' shapes it is ${found}.`;
      return {
        what: what + missingLayers(size, found, naming),
        where,
        fix: said.sizes.includes(size) ? OTHER : UNSAID,
      };
    }),
  );
  for (const [key, value] of sizes)
    if (!Number.isInteger(value) || value < 1)
      throw problem(
        `By the tensors' shapes ${key} is ${value}, which is no whole number above 0.`,
        where,
        'Say head_dim and num_heads in its config.json, or take a fresh copy.',
      );
  try {
    checkConfig(config);
  } catch (error) {
    throw problem(`Such a model cannot be: ${error instanceof Error ? error.message : error}.`, where, OTHER);
  }
}
