import { reshape, type Tensor } from '../gpu/tensor';
import { linear } from '../ops/matmul';
import { tileRows } from '../ops/tile_rows';
import type { Tape } from '../tape/tape';
import type { Parameters } from './parameters';

/** A layer with a bias: its leaves are `path`/kernel (I, O) and `path`/bias (O). */
export interface Dense {
  readonly parameters: Parameters;
  readonly path: string;
  /** 0 if the leaves are not stacked. */
  readonly layer?: number;
}

/**
 * y = x · kernel + bias. The bias is written first, and the product is added to it.
 * @param outputs O; the kernel may have further axes (heads, patch sides) that are counted together
 */
export function dense(
  tape: Tape,
  { parameters, path, layer = 0 }: Dense,
  x: Tensor<'N C'>,
  outputs: number,
): Tensor<'N C'> {
  const { N, C: I } = x.sizes;
  const O = outputs;
  const y = tileRows(tape, { table: parameters.tensor(`${path}/bias`, layer, 'T C', { T: 1, C: O }), rows: N });
  linear(tape, {
    x: reshape(x, 'N J I', { N, J: 1, I }),
    weight: parameters.tensor(`${path}/kernel`, layer, 'G I O', { G: 1, I, O }),
    addTo: reshape(y, 'N G O', { N, G: 1, O }),
  });
  return y;
}
