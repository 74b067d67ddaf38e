import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { collectFiles, type GivenFile } from '../../src/recording/files';
import { MOTION_READERS } from '../../src/recording/motion_readers';
import { LAYOUT_READERS, openRecording } from '../../src/recording/open_recording';
import { fixture } from '../containers/fixture';
import { npy, npz } from '../containers/npy';
import { zarrArray } from '../containers/zarr';
import { sampleV21, sampleV30, text } from './sample';

const STATE = npy([2, 1], [1, 2]);
const ACTION = npy([2, 1], [3, 4]);

/** Of every kind of file that holds motion, files of one recording with one episode of two frames. */
const MOTION: Readonly<Record<string, readonly GivenFile[]>> = {
  npz: [{ path: 'run/a.npz', file: npz({ state: STATE, action: ACTION }) }],
  npy: [
    { path: 'run/a_state.npy', file: new Blob([STATE]) },
    { path: 'run/a_action.npy', file: new Blob([ACTION]) },
  ],
  table: [text('run/a.CSV', 'state,action\n1,3\n2,4\n')],
  hdf5: [{ path: 'run/a.hdf5', file: fixture('two_frames.hdf5') }],
  zarr: [
    text('run/a.zarr/.zgroup', '{"zarr_format": 2}'),
    ...zarrArray('run/a.zarr/data/state', [1, 2]),
    ...zarrArray('run/a.zarr/data/action', [3, 4]),
    ...zarrArray('run/a.zarr/data/timestamp', [0, 0.1]),
  ],
};

async function zipped(files: readonly GivenFile[]): Promise<GivenFile[]> {
  const entries = await Promise.all(
    files.map(async ({ path, file }) => [path, new Uint8Array(await file.arrayBuffer())]),
  );
  return [{ path: 'all.zip', file: new Blob([Uint8Array.from(zipSync(Object.fromEntries(entries)))]) }];
}

describe.each(MOTION_READERS)('files of motion: $id', ({ id, layout }) => {
  const files = MOTION[id] ?? [];

  test('each is taken by this row and by none before it', async () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of await collectFiles(files, [])) {
      expect(MOTION_READERS.find((one) => one.matches(file))?.id).toBe(id);
    }
  });

  test('are read, as they are and in a .zip', async () => {
    for (const given of [files, await zipped(files)]) {
      const { info, episodes, problems } = await openRecording(given);
      expect(problems).toEqual([]);
      expect(info.layout).toBe(layout);
      expect(episodes.map(({ state, action }) => [...state, ...action])).toEqual([[1, 2, 3, 4]]);
    }
  });

  test('a damaged file costs its own frames alone', async () => {
    const damaged = files.map(({ path }) => ({
      path: path.replace('a', 'b').replace(/^run/, 'broken'),
      file: new Blob(['?']),
    }));
    const { episodes, problems } = await openRecording([...damaged, ...files]);
    expect(episodes.map(({ state, action }) => [...state, ...action])).toEqual([[1, 2, 3, 4]]);
    expect(problems.map(({ where }) => where)).toEqual([expect.stringContaining('broken/')]);
  });
});

const NAMED: Readonly<Record<string, string>> = { table: 'table', hdf5: 'HDF5', zarr: 'Zarr' };

/** Of every layout, recordings, and what the reader calls them. */
const LAYOUTS: Readonly<Record<string, readonly (readonly [layout: string, files: readonly GivenFile[]])[]>> = {
  LeRobot: [
    ['LeRobot v2.1', sampleV21()],
    ['LeRobot v3.0', sampleV30()],
    ['LeRobot v3.0', [...sampleV30(), ...Object.values(MOTION).flat()]],
  ],
  'plain files': Object.entries(MOTION).map(([id, files]) => [NAMED[id] ?? 'NumPy arrays', files]),
};

test('every layout and every kind of file has a recording of its own in this test', () => {
  expect(LAYOUT_READERS.map(({ id }) => id)).toEqual(Object.keys(LAYOUTS));
  expect(MOTION_READERS.map(({ id }) => id)).toEqual(Object.keys(MOTION));
});

test.each(LAYOUT_READERS)('layout $id takes its own recordings, and no row before it does', async ({ id }) => {
  for (const [layout, given] of LAYOUTS[id] ?? []) {
    for (const way of [given, await zipped(given)]) {
      const files = await collectFiles(way, []);
      expect(LAYOUT_READERS.find((one) => one.matches(files))?.id).toBe(id);
      expect((await openRecording(way)).info.layout).toBe(layout);
    }
  }
});
