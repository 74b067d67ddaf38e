import backwardSource from '../../shaders/gather_rows.backward.wgsl';
import forwardSource from '../../shaders/gather_rows.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import { reshape, rowsOf, type Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const gatherRowsKernels = {
  forward: kernel({
    label: 'gather_rows.forward',
    source: forwardSource,
    overrides: { WORKGROUP },
    bindings: { x: read('S C'), rows: read('N', 'u32'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
  }),
  backward: kernel({
    label: 'gather_rows.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { dy: read('N C'), rows: read('N', 'u32'), dx: write('S C') },
    workgroups: ({ S, C }) => flat(S * C, WORKGROUP),
  }),
};

/**
 * y[n] = x[rows[n]], a row of zeros where x has no such row; y has as many rows as there are indices, x's at most.
 * y and its gradient have the memory of x and its gradient, however few rows are taken: memory is shared by size, and
 * what a run takes must not be more with some data than with others.
 * @param rows u32, ascending; below the number of rows of x, none comes twice
 * @throws Error where more rows are taken than x has
 */
export function gatherRows(tape: Tape, { x, rows }: { x: Tensor<'N C'>; rows: Tensor<'N'> }): Tensor<'N C'> {
  const { N } = rows.sizes;
  const { N: S, C } = x.sizes;
  if (N > S) throw new Error(`gather_rows: ${N} rows of ${x.label}, which has ${S}`);
  const y = rowsOf(tape.activation(`rows of ${x.label}`, 'N C', x.sizes), 0, N);
  const positions = (t: Tensor<'N C'>) => reshape(t, 'S C', { S, C });
  tape.call(gatherRowsKernels.forward, { x: positions(x), rows, y });
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(gatherRowsKernels.backward, { dy, rows, dx: positions(dx) }, { ADD });
  });
  return y;
}
