import { type FramePlace, framesOf } from '../../recording/chunks';
import { curveFrames } from '../../recording/evaluate';
import type { Recording } from '../../recording/recording';
import type { EpisodeSplit } from '../../recording/split';
import type { ActionsSettings } from '../../settings/actions';
import { hash, shuffled } from '../../shuffle';

/** Held-out frames whose loss is measured at each evaluation. */
const HELDOUT_SAMPLES = 64;
/** Held-out chunks that are sampled at each evaluation. */
const EVALUATION_CHUNKS = 96;

type Order = Pick<ActionsSettings, 'seed' | 'batchSize' | 'accumulation'>;

/**
 * The frames of each micro-batch of a step, counted from 0. A pure function of recording, seed and step: training
 * frames in an order that is shuffled anew for each pass, one pass after another without a gap.
 */
export function trainingPlaces(
  { episodes }: Recording,
  { training }: EpisodeSplit,
  { seed, batchSize, accumulation }: Order,
  step: number,
): FramePlace[][] {
  const lengths = training.map((episode) => episodes[episode]?.length ?? 0);
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const at = (index: number): FramePlace => {
    let frame = index;
    for (const [n, length] of lengths.entries()) {
      if (frame < length) return { episode: training[n]!, frame };
      frame -= length;
    }
    throw new Error(`there is no frame ${index} among ${size}`);
  };
  return Array.from({ length: accumulation }, (_, micro) =>
    Array.from({ length: batchSize }, (_, row) => {
      const place = (step * accumulation + micro) * batchSize + row;
      return at(shuffled(place % size, size, hash(seed, 5, Math.floor(place / size))));
    }),
  );
}

/** Frames for the held-out loss, the same at every evaluation: spread evenly over the held-out episodes. */
export function heldoutPlaces(recording: Recording, { heldout }: EpisodeSplit): FramePlace[] {
  const frames = framesOf(recording, heldout);
  const count = Math.min(HELDOUT_SAMPLES, frames.length);
  return Array.from({ length: count }, (_, n) => frames[Math.floor(((n + 0.5) * frames.length) / count)]!);
}

/** Where open-loop chunks begin: the held-out episodes from their start, one chunk behind the other, while there is room. */
export const evaluationPlaces = (recording: Recording, { heldout }: EpisodeSplit, horizon: number): FramePlace[] =>
  curveFrames(recording, heldout, horizon).slice(0, EVALUATION_CHUNKS);
