import { isBetter } from '../best';
import { numberNames } from '../settings/numbers';
import { learningRate } from '../settings/schedule';
import { type PlacedStage, stageAt, stagesOf, stepsOf } from '../settings/stages';
import type { TrainingSettings } from '../settings/training';
import { goneElsewhere, type RunControl } from './control';
import type { Evaluated, RunEvent, RunSummary } from './events';
import { type Measure, type Seen, type Trouble, troublesOf } from './judge';
import { clockJumped, Pace, secondsOfWork } from './pace';
import type { LeafFloats, RunState } from './state';
import type { StepResult } from './step';

/** A run ends after this many steps in a row whose loss or gradient is not finite. */
const MAX_SKIPPED = 3;

/** What the loop needs of the rest of the program. B: a task's micro-batch. */
export interface LoopParts<B> {
  readonly settings: TrainingSettings;
  /** Tokens that go through the model in a step of the stage that is under way. */
  readonly tokensPerStep: () => number;
  readonly state: RunState;
  readonly control: RunControl;
  readonly emit: (event: RunEvent) => void;
  /** The micro-batches of a step; depends on the step alone, so that a resumed run sees what it would have seen. */
  readonly batchesOf: (step: number) => readonly B[];
  /**
   * @param next the first micro-batch of the step after it, for whoever has something to read for it meanwhile; none after the last.
   * What the others need is read while the one before is computed.
   */
  readonly trainStep: (batches: readonly B[], learningRate: number, next: () => B | undefined) => Promise<StepResult>;
  /** Makes everything ready for another stage. The stage of `state.step` is ready when the loop begins. */
  readonly enterStage: (stage: PlacedStage) => Promise<void>;
  /** Learns what the base does without adapter. After the first step, so that a person sees training begin. */
  readonly measureBase: () => Promise<object>;
  /** Held-out loss of the weights as they are; null where nothing is held out. */
  readonly evaluate: () => Promise<number | null>;
  readonly evaluated: Evaluated;
  readonly measure: Measure;
  /** Copies of all leaves that have trained. */
  readonly readWeights: () => Promise<LeafFloats>;
  readonly sample: (step: number) => Promise<void>;
  /** Answers whether it was kept. */
  readonly checkpoint: () => Promise<boolean>;
  /** Seconds since some fixed moment. */
  readonly clock: () => number;
}

/**
 * Trains from `state.step` to the end of the settings, or to an early one. A run makes one step at least, and has a held-out
 * loss for the weights that it would keep, whenever it is stopped.
 */
export async function runLoop<B>(parts: LoopParts<B>): Promise<RunSummary['ended']> {
  const { settings, state, control, evaluated } = parts;
  const inEvaluation = Math.ceil(evaluated.count / (settings.batchSize * settings.accumulation));
  const onJump = (seconds: number) => parts.emit({ kind: 'problem', problem: clockJumped(seconds) });
  const loop: Loop<B> = { ...parts, onJump, pace: new Pace(parts.clock, inEvaluation, onJump), told: new Set() };
  const ended = await trainOn(loop);
  const hasLoss = isMeasured(settings, state) || (await evaluateNow(loop));
  control.check(); // a pause that was asked for after the last step has nothing to wait for
  return hasLoss ? ended : 'not finite';
}

/** The loop's parts, with what it keeps for itself. */
interface Loop<B> extends LoopParts<B> {
  /** Tells of a clock that did not go on as ever. @param seconds that it jumped, negative where back */
  readonly onJump: (seconds: number) => void;
  readonly pace: Pace;
  /** Troubles that have been told; a run that goes on after its tab was closed tells them again. */
  readonly told: Set<Trouble>;
}

async function trainOn<B>(loop: Loop<B>): Promise<RunSummary['ended']> {
  const { settings, state, control, pace } = loop;
  const steps = stepsOf(settings);
  let stage = stageAt(settings, state.step);
  while (state.step < steps) {
    await pauseHere(loop);
    if (control.stopped && state.step > 0) return 'stopped';
    const next = stageAt(settings, state.step);
    if (next.index !== stage.index) await loop.enterStage(next);
    stage = next;
    await oneStep(loop, stage);
    state.base ??= await pace.evaluation(loop.measureBase);
    tellTroubles(loop);
    if (state.skippedInARow >= MAX_SKIPPED) return 'not finite';
    const last = state.step === steps;
    if (state.step % settings.evaluateEvery === 0 || state.step === stage.end) {
      await pace.evaluation(() => evaluateNow(loop));
      if (outOfPatience(loop)) return 'early stop';
    }
    // Before another stage too: it allocates anew, and a device may refuse.
    const due = state.step % settings.checkpointEvery === 0 || state.step === stage.end || control.savingSoon;
    if (due && !last) await save(loop);
  }
  return 'finished';
}

/** Is there a held-out loss of the weights that would be kept? */
const isMeasured = ({ keepBest }: TrainingSettings, { step, best, heldout }: RunState) =>
  (keepBest && best !== null) || heldout.at(-1)?.step === step;

