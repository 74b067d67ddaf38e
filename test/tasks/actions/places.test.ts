import { expect, test } from 'vitest';
import type { Episode, Recording } from '../../../src/recording/recording';
import { evaluationPlaces, heldoutPlaces, trainedPlaces, trainingPlaces } from '../../../src/tasks/actions/places';
import { actionsSettings, SWINGING } from './small_actions';

/** A recording whose episodes have so many frames. */
const recordingOf = (...lengths: number[]): Recording => ({
  ...SWINGING,
  episodes: lengths.map((length): Episode => ({ ...(SWINGING.episodes[0] as Episode), length })),
});

test.each([65, 100, 200, 1000])('of %i held-out frames 64 are measured, as far apart as they can be', (length) => {
  const frames = heldoutPlaces(recordingOf(5, length), { training: [0], heldout: [1] }).map(({ frame }) => frame);
  expect(frames).toHaveLength(64);
  const gaps = frames.slice(1).map((frame, n) => frame - (frames[n] as number));
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  // As much before the first as after the last: the start of an episode counts no more than its end.
  expect(Math.abs((frames[0] as number) - (length - 1 - (frames.at(-1) as number)))).toBeLessThanOrEqual(1);
});

test('they come from every held-out episode, the longer the more', () => {
  const places = heldoutPlaces(recordingOf(300, 9, 100), { training: [1], heldout: [0, 2] });
  const of = (episode: number) => places.filter((place) => place.episode === episode).length;
  expect([of(0), of(1), of(2)]).toEqual([48, 0, 16]);
});

test('few frames are all measured, each once; without held-out episodes none is', () => {
  const places = heldoutPlaces(recordingOf(5, 40), { training: [0], heldout: [1] });
  expect(places.map(({ frame }) => frame)).toEqual(Array.from({ length: 40 }, (_, frame) => frame));
  expect(heldoutPlaces(recordingOf(5), { training: [0], heldout: [] })).toEqual([]);
});

test('at most 96 chunks are predicted at an evaluation, one behind the other', () => {
  const places = evaluationPlaces(recordingOf(5, 1000), { training: [0], heldout: [1] }, 4);
  expect(places).toHaveLength(96);
  expect(places.map(({ frame }) => frame)).toEqual(Array.from({ length: 96 }, (_, n) => 4 * n));
});

test('some frames alone: as many, as far apart as they can be, each learned once before any is again', () => {
  const recording = recordingOf(50, 30, 20);
  const split = { training: [0, 2], heldout: [1] };
  const order = { seed: 3, batchSize: 2, accumulation: 1, frames: 10 };
  const drawn = Array.from({ length: 10 }, (_, step) => trainingPlaces(recording, split, order, step).flat()).flat();
  const names = drawn.map(({ episode, frame }) => `${episode} ${frame}`);
  expect(new Set(names.slice(0, 10)).size).toBe(10);
  expect(new Set(names)).toEqual(new Set(names.slice(0, 10)));
  expect([...new Set(names)].sort()).toEqual(
    ['0 3', '0 10', '0 17', '0 24', '0 31', '0 38', '0 45', '2 2', '2 9', '2 16'].sort(),
  );
  expect(heldoutPlaces(recording, split, order)).toHaveLength(10);
  expect(evaluationPlaces(recording, split, 1, order)).toHaveLength(10);
});

test.each([
  { frames: 10, steps: 3 }, // some of those that are chosen
  { frames: 10, steps: 40 },
  { steps: 9 },
  { steps: 100 },
])('the frames of all steps are known without taking the steps: %o', (own) => {
  const recording = recordingOf(50, 30, 20);
  const split = { training: [0, 2], heldout: [1] };
  const settings = actionsSettings({ ...own, seed: 3, batchSize: 2 });
  const drawn = Array.from({ length: own.steps }, (_, step) => trainingPlaces(recording, split, settings, step).flat());
  const names = (places: readonly { readonly episode: number; readonly frame: number }[]) =>
    places.map(({ episode, frame }) => `${episode} ${frame}`).sort();
  expect(names(trainedPlaces(recording, split, settings))).toEqual([...new Set(names(drawn.flat()))]);
});
