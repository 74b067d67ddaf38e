import backwardSource from '../../shaders/rms_norm.backward.wgsl';
import backwardScaleSource from '../../shaders/rms_norm.backward_scale.wgsl';
import forwardSource from '../../shaders/rms_norm.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

/** Invocations that share a row: enough for wide rows, few enough that a sum costs one barrier. */
const LANES = 8;

export const rmsNormKernels = {
  forward: kernel({
    label: 'rms_norm.forward',
    source: forwardSource,
    overrides: { WORKGROUP, LANES, EPSILON: 1e-6, PLUS: 1 },
    bindings: { x: read('N C'), scale: weights('C'), y: write('N C'), rstd: write('N') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 5 * N * C,
  }),
  backward: kernel({
    label: 'rms_norm.backward',
    source: backwardSource,
    overrides: { WORKGROUP, LANES, PLUS: 1, ADD: false },
    bindings: { x: read('N C'), scale: weights('C'), rstd: read('N'), dy: read('N C'), dx: write('N C') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 11 * N * C,
  }),
  backwardScale: kernel({
    label: 'rms_norm.backward_scale',
    source: backwardScaleSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { x: read('N C'), rstd: read('N'), dy: read('N C'), dscale: write('C') },
    workgroups: ({ C }) => flat(C, WORKGROUP),
    flops: ({ N, C }) => 3 * N * C,
  }),
};

/**
 * y = x · rstd · (1 + scale), rstd = 1 / √(mean(x²) + epsilon) over the channels of each row.
 * @param plusOne false: y = x · rstd · scale
 */
export function rmsNorm(
  tape: Tape,
  {
    x,
    scale,
    plusOne = true,
    epsilon: EPSILON = 1e-6,
  }: { x: Tensor<'N C'>; scale: Tensor<'C'>; plusOne?: boolean; epsilon?: number },
): Tensor<'N C'> {
  const PLUS = Number(plusOne);
  const y = tape.activation(`norm of ${x.label}`, 'N C', x.sizes);
  const rstd = tape.activation(`rstd of ${x.label}`, 'N', { N: x.sizes.N });
  tape.call(rmsNormKernels.forward, { x, scale, y, rstd }, { EPSILON, PLUS });
  tape.differentiable(y, [x, scale], (dy) => {
    if (tape.needs(scale)) {
      const { d: dscale, ADD } = tape.gradient(scale);
      tape.call(rmsNormKernels.backwardScale, { x, rstd, dy, dscale }, { ADD });
    }
    if (tape.needs(x)) {
      const { d: dx, ADD } = tape.gradient(x);
      tape.call(rmsNormKernels.backward, { x, scale, rstd, dy, dx }, { PLUS, ADD });
    }
  });
  return y;
}
