import backwardSource from '../../shaders/embed.backward.wgsl';
import forwardSource from '../../shaders/embed.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import { type Tensor, WEIGHT_TYPES } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { piecesOf } from './pieces';

const WORKGROUP = 64;

/** Invocations that share a position in backward. */
const LANES = 8;

export const embedKernels = {
  forward: kernel({
    label: 'embed.forward',
    source: forwardSource,
    overrides: { WORKGROUP, FIRST: 0, SCALE: 1 },
    bindings: { tokens: read('N', 'u32'), table: weights('V C', WEIGHT_TYPES), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
  }),
  backward: kernel({
    label: 'embed.backward',
    source: backwardSource,
    overrides: { WORKGROUP, LANES, FIRST: 0, SCALE: 1 },
    bindings: { tokens: read('N', 'u32'), dy: read('N C'), dtable: write('V C') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => N * C,
  }),
};

/**
 * y = table[token] · scale.
 * @param tokens below the number of rows of all pieces; a row of y whose token is not stays as it was
 * @param table a parameter, (V, C), in pieces of rows that follow each other: its gradient is added, never set
 * @throws Error, when the tape is differentiated, where the gradient of the table would be set
 */
export function embed(
  tape: Tape,
  { tokens, table, scale: SCALE = 1 }: { tokens: Tensor<'N'>; table: readonly Tensor<'V C'>[]; scale?: number },
): Tensor<'N C'> {
  const y = tape.activation(`embedding of ${tokens.label}`, 'N C', { N: tokens.sizes.N, C: table[0]!.sizes.C });
  const pieces = piecesOf(table);
  for (const { FIRST, rows } of pieces) tape.call(embedKernels.forward, { tokens, table: rows, y }, { FIRST, SCALE });
  tape.differentiable(y, table, (dy) => {
    for (const { FIRST, rows } of pieces) {
      const { d: dtable, ADD } = tape.gradient(rows);
      if (!ADD) throw new Error(`embed.backward only adds, but the gradient of ${rows.label} is not cleared`);
      tape.call(embedKernels.backward, { tokens, dy, dtable }, { FIRST, SCALE });
    }
  });
  return y;
}
