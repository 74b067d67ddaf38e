import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readRows } from '../../src/containers/chunked_array';
import { rgbaOf } from '../../src/recording/array_pictures';
import { collectFiles } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';
import type { ArrayPictures } from '../../src/recording/recording';
import { fixture } from '../containers/fixture';
import { zarrArray } from '../containers/zarr';
import { text } from './sample';

const ALOHA = { path: 'set/episode_2.hdf5', file: fixture('aloha.hdf5') };
const JPEG = { path: 'set/episode_10.hdf5', file: fixture('aloha_jpeg.hdf5') };
const ROBOMIMIC = { path: 'low_dim.hdf5', file: fixture('robomimic.hdf5') };
const PUSHT = { path: 'pusht.zarr.zip', file: fixture('pusht.zarr.zip') };

/** State of a joint of the fixtures; the action is the state of the next frame. */
const value = (frame: number, joint: number) => Math.sin(frame / 5 + joint);
const motionOf = (frames: number, joints: number, start = 0) =>
  Array.from({ length: frames * joints }, (_, n) => value(start + Math.floor(n / joints), n % joints));

const expectNear = (found: ArrayLike<number>, wanted: readonly number[]) => {
  expect(found.length).toBe(wanted.length);
  for (const [n, number] of wanted.entries()) expect(found[n]).toBeCloseTo(number, 5);
};

/** The pixel at the left top of a picture, as it is stored. */
async function pixel(footage: unknown, frame: number, at = 0): Promise<number[]> {
  const { row, open } = footage as ArrayPictures;
  const array = await open();
  const bytes = await readRows(array, row + frame, row + frame + 1);
  const numbers = array.dtype === '<f4' ? new Float32Array(bytes.buffer) : bytes;
  return [...numbers.subarray(3 * at, 3 * at + 3)];
}

test('ALOHA: a file an episode, by its number, with pictures as pixels and as .jpg', async () => {
  const { info, fps, episodes, cameras, problems } = await openRecording([JPEG, ALOHA]);
  expect([info.layout, info.stateColumn, info.actionColumn, fps]).toEqual(['HDF5', 'observations/qpos', 'action', 50]);
  expect(episodes.map(({ index, length }) => [index, length])).toEqual([
    [2, 8],
    [10, 5],
  ]);
  expectNear(episodes[0]!.state, motionOf(8, 3));
  expectNear(episodes[0]!.action, motionOf(8, 3, 1));
  expect([...episodes[0]!.timestamps.slice(0, 2)]).toEqual([0, Math.fround(0.02)]);
  expect(cameras).toEqual([{ name: 'cam_high', width: 3, height: 2, available: true, codec: 'image' }]);
  expect(await pixel(episodes[0]!.footage[0], 7, 5)).toEqual([7, 1, 2]);
  expect(await pixel(episodes[1]!.footage[0], 4)).toEqual([0xff, 0xd8, 0xff]);
  expect(problems.map(({ what }) => what)).toEqual([
    'The files do not say how many frames a second they have; 50 are taken, which is usual in such files.',
  ]);
  expect((await openRecording([ALOHA], { fps: 25 })).problems).toEqual([]);
});

test('robomimic: an episode a group in the order of their numbers; parts of the state side by side', async () => {
  const { info, fps, episodes, jointNames, tasks, cameras, problems } = await openRecording([ROBOMIMIC]);
  expect(problems).toEqual([]);
  expect(fps).toBe(25);
  expect(tasks).toEqual(['lift the cube']);
  expect(info.stateColumn).toBe('obs/robot0_eef_pos, obs/robot0_eef_quat, obs/robot0_gripper_qpos');
  expect(jointNames.state.slice(2, 5)).toEqual(['robot0_eef_pos 2', 'robot0_eef_quat 0', 'robot0_eef_quat 1']);
  expect(episodes.map(({ length }) => length)).toEqual([6, 8, 16]); // "dones" at two frames makes no two episodes
  const row = (start: number) => [0, 1, 2, 0, 1, 2, 3, 0, 1].map((joint) => value(start, joint));
  expectNear(episodes[2]!.state.slice(0, 9), row(10));
  expectNear(episodes[2]!.action.slice(0, 4), motionOf(1, 4, 11));
  expect(cameras.map(({ name }) => name)).toEqual(['agentview_image']);
  expect(await pixel(episodes[1]!.footage[0], 7, 1)).toEqual([7, 0, 1]);
  const chosen = await openRecording([ROBOMIMIC], { columns: { state: ['states'] } });
  expect(chosen.jointNames.state).toHaveLength(9);
});

