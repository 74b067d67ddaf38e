import backwardSource from '../../shaders/ada_rms_norm.backward.wgsl';
import backwardConditionSource from '../../shaders/ada_rms_norm.backward_condition.wgsl';
import forwardSource from '../../shaders/ada_rms_norm.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

/** Invocations that share a row, as of rms_norm. */
const LANES = 8;

export const adaRmsNormKernels = {
  forward: kernel({
    label: 'ada_rms_norm.forward',
    source: forwardSource,
    overrides: { WORKGROUP, LANES, EPSILON: 1e-6 },
    bindings: { x: read('N C'), condition: read('B G C'), y: write('N C'), rstd: write('N') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 6 * N * C,
  }),
  backward: kernel({
    label: 'ada_rms_norm.backward',
    source: backwardSource,
    overrides: { WORKGROUP, LANES, ADD: false },
    bindings: { x: read('N C'), condition: read('B G C'), rstd: read('N'), dy: read('N C'), dx: write('N C') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 11 * N * C,
  }),
  backwardCondition: kernel({
    label: 'ada_rms_norm.backward_condition',
    source: backwardConditionSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { x: read('N C'), rstd: read('N'), dy: read('N C'), dcondition: write('B G C') },
    workgroups: ({ B, C }) => flat(B * C, WORKGROUP),
    flops: ({ N, C }) => 4 * N * C,
  }),
};

/**
 * y = x · rstd · (1 + scale) + shift, rstd = 1 / √(mean(x²) + 1e-6) over the channels of each row.
 * @param x (N, C), N / B rows of each sample, one sample after the other
 * @param condition of each sample: scale, shift and the gate that ada_add takes, (B, 3, C)
 */
export function adaRmsNorm(
  tape: Tape,
  { x, condition }: { x: Tensor<'N C'>; condition: Tensor<'B G C'> },
): Tensor<'N C'> {
  const y = tape.activation(`norm of ${x.label}`, 'N C', x.sizes);
  const rstd = tape.activation(`rstd of ${x.label}`, 'N', { N: x.sizes.N });
  tape.call(adaRmsNormKernels.forward, { x, condition, y, rstd });
  tape.differentiable(y, [x, condition], (dy) => {
    if (tape.needs(condition)) {
      const { d: dcondition, ADD } = tape.gradient(condition);
      tape.call(adaRmsNormKernels.backwardCondition, { x, rstd, dy, dcondition }, { ADD });
    }
    if (tape.needs(x)) {
      const { d: dx, ADD } = tape.gradient(x);
      tape.call(adaRmsNormKernels.backward, { x, condition, rstd, dy, dx }, { ADD });
    }
  });
  return y;
}
