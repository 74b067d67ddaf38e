import backwardSource from '../../shaders/sum_heads.backward.wgsl';
import forwardSource from '../../shaders/sum_heads.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const sumHeadsKernels = {
  forward: kernel({
    label: 'sum_heads.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { b: weights('G R O'), y: write('R O') },
    workgroups: ({ R, O }) => flat(R * O, WORKGROUP),
    flops: ({ G, R, O }) => G * R * O,
  }),
  backward: kernel({
    label: 'sum_heads.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { dy: read('R O'), db: write('G R O') },
    workgroups: ({ G, R, O }) => flat(G * R * O, WORKGROUP),
    flops: ({ G, R, O }) => G * R * O,
  }),
};

/** y = Σ_g b[g]: LoRA's b of the o-projection, as openpi uses it. */
export function sumHeads(tape: Tape, { b }: { b: Tensor<'G R O'> }): Tensor<'R O'> {
  const y = tape.activation(`sum of ${b.label}`, 'R O', { R: b.sizes.R, O: b.sizes.O });
  tape.call(sumHeadsKernels.forward, { b, y });
  tape.differentiable(y, [b], (dy) => {
    const { d: db, ADD } = tape.gradient(b);
    tape.call(sumHeadsKernels.backward, { dy, db }, { ADD });
  });
  return y;
}
