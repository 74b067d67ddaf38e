import { expect, test } from 'vitest';
import { actionsFormOf, chosenCameras, gatherData, type OpenedRecording } from '../../../src/tasks/actions/data';
import { heldSight, pictureReader } from '../../../src/tasks/actions/sight';
import { actionsSettings, BLIND, SMALL_ACTIONS_BASE, SWINGING } from './small_actions';

/** A recording whose camera has files, none of which can be read here. */
function opened(file: string): OpenedRecording {
  const stretch = { from: 0, to: 3, whole: true, rows: 30, row: 0 };
  const open = () => Promise.reject(new Error('somebody reads pictures'));
  const episodes = SWINGING.episodes.map((episode) => ({
    ...episode,
    footage: [{ ...stretch, file: { path: file, bytes: 7, open } }],
  }));
  const cameras = SWINGING.cameras.map((camera) => ({ ...camera, available: true }));
  return { recording: { ...SWINGING, episodes, cameras }, split: BLIND.split };
}

test('a run that is streamed keeps which cameras it sees, and no pictures', async () => {
  const settings = actionsSettings({ streamed: true });
  const recorded = opened('top.mp4');
  expect(chosenCameras(recorded.recording, actionsFormOf(SMALL_ACTIONS_BASE), settings)).toHaveLength(1);
  const { data, problems } = await gatherData(recorded, SMALL_ACTIONS_BASE, settings, () => undefined);
  expect(data.cameras).toEqual([{ name: 'top', place: 'base_0_rgb', files: ['top.mp4 7'] }]);
  expect(new Set(data.pictureOf)).toEqual(new Set([-1]));
  expect(problems).toEqual([]);
  expect(structuredClone(data)).toEqual(data);
});

test('pictures are read out of the recording that the run began with, whichever is open', async () => {
  const began = opened('top.mp4');
  const { data } = await gatherData(began, SMALL_ACTIONS_BASE, actionsSettings({ streamed: true }), () => undefined);
  const { recording, split } = began;
  expect(pictureReader(data, opened('top.mp4'), 6)).not.toBeNull();
  expect(pictureReader(data, null, 6)).toBeNull();
  expect(pictureReader(data, opened('side.mp4'), 6)).toBeNull();
  expect(pictureReader(data, { recording: { ...recording, cameras: [] }, split }, 6)).toBeNull();
  expect(pictureReader(data, { recording: { ...recording, fps: 20 }, split }, 6)).toBeNull();
  const fewer = { ...recording, episodes: recording.episodes.slice(1) };
  expect(pictureReader(data, { recording: fewer, split }, 6)).toBeNull();
});

test('pictures that are not in memory are not asked for', () => {
  const sight = heldSight(
    [{ rgb: Uint8Array.of(1, 2, 3, 4, 5, 6), mask: Uint8Array.of(1, 0) }, {}],
    (frame) => frame - 8,
  );
  expect([sight.has(0, 8), sight.has(0, 9), sight.has(0, 7), sight.has(1, 8)]).toEqual([true, false, false, false]);
  expect([...sight.rgb(0, 9)]).toEqual([4, 5, 6]);
  expect(() => sight.rgb(0, 7)).toThrow('frame 7 are not in memory');
  expect(() => sight.rgb(1, 8)).toThrow('frame 8 are not in memory');
});
