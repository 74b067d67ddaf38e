import { bestOf } from '../../best';
import { learningRate } from '../../settings/schedule';
import { stageAt, stagesOf, stepsOf } from '../../settings/stages';
import { heldoutWithBaseline, type RunState } from './run_state';

type Column = (number | null)[];

/** Columns for uPlot: step, training loss, smoothed, held-out, base, learning rate. All of one length; null where there is no value. */
export type ChartColumns = [number[], Column, Column, Column, Column, Column];

/** Steps that are still to come, for which the learning rate is drawn: at most so many. */
const COMING = 100;

/** The curves of a run over steps 0 to its last, whether trained yet or not. */
export function chartColumns(run: RunState): ChartColumns {
  const train = new Map(run.train.map((point) => [point.step, point]));
  const heldout = new Map(heldoutWithBaseline(run).map((point) => [point.step, point.loss]));
  const end = run.settings ? stepsOf(run.settings) : 0;
  const every = Math.max(1, Math.ceil((end - run.step) / COMING));
  const coming = Array.from({ length: Math.ceil(Math.max(0, end - run.step) / every) }, (_, n) => run.step + n * every);
  const steps = [...new Set([0, ...train.keys(), ...heldout.keys(), ...coming, end])].sort((a, b) => a - b);
  return [
    steps,
    steps.map((step) => finite(train.get(step)?.loss)),
    steps.map((step) => finite(train.get(step)?.smoothed)),
    steps.map((step) => finite(heldout.get(step))),
    steps.map((step) => (step === 0 || step === end ? run.baseline : null)),
    steps.map((step) => plannedRate(run, step)),
  ];
}

/** The learning rate that the schedule has for a step; null for step 0, which learns nothing. */
function plannedRate({ settings }: RunState, step: number): number | null {
  if (!settings || step === 0 || step > stepsOf(settings)) return null;
  const {
    learningRate: peak,
    warmupSteps,
    steps: decaySteps,
    endLearningRate: end,
    first,
  } = stageAt(settings, step - 1);
  return learningRate({ peak, warmupSteps, decaySteps, end }, step - 1 - first);
}

/** The columns that are losses. */
export const lossColumns = ([steps, train, smoothed, heldout, base]: ChartColumns): readonly [
  number[],
  ...Column[],
] => [steps, train, smoothed, heldout, base];

/** Where stages begin: the steps done before each but the first. */
export const stageBorders = ({ settings }: Pick<RunState, 'settings'>): readonly StageBorder[] =>
  settings
    ? stagesOf(settings)
        .slice(1)
        .map(({ index, first }) => ({ stage: index + 1, step: first }))
    : [];

export interface StageBorder {
  /** From 2. */
  readonly stage: number;
  readonly step: number;
}

/** Range of the loss axis: all values with a little air, and never flatter than 0.1 nats, so that noise does not look like a fall. */
export function lossRange(columns: readonly [number[], ...Column[]]): [number, number] {
  const [, ...curves] = columns;
  const values = curves.flat().filter((value) => value !== null);
  if (values.length === 0) return [0, 1];
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const air = Math.max((high - low) * 0.06, (0.1 - (high - low)) / 2, 0);
  return [Math.max(0, low - air), high + air];
}

/** One line of the table that stands in for the chart. */
export interface LossRow {
  readonly step: number;
  readonly train: number | null;
  readonly heldout: number | null;
  /** Is its held-out loss the best of all so far, the base's among them? */
  readonly best: boolean;
  readonly gradNorm: number | null;
  readonly learningRate: number | null;
}

/** At most about `limit` rows: every evaluated step and an even choice of the others. */
export function lossRows(run: RunState, limit: number): readonly LossRow[] {
  const train = new Map(run.train.map((point) => [point.step, point]));
  const heldout = new Map(heldoutWithBaseline(run).map((point) => [point.step, point.loss]));
  const best = bestOf(heldoutWithBaseline(run));
  const every = Math.max(1, Math.ceil(run.train.length / limit));
  const chosen = run.train
    .filter((_, index) => index % every === 0 || index === run.train.length - 1)
    .map((point) => point.step);
  const steps = [...new Set([...heldout.keys(), ...chosen])].sort((a, b) => a - b);
  return steps.map((step) => {
    const point = train.get(step);
    return {
      step,
      train: point?.loss ?? null,
      heldout: heldout.get(step) ?? null,
      best: step === best?.step,
      gradNorm: point?.gradNorm ?? null,
      learningRate: point?.learningRate ?? null,
    };
  });
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
