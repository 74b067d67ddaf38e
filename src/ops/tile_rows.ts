import backwardSource from '../../shaders/tile_rows.backward.wgsl';
import forwardSource from '../../shaders/tile_rows.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const tileRowsKernels = {
  forward: kernel({
    label: 'tile_rows.forward',
    source: forwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { table: weights('T C'), y: write('N C') },
    workgroups: ({ N, C }) => flat(N * C, WORKGROUP),
  }),
  backward: kernel({
    label: 'tile_rows.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ADD: false },
    bindings: { dy: read('N C'), dtable: write('T C') },
    workgroups: ({ T, C }) => flat(T * C, WORKGROUP),
    flops: ({ N, C }) => N * C,
  }),
};

/**
 * y[n] = table[n % T]: a bias (T = 1) or a position embedding.
 * @param rows rows of y, a multiple of T
 * @param addTo the rows are added to this tensor, which is returned; products and other rows may be, too
 * @throws Error where `rows` is no multiple of T
 */
export function tileRows(
  tape: Tape,
  { table, rows: N, addTo }: { table: Tensor<'T C'>; rows: number; addTo?: Tensor<'N C'> },
): Tensor<'N C'> {
  const { T, C } = table.sizes;
  if (N % T !== 0) throw new Error(`tile_rows: ${table.label} has ${T} rows, which do not fit ${N} evenly`);
  const y = addTo ?? tape.activation(`rows of ${table.label}`, 'N C', { N, C });
  tape.call(tileRowsKernels.forward, { table, y }, { ADD: addTo !== undefined });
  tape.differentiable(y, [table], (dy) => {
    const { d: dtable, ADD } = tape.gradient(table);
    tape.call(tileRowsKernels.backward, { dy, dtable }, { ADD });
  });
  return y;
}
