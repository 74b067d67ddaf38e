import { type FramePlace, framesOf } from '../../recording/chunks';
import { curveFrames } from '../../recording/evaluate';
import type { Recording } from '../../recording/recording';
import type { EpisodeSplit } from '../../recording/split';
import type { ActionsSettings } from '../../settings/actions';
import { samplesOf } from '../../settings/stages';
import { hash, shuffled } from '../../shuffle';

/** Held-out frames whose loss is measured at each evaluation. */
const HELDOUT_SAMPLES = 64;
/** Held-out chunks that are sampled at each evaluation. */
const EVALUATION_CHUNKS = 96;

type Order = Pick<ActionsSettings, 'seed' | 'batchSize' | 'accumulation' | 'frames'>;

/**
 * The frames of each micro-batch of a step, counted from 0. A pure function of recording, seed and step: training
 * frames in an order that is shuffled anew for each pass, one pass after another without a gap. Where only some frames are
 * learned from, they lie as far apart as they can.
 */
export function trainingPlaces(
  recording: Recording,
  split: EpisodeSplit,
  { seed, batchSize, accumulation, ...chosen }: Order,
  step: number,
): FramePlace[][] {
  const { size, at } = learnedFrames(recording, split, chosen);
  return Array.from({ length: accumulation }, (_, micro) =>
    Array.from({ length: batchSize }, (_, row) => {
      const place = (step * accumulation + micro) * batchSize + row;
      return at(shuffled(place % size, size, hash(seed, 5, Math.floor(place / size))));
    }),
  );
}

/** The same of all steps, each frame once. */
export function trainedPlaces(recording: Recording, split: EpisodeSplit, settings: ActionsSettings): FramePlace[] {
  const { size, at } = learnedFrames(recording, split, settings);
  const drawn = Math.min(size, samplesOf(settings)); // the first pass takes each frame once
  return Array.from({ length: drawn }, (_, n) => at(drawn === size ? n : shuffled(n, size, hash(settings.seed, 5, 0))));
}

/** The frames that are learned from, as many as they are, in the order of the recording. */
function learnedFrames(
  { episodes }: Recording,
  { training }: EpisodeSplit,
  { frames = Number.POSITIVE_INFINITY }: Chosen,
) {
  const lengths = training.map((episode) => episodes[episode]?.length ?? 0);
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const size = Math.min(frames, all);
  const at = (index: number): FramePlace => {
    let frame = spread(index, size, all);
    for (const [n, length] of lengths.entries()) {
      if (frame < length) return { episode: training[n]!, frame };
      frame -= length;
    }
    throw new Error(`there is no frame ${index} among ${all}`);
  };
  return { size, at };
}

/** The n-th of `count` places among `all`, spread evenly. */
const spread = (n: number, count: number, all: number) => (count === all ? n : Math.floor(((n + 0.5) * all) / count));

type Chosen = Pick<ActionsSettings, 'frames'>;

/** Frames for the held-out loss, the same at every evaluation: spread evenly over the held-out episodes. */
export function heldoutPlaces(
  recording: Recording,
  { heldout }: EpisodeSplit,
  { frames: most = HELDOUT_SAMPLES }: Chosen = {},
): FramePlace[] {
  const frames = framesOf(recording, heldout);
  const count = Math.min(HELDOUT_SAMPLES, most, frames.length);
  return Array.from({ length: count }, (_, n) => frames[spread(n, count, frames.length)]!);
}

/** Where open-loop chunks begin: the held-out episodes from their start, one chunk behind the other, while there is room. */
export const evaluationPlaces = (
  recording: Recording,
  { heldout }: EpisodeSplit,
  horizon: number,
  { frames = EVALUATION_CHUNKS }: Chosen = {},
): FramePlace[] => curveFrames(recording, heldout, horizon).slice(0, Math.min(EVALUATION_CHUNKS, frames));
