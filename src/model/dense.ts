import { reshape, type Tensor } from '../gpu/tensor';
import type { DenseRows } from '../leaves/row';
import { linear } from '../ops/matmul';
import { tileRows } from '../ops/tile_rows';
import type { Tape } from '../tape/tape';
import { leafTensor, type Part } from './part';

/** y = x · kernel + bias. The bias is written first, and the product is added to it. */
export function dense(tape: Tape, part: Part, { kernel, bias }: DenseRows, x: Tensor<'N C'>): Tensor<'N C'> {
  const { N, C: I } = x.sizes;
  const weight = leafTensor(part, kernel);
  const y = tileRows(tape, { table: leafTensor(part, bias), rows: N });
  const addTo = reshape(y, 'N G O', { N, G: 1, O: weight.sizes.O });
  linear(tape, { x: reshape(x, 'N J I', { N, J: 1, I }), weight, addTo });
  return y;
}
