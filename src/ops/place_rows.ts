import backwardSource from '../../shaders/place_rows.backward.wgsl';
import forwardSource from '../../shaders/place_rows.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const placeRowsKernels = {
  forward: kernel({
    label: 'place_rows.forward',
    source: forwardSource,
    overrides: { WORKGROUP, FIRST: 0 },
    bindings: { x: read('B T C'), y: write('B S C') },
    workgroups: ({ B, T, C }) => flat(B * T * C, WORKGROUP),
  }),
  backward: kernel({
    label: 'place_rows.backward',
    source: backwardSource,
    overrides: { WORKGROUP, FIRST: 0, ADD: false },
    bindings: { dy: read('B S C'), dx: write('B T C') },
    workgroups: ({ B, T, C }) => flat(B * T * C, WORKGROUP),
  }),
};

/**
 * Writes x to rows first … first + T − 1 of y, for each of the batch. Several calls that fill y join their rows;
 * with channels in the place of rows (C = 1) they join channels.
 * @throws Error where the rows do not fit y
 */
export function placeRows(
  tape: Tape,
  { x, first: FIRST, y }: { x: Tensor<'B T C'>; first: number; y: Tensor<'B S C'> },
): void {
  const { T } = x.sizes;
  const { S } = y.sizes;
  if (FIRST + T > S) throw new Error(`place_rows: ${x.label} ends at row ${FIRST + T}, but ${y.label} has ${S}`);
  tape.call(placeRowsKernels.forward, { x, y }, { FIRST });
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(placeRowsKernels.backward, { dy, dx }, { FIRST, ADD });
  });
}
