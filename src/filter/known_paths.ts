/** Every path of every variant of π0 and π0.5, so that a filter for another variant is told from one that fits none. */
import { ACTION_PROJECTIONS } from '../leaves/action_projections';
import { GEMMA } from '../leaves/gemma';
import { isOf, pathOf, rowsOf } from '../leaves/row';
import { SIGLIP } from '../leaves/siglip';

const EXPERTS = [0, 1];

/** Paths of the projections of state, actions and time, outside both towers. */
export const PROJECTIONS: readonly string[] = rowsOf(ACTION_PROJECTIONS).map((row) => pathOf(row));

export const KNOWN_PATHS: readonly string[] = [
  ...EXPERTS.flatMap((expert) =>
    rowsOf(GEMMA)
      .filter((row) => isOf(row, expert) && row.keys !== 'own') // in every variant the heads share one
      .map((row) => pathOf(row, expert)),
  ),
  ...rowsOf(SIGLIP).map((row) => pathOf(row)),
  ...PROJECTIONS,
];
