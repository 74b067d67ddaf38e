import type { RobotForm } from '../../adapter/adapter';
import { actionChunk, type FramePlace, stateAt, stepsInside } from '../../recording/chunks';
import { toAbsolute } from '../../recording/delta';
import { errorMeter, holdLastAction, holdMeanAction, meanAction, openLoopError } from '../../recording/evaluate';
import { matchJoints } from '../../recording/joint_match';
import { denormalize } from '../../recording/normalize';
import type { Recording } from '../../recording/recording';
import type { ActionsBatches } from './batches';
import type { OpenedRecording } from './data';
import type { ActionCurve, OpenLoop } from './events';
import type { ActionsSampler } from './sampler';

/** Chunks (H, A) of each place, in the joints' own units. */
export type Chunks = readonly Float32Array<ArrayBuffer>[];

export interface PredictParts {
  readonly sampler: ActionsSampler;
  /** With the state as the model reads it. */
  readonly recording: Recording;
  readonly form: RobotForm;
  readonly observe: ActionsBatches['observe'];
  /** B: chunks that the sampler predicts at a time. */
  readonly batchSize: number;
  /** Numbers of an action, padding included. */
  readonly width: number;
  /** Told how many chunks are done; what it throws ends it. */
  readonly progress?: (done: number) => void;
}

/**
 * What the model would do at these frames: the flow followed from the middle of the noise, where chunks end up that are
 * neither this nor that. A random start would add its own spread to the error, which says nothing of the model.
 */
export async function predictChunks(
  parts: PredictParts,
  places: readonly FramePlace[],
): Promise<Float32Array<ArrayBuffer>[]> {
  const { sampler, recording, form, observe, batchSize: B, width, progress } = parts;
  const size = form.horizon * width;
  const chunks: Float32Array<ArrayBuffer>[] = [];
  for (let first = 0; first < places.length; first += B) {
    const some = places.slice(first, first + B);
    const actions = await sampler.sample(observe(some), new Float32Array(B * size));
    for (const [b, { episode: e, frame }] of some.entries()) {
      const episode = recording.episodes[e]!;
      const chunk = withoutPadding(actions.subarray(b * size, (b + 1) * size), width, form.jointNames.action.length);
      denormalize(chunk, form.stats.actions, form.normalization);
      toAbsolute(chunk, stateAt(episode, frame), form.jointNames.action.length, form.delta);
      chunks.push(chunk);
    }
    progress?.(chunks.length);
  }
  return chunks;
}

/** Predicted chunks of adapter and base against recorded ones, with errors of all baselines. */
export function openLoopOf(
  { recording, split }: OpenedRecording,
  form: RobotForm,
  places: readonly FramePlace[],
  predicted: Chunks,
  base: Chunks,
): OpenLoop {
  const { horizon } = form;
  const mean = meanAction(recording, split.training);
  const errorsOf = (chunks: Chunks) => {
    const meter = errorMeter(form.jointNames.action.length);
    for (const [n, { episode: e, frame }] of places.entries()) {
      const episode = recording.episodes[e]!;
      const steps = stepsInside(episode, frame, horizon);
      meter.add(chunks[n]!, actionChunk(episode, frame, horizon), steps);
    }
    return meter.perJoint();
  };
  const hold = holdLastAction(horizon, matchJoints(recording), mean);
  return {
    fps: recording.fps,
    joints: form.jointNames.action,
    mae: errorsOf(predicted),
    hold: openLoopError(recording, places, horizon, hold),
    mean: openLoopError(recording, places, horizon, holdMeanAction(horizon, mean)),
    base: errorsOf(base),
    curves: curvesOf(recording, horizon, places, predicted, base),
  };
}

/** One curve an episode; its places follow each other without a gap. */
function curvesOf(
  recording: Recording,
  horizon: number,
  places: readonly FramePlace[],
  predicted: Chunks,
  base: Chunks,
): ActionCurve[] {
  return [...new Set(places.map(({ episode }) => episode))].map((e) => {
    const episode = recording.episodes[e]!;
    const own = places.flatMap((place, n) => (place.episode === e ? [n] : []));
    const frames = Math.min(own.length * horizon, episode.length);
    const joined = (chunks: Chunks) => {
      const values = own.flatMap((n) => [...chunks[n]!]);
      return Float32Array.from(values.slice(0, (frames * episode.action.length) / episode.length));
    };
    const recorded = own.map((n) => actionChunk(episode, places[n]!.frame, horizon));
    const whole = Float32Array.from(recorded.flatMap((chunk) => [...chunk]));
    return {
      episode: episode.index,
      frames,
      horizon,
      recorded: whole.slice(0, (frames * episode.action.length) / episode.length),
      predicted: joined(predicted),
      base: joined(base),
    };
  });
}

/** (H, A) out of (H, D). */
const withoutPadding = (chunk: Float32Array, width: number, joints: number) =>
  Float32Array.from(chunk.filter((_, i) => i % width < joints));
