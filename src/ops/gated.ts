import backwardGateSource from '../../shaders/gated.backward_gate.wgsl';
import backwardUpSource from '../../shaders/gated.backward_up.wgsl';
import forwardSource from '../../shaders/gated.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const gatedKernels = {
  forward: kernel({
    label: 'gated.forward',
    source: forwardSource,
    overrides: { WORKGROUP, SILU: false },
    bindings: { gate: read('N F'), up: read('N F'), y: write('N F') },
    workgroups: ({ N, F }) => flat(N * F, WORKGROUP),
    flops: ({ N, F }) => 10 * N * F,
  }),
  backwardGate: kernel({
    label: 'gated.backward_gate',
    source: backwardGateSource,
    overrides: { WORKGROUP, SILU: false, ADD: false },
    bindings: { gate: read('N F'), up: read('N F'), dy: read('N F'), dgate: write('N F') },
    workgroups: ({ N, F }) => flat(N * F, WORKGROUP),
    flops: ({ N, F }) => 20 * N * F,
  }),
  backwardUp: kernel({
    label: 'gated.backward_up',
    source: backwardUpSource,
    overrides: { WORKGROUP, SILU: false, ADD: false },
    bindings: { gate: read('N F'), dy: read('N F'), dup: write('N F') },
    workgroups: ({ N, F }) => flat(N * F, WORKGROUP),
    flops: ({ N, F }) => 10 * N * F,
  }),
};

/**
 * y = act(gate) · up, element by element.
 * @param activation act: gelu in its tanh form, or silu, which is x · logistic(x)
 */
export function gated(
  tape: Tape,
  { gate, up, activation }: { gate: Tensor<'N F'>; up: Tensor<'N F'>; activation: 'gelu' | 'silu' },
): Tensor<'N F'> {
  const SILU = activation === 'silu';
  const y = tape.activation('gated', 'N F', gate.sizes);
  tape.call(gatedKernels.forward, { gate, up, y }, { SILU });
  tape.differentiable(y, [gate, up], (dy) => {
    if (tape.needs(up)) {
      const { d: dup, ADD } = tape.gradient(up);
      tape.call(gatedKernels.backwardUp, { gate, dy, dup }, { SILU, ADD });
    }
    if (tape.needs(gate)) {
      const { d: dgate, ADD } = tape.gradient(gate);
      tape.call(gatedKernels.backwardGate, { gate, up, dy, dgate }, { SILU, ADD });
    }
  });
  return y;
}
