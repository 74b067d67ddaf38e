import { actionChunk, actionWidth, type FramePlace, stateAt, stepsInside } from './chunks';
import type { JointMatch } from './joint_match';
import type { Episode, Recording } from './recording';

/** Chunks (H, A) in the joints' own units that something predicts at a frame. */
export type Predictor = (episode: Episode, frame: number) => ArrayLike<number>;

/** Absolute errors, gathered joint by joint. */
export interface ErrorMeter {
  /** Adds predicted and recorded chunks (H, A); `steps` of them lie in the episode, the rest does not count. */
  add(predicted: ArrayLike<number>, recorded: ArrayLike<number>, steps: number): void;
  /** (A): mean absolute error of each joint, in its own units; NaN before the first step. */
  perJoint(): number[];
}

export function errorMeter(joints: number): ErrorMeter {
  const sums = new Float64Array(joints);
  let steps = 0;
  return {
    add(predicted, recorded, counted) {
      steps += counted;
      for (let i = 0; i < counted * joints; i++) sums[i % joints]! += Math.abs(predicted[i]! - recorded[i]!);
    },
    perJoint: () => Array.from(sums, (sum) => sum / steps),
  };
}

/** (A): mean absolute error of each joint over the chunks that start at these frames. */
export function openLoopError(
  recording: Recording,
  places: readonly FramePlace[],
  horizon: number,
  predict: Predictor,
): number[] {
  const meter = errorMeter(recording.jointNames.action.length);
  for (const { episode: e, frame } of places) {
    const episode = recording.episodes[e]!;
    meter.add(predict(episode, frame), actionChunk(episode, frame, horizon), stepsInside(episode, frame, horizon));
  }
  return meter.perJoint();
}

/** Frames at which chunks follow each other without overlap, so that they make one curve a joint. */
export const curveFrames = (recording: Recording, episodes: readonly number[], horizon: number): FramePlace[] =>
  episodes.flatMap((episode) =>
    Array.from({ length: Math.ceil(recording.episodes[episode]!.length / horizon) }, (_, chunk) => ({
      episode,
      frame: chunk * horizon,
    })),
  );

/**
 * Baseline: the action before the frame, held for the whole chunk. At the first frame nothing was done yet: a joint is held where it was
 * measured, if it was in the unit of its action, otherwise at its `mean`.
 */
export function holdLastAction(
  horizon: number,
  { measured, sameUnit }: JointMatch,
  mean: ArrayLike<number>,
): Predictor {
  return (episode, frame) => {
    const width = actionWidth(episode);
    if (frame > 0) return repeated(episode.action.subarray((frame - 1) * width, frame * width), horizon, width);
    const state = stateAt(episode, 0);
    const start = measured.map((place, joint) => (place !== null && sameUnit[joint] ? state[place]! : mean[joint]!));
    return repeated(start, horizon, width);
  };
}

/** Baseline: the same action always. */
export const holdMeanAction =
  (horizon: number, mean: ArrayLike<number>): Predictor =>
  () =>
    repeated(mean, horizon, mean.length);

/** (A): mean action of these episodes, in the joints' own units. */
export function meanAction(recording: Recording, episodes: readonly number[]): number[] {
  const joints = recording.jointNames.action.length;
  const sums = new Float64Array(joints);
  let frames = 0;
  for (const e of episodes) {
    const { action, length } = recording.episodes[e]!;
    frames += length;
    for (let i = 0; i < action.length; i++) sums[i % joints]! += action[i]!;
  }
  return Array.from(sums, (sum) => sum / frames);
}

function repeated(row: ArrayLike<number>, horizon: number, width: number) {
  const chunk = new Float32Array(horizon * width);
  for (let i = 0; i < chunk.length; i++) chunk[i] = row[i % width]!;
  return chunk;
}
