import finishSource from '../../shaders/gradient_norm.finish.wgsl';
import partialSource from '../../shaders/gradient_norm.partial.wgsl';
import { kernel, read, write } from '../gpu/kernel';

const WORKGROUP = 64;

/** Partial sums for each arena of gradients: W of `partial`. 64 floats are 256 bytes, so each arena's part is a binding of its own. */
export const PARTIAL_SUMS = 64;

/** Numbers of the optimizer's state: E. Before the first step they are 0, but for [2] and [3], which are 1. */
export const STATE_NUMBERS = 8;

export const gradientNormKernels = {
  /** Sums of squares of one page. */
  partial: kernel({
    label: 'gradient_norm.partial',
    source: partialSource,
    overrides: { WORKGROUP, LANES: WORKGROUP },
    bindings: { gradient: read('P'), partials: write('W') },
    workgroups: ({ W }) => [W],
    flops: ({ P }) => 2 * P,
  }),
  /**
   * state: [0] global norm before clipping, [1] factor for the gradient, [2] BETA1^steps, [3] BETA2^steps,
   * [4] 1 if norm and loss are finite, else 0, [5] steps applied, [6] and [7] unused.
   */
  finish: kernel({
    label: 'gradient_norm.finish',
    source: finishSource,
    overrides: { CLIP_NORM: 1, BETA1: 0.9, BETA2: 0.95 },
    bindings: { partials: read('W'), loss: read(''), state: write('E') },
    workgroups: () => [1],
    flops: ({ W }) => W,
  }),
};
