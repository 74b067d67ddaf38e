import backwardSource from '../../shaders/gelu.backward.wgsl';
import forwardSource from '../../shaders/gelu.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const geluKernels = {
  forward: kernel({
    label: 'gelu.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { x: read('N C'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => 9 * N * C,
  }),
  backward: kernel({
    label: 'gelu.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { x: read('N C'), dy: read('N C'), dx: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => 27 * N * C,
  }),
};

/** y = gelu(x), in its tanh form. */
export function gelu(tape: Tape, { x }: { x: Tensor<'N C'> }): Tensor<'N C'> {
  const y = tape.activation(`gelu of ${x.label}`, 'N C', x.sizes);
  tape.call(geluKernels.forward, { x, y });
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(geluKernels.backward, { x, dy, dx }, { ADD });
  });
  return y;
}
