import backwardSource from '../../shaders/embed.backward.wgsl';
import forwardSource from '../../shaders/embed.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

/** Invocations that share a position in backward. */
const LANES = 8;

export const embedKernels = {
  forward: kernel({
    label: 'embed.forward',
    source: forwardSource,
    overrides: { WORKGROUP, SCALE: 1 },
    bindings: { tokens: read('N', 'u32'), table: weights('V C'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
  }),
  backward: kernel({
    label: 'embed.backward',
    source: backwardSource,
    overrides: { WORKGROUP, LANES, SCALE: 1 },
    bindings: { tokens: read('N', 'u32'), dy: read('N C'), dtable: write('V C') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => N * C,
  }),
};

/**
 * y = table[token] · scale. Tokens must be below V.
 * @param table a parameter: its gradient is added, never set
 * @throws Error, when the tape is differentiated, where the gradient of the table would be set
 */
export function embed(
  tape: Tape,
  { tokens, table, scale: SCALE = 1 }: { tokens: Tensor<'N'>; table: Tensor<'V C'>; scale?: number },
): Tensor<'N C'> {
  const y = tape.activation(`embedding of ${tokens.label}`, 'N C', { N: tokens.sizes.N, C: table.sizes.C });
  tape.call(embedKernels.forward, { tokens, table, y }, { SCALE });
  tape.differentiable(y, [table], (dy) => {
    const { d: dtable, ADD } = tape.gradient(table);
    if (!ADD) throw new Error(`embed.backward only adds, but the gradient of ${table.label} is not cleared`);
    tape.call(embedKernels.backward, { tokens, dy, dtable }, { SCALE });
  });
  return y;
}