async function oneStep<B>(parts: Loop<B>, stage: PlacedStage): Promise<void> {
  const { settings, state, emit } = parts;
  const started = parts.clock();
  const { learningRate: peak, warmupSteps, steps: decaySteps, endLearningRate: end } = stage;
  const rate = learningRate({ peak, warmupSteps, decaySteps, end }, state.step - stage.first);
  const batches = parts.batchesOf(state.step);
  const following = state.step + 1;
  const next = () => (following < stepsOf(settings) ? parts.batchesOf(following)[0] : undefined);
  const { loss, gradNorm, applied } = await parts.trainStep(batches, rate, next);
  const usual = state.step > 0 ? state.secondsTrained / state.step : 0;
  const seconds = secondsOfWork(parts.clock() - started, usual, parts.onJump);
  state.step++;
  state.secondsTrained += seconds;
  state.tokensTrained += parts.tokensPerStep();
  state.skippedInARow = applied ? 0 : state.skippedInARow + 1;
  if (!applied) {
    emit({
      kind: 'skipped',
      step: state.step,
      reason: 'Loss or gradient is not a finite number; nothing was changed.',
    });
    return;
  }
  state.train.push({ step: state.step, loss, gradNorm, learningRate: rate });
  const secondsOfStep = state.secondsTrained / state.step;
  const secondsLeft = parts.pace.secondsLeft(settings, state.step, secondsOfStep, state.base === null);
  emit({
    kind: 'step',
    step: state.step,
    loss,
    gradNorm,
    learningRate: rate,
    tokensPerSecond: parts.tokensPerStep() / seconds,
    secondsLeft,
  });
}

/**
 * Held-out loss now; remembers the weights if it is the least so far. Shows nothing to a person who waits for the end.
 * @returns false where the loss is no finite number
 */
async function evaluateNow<B>(parts: Loop<B>): Promise<boolean> {
  const { state, control, emit } = parts;
  const loss = await parts.evaluate();
  if (loss !== null && Number.isFinite(loss)) await remember(parts, loss);
  else if (loss !== null) {
    if (inLastStage(parts)) state.evaluationsWithoutImprovement++;
    emit({ kind: 'problem', problem: notFinite(state.step) });
  }
  tellTroubles(parts);
  if (!control.stopped) await parts.sample(state.step);
  return loss === null || Number.isFinite(loss);
}

async function remember<B>(parts: Loop<B>, loss: number): Promise<void> {
  const { state, emit, evaluated } = parts;
  const { step, baselineHeldout } = state;
  const least = isBetter({ loss }, state.best);
  const beatsBase = isBetter({ loss }, { loss: baselineHeldout });
  state.heldout.push({ step, loss });
  emit({ kind: 'heldout', step, loss, best: least && beatsBase, aboveBase: loss > baselineHeldout, evaluated });
  if (least) {
    state.best = { step, loss, weights: await parts.readWeights() };
    state.evaluationsWithoutImprovement = 0;
  } else if (inLastStage(parts)) state.evaluationsWithoutImprovement++;
}

const notFinite = (step: number) => ({
  what: `At step ${step} the held-out loss is no finite number.`,
  where: numberNames.learningRate,
  fix: 'Start again with a lower learning rate.',
  setting: { name: 'learningRate' as const },
});

/** Says what is wrong with the run, once each. */
function tellTroubles<B>(parts: Loop<B>): void {
  for (const { kind, problem } of troublesOf(seenOf(parts))) {
    if (!parts.told.has(kind)) parts.emit({ kind: 'problem', problem });
    parts.told.add(kind);
  }
}

/** A run as it is judged. */
export const seenOf = <B>({
  settings,
  state,
  measure,
}: Pick<LoopParts<B>, 'settings' | 'measure'> & {
  readonly state: Pick<RunState, 'train' | 'heldout' | 'baselineHeldout' | 'skippedInARow'>;
}): Seen => ({
  ...measure,
  settings,
  train: state.train,
  heldout: state.heldout,
  baseline: state.baselineHeldout,
  skippedInARow: state.skippedInARow,
});

const inLastStage = <B>({ settings, state }: LoopParts<B>) => state.step > (stagesOf(settings).at(-1)?.first ?? 0);

const outOfPatience = <B>({ settings, state }: LoopParts<B>) =>
  settings.earlyStop && state.step < stepsOf(settings) && state.evaluationsWithoutImprovement >= settings.patience;

/** @returns whether it was kept */
async function save<B>({ control, state, emit, checkpoint }: LoopParts<B>): Promise<boolean> {
  control.saved(); // what is asked for from here on may not be in it
  const isKept = await checkpoint();
  if (isKept) emit({ kind: 'checkpoint', step: state.step });
  return isKept;
}

/** Waits while paused, with a checkpoint first. */
async function pauseHere<B>(loop: LoopParts<B>): Promise<void> {
  const { control, state, emit } = loop;
  if (control.paused) {
    emit({ kind: 'paused', step: state.step, kept: await save(loop) });
    await control.gate();
    if (!control.stopped) emit({ kind: 'unpaused', step: state.step });
  }
  await control.gate();
  if (!control.givesWay) return;
  if (await save(loop)) throw goneElsewhere();
  control.stay(); // what it has learned would be lost
}
