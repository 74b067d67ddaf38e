import { expect, test } from 'vitest';
import { NO_GPU_YET } from '../../../src/gpu/facts';
import type { PrefixStoreKey } from '../../../src/prefixes/index_file';
import { PrefixStore } from '../../../src/prefixes/store';
import type { ActionsSettings } from '../../../src/settings/actions';
import { type OpenedRecording, withoutPictures } from '../../../src/tasks/actions/data';
import { actions } from '../../../src/tasks/actions/task';
import { memoryFiles } from '../../prefixes/memory_file';
import { NUMBERS } from '../../run/small_base';
import { actionsRunOf } from '../../run/small_run';
import { actionsSettings, picturesOf, SEEING, SMALL_ACTIONS_BASE, SMALL_PI05_BASE, SWINGING } from './small_actions';

const MINUTES = 180_000; // a slow machine compiles for a while

/** A camera that has pictures. */
const opened: OpenedRecording = {
  recording: { ...SWINGING, cameras: SWINGING.cameras.map((camera) => ({ ...camera, available: true })) },
  split: SEEING.split,
};
const settings = actionsSettings({ streamed: true, steps: 4, evaluateEvery: 4, batchSize: 1, accumulation: 3 });

function passOf(own: ActionsSettings, recording: OpenedRecording | null = opened, base = SMALL_ACTIONS_BASE) {
  return actions.passOf(recording, base, own, actions.factsOf(recording, base, own), NO_GPU_YET);
}

test.each([
  ['π0', SMALL_ACTIONS_BASE],
  ['π0.5, whose prompts tell the state', SMALL_PI05_BASE],
])(
  'what is told of a run of a %s before it starts is what it does: its store, its frames, bytes of each',
  async (_, base) => {
    const { frames, recordBytes } = passOf(settings, opened, base)!;
    let asked: PrefixStoreKey | null = null;
    const files = memoryFiles();
    const data = withoutPictures(opened, [{ camera: 0, place: base.actions!.cameras[0]! }]);
    const { run, of } = actionsRunOf(settings, data, null, {
      base,
      pictures: async (places) => picturesOf(SEEING, places),
      openPrefixes: async (key, label) => {
        asked = key;
        return PrefixStore.open(key, label, files);
      },
    });
    await run.run();
    expect(asked).toEqual({ weights: base.hash, ...frames!.key(NUMBERS) });
    const { store } = PrefixStore.open(asked!, { model: '', recording: '' }, files);
    expect(frames!.samples.every((sample) => store.has(sample))).toBe(true);
    expect([store.count, store.recordBytes]).toEqual([frames!.samples.length, recordBytes]);
    expect(of('pass')[0]!.frames).toBe(frames!.samples.length);
    expect([frames!.training, frames!.heldout]).toEqual([12, frames!.samples.length - 12]);
  },
  MINUTES,
);

test('with how many frames to learn from no more than so many go through', () => {
  const whole = actionsSettings({ streamed: true, steps: 1000 });
  const { frames } = passOf(whole)!;
  expect([frames!.ofFrame, frames!.training, frames!.heldout, frames!.samples.length]).toEqual([true, 120, 30, 150]);
  expect(frames!.atMost(150)).toBeNull();
  for (const count of [149, 100, 47, 9]) {
    const found = frames!.atMost(count)!;
    const through = (own: number) => passOf({ ...whole, frames: own })!.frames!.samples;
    expect(found.samples).toEqual(through(found.frames));
    expect(found.samples.length).toBeLessThanOrEqual(count);
    expect(through(found.frames + 1).length).toBeGreaterThan(count);
  }
  expect(frames!.atMost(1)).toBeNull(); // one to learn from, and one to measure by
});

test('without cameras one frame of each task; without a recording none is known; without layers that are streamed there is no pass', () => {
  const blind = passOf({ ...settings, cameras: [] })!.frames!;
  expect([blind.ofFrame, blind.training, blind.heldout, blind.samples]).toEqual([false, 2, 0, [0, 1]]);
  expect(blind.atMost(1)).toBeNull();
  expect(passOf(settings, null)).toMatchObject({ frames: null });
  const { streamed: _, ...resident } = settings;
  expect(passOf(resident)).toBeNull();
});
