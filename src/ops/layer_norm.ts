import backwardSource from '../../shaders/layer_norm.backward.wgsl';
import backwardScaleSource from '../../shaders/layer_norm.backward_scale.wgsl';
import forwardSource from '../../shaders/layer_norm.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import { reshape, type Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { tileRowsKernels } from './tile_rows';

const WORKGROUP = 64;

/** Invocations that share a row. */
const LANES = 16;

export const layerNormKernels = {
  forward: kernel({
    label: 'layer_norm.forward',
    source: forwardSource,
    overrides: { WORKGROUP, LANES, EPSILON: 1e-6 },
    bindings: {
      x: read('N C'),
      scale: weights('C'),
      bias: weights('C'),
      y: write('N C'),
      mean: write('N'),
      rstd: write('N'),
    },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 8 * N * C,
  }),
  backward: kernel({
    label: 'layer_norm.backward',
    source: backwardSource,
    overrides: { WORKGROUP, LANES, ADD: false },
    bindings: {
      x: read('N C'),
      scale: weights('C'),
      mean: read('N'),
      rstd: read('N'),
      dy: read('N C'),
      dx: write('N C'),
    },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 13 * N * C,
  }),
  backwardScale: kernel({
    label: 'layer_norm.backward_scale',
    source: backwardScaleSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { x: read('N C'), mean: read('N'), rstd: read('N'), dy: read('N C'), dscale: write('C') },
    workgroups: ({ C }) => flat(C, WORKGROUP),
    flops: ({ N, C }) => 4 * N * C,
  }),
};

/** y = (x − mean) · rstd · scale + bias, rstd = 1 / √(variance + 1e-6) over the channels of each row. */
export function layerNorm(
  tape: Tape,
  { x, scale, bias }: { x: Tensor<'N C'>; scale: Tensor<'C'>; bias: Tensor<'C'> },
): Tensor<'N C'> {
  const { N, C } = x.sizes;
  const y = tape.activation(`norm of ${x.label}`, 'N C', { N, C });
  const mean = tape.activation(`mean of ${x.label}`, 'N', { N });
  const rstd = tape.activation(`rstd of ${x.label}`, 'N', { N });
  tape.call(layerNormKernels.forward, { x, scale, bias, y, mean, rstd });
  tape.differentiable(y, [x, scale, bias], (dy) => {
    if (tape.needs(bias)) {
      const { d, ADD } = tape.gradient(bias);
      tape.call(tileRowsKernels.backward, { dy, dtable: reshape(d, 'T C', { T: 1, C }) }, { ADD });
    }
    if (tape.needs(scale)) {
      const { d: dscale, ADD } = tape.gradient(scale);
      tape.call(layerNormKernels.backwardScale, { x, mean, rstd, dy, dscale }, { ADD });
    }
    if (tape.needs(x)) {
      const { d: dx, ADD } = tape.gradient(x);
      tape.call(layerNormKernels.backward, { x, scale, mean, rstd, dy, dx }, { ADD });
    }
  });
  return y;
}
