import backwardSource from '../../shaders/ada_add.backward.wgsl';
import backwardConditionSource from '../../shaders/ada_add.backward_condition.wgsl';
import forwardSource from '../../shaders/ada_add.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { addKernels } from './add';

const WORKGROUP = 64;

export const adaAddKernels = {
  forward: kernel({
    label: 'ada_add.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { a: read('N C'), b: read('N C'), condition: read('B G C'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => 2 * N * C,
  }),
  backward: kernel({
    label: 'ada_add.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { condition: read('B G C'), dy: read('N C'), db: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => N * C,
  }),
  backwardCondition: kernel({
    label: 'ada_add.backward_condition',
    source: backwardConditionSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { b: read('N C'), dy: read('N C'), dcondition: write('B G C') },
    workgroups: ({ B, C }) => flat(B * C, WORKGROUP),
    flops: ({ N, C }) => 2 * N * C,
  }),
};

/**
 * y = a + gate · b, the residual connection of a block whose norms are conditioned.
 * @param a the stream, N / B rows of each sample
 * @param b what a branch adds
 * @param condition of each sample: ada_rms_norm's scale and shift, and the gate, (B, 3, C)
 */
export function adaAdd(
  tape: Tape,
  { a, b, condition }: { a: Tensor<'N C'>; b: Tensor<'N C'>; condition: Tensor<'B G C'> },
): Tensor<'N C'> {
  const y = tape.activation(`${a.label} + ${b.label}`, 'N C', a.sizes);
  tape.call(adaAddKernels.forward, { a, b, condition, y });
  tape.differentiable(y, [a, b, condition], (dy) => {
    if (tape.needs(condition)) {
      const { d: dcondition, ADD } = tape.gradient(condition);
      tape.call(adaAddKernels.backwardCondition, { b, dy, dcondition }, { ADD });
    }
    if (tape.needs(b)) {
      const { d: db, ADD } = tape.gradient(b);
      tape.call(adaAddKernels.backward, { condition, dy, db }, { ADD });
    }
    if (tape.needs(a)) {
      const { d: da, ADD } = tape.gradient(a);
      tape.call(addKernels.backward, { dy, da }, { ADD });
    }
  });
  return y;
}
