import backwardSource from '../../shaders/cross_entropy.backward.wgsl';
import finishSource from '../../shaders/cross_entropy.finish.wgsl';
import forwardSource from '../../shaders/cross_entropy.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import { byteLength, reshape, rowsOf, type Tensor, tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { backwardKernel, backwardWeightKernel, forwardKernel } from './matmul';
import { piecesOf, rowsIn } from './pieces';

const WORKGROUP = 64;

/** Invocations that share a row of logits. */
const LANES = 8;

export const crossEntropyKernels = {
  forward: kernel({
    label: 'cross_entropy.forward',
    source: forwardSource,
    overrides: { WORKGROUP, LANES, FIRST: 0, CAP: 0 },
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
    overrides: { WORKGROUP, FIRST: 0, CAP: 0 },
    bindings: { targets: read('N', 'u32'), weight: read('N'), lse: read('N'), dlogits: write('N U') },
    workgroups: ({ N, U }) => flat(N * U, WORKGROUP),
    flops: ({ N, U }) => 4 * N * U,
  }),
};

/** Tiles begin at multiples of this many rows, so that a binding may begin there whatever the width and type. */
export const TILE_UNIT = 128;

/** Small beside the other activations, but at most 32 tiles, and one more for each piece: each has pipelines of its own. */
const defaultTile = (V: number) => Math.max(4, Math.ceil(V / 32 / TILE_UNIT)) * TILE_UNIT;

/** What the loss is computed of. */
interface Operands {
  readonly hidden: Tensor<'N C'>;
  /** The head, (V, C), in pieces of rows that follow each other: a parameter, which may be the embedding too. */
  readonly table: readonly Tensor<'V C'>[];
  /** Logits become cap · tanh(logit / cap); null: they stay as they are. */
  readonly cap?: number | null;
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
 * @param tile rows of the vocabulary at a time, a multiple of 128; none is in two pieces
 * @throws Error where tiles could not be bound
 */
export function crossEntropy(
  tape: Tape,
  { nll, loss, tile, ...operands }: Operands & { nll: Tensor<'N'>; loss: Tensor<''>; tile?: number },
): void {
  const { hidden, table, targets, weight, cap } = operands;
  const { N } = hidden.sizes;
  const tiles = tilesOf(table, tile ?? defaultTile(rowsIn(table)));
  const perRow = (what: string) =>
    rowsOf(tape.activation(`${what} of cross-entropy`, 'N', { N: roomOf(hidden) }), 0, N);
  const [maximum, sum, lse] = [perRow('maximum'), perRow('sum'), perRow('logsumexp')] as const;
  for (const one of tiles) {
    const { FIRST } = one;
    const logits = recordLogits(tape, hidden, one);
    tape.call(crossEntropyKernels.forward, { logits, targets, maximum, sum, nll }, { FIRST, CAP: cap ?? 0 });
  }
  tape.call(crossEntropyKernels.finish, { maximum, sum, weight, nll, lse, loss });
  tape.loss([hidden, ...table], () => recordBackward(tape, operands, lse, tiles));
}

function recordBackward(
  tape: Tape,
  { hidden, targets, weight, cap }: Operands,
  lse: Tensor<'N'>,
  tiles: readonly Tile[],
): void {
  const toHidden = tape.needs(hidden) ? tape.gradient(hidden) : null;
  for (const one of tiles) {
    const { FIRST, rows } = one;
    const dlogits = recordLogits(tape, hidden, one);
    tape.call(crossEntropyKernels.backward, { targets, weight, lse, dlogits }, { FIRST, CAP: cap ?? 0 });
    const { x, weight: head } = asLinear(dlogits, rows);
    const sizes = { ...x.sizes, ...head.sizes };
    if (tape.needs(head)) {
      const { d: dweight, ADD } = tape.gradient(head);
      tape.call(backwardWeightKernel(sizes, tape), { x, dy: asOutput(hidden), dweight }, { ADD });
    }
    if (toHidden) {
      const ADD = toHidden.ADD || FIRST > 0;
      tape.call(forwardKernel(sizes, tape), { x, weight: head, y: asOutput(toHidden.d) }, { ADD });
    }
  }
}

/** Some rows of one piece of the head. */
interface Tile {
  /** The first of them within the vocabulary. */
  readonly FIRST: number;
  readonly rows: Tensor<'V C'>;
  /** Rows of the largest tile. */
  readonly most: number;
}

function tilesOf(table: readonly Tensor<'V C'>[], tile: number): Tile[] {
  if (tile % TILE_UNIT !== 0) throw new Error(`cross_entropy: a tile of ${tile} rows is no multiple of ${TILE_UNIT}`);
  const most = Math.min(tile, rowsIn(table));
  return piecesOf(table).flatMap((piece) =>
    Array.from({ length: Math.ceil(piece.rows.sizes.V / tile) }, (_, n) => {
      const first = n * tile;
      const rows = rowsOf(piece.rows, first, Math.min(tile, piece.rows.sizes.V - first));
      return { FIRST: piece.FIRST + first, rows, most };
    }),
  );
}

/**
 * The logits of a tile. Each has the memory of the largest, and of all rows that hidden has room for: what they take
 * depends neither on the pieces, and so on what trains, nor on the data.
 */
function recordLogits(tape: Tape, hidden: Tensor<'N C'>, { rows, most }: Tile): Tensor<'N U'> {
  const largest = { N: roomOf(hidden), U: most };
  const room = tensor('logits of a tile', 'N U', largest, { kind: 'workspace', planned: true });
  const logits = { ...room, sizes: { N: hidden.sizes.N, U: rows.sizes.V } };
  recordProduct(tape, { hidden, rows, logits });
  return logits;
}

/** logits = hidden · rowsᵀ: what a linear's backward computes, with hidden in the place of dy. */
export function recordProduct(
  tape: Tape,
  { hidden, rows, logits }: { hidden: Tensor<'N C'>; rows: Tensor<'V C'>; logits: Tensor<'N U'> },
): void {
  const { x, weight } = asLinear(logits, rows);
  tape.call(backwardKernel({ ...x.sizes, ...weight.sizes }, tape), { dy: asOutput(hidden), weight, dx: x });
}

/** Rows that the memory of t has room for: more than it has, where t is the first of them. */
const roomOf = ({ storage, sizes }: Tensor<'N C'>) => Math.max(sizes.N, storage.bytes / byteLength('f32', sizes.C));

/** Logits as the input of a linear of one group, whose weight are rows of the head. */
const asLinear = (logits: Tensor<'N U'>, rows: Tensor<'V C'>) => ({
  x: reshape(logits, 'N J I', { N: logits.sizes.N, J: 1, I: logits.sizes.U }),
  weight: reshape(rows, 'G I O', { G: 1, I: rows.sizes.V, O: rows.sizes.C }),
});

/** (N, C) as a linear of one group gives it. */
const asOutput = (t: Tensor<'N C'>) => reshape(t, 'N G O', { N: t.sizes.N, G: 1, O: t.sizes.C });
