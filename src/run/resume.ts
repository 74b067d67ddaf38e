/** Between what a run knows and what a checkpoint keeps. */
import type { Checkpoint } from '../adapter/checkpoint';
import { hashOf } from '../base/base';
import { bytesOf } from '../gpu/tensor';
import { elements } from '../model/tree';
import type { TaskSettings } from '../settings/task';
import type { Evaluated } from '../train/events';
import type { RecordedStep } from '../train/record';
import { historyOf, type RunState } from '../train/state';
import type { RunParts } from './task_run';

/** What the loop goes on from. */
export const stateOf = ({ history, ...from }: Checkpoint): RunState => ({
  step: from.step,
  train: [...history.train],
  heldout: [...history.heldout],
  baselineHeldout: from.baselineHeldout,
  base: from.base,
  best: from.best,
  evaluationsWithoutImprovement: from.evaluationsWithoutImprovement,
  skippedInARow: from.skippedInARow,
  secondsTrained: from.secondsTrained,
  tokensTrained: history.tokensPerSecond * from.secondsTrained,
  memory: [...history.memory],
});

/**
 * Whether a checkpoint is of a base, and all that it holds are leaves of the model, whole: it may have come with a file.
 * @param hash the base's; null where it is not known yet
 */
export function isOfBase(
  { baseHash, leaves, optimizerState }: Checkpoint,
  hash: string | null,
  { parameters, optimizer }: Pick<RecordedStep<never>, 'parameters' | 'optimizer'>,
): boolean {
  const sizes = new Map(parameters.leaves.map(({ path, shape }) => [path, elements(shape)]));
  const isWhole = ([path, { length }]: [string, Float32Array]) => sizes.get(path) === length;
  const ofModel = Object.entries(leaves.weights).every(isWhole);
  return (hash === null || baseHash === hash) && ofModel && optimizerState.byteLength === bytesOf(optimizer.state);
}

/** A checkpoint of this moment. @param onGpu what is not in `state` */
export const checkpointOf = (
  { runId, settings, base }: Pick<RunParts<TaskSettings>, 'runId' | 'settings' | 'base'>,
  state: RunState,
  evaluated: Evaluated,
  onGpu: Pick<Checkpoint, 'leaves' | 'optimizerState'>,
): Checkpoint => ({
  runId,
  settings,
  step: state.step,
  ...onGpu,
  history: historyOf(state, evaluated),
  baselineHeldout: state.baselineHeldout,
  base: state.base,
  best: state.best,
  evaluationsWithoutImprovement: state.evaluationsWithoutImprovement,
  skippedInARow: state.skippedInARow,
  secondsTrained: state.secondsTrained,
  baseHash: hashOf(base),
  savedAt: Date.now(),
});
