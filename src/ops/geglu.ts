import backwardSource from '../../shaders/geglu.backward.wgsl';
import forwardSource from '../../shaders/geglu.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const gegluKernels = {
  forward: kernel({
    label: 'geglu.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { x: read('N G F'), y: write('N F') },
    workgroups: ({ N, F }) => flat(N * F, WORKGROUP),
    flops: ({ N, F }) => 10 * N * F,
  }),
  backward: kernel({
    label: 'geglu.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { x: read('N G F'), dy: read('N F'), dx: write('N G F') },
    workgroups: ({ N, F }) => flat(N * F, WORKGROUP),
    flops: ({ N, F }) => 30 * N * F,
  }),
};

/**
 * y = gelu(gate) · up, where x holds gate and up (G = 2); gelu in its tanh form.
 * @throws Error where G is not 2
 */
export function geglu(tape: Tape, { x }: { x: Tensor<'N G F'> }): Tensor<'N F'> {
  const { N, G, F } = x.sizes;
  if (G !== 2) throw new Error(`geglu: ${x.label} has ${G} groups, not 2 (gate, up)`);
  const y = tape.activation(`geglu of ${x.label}`, 'N F', { N, F });
  tape.call(gegluKernels.forward, { x, y });
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(gegluKernels.backward, { x, dy, dx }, { ADD });
  });
  return y;
}
