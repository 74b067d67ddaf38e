import backwardSource from '../../shaders/squared_error.backward.wgsl';
import finishSource from '../../shaders/squared_error.finish.wgsl';
import forwardSource from '../../shaders/squared_error.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

/** Invocations that share a row. */
const LANES = 16;

export const squaredErrorKernels = {
  forward: kernel({
    label: 'squared_error.forward',
    source: forwardSource,
    overrides: { WORKGROUP, LANES },
    bindings: { v: read('N C'), wanted: read('N C'), weight: read('N C'), error: write('N') },
    workgroups: ({ N }) => flat(N, WORKGROUP / LANES),
    flops: ({ N, C }) => 4 * N * C,
  }),
  finish: kernel({
    label: 'squared_error.finish',
    source: finishSource,
    overrides: { WORKGROUP, LANES: WORKGROUP },
    bindings: { error: read('N'), loss: write('') },
    workgroups: () => [1],
    flops: ({ N }) => N,
  }),
  backward: kernel({
    label: 'squared_error.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { v: read('N C'), wanted: read('N C'), weight: read('N C'), dv: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
    flops: ({ N, C }) => 3 * N * C,
  }),
};

/**
 * loss += Σ weight · (v − wanted)².
 * @param weight loss mask ÷ number of counted elements
 * @param error set: the part of each row
 * @param loss added to, so that micro-batches share it; the step clears it
 */
export function squaredError(
  tape: Tape,
  {
    v,
    wanted,
    weight,
    error,
    loss,
  }: { v: Tensor<'N C'>; wanted: Tensor<'N C'>; weight: Tensor<'N C'>; error: Tensor<'N'>; loss: Tensor<''> },
): void {
  tape.call(squaredErrorKernels.forward, { v, wanted, weight, error });
  tape.call(squaredErrorKernels.finish, { error, loss });
  tape.loss([v], () => {
    const { d: dv, ADD } = tape.gradient(v);
    tape.call(squaredErrorKernels.backward, { v, wanted, weight, dv }, { ADD });
  });
}
