import backwardSource from '../../shaders/swish.backward.wgsl';
import forwardSource from '../../shaders/swish.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const swishKernels = {
  forward: kernel({
    label: 'swish.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { x: read('N C'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => 5 * N * C,
  }),
  backward: kernel({
    label: 'swish.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { x: read('N C'), dy: read('N C'), dx: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => 9 * N * C,
  }),
};

/** y = x · logistic(x). */
export function swish(tape: Tape, { x }: { x: Tensor<'N C'> }): Tensor<'N C'> {
  const y = tape.activation(`swish of ${x.label}`, 'N C', x.sizes);
  tape.call(swishKernels.forward, { x, y });
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(swishKernels.backward, { x, dy, dx }, { ADD });
  });
  return y;
}
