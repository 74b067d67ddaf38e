/** Which module of a model each tensor of adapter_model.safetensors belongs to. */
import { placeOf, type StoredTensor } from '../containers/safetensors';
import { projectionsOf } from '../leaves/gemma';
import type { Projection } from '../leaves/row';
import type { ExpertConfig } from '../model/config';
import { expertLengths } from '../model/lengths';
import { problem } from '../problem';
import { finiteValues } from './openpi_file';
import { type PairSizes, type PeftTarget, sizesOf } from './peft';
import { checkedRank, factorPairs } from './peft_factors';

/** A (rank, I) and B (G·O, rank), row-major. */
export interface ModuleFactors {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** The LoRA of one module of one layer. */
export interface FoundModule {
  /** PEFT's, without what every name begins with. */
  readonly name: string;
  readonly layer: number;
  /** The leaf that it is a share of, and which share. */
  readonly projection: Projection;
  readonly place: number;
  readonly sizes: PairSizes;
  /** Of its own factors. */
  readonly rank: number;
  /** B is blocks on the diagonal: each of the G groups has its own share of the factors. */
  readonly ownFactors: boolean;
  readonly factors: ModuleFactors;
}

/**
 * Every module that has factors.
 * @throws ProblemError for a tensor that belongs to no module of the model, or has another shape than the module's
 */
export function findModules(
  factors: ReadonlyMap<string, StoredTensor>,
  target: PeftTarget,
  expert: ExpertConfig,
  where: string,
): FoundModule[] {
  return factorPairs(factors, where, unknown).map(({ name, A, B }) => {
    return { name, ...moduleOf(name, A, B, target, expert, where) };
  });
}

function moduleOf(
  name: string,
  A: StoredTensor,
  B: StoredTensor,
  { layers }: PeftTarget,
  expert: ExpertConfig,
  where: string,
): Omit<FoundModule, 'name'> {
  const own = name.startsWith(`${layers}.`) ? name.slice(layers.length + 1) : '';
  const [, digits = '', module = ''] = /^(\d{1,6})\.(.+)$/.exec(own) ?? [];
  const layer = Number(digits);
  const projection = projectionsOf(expertLengths(expert)).find(({ peft }) => peft.includes(module));
  if (!projection || layer >= expert.depth) throw unknown(name, where);
  const sizes = sizesOf(projection, expert);
  const place = placeOf(name, where);
  const rank = checkedRank(A, B, { inputs: sizes.I, outputs: sizes.G * sizes.O }, place);
  const factors = { a: finiteValues(A, place), b: finiteValues(B, place) };
  const ownFactors = rank % sizes.G === 0 && isBlockDiagonal(factors.b, sizes, rank);
  return { layer, projection, place: projection.peft.indexOf(module), sizes, rank, ownFactors, factors };
}

/** Is B zero wherever the row is of another group than the column? */
function isBlockDiagonal(b: Float32Array, { G, O }: PairSizes, rank: number): boolean {
  return b.every((value, at) => {
    const [row, column] = [Math.floor(at / rank), at % rank];
    return value === 0 || Math.floor(row / O) === Math.floor(column / (rank / G));
  });
}

const unknown = (name: string, where: string) =>
  problem(
    'The models of this page have no module of this name.',
    placeOf(name, where),
    'Choose an adapter of one of them.',
  );
