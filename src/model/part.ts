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
export function leafTensor<R extends Reader>(part: Part, row: RowOf<R>): Tensor<Readers[R]> {
  const { parameters, expert, layer = 0 } = part;
  const within = isPerLayer(row) ? 0 : layer;
  return parameters.tensor(pathOf(row, expert, layer), within, READERS[row.reader], sizesOf(part, row));
}

/** A table of the vocabulary, in the pieces in which it is stored. */
export function leafPieces(part: Part, row: RowOf<'embed.table'>): Tensor<'V C'>[] {
  return part.parameters.pieces(pathOf(row, part.expert), sizesOf(part, row));
}

function sizesOf<R extends Reader>({ lengths }: Part, { axes }: RowOf<R>): Sizes<Readers[R]> {
  const sizes: Record<string, number> = {};
  for (const [axis, stored] of Object.entries<LeafRow['axes'][string]>(axes)) sizes[axis] = axisLength(stored, lengths);
  return sizes as Sizes<Readers[R]>;
}
