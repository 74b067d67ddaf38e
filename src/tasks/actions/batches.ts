import type { RobotForm } from '../../adapter/adapter';
import { type Problem, problem } from '../../problem';
import { normals, randomStream } from '../../random';
import { chunkBatch, type FramePlace } from '../../recording/chunks';
import { computeNormStats } from '../../recording/norm_stats';
import type { Recording } from '../../recording/recording';
import type { ActionsSettings } from '../../settings/actions';
import type { ActionsBatch } from './batch';
import { type ActionsData, pi0Of, type RobotRoom } from './data';
import { filled, type ObserveParts, observer, policyInputs, seenWith } from './observe';
import { heldoutPlaces, trainingPlaces } from './places';
import { stateFormOf, suggestDelta, withState } from './state';
import { farFrom, statsOfCheckpoint } from './statistics';

/** How a run's frames become what the model reads. */
export interface ActionsBatches {
  /** The micro-batches of a step; depends on the step alone. */
  readonly batchesOf: (step: number) => readonly ActionsBatch[];
  /** The held-out loss's batches, the same each time. */
  readonly heldout: () => readonly ActionsBatch[];
  /** What a batch of robots sees, is told and feels. */
  readonly observe: ReturnType<typeof policyInputs>;
}

export interface BatchParts extends ObserveParts {
  readonly settings: ActionsSettings;
}

/**
 * How the settings read this robot for a base, with statistics of its training episodes or the base's, and the recording as they read it.
 * @throws ProblemError where the robot cannot be read so, or the base's statistics are of another
 */
export function robotForm(
  { recording, split, cameras, stats }: ActionsData,
  settings: ActionsSettings,
  trained: RobotRoom,
): {
  readonly form: RobotForm;
  readonly seen: Recording;
  readonly deltaReason: string;
  readonly problems: readonly Problem[];
} {
  const { horizon } = settings;
  const normalization = settings.normalization ?? trained.normalization;
  const { jointNames, fps, tasks, info } = recording;
  const state = stateFormOf(recording, { state: settings.state ?? trained.state ?? null }, trained.width);
  const suggested = suggestDelta(recording, state);
  refuseOtherJoints(settings.delta, jointNames.action);
  const delta = jointNames.action.map((_, joint) => (settings.delta ?? suggested.mask)[joint] ?? false);
  const seen = withState(recording, state);
  const toldJoints = state === 'measured' ? seen.jointNames.state.length : 0; // else the actions tell of the same joints
  const training = split.training.map((episode) => seen.episodes[episode]!);
  const measured = computeNormStats(training, { horizon, delta }, seen.jointNames, toldJoints);
  const scaled = { names: seen.jointNames, normalization };
  const ofCheckpoint = settings.statistics === 'checkpoint' ? statsOfCheckpoint(stats, scaled) : null;
  const far = ofCheckpoint ? farFrom(ofCheckpoint, measured.stats, scaled) : [];
  const names = cameras.map(({ name }) => name);
  const places = cameras.flatMap(({ place }) => place ?? []);
  return {
    form: {
      name: info.robot,
      fps,
      jointNames,
      state,
      cameras: names,
      ...(places.length === names.length ? { places } : {}),
      horizon,
      delta,
      normalization,
      stats: ofCheckpoint ?? measured.stats,
      tasks,
    },
    seen,
    deltaReason: settings.delta ? 'They were chosen.' : suggested.why,
    problems: [...measured.problems, ...far],
  };
}

/** @throws ProblemError where differences were chosen for more or fewer joints than there are; of none, [] will do */
function refuseOtherJoints(delta: ActionsSettings['delta'], joints: readonly string[]): void {
  if (!delta || delta.length === 0 || delta.length === joints.length) return;
  const what = `Differences are chosen for ${delta.length} joints, and there are ${joints.length}.`;
  throw problem(what, 'delta', `Choose yes or no for each: ${joints.join(', ')}.`);
}

/** A run's batches. Reads nothing but what it is given, so a resumed run gets the same. */
export function actionsBatches(parts: BatchParts): ActionsBatches {
  const { data, seen: recording, settings, base } = parts;
  const { split } = data;
  const B = settings.batchSize;
  const width = pi0Of(base).actionDim;
  const { maskTail, maskPadding } = settings;
  const sampleForm = { ...parts.form, width, maskTail, maskPadding };
  const observe = observer(parts, B);
  const batch = (places: readonly FramePlace[], random: () => number, times?: readonly number[]): ActionsBatch => {
    const { state, actions, lossMask } = chunkBatch(recording, filled(places, B), sampleForm);
    lossMask.fill(0, places.length * settings.horizon * width);
    const noise = normals(actions.length, random);
    const time = Array.from({ length: B }, (_, b) => flowTime(times?.[b] ?? random()));
    return seenWith(observe(places), { state, actions, lossMask, noise, time });
  };
  const places = heldoutPlaces(recording, split, settings);
  const starts = Array.from({ length: Math.ceil(places.length / B) }, (_, n) => n * B);
  return {
    batchesOf: (step) =>
      trainingPlaces(recording, split, settings, step).map((some, micro) =>
        batch(some, randomStream(settings.seed, 'flow', step, micro)),
      ),
    heldout: () =>
      starts.map((first) => {
        // Times that cover the whole flow evenly, whatever their number: the loss differs more by time than by frame.
        const times = Array.from({ length: B }, (_, b) => ((first + b + 0.5) * GOLDEN) % 1);
        return batch(places.slice(first, first + B), randomStream(settings.seed, 'held-out flow', first), times);
      }),
    observe: policyInputs(parts, B),
  };
}

/** Multiples of it, without their whole part, are spread evenly over 0 to 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** openpi's time of a sample, Beta(1.5, 1) squeezed to 0.001 … 1, from u uniform in 0 … 1. */
export const flowTime = (u: number) => 0.999 * u ** (2 / 3) + 0.001;
