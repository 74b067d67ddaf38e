import { problem } from '../problem';
import type { NormalizationKind } from '../settings/actions';
import { type DeltaMask, toDelta } from './delta';
import { type NormStats, normalize } from './normalize';
import type { Episode, Recording } from './recording';

/** How actions are cut into what the model learns. */
export interface ChunkForm {
  /** H: actions that follow each frame. */
  readonly horizon: number;
  readonly delta: DeltaMask;
}

export interface SampleForm extends ChunkForm {
  /** D: numbers of state and of an action that the model has room for. */
  readonly width: number;
  readonly stats: NormStats;
  readonly normalization: NormalizationKind;
  /** Leave actions after the end of the episode, which repeat the last one, out of the loss. */
  readonly maskTail: boolean;
  /** Leave the numbers beyond the robot's joints out of the loss; openpi learns that they are zero. */
  readonly maskPadding: boolean;
}

/** A frame to learn from. */
export interface FramePlace {
  /** Place in the recording's list of episodes. */
  readonly episode: number;
  readonly frame: number;
}

/** B samples side by side. */
export interface ChunkBatch {
  /** (B, D), normalised, zero beyond the robot's joints. */
  readonly state: Float32Array<ArrayBuffer>;
  /** (B, H, D), differences where the form says so, then normalised, zero beyond the robot's joints. */
  readonly actions: Float32Array<ArrayBuffer>;
  /** (B, H, D): 1 where a number counts in the loss. */
  readonly lossMask: Float32Array<ArrayBuffer>;
}

/** Every frame of these episodes. */
export const framesOf = (recording: Recording, episodes: readonly number[]): FramePlace[] =>
  episodes.flatMap((episode) =>
    Array.from({ length: recording.episodes[episode]!.length }, (_, frame) => ({ episode, frame })),
  );

/** A: numbers of an action. */
export const actionWidth = ({ action, length }: Episode) => action.length / length;

/** (S) at a frame, not a copy. */
export function stateAt(episode: Episode, frame: number): Float32Array<ArrayBuffer> {
  const width = episode.state.length / episode.length;
  return episode.state.subarray(frame * width, (frame + 1) * width);
}

/** (S) at a frame, as the model is told of it. @throws ProblemError where the statistics lack quantiles and need them */
export function normalizedState(
  episode: Episode,
  frame: number,
  { stats, normalization }: Pick<SampleForm, 'stats' | 'normalization'>,
): Float32Array<ArrayBuffer> {
  const state = stateAt(episode, frame).slice();
  normalize(state, stats.state, normalization);
  return state;
}

/** Actions of a chunk that lie in the episode; those after repeat its last. */
export const stepsInside = (episode: Episode, frame: number, horizon: number) =>
  Math.min(horizon, episode.length - frame);

/** (H, A): the actions from a frame on, as recorded; after the end of the episode its last action is repeated. */
export function actionChunk(episode: Episode, frame: number, horizon: number): Float32Array<ArrayBuffer> {
  const width = actionWidth(episode);
  const chunk = new Float32Array(horizon * width);
  const inside = stepsInside(episode, frame, horizon);
  chunk.set(episode.action.subarray(frame * width, (frame + inside) * width));
  const last = episode.action.subarray((episode.length - 1) * width);
  for (let step = inside; step < horizon; step++) chunk.set(last, step * width);
  return chunk;
}

/** (H, A): the chunk with differences taken from the state of its first frame. */
export function deltaChunk(episode: Episode, frame: number, { horizon, delta }: ChunkForm): Float32Array<ArrayBuffer> {
  const chunk = actionChunk(episode, frame, horizon);
  toDelta(chunk, stateAt(episode, frame), actionWidth(episode), delta);
  return chunk;
}

/** Puts samples side by side. @throws ProblemError where the robot has more joints than the model has room for. */
export function chunkBatch(recording: Recording, places: readonly FramePlace[], form: SampleForm): ChunkBatch {
  const { horizon, width, stats, normalization } = form;
  const size = places.length * horizon * width;
  const batch = {
    state: new Float32Array(places.length * width),
    actions: new Float32Array(size),
    lossMask: new Float32Array(size),
  };
  for (const [b, { episode: e, frame }] of places.entries()) {
    const episode = recording.episodes[e]!;
    const joints = actionWidth(episode);
    const state = normalizedState(episode, frame, form);
    if (joints > width || state.length > width)
      throw problem(
        `The robot has ${Math.max(joints, state.length)} joints, and the model has room for ${width}.`,
        undefined,
        'Choose a larger model, or a recording with fewer joints.',
      );
    const chunk = deltaChunk(episode, frame, form);
    normalize(chunk, stats.actions, normalization);
    batch.state.set(state, b * width);
    const counted = form.maskTail ? stepsInside(episode, frame, horizon) : horizon;
    for (let step = 0; step < horizon; step++) {
      const at = (b * horizon + step) * width;
      batch.actions.set(chunk.subarray(step * joints, (step + 1) * joints), at);
      if (step < counted) batch.lossMask.fill(1, at, at + (form.maskPadding ? joints : width));
    }
  }
  return batch;
}
