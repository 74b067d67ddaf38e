import { reshape, type Tensor } from '../../src/gpu/tensor';
import { addKernels } from '../../src/ops/add';
import type { Tape } from '../../src/tape/tape';
import { upload } from '../gpu';

/** Differentiates a tape whose loss is sum(y * dy): the gradient of y is dy. */
export function differentiateFrom(tape: Tape, y: Tensor<string>, dy: ArrayLike<number>): void {
  const flat = { N: 1, C: dy.length };
  tape.loss([y], () => {
    const { d, ADD } = tape.gradient(y);
    tape.call(addKernels.backward, { dy: upload('N C', flat, dy), da: reshape(d, 'N C', flat) }, { ADD });
  });
  tape.differentiate();
}
