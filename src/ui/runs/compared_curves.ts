import { type Evaluation, isUnmeasured } from '../../best';
import type { RunRecord } from '../../worker/api';

/** A run, or the adapter that it left, as far as its curves go. */
export type Compared = Pick<RunRecord, 'train' | 'evaluations' | 'baselineHeldout' | 'heldout'> & {
  readonly settings: Pick<RunRecord['settings'], 'name'>;
};

/** Columns for uPlot: steps, then of each run its training loss and its held-out loss, the base at step 0. */
export type ComparedColumns = [number[], ...(number | null)[][]];

/** The curves of runs over the steps that any of them has. */
export function comparedColumns(runs: readonly Compared[]): ComparedColumns {
  const curves = runs.flatMap((run) => [byStep(run.train), byStep(heldoutOf(run))]);
  const steps = [...new Set([0, ...curves.flatMap((curve) => [...curve.keys()])])].sort((a, b) => a - b);
  return [steps, ...curves.map((curve) => steps.map((step) => curve.get(step) ?? null))];
}

/** Held-out losses of a run from the base on; none where nothing was held out. */
export const heldoutOf = (run: Compared): readonly Evaluation[] =>
  isUnmeasured(run) ? [] : [{ step: 0, loss: run.baselineHeldout }, ...run.evaluations.filter(({ step }) => step > 0)];

const byStep = (points: readonly Evaluation[]): ReadonlyMap<number, number> =>
  new Map(points.filter(({ loss }) => Number.isFinite(loss)).map(({ step, loss }) => [step, loss]));

/** How runs that are compared are told apart: by a letter, a colour and a dash, never by colour alone. */
export interface RunMark {
  readonly letter: string;
  /** Its class, which has the colour. */
  readonly colour: string;
  /** Lengths of line and gap, in px; empty: unbroken. */
  readonly dash: readonly number[];
}

const COLOURS = 5;
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** The mark of the run at a place among those that are compared: A, B … Z, A2, B2 … */
export const markOf = (place: number): RunMark => ({
  letter: String.fromCharCode(65 + (place % 26)) + (place < 26 ? '' : Math.floor(place / 26) + 1),
  colour: `run-${place % COLOURS}`,
  dash: DASHES[place % DASHES.length]!,
});
