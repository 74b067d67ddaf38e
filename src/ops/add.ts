import backwardSource from '../../shaders/add.backward.wgsl';
import forwardSource from '../../shaders/add.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const addKernels = {
  forward: kernel({
    label: 'add.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { a: read('N C'), b: read('N C'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => N * C,
  }),
  backward: kernel({
    label: 'add.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { dy: read('N C'), da: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
  }),
};

/**
 * y = a + b, the residual connection.
 * @param a the stream; other ops may use it
 * @param b what a branch adds, an activation that nothing else may use: its gradient is y's own, shared and not copied
 * @throws Error where b trains
 */
export function add(tape: Tape, { a, b }: { a: Tensor<'N C'>; b: Tensor<'N C'> }): Tensor<'N C'> {
  if (b.gradient) throw new Error(`add: ${b.label} trains, so its gradient cannot be shared; pass it as a`);
  const y = tape.activation(`${a.label} + ${b.label}`, 'N C', a.sizes);
  tape.call(addKernels.forward, { a, b, y });
  tape.differentiable(y, [a, b], (dy) => {
    if (tape.needs(b)) tape.shareGradient(b, dy);
    if (tape.needs(a)) {
      const { d: da, ADD } = tape.gradient(a);
      tape.call(addKernels.backward, { dy, da }, { ADD });
    }
  });
  return y;
}
