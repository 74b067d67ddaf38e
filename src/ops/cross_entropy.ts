import backwardSource from '../../shaders/cross_entropy.backward.wgsl';
import finishSource from '../../shaders/cross_entropy.finish.wgsl';
import forwardSource from '../../shaders/cross_entropy.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import { reshape, rowsOf, type Tensor, tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { backwardKernel, backwardWeightKernel, forwardKernel } from './matmul';

const WORKGROUP = 64;

/** Invocations that share a row of logits. */
const LANES = 8;

export const crossEntropyKernels = {
  forward: kernel({
    label: 'cross_entropy.forward',
    source: forwardSource,
    overrides: { WORKGROUP, LANES, FIRST: 0 },
    bindings: { logits: read('N U'), targets: read('N', 'u32'), maximum: write('N'), sum: write('N'), nll: write('N') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, U }) => 4 * N * U,
  }),
  finish: kernel({
    label: 'cross_entropy.finish',
    source: finishSource,
    overrides: { WORKGROUP, LANES: WORKGROUP },
    bindings: {
      maximum: read('N'),
      sum: read('N'),
      weight: read('N'),
      nll: write('N'),
      lse: write('N'),
      loss: write(''),
    },
    workgroups: () => [1],
    flops: ({ N }) => 5 * N,
  }),
  backward: kernel({
    label: 'cross_entropy.backward',
    source: backwardSource,
    overrides: { WORKGROUP, FIRST: 0 },
    bindings: { targets: read('N', 'u32'), weight: read('N'), lse: read('N'), dlogits: write('N U') },
    workgroups: ({ N, U }) => flat(N * U, WORKGROUP),
    flops: ({ N, U }) => 4 * N * U,
  }),
};

/** Tiles begin at multiples of this many rows, so that a binding may begin there whatever the width and type. */
const TILE_UNIT = 128;

/** Small beside the other activations, but at most 32 tiles: each has pipelines of its own. */
const defaultTile = (V: number) => Math.max(4, Math.ceil(V / 32 / TILE_UNIT)) * TILE_UNIT;

/** What the loss is computed of. */
interface Operands {
  readonly hidden: Tensor<'N C'>;
  /** The head, (V, C): a parameter; in a text model the embedding. */
  readonly table: Tensor<'V C'>;
  /** u32, below V. */
  readonly targets: Tensor<'N'>;
  /** Loss mask ÷ number of counted tokens. */
  readonly weight: Tensor<'N'>;
}

/**
 * loss += Σ_n weight[n] · nll[n], where nll = −log softmax(hidden · tableᵀ)[target]. Only one tile of logits exists
 * at a time, forward and backward; backward computes it again.
 * @param nll set
 * @param loss added to, so that micro-batches share it; the step clears it
 * @param tile rows of the vocabulary at a time, a multiple of 128
 * @throws Error where tiles could not be bound
 */
export function crossEntropy(
  tape: Tape,
  { nll, loss, tile, ...operands }: Operands & { nll: Tensor<'N'>; loss: Tensor<''>; tile?: number },
): void {
  const { hidden, table, targets, weight } = operands;
  const { N } = hidden.sizes;
  const tiles = tilesOf(table, tile ?? defaultTile(table.sizes.V));
  const perRow = (what: string) => tape.activation(`${what} of cross-entropy`, 'N', { N });
  const [maximum, sum, lse] = [perRow('maximum'), perRow('sum'), perRow('logsumexp')] as const;
  for (const { FIRST, rows } of tiles) {
    const logits = asRows(recordLogits(tape, hidden, rows));
    tape.call(crossEntropyKernels.forward, { logits, targets, maximum, sum, nll }, { FIRST });
  }
  tape.call(crossEntropyKernels.finish, { maximum, sum, weight, nll, lse, loss });
  tape.loss([hidden, table], () => recordBackward(tape, operands, lse, tiles));
}

function recordBackward(
  tape: Tape,
  { hidden, table, targets, weight }: Operands,
  lse: Tensor<'N'>,
  tiles: Tile[],
): void {
  const toHidden = tape.needs(hidden) ? tape.gradient(hidden) : null;
  for (const { FIRST, rows } of tiles) {
    const x = recordLogits(tape, hidden, rows);
    tape.call(crossEntropyKernels.backward, { targets, weight, lse, dlogits: asRows(x) }, { FIRST });
    const sizes = { ...x.sizes, ...rows.sizes };
    if (tape.needs(table)) {
      const { d: dweight, ADD } = tape.gradient(rows);
      tape.call(backwardWeightKernel(sizes, tape), { x, dy: asOutput(hidden), dweight }, { ADD });
    }
    if (toHidden) {
      const ADD = toHidden.ADD || FIRST > 0;
      tape.call(forwardKernel(sizes, tape), { x, weight: rows, y: asOutput(toHidden.d) }, { ADD });
    }
  }
}

/** Rows FIRST … of the vocabulary, as the weight of a linear of one group. */
interface Tile {
  readonly FIRST: number;
  readonly rows: Tensor<'G I O'>;
}

function tilesOf(table: Tensor<'V C'>, tile: number): Tile[] {
  if (tile % TILE_UNIT !== 0) throw new Error(`cross_entropy: a tile of ${tile} rows is no multiple of ${TILE_UNIT}`);
  const { V, C: O } = table.sizes;
  return Array.from({ length: Math.ceil(V / tile) }, (_, n) => {
    const FIRST = n * tile;
    const I = Math.min(tile, V - FIRST);
    return { FIRST, rows: reshape(rowsOf(table, FIRST, I), 'G I O', { G: 1, I, O }) };
  });
}

/** hidden · rowsᵀ: what a linear's backward computes, with hidden in the place of dy. */
function recordLogits(tape: Tape, hidden: Tensor<'N C'>, rows: Tensor<'G I O'>): Tensor<'N J I'> {
  const sizes = { N: hidden.sizes.N, J: 1, ...rows.sizes };
  const logits = tensor('logits of a tile', 'N J I', sizes, { kind: 'workspace', planned: true });
  tape.call(backwardKernel(sizes, tape), { dy: asOutput(hidden), weight: rows, dx: logits });
  return logits;
}

/** (N, C) as a linear of one group gives it. */
const asOutput = (t: Tensor<'N C'>) => reshape(t, 'N G O', { N: t.sizes.N, G: 1, O: t.sizes.C });

/** The input of a linear of one group as rows of a tile. */
const asRows = (t: Tensor<'N J I'>) => reshape(t, 'N U', { N: t.sizes.N, U: t.sizes.I });
