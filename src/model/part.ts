import type { Sizes, Tensor } from '../gpu/tensor';
import {
  isPerLayer,
  type LeafRow,
  type Lengths,
  pathOf,
  READERS,
  type Reader,
  type Readers,
  type RowOf,
} from '../leaves/row';
import { axisLength } from './lengths';
import type { Parameters } from './parameters';

/** Some leaves of a model that share the lengths of their axes: an expert, the image tower, the projections. */
export interface Part {
  readonly parameters: Parameters;
  readonly lengths: Lengths;
  /** Its place in the model's list; 0 of what is there once. */
  readonly expert?: number;
  /** Of leaves that each layer has. */
  readonly layer?: number;
}

/** A leaf as its reader takes it: its row says how the stored axes are counted together. */
export function leafTensor<R extends Reader>(
  { parameters, lengths, expert = 0, layer = 0 }: Part,
  row: RowOf<R>,
): Tensor<Readers[R]> {
  const { axes }: LeafRow = row;
  const sizes: Record<string, number> = {};
  for (const [axis, stored] of Object.entries(axes)) sizes[axis] = axisLength(stored, lengths);
  const within = isPerLayer(row) ? 0 : layer;
  return parameters.tensor(pathOf(row, expert, layer), within, READERS[row.reader], sizes as Sizes<Readers[R]>);
}
