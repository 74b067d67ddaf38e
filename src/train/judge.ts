/** What can be seen of a run while it goes on: a gradient of nothing, a model that guesses, a loss that runs away. */
import type { Evaluation } from '../best';
import type { Problem } from '../problem';
import { numberNames, written } from '../settings/numbers';
import { stagesOf } from '../settings/stages';
import type { TrainingSettings } from '../settings/training';
import type { RunHistory } from './events';

/** What a run is judged by, besides what it did. */
export interface Measure {
  /** Loss of a model that holds everything for equally likely, ln V; null where a task has no such loss. */
  readonly guessLoss: number | null;
  /** Windows or frames to learn from. */
  readonly trainingSamples: number;
  /** Share of the tokens that the window cut off, 0 to 1. */
  readonly cutShare: number;
  /** The learning rate that a run has where nobody sets one. */
  readonly usualRate: number;
}

/** A run so far. */
export interface Seen extends Measure {
  readonly settings: TrainingSettings;
  /** In order. */
  readonly train: RunHistory['train'];
  /** Without the base. */
  readonly heldout: readonly Evaluation[];
  /** Held-out loss of the base; NaN where it was not measured. */
  readonly baseline: number;
  /** Steps at the end whose loss or gradient was not finite. */
  readonly skippedInARow: number;
}

export type Trouble = 'no gradient' | 'guessing' | 'diverging';

export interface SeenTrouble {
  readonly kind: Trouble;
  readonly problem: Problem;
}

/** Steps in a row that show a gradient of nothing, or a guess. */
const ROW = 3;
/** Steps in a row that show a loss that does not come back. */
const LONG_ROW = 5;
/** A loss that is so many times where it began, or so many times the base's, has run away. */
const FAR = 1.25;
/** Losses of guesses differ by rounding alone. */
const ROUNDING = 1e-3;

/**
 * What is wrong with a run at its last step or evaluation; nothing for most. A pure function of the history, so that a run
 * that goes on finds what it had found before.
 */
export function troublesOf(seen: Seen): readonly SeenTrouble[] {
  const found = [noGradient(seen), guessing(seen)].filter((one) => one !== null);
  if (found.length > 0) return found; // where the loss is then, is no news
  const diverged = diverging(seen);
  return diverged ? [diverged] : [];
}

/** Where the training loss began: the base's, or that of the first steps. */
export function startOf({ train, baseline }: Pick<Seen, 'train' | 'baseline'>): number {
  const first = mean(train.slice(0, ROW).map(({ loss }) => loss));
  const own = Math.min(train[0]?.loss ?? Number.NaN, first); // of a rate that is far too high, the first step alone is innocent
  return Number.isFinite(baseline) ? Math.max(own, baseline) : own;
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The highest learning rate that a run has had. */
export const rateOf = ({ settings, train }: Pick<Seen, 'settings' | 'train'>): number => {
  const done = train.at(-1)?.step ?? 0;
  return Math.max(
    ...stagesOf(settings).map(({ first, learningRate }) => (first === 0 || first < done ? learningRate : 0)),
  );
};

/** What to do about a rate that is too high. */
export function lowerRate(
  seen: Pick<Seen, 'settings' | 'train' | 'usualRate'>,
): Pick<Problem, 'fix' | 'where' | 'setting'> {
  const rate = rateOf(seen);
  const { usualRate } = seen;
  const lower =
    rate > usualRate ? `${written(usualRate)}, the usual one` : `${written(Number((rate / 3).toPrecision(1)))}`;
  return {
    where: numberNames.learningRate,
    fix: `Start again with a lower learning rate: ${lower}.`,
    setting: { name: 'learningRate' },
  };
}

function noGradient(seen: Seen): SeenTrouble | null {
  const { train } = seen;
  const last = train.slice(-ROW);
  if (last.length < ROW || last.some(({ gradNorm }) => gradNorm !== 0)) return null;
  const first = train.findIndex(({ gradNorm }) => gradNorm !== 0);
  const since = train.findLastIndex(({ gradNorm }) => gradNorm !== 0);
  if (first < 0) {
    const what = `The gradient has been exactly 0 in all ${train.length} steps: what trains has no part in the loss.`;
    const fix = 'Let the filter leave more to train, and see that the data hold something to learn.';
    return { kind: 'no gradient', problem: { what, where: 'gradient', fix } };
  }
  const what =
    `The gradient has been exactly 0 since step ${train[since + 1]!.step}: nothing is learned any more. ` +
    `Updates at a learning rate of ${written(rateOf(seen))} threw the weights too far.`;
  return { kind: 'no gradient', problem: { what, ...lowerRate(seen) } };
}

function guessing(seen: Seen): SeenTrouble | null {
  const { train, guessLoss, baseline } = seen;
  const last = train.slice(-ROW);
  if (guessLoss === null || last.length < ROW) return null;
  if (last.some(({ loss }) => Math.abs(loss - guessLoss) > ROUNDING)) return null;
  if ([startOf(seen), baseline].some((before) => Math.abs(before - guessLoss) <= ROUNDING)) return null; // so it was before
  const tokens = Math.round(Math.exp(guessLoss));
  const what =
    `The loss has stood at ${guessLoss.toFixed(4)} for ${ROW} steps, which is ln ${tokens}: the model holds all ${tokens} tokens for equally likely. ` +
    'Nothing is left of what the base knew.';
  return { kind: 'guessing', problem: { what, ...lowerRate(seen) } };
}

function diverging(seen: Seen): SeenTrouble | null {
  const { train, heldout, baseline } = seen;
  const latest = heldout.at(-1);
  const told = (what: string): SeenTrouble => ({ kind: 'diverging', problem: { what, ...lowerRate(seen) } });
  if (latest && latest.loss > FAR * baseline) {
    const [now, before] = [latest.loss.toFixed(4), baseline.toFixed(4)];
    return told(
      `At step ${latest.step} the held-out loss is ${now}, far above the ${before} of the base: the run makes the model worse.`,
    );
  }
  const last = train.slice(-LONG_ROW);
  const start = startOf(seen);
  if (train.length <= LONG_ROW || last.some(({ loss }) => !(loss > FAR * start))) return null;
  const now = mean(last.map(({ loss }) => loss)).toFixed(4);
  return told(
    `For ${LONG_ROW} steps the loss has been far above where it began: ${now} on average, ${start.toFixed(4)} then.`,
  );
}
