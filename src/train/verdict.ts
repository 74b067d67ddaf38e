/** What a run came to, against its base, and why. */
import { type AgainstBase, type Evaluation, isBetter } from '../best';
import type { Problem } from '../problem';
import { numberNames, written } from '../settings/numbers';
import { stepsOf } from '../settings/stages';
import type { Verdict } from './events';
import { lowerRate, mean, rateOf, type Seen, startOf, troublesOf } from './judge';

/** A cause, as the end of a sentence that begins with "likely because", and what to do about it. */
type Cause = { readonly because: string } & Pick<Problem, 'fix' | 'where' | 'setting'>;

/** Share of all tokens from which on a cut is a cause. */
const MUCH_CUT = 0.1;
/** A training loss below so many times the held-out one was learned by heart. */
const BY_HEART = 0.9;
/** A training loss of so many times the first is a leap, or a rise. */
const LEAP = 1.5;
const RISE = 1.02;

/** Judges a run that has ended. @param kept held-out losses of base and kept weights; the step that they are of */
export function verdictOf(seen: Seen, kept: AgainstBase & { readonly step: number }): Verdict {
  const { baselineHeldout: before, heldout: after, step } = kept;
  if (Number.isNaN(before)) return { outcome: 'unmeasured', problem: UNMEASURED };
  if (isBetter({ loss: after }, { loss: before })) return { outcome: 'better', problem: null };
  const figures = Number.isFinite(after)
    ? `held-out loss ${after.toFixed(4)} with it (step ${step}), ${before.toFixed(4)} without`
    : `its held-out loss is no finite number; without it, it is ${before.toFixed(4)}`;
  const outcome = after.toFixed(4) === before.toFixed(4) ? 'no better' : 'worse';
  const { because, ...advice } = bestLeft(seen, before) ?? likelyCause(seen);
  return {
    outcome,
    problem: { what: `The adapter is ${outcome} than no adapter: ${figures}; ${because}.`, ...advice },
  };
}

const UNMEASURED: Problem = {
  what: 'Nothing was held out, so nothing tells whether the adapter is better than no adapter.',
  fix: 'Hold a share of the data out to know.',
  where: numberNames.heldoutFraction,
  setting: { name: 'heldoutFraction' },
};

/** Was there a better step than the one that was kept, as it was asked to keep the last? */
function bestLeft({ heldout }: Seen, before: number): Cause | null {
  const best = heldout.reduce<Evaluation | null>((least, one) => (isBetter(one, least) ? one : least), null);
  if (!best || !isBetter(best, { loss: before })) return null;
  return {
    because: `the last weights were kept, and those of step ${best.step} had ${best.loss.toFixed(4)}`,
    fix: 'Keep the best step instead of the last.',
  };
}

function likelyCause(seen: Seen): Cause {
  return tooHigh(seen) ?? cutAway(seen) ?? tooLittle(seen) ?? tooFew(seen) ?? UNKNOWN;
}

const UNKNOWN: Cause = {
  because: 'no cause stands out',
  fix: 'Try a lower learning rate, or more data.',
};

function tooHigh(seen: Seen): Cause | null {
  const sign = signOfRate(seen);
  if (!sign) return null;
  return {
    because: `likely because the learning rate of ${written(rateOf(seen))} is too high: ${sign}`,
    ...lowerRate(seen),
  };
}

/** What shows that the rate was too high. */
function signOfRate(seen: Seen): string | null {
  const { train, settings } = seen;
  const [trouble] = troublesOf(seen);
  if (trouble?.kind === 'no gradient' && train.some(({ gradNorm }) => gradNorm > 0))
    return 'the gradient became exactly 0';
  if (seen.skippedInARow > 0) return 'in its last steps loss or gradient was no finite number';
  if (trouble?.kind === 'guessing') return 'the model came to hold every token for equally likely';
  if (train.length === 0) return null;
  const start = startOf(seen);
  const peak = train.reduce((most, one) => (one.loss > most.loss ? one : most));
  if (peak.loss > LEAP * start)
    return `the training loss leapt from ${start.toFixed(4)} to ${peak.loss.toFixed(4)} at step ${peak.step}`;
  const now = latelyOf(seen);
  if (now > RISE * start) return `the training loss rose from ${start.toFixed(4)} to ${now.toFixed(4)}`;
  const clipped = train.filter(({ gradNorm }) => gradNorm > settings.clipNorm).length;
  if (clipped === train.length && now >= start / RISE)
    return 'the gradient was clipped in every step, and the training loss did not fall';
  return null;
}

/** The training loss towards the end: of the last quarter. */
const latelyOf = ({ train }: Seen) =>
  mean(train.slice(-Math.max(1, Math.ceil(train.length / 4))).map(({ loss }) => loss));

function cutAway({ cutShare }: Seen): Cause | null {
  if (cutShare < MUCH_CUT) return null;
  return {
    because: `likely because ${Math.round(100 * cutShare)} % of the tokens of the conversations were cut away to fit the window`,
    fix: 'Choose a longer window.',
    where: numberNames.sequenceLength,
    setting: { name: 'sequenceLength' },
  };
}

function tooLittle(seen: Seen): Cause | null {
  const { train, heldout, trainingSamples, settings } = seen;
  const measured = heldout.at(-1)?.loss;
  if (measured === undefined || train.length === 0) return null;
  const now = latelyOf(seen);
  if (!(now < BY_HEART * measured)) return null;
  const passes = (train.at(-1)!.step * settings.batchSize * settings.accumulation) / trainingSamples;
  const times = passes >= 1.5 ? `: it saw each about ${Math.round(passes)} times` : '';
  return {
    because: `likely because it learned too little data by heart (training loss ${now.toFixed(4)}, held-out ${measured.toFixed(4)})${times}`,
    fix: 'Add data, or train for fewer steps.',
    where: numberNames.steps,
    setting: { name: 'steps' },
  };
}

function tooFew({ heldout, train, settings }: Seen): Cause | null {
  const [last, before] = [heldout.at(-1), heldout.at(-2)];
  const done = train.at(-1)?.step ?? 0;
  const falling = last !== undefined && before !== undefined && last.loss < before.loss;
  const warming = done <= 2 * settings.warmupSteps;
  if (!falling && !warming) return null;
  const all = stepsOf(settings);
  const steps = done < all ? `${done} of ${all} steps were too few` : `${done} steps were too few`;
  return {
    because: `likely because ${steps}: ${falling ? 'the held-out loss was still falling' : 'the learning rate had hardly warmed up'}`,
    fix: 'Train for more steps.',
    where: numberNames.steps,
    setting: { name: 'steps' },
  };
}
