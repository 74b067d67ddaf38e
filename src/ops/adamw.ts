import updateSource from '../../shaders/adamw.update.wgsl';
import { flat, kernel, read, uniform, write } from '../gpu/kernel';

const WORKGROUP = 64;

export const adamwKernels = {
  /** Updates one page; state is gradient_norm's, step holds the learning rate (f32). */
  update: kernel({
    label: 'adamw.update',
    source: updateSource,
    overrides: { WORKGROUP, BETA1: 0.9, BETA2: 0.95, EPSILON: 1e-8, WEIGHT_DECAY: 1e-10 },
    bindings: {
      weights: write('P'),
      gradient: read('P'),
      moment1: write('P'),
      moment2: write('P'),
      state: read('E'),
      step: uniform(),
    },
    workgroups: ({ P }) => flat(P, WORKGROUP),
    flops: ({ P }) => 16 * P,
  }),
};
