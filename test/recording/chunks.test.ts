import { expect, test } from 'vitest';
import { actionChunk, chunkBatch, framesOf, type SampleForm, stateAt, stepsInside } from '../../src/recording/chunks';
import { toAbsolute, toDelta } from '../../src/recording/delta';
import { computeNormStats } from '../../src/recording/norm_stats';
import { denormalize } from '../../src/recording/normalize';
import { splitEpisodes } from '../../src/recording/split';
import { actionValue, EPISODES, openSample, stateValue } from './sample';

test('chunks stay in their episode and repeat its last action', async () => {
  const { episodes } = await openSample();
  for (const [e, episode] of episodes.entries()) {
    for (let frame = 0; frame < episode.length; frame++) {
      const expected = Array.from({ length: 5 }, (_, step) => Math.min(frame + step, EPISODES[e]!.frames - 1)).flatMap(
        (at) => [0, 1, 2].map((joint) => actionValue(e, at, joint)),
      );
      expect([...actionChunk(episode, frame, 5)]).toEqual(expected);
      expect(stepsInside(episode, frame, 5)).toBe(Math.min(5, episode.length - frame));
    }
  }
});

test('differences are taken from one state for the whole chunk, joint by joint, and come back', () => {
  const actions = Float32Array.from([1, 2, 3, 10, 20, 30]);
  const chunk = actions.slice();
  toDelta(chunk, [1, 1, 1], 3, [true, false]);
  expect([...chunk]).toEqual([0, 2, 3, 9, 20, 30]);
  toAbsolute(chunk, [1, 1, 1], 3, [true, false]);
  expect(chunk).toEqual(actions);
  toDelta(chunk, [1], 3, [true, true, true]); // a state with fewer joints
  expect([...chunk]).toEqual([0, 2, 3, 9, 20, 30]);
});

async function sampleForm(change: Partial<SampleForm> = {}) {
  const recording = await openSample();
  const form = { horizon: 4, delta: [true, true, false] };
  const { stats } = computeNormStats(recording.episodes, form, recording.jointNames);
  const whole: SampleForm = {
    ...form,
    width: 8,
    stats,
    normalization: 'z-score',
    maskTail: false,
    maskPadding: false,
    ...change,
  };
  return { recording, form: whole };
}

test('a batch holds what was recorded: normalised, after differences, padded with zeros', async () => {
  for (const normalization of ['z-score', 'quantile'] as const) {
    const { recording, form } = await sampleForm({ normalization });
    const places = [
      { episode: 0, frame: 3 },
      { episode: 1, frame: 5 },
    ];
    const batch = chunkBatch(recording, places, form);
    for (const [b, { episode: e, frame }] of places.entries()) {
      const state = batch.state.slice(b * 8, b * 8 + 3);
      denormalize(state, form.stats.state, normalization);
      const last = EPISODES[e]!.frames - 1;
      for (let joint = 0; joint < 3; joint++) expect(state[joint]).toBeCloseTo(stateValue(e, frame, joint), 5);
      for (let step = 0; step < 4; step++) {
        const at = (b * 4 + step) * 8;
        const action = batch.actions.slice(at, at + 3);
        denormalize(action, form.stats.actions, normalization);
        toAbsolute(action, stateAt(recording.episodes[e]!, frame), 3, form.delta);
        for (let joint = 0; joint < 3; joint++)
          expect(action[joint]).toBeCloseTo(actionValue(e, Math.min(frame + step, last), joint), 4);
        expect([...batch.actions.slice(at + 3, at + 8)]).toEqual([0, 0, 0, 0, 0]);
      }
    }
  }
});

test('what counts in the loss is chosen', async () => {
  const places = [{ episode: 1, frame: 5 }]; // the second to last frame
  const counted = async (maskTail: boolean, maskPadding: boolean) => {
    const { recording, form } = await sampleForm({ maskTail, maskPadding });
    const { lossMask } = chunkBatch(recording, places, form);
    return Array.from({ length: 4 }, (_, step) =>
      lossMask.slice(step * 8, step * 8 + 8).reduce((sum, is) => sum + is, 0),
    );
  };
  expect(await counted(false, false)).toEqual([8, 8, 8, 8]);
  expect(await counted(true, false)).toEqual([8, 8, 0, 0]);
  expect(await counted(false, true)).toEqual([3, 3, 3, 3]);
  expect(await counted(true, true)).toEqual([3, 3, 0, 0]);
});

test('a model without room for all joints is told', async () => {
  const { recording, form } = await sampleForm({ width: 2 });
  expect(() => chunkBatch(recording, framesOf(recording, [0]), form)).toThrow('has room for 2');
});

test('the split is by episode, whole, and the seed decides it', () => {
  for (const count of [2, 3, 10, 101]) {
    for (const fraction of [0.01, 0.1, 0.5, 0.99]) {
      const { training, heldout } = splitEpisodes(count, fraction, 7);
      expect([...training, ...heldout].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(heldout.length).toBe(Math.min(count - 1, Math.max(1, Math.round(count * fraction))));
      expect(splitEpisodes(count, fraction, 7)).toEqual({ training, heldout });
    }
  }
  const drawn = new Set(Array.from({ length: 40 }, (_, seed) => splitEpisodes(10, 0.1, seed).heldout[0]));
  expect(drawn.size).toBeGreaterThan(5);
  expect(splitEpisodes(3, 0, 1)).toEqual({ training: [0, 1, 2], heldout: [] });
  expect(splitEpisodes(1, 0.1, 1)).toEqual({ training: [0], heldout: [] });
});
