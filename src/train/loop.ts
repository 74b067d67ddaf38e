import { isBetter } from '../best';
import { learningRate } from '../settings/schedule';
import { type PlacedStage, stageAt, stagesOf, stepsOf } from '../settings/stages';
import type { TrainingSettings } from '../settings/training';
import type { RunControl } from './control';
import type { RunEvent, RunSummary } from './events';
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
  readonly trainStep: (batches: readonly B[], learningRate: number) => Promise<StepResult>;
  /** Makes everything ready for another stage. The stage of `state.step` is ready when the loop begins. */
  readonly enterStage: (stage: PlacedStage) => Promise<void>;
  /** Learns what the base does without adapter. After the first step, so that a person sees training begin. */
  readonly measureBase: () => Promise<object>;
  /** Held-out loss of the weights as they are. */
  readonly evaluate: () => Promise<number>;
  /** Copies of all leaves that have trained. */
  readonly readWeights: () => Promise<LeafFloats>;
  readonly sample: (step: number) => Promise<void>;
  readonly checkpoint: () => Promise<void>;
  /** Seconds since some fixed moment. */
  readonly clock: () => number;
}

/** Trains from `state.step` to the end of the settings, or to an early one. */
export async function runLoop<B>(parts: LoopParts<B>): Promise<RunSummary['ended']> {
  const { settings, state, control, emit } = parts;
  const steps = stepsOf(settings);
  let stage = stageAt(settings, state.step);
  while (state.step < steps) {
    await pauseHere(parts);
    if (control.stopped) break;
    const next = stageAt(settings, state.step);
    if (next.index !== stage.index) await parts.enterStage(next);
    stage = next;
    await oneStep(parts, stage);
    state.base ??= await parts.measureBase();
    if (state.skippedInARow >= MAX_SKIPPED) return 'not finite';
    const last = state.step === steps;
    if (state.step % settings.evaluateEvery === 0 || state.step === stage.end) {
      await evaluateNow(parts);
      if (outOfPatience(parts)) return 'early stop';
    }
    // Before another stage too: it allocates anew, and a device may refuse.
    if ((state.step % settings.checkpointEvery === 0 || state.step === stage.end) && !last) {
      await parts.checkpoint();
      emit({ kind: 'checkpoint', step: state.step });
    }
  }
  await control.gate();
  return control.stopped && state.step < steps ? 'stopped' : 'finished';
}

async function oneStep<B>(parts: LoopParts<B>, stage: PlacedStage): Promise<void> {
  const { settings, state, emit } = parts;
  const started = parts.clock();
  const { learningRate: peak, warmupSteps, steps: decaySteps, endLearningRate: end } = stage;
  const rate = learningRate({ peak, warmupSteps, decaySteps, end }, state.step - stage.first);
  const batches = parts.batchesOf(state.step);
  const { loss, gradNorm, applied } = await parts.trainStep(batches, rate);
  state.step++;
  const seconds = parts.clock() - started;
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
  const secondsLeft = (stepsOf(settings) - state.step) * (state.secondsTrained / state.step);
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

/** Held-out loss now; remembers the weights if it is the best so far. */
async function evaluateNow<B>(parts: LoopParts<B>): Promise<void> {
  const { state, emit } = parts;
  const loss = await parts.evaluate();
  const best = isBetter({ loss }, state.best);
  state.heldout.push({ step: state.step, loss });
  emit({ kind: 'heldout', step: state.step, loss, best });
  if (best) {
    state.best = { step: state.step, loss, weights: await parts.readWeights() };
    state.evaluationsWithoutImprovement = 0;
  } else if (!Number.isNaN(loss) && inLastStage(parts)) {
    state.evaluationsWithoutImprovement++; // without held-out data nothing can be said
  }
  await parts.sample(state.step);
}

const inLastStage = <B>({ settings, state }: LoopParts<B>) => state.step > (stagesOf(settings).at(-1)?.first ?? 0);

const outOfPatience = <B>({ settings, state }: LoopParts<B>) =>
  settings.earlyStop && state.step < stepsOf(settings) && state.evaluationsWithoutImprovement >= settings.patience;

/** Waits while paused, with a checkpoint first. */
async function pauseHere<B>({ control, state, emit, checkpoint }: LoopParts<B>): Promise<void> {
  if (control.paused) {
    await checkpoint();
    emit({ kind: 'checkpoint', step: state.step });
    emit({ kind: 'paused', step: state.step });
    await control.gate();
    if (!control.stopped) emit({ kind: 'unpaused', step: state.step });
  }
  await control.gate();
}
