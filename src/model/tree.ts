import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { GEMMA } from '../leaves/gemma';
import { isOf, type LeafRow, type Lengths, type ModelKind, pathOf, type Rows, rowsOf } from '../leaves/row';
import { SIGLIP } from '../leaves/siglip';
import type { ExpertConfig, ModelConfig } from './config';
import { backboneLengths, expertLengths, imgLengths, projectionLengths, storedShape } from './lengths';

/** One parameter as openpi names and shapes it. */
export interface Leaf {
  /** openpi's; its segments are separated by slashes. */
  readonly path: string;
  /** As openpi stores it: with a leading depth axis if stacked. */
  readonly shape: readonly number[];
  /** True: the first axis is the layer. */
  readonly stacked: boolean;
  /** Its declaration. */
  readonly row: LeafRow;
}

/**
 * Every leaf of a model, sorted by path.
 * @param kind of a model with an action expert
 */
export function leavesOf(config: ModelConfig, kind: ModelKind = 'π0'): Leaf[] {
  const { experts, img, actionDim } = config;
  const [first] = experts as [ExpertConfig];
  const last = experts.at(-1)!;
  return [
    ...experts.flatMap((expert, e) =>
      leaves(GEMMA, e === 0 ? backboneLengths(config) : expertLengths(expert), kind, e),
    ),
    ...(img ? leaves(SIGLIP, imgLengths(img, first.width), kind) : []),
    ...(actionDim ? leaves(ACTION_PROJECTIONS, projectionLengths(actionDim, last), kind) : []),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const elements = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** The leaves of one part of a model. Without a rank it has none of LoRA's. */
function leaves(table: Rows, lengths: Lengths, kind: ModelKind, expert = 0): Leaf[] {
  return rowsOf(table)
    .filter((row) => isOf(row, expert, kind) && (lengths.R !== undefined || !('R' in row.axes)))
    .map((row) => {
      const shape = storedShape(row, lengths);
      const stacked = row.stacked;
      return { path: pathOf(row, expert), shape: stacked ? [lengths.L as number, ...shape] : shape, stacked, row };
    });
}