test('diffusion policy: frames of all episodes in one array, as .zip and as a folder', async () => {
  const inside = await collectFiles([PUSHT], []);
  const folder = await Promise.all(
    inside.map(async ({ path, open }) => ({ path: `some/pusht.zarr/${path}`, file: await open() })),
  );
  for (const files of [[PUSHT], folder, [text('a/README.md', ''), PUSHT]]) {
    const { info, fps, episodes, cameras, problems } = await openRecording(files);
    expect([info.layout, info.stateColumn, info.actionColumn, fps]).toEqual(['Zarr', 'state', 'action', 10]);
    expect(episodes.map(({ index, length }) => [index, length])).toEqual([
      [0, 9],
      [1, 12],
    ]);
    expectNear(episodes[1]!.state, motionOf(12, 2, 9));
    expectNear(episodes[1]!.action, motionOf(12, 2, 10));
    expect(cameras).toEqual([{ name: 'img', width: 3, height: 2, available: true, codec: 'image' }]);
    expect(await pixel(episodes[1]!.footage[0], 11, 2)).toEqual([20, 0, 2]);
    expect(problems.map(({ what }) => what)).toEqual([expect.stringContaining('10 are taken')]);
  }
});

test('two stores are two sets of episodes', async () => {
  const store = (name: string, values: readonly number[]) => [
    text(`${name}/.zgroup`, '{"zarr_format": 2}'),
    ...zarrArray(`${name}/data/state`, values),
    ...zarrArray(`${name}/data/action`, values),
    ...zarrArray(`${name}/meta/episode_ends`, [1, values.length]),
  ];
  const { episodes } = await openRecording([...store('a.zarr', [1, 2, 3]), ...store('b.zarr', [4, 5])]);
  expect(episodes.map(({ index, state }) => [index, ...state])).toEqual([
    [0, 1],
    [1, 2, 3],
    [2, 4],
    [3, 5],
  ]);
});

test('an array of pictures that cannot be read costs the camera, one of motion the store', async () => {
  const odd = { compressor: { id: 'imagecodecs_jpegxl' } };
  const motion = [...zarrArray('a.zarr/data/state', [1, 2]), ...zarrArray('a.zarr/data/action', [3, 4])];
  const { episodes, problems } = await openRecording([...motion, ...zarrArray('a.zarr/data/img', [1, 2], odd)], {
    fps: 10,
  });
  expect(episodes).toHaveLength(1);
  expect(problems).toMatchObject([
    { what: expect.stringContaining('"imagecodecs_jpegxl"'), where: 'a.zarr/data/img/.zarray' },
  ]);
  const broken = [...motion.slice(0, 2), ...zarrArray('a.zarr/data/action', [3, 4], { compressor: { id: 'zstd' } })];
  await expect(openRecording(broken)).rejects.toMatchObject({
    problem: { what: expect.stringMatching(/^No episode could be read\. "action" cannot be read: /), where: 'a.zarr' },
  });
});

test('fifty files with one fault are one problem', async () => {
  const broken = [...Array(50).keys()].map((n) => text(`episode_${n + 20}.hdf5`, 'nothing'));
  const { episodes, problems } = await openRecording([...broken, ALOHA], { fps: 50 });
  expect(episodes).toHaveLength(1);
  expect(problems).toMatchObject([
    { what: expect.stringMatching(/^50 of 51 files cannot be used: The file is an HDF5 file/), count: 50 },
  ]);
});

test('pixels: bytes, numbers up to 255, and shares of it', () => {
  expect([...rgbaOf(Float64Array.from([1, 2, 255]))]).toEqual([1, 2, 255, 255]);
  expect([...rgbaOf(Float64Array.from([0, 0.5, 1]))]).toEqual([0, 128, 255, 255]);
  expect([...rgbaOf(Float64Array.from([0, 1, 0]))]).toEqual([0, 1, 0, 255]); // a picture of bytes that is nearly black
});

test('an archive in which nothing is, is refused by its name', async () => {
  const empty = { path: 'a.zip', file: new Blob([Uint8Array.from(zipSync({}))]) };
  await expect(openRecording([empty])).rejects.toMatchObject({
    problem: { what: 'The archive cannot be opened: no file is in it.', where: 'a.zip' },
  });
});
