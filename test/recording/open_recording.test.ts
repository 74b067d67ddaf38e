import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/random';
import type { GivenFile } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';
import type { Recording } from '../../src/recording/recording';
import { film } from './mp4';
import {
  actionValue,
  EPISODES,
  FPS,
  parquet,
  replaced,
  type SampleOptions,
  sampleV21,
  sampleV30,
  stateValue,
  TASKS,
  text,
} from './sample';

const LAYOUTS: readonly (readonly [string, (options?: SampleOptions) => GivenFile[]])[] = [
  ['v2.1', sampleV21],
  ['v3.0', sampleV30],
];

/** What the sample holds is what the recording says. */
function expectSampleMotion(recording: Recording, joints = 3) {
  expect(recording.episodes.map(({ index, length }) => ({ index, frames: length }))).toEqual(
    EPISODES.map(({ index, frames }) => ({ index, frames })),
  );
  for (const { index, length, state, action, timestamps, task } of recording.episodes) {
    const frames = Array.from({ length }, (_, frame) => frame);
    const rows = (value: typeof stateValue) =>
      frames.flatMap((frame) => Array.from({ length: joints }, (_, joint) => value(index, frame, joint)));
    expect([...state]).toEqual(rows(stateValue));
    expect([...action]).toEqual(rows(actionValue));
    expect([...timestamps]).toEqual(frames.map((frame) => Math.fround(frame / FPS)));
    expect(frames.map((frame) => recording.tasks[task[frame]!])).toEqual(
      frames.map(() => TASKS[EPISODES[index]!.task!]),
    );
  }
}

describe.each(LAYOUTS)('layout %s', (version, sample) => {
  test('motion, names, tasks and rate', async () => {
    const recording = await openRecording(sample());
    expect(recording.problems).toEqual([]);
    expectSampleMotion(recording);
    expect(recording.fps).toBe(FPS);
    expect(recording.info).toEqual({
      layout: `LeRobot ${version}`,
      robot: 'sample_arm',
      promisedEpisodes: 3,
      stateColumn: 'observation.state',
      actionColumn: 'action',
    });
    expect(recording.jointNames.state).toEqual(['joint_0.pos', 'joint_1.pos', 'joint_2.pos']);
  });

  test('in a folder, and in a .zip with and without compression', async () => {
    const nested = sample().map(({ path, file }) => ({ path: `some/where/${path}`, file }));
    expectSampleMotion(await openRecording(nested));
    for (const level of [0, 6] as const) {
      const entries: [string, Uint8Array][] = await Promise.all(
        nested.map(async ({ path, file }) => [path, new Uint8Array(await file.arrayBuffer())]),
      );
      const archive = new Blob([Uint8Array.from(zipSync(Object.fromEntries(entries), { level }))]);
      const recording = await openRecording([{ path: 'recording.zip', file: archive }]);
      expect(recording.problems).toEqual([]);
      expectSampleMotion(recording);
    }
  });

  test('columns of other names, 1 and 32 joints', async () => {
    for (const joints of [1, 32]) {
      const recording = await openRecording(sample({ stateName: 'state', actionName: 'actions', joints }));
      expect(recording.info).toMatchObject({ stateColumn: 'state', actionColumn: 'actions' });
      expectSampleMotion(recording, joints);
    }
    const chosen = await openRecording(sample({ stateName: 'pose', actionName: 'command' }), {
      columns: { state: ['pose'], action: ['command'] },
    });
    expectSampleMotion(chosen);
  });

  test('reading tells how far it is, to the end', async () => {
    const told: number[] = [];
    await openRecording(sample({}), { onProgress: (done, of) => void told.push(done / of) });
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(1);
    expect(told.slice(1).every((share, n) => share >= told[n]!)).toBe(true);
    expect(told.length).toBeGreaterThan(3);
  });

  test('episodes that are promised but absent are named in one problem', async () => {
    const { problems, episodes } = await openRecording(sample({ info: { total_episodes: 1e15 } }));
    expect(episodes.length).toBe(3);
    expect(problems).toEqual([
      {
        what: '1000000000000000 episodes are promised, 3 can be used (0–2). Missing: 3–999999999999999.',
        where: 'meta/info.json',
        fix: expect.stringMatching(/./),
      },
    ]);
  });

  test('a camera without video is reported and masked', async () => {
    const { problems, cameras, episodes } = await openRecording(sample({ cameras: ['observation.images.top'] }));
    expect(cameras).toEqual([
      { name: 'observation.images.top', width: 64, height: 48, available: false, why: 'There is no video of it.' },
    ]);
    expect(episodes.map(({ footage }) => footage)).toEqual([[null], [null], [null]]);
    expect(problems.map(({ what }) => what)).toEqual([
      'Camera "observation.images.top" is masked in every episode. The video is not here.',
    ]);
  });

  test('more joints than the model has room for', async () => {
    await expect(openRecording(sample({ joints: 33 }))).rejects.toMatchObject({
      problem: { what: 'The state has 33 numbers a frame; 1 to 32 can be learned.' },
    });
  });
});

test('footage of v3.0 says where in a shared video each episode lies, of v2.1 the whole video', async () => {
  const camera = 'observation.images.top';
  const shared = await openRecording([
    ...sampleV30({ cameras: [camera] }),
    { path: `videos/${camera}/chunk-000/file-000.mp4`, file: film(28, FPS) },
  ]);
  expect(shared.problems).toEqual([]);
  const spans = shared.episodes.map(({ footage: [found] }) => (found && 'to' in found ? [found.from, found.to] : []));
  expect(spans.flat().map((seconds) => Math.round(seconds * FPS))).toEqual([0, 12, 12, 19, 19, 28]);
  const own = await openRecording([
    ...sampleV21({ cameras: [camera] }),
    { path: `videos/chunk-000/${camera}/episode_000001.mp4`, file: film(7, FPS) },
  ]);
  expect(own.cameras[0]!.available).toBe(true);
  expect(own.episodes.map(({ footage: [found] }) => (found && 'from' in found ? found.from : null))).toEqual([
    null,
    0,
    null,
  ]);
  expect(own.problems.map(({ what }) => what)).toEqual([
    `Camera "${camera}" is masked in episodes 0, 2. The video is not here.`,
  ]);
});

test('tasks come from their own table, or from the episodes where it is missing; episodes come in order', async () => {
  const disordered = [...EPISODES].reverse();
  for (const left of ['meta/tasks.parquet', 'meta/episodes/chunk-000/file-000.parquet']) {
    const recording = await openRecording(replaced(sampleV30({ episodes: disordered }), left, null));
    expect(recording.problems).toEqual([]);
    expectSampleMotion(recording);
  }
});

test.each([
  [{ motors: ['a', 'b', 'c'] }, ['a', 'b', 'c']],
  [[['a', 'b', 'c']], ['a', 'b', 'c']],
  [{ b: 1, a: 0, c: 2 }, ['a', 'b', 'c']],
  [{ motors: { left: ['a', 'b'], right: ['c'] } }, ['a', 'b', 'c']],
  [{ axes: ['a', 'b'] }, ['state 0', 'state 1', 'state 2']],
  [
    ['a', 'a', 'b'],
    ['state 0', 'state 1', 'state 2'],
  ],
  [null, ['state 0', 'state 1', 'state 2']],
])('joint names written as %j', async (names, expected) => {
  const features = { 'observation.state': { dtype: 'float32', shape: [3], names } };
  expect((await openRecording(sampleV30({ features }))).jointNames.state).toEqual(expected);
});

test('parts that meta/modality.json names are names of joints, where info.json has none', async () => {
  const unnamed = { dtype: 'float32', shape: [3], names: null };
  const files = sampleV30({ features: { 'observation.state': unnamed, action: unnamed } });
  const part = (start: number, end: number) => ({ start, end });
  const modality = { state: { hand: part(2, 3), arm: part(0, 2) }, action: { arm: part(0, 2), hand: part(2, 4) } };
  const { jointNames } = await openRecording([...files, text('meta/modality.json', JSON.stringify(modality))]);
  expect(jointNames).toEqual({ state: ['arm 0', 'arm 1', 'hand'], action: ['action 0', 'action 1', 'action 2'] });
});

test('files of meta that are Git LFS pointers are named as that', async () => {
  const pointer = new Blob([`version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`]);
  const without = await openRecording(replaced(sampleV30(), 'meta/tasks.parquet', pointer));
  expect(without.problems).toContainEqual(
    expect.objectContaining({ what: expect.stringContaining('a Git LFS pointer'), where: 'meta/tasks.parquet' }),
  );
  await expect(openRecording(replaced(sampleV30(), 'meta/info.json', pointer))).rejects.toMatchObject({
    problem: { what: expect.stringContaining('a Git LFS pointer'), where: 'meta/info.json' },
  });
});

test('a damaged file of motion is named, the others are read', async () => {
  const files = sampleV21();
  const path = 'data/chunk-000/episode_000001.parquet';
  const whole = files.find((given) => given.path === path)!.file;
  const { episodes, problems } = await openRecording(replaced(files, path, whole.slice(0, whole.size - 20)));
  expect(episodes.map(({ index }) => index)).toEqual([0, 2]);
  expect(problems.map(({ where }) => where)).toEqual([path]); // that its episode is missing goes without saying
  expect(problems[0]!.what).toMatch(/^The file cannot be read as parquet: /);
});

test('an episode with a hole, a jump or frames in disorder is told by name', async () => {
  const columns = (index: number, frames: readonly number[], state: (frame: number) => unknown) =>
    parquet([
      ['observation.state', 'LIST', frames.map(state)],
      ['action', 'LIST', frames.map(() => [1, 2])],
      ['frame_index', 'INT64', [...frames]],
      ['episode_index', 'INT64', frames.map(() => index)],
    ]);
  const contents = [
    columns(0, [0, 1, 2], () => [1, 2]),
    columns(1, [0, 1, 2], (frame) => [1, frame === 1 ? Number.NaN : 2]),
    columns(2, [0, 1, 2], (frame) => (frame === 2 ? [1] : [1, 2])),
    columns(3, [0, 2, 1], () => [1, 2]),
    columns(4, [0, 1, 5], () => [1, 2]),
    columns(5, [0, 1, 2], (frame) => (frame === 0 ? null : [1, 2])),
  ];
  const files = sampleV21({ info: { total_episodes: 6 } }).filter(({ path }) => path === 'meta/info.json');
  const recording = await openRecording([
    ...files,
    ...contents.map((content, index) => ({
      path: `data/chunk-000/episode_00000${index}.parquet`,
      file: new Blob([content]),
    })),
  ]);
  expect(recording.episodes.map(({ index }) => index)).toEqual([0, 4]);
  expect(recording.problems.map(({ what }) => what)).toEqual([
    'Episode 1 is left out, frame 1: its state has NaN in place of number 1.',
    'Episode 2 is left out, frame 2: its state has 1 of 2 numbers.',
    'Episode 3 is left out, frame 2: its frames are not in order.',
    'Episode 5 is left out, frame 0: its state is missing.',
    'Frames are missing in the middle of episode 4; they are used as if there were no gap.',
    'Some frames do not say what the task is; they are learned without a prompt.',
  ]);
});

test('only the columns that are needed are read', async () => {
  const random = randomStream(1);
  const picture = () => Array.from({ length: 500 }, () => String.fromCharCode(32 + Math.floor(random() * 90))).join('');
  const rows = Array.from({ length: 4000 }, (_, row) => row);
  const content = parquet([
    ['observation.state', 'LIST', rows.map((row) => [row, row])],
    ['action', 'LIST', rows.map((row) => [row, row])],
    ['observation.images', 'STRING', rows.map(picture)],
  ]);
  const file = new Blob([content]);
  let read = 0;
  const slice = file.slice.bind(file);
  Object.defineProperty(file, 'slice', {
    value: (from = 0, to = file.size) => {
      read += to - from;
      return slice(from, to);
    },
  });
  const [info] = sampleV21();
  const recording = await openRecording([info!, { path: 'data/chunk-000/episode_000000.parquet', file }]);
  expect(recording.episodes[0]!.length).toBe(4000);
  expect(file.size).toBeGreaterThan(1_900_000);
  expect(read).toBeLessThan(800_000); // the footer is read with half a megabyte before it
});

test.each([
  ['no recording', [text('readme.md', 'x')], 'No recording is among the files.'],
  ['parquet alone', sampleV30().slice(3), 'The description of the recording, meta/info.json, is not among the files.'],
  [
    'description alone',
    sampleV30().slice(0, 1),
    expect.stringMatching(/^There is a description, but no file of motion/),
  ],
  [
    'another version',
    sampleV30({ info: { codebase_version: 'v9.1' } }),
    'The layout "v9.1" is unknown; v2.0, v2.1 and v3.0 are read.',
  ],
  ['no rate', sampleV30({ info: { fps: 0 } }), '"fps" is no rate of frames a second.'],
  [
    'broken archive',
    [{ path: 'a.zip', file: new Blob(['PK']) }],
    expect.stringMatching(/^The archive cannot be opened: /),
  ],
  [
    'no state',
    sampleV30({ stateName: 'thoughts' }),
    expect.stringMatching(/No column of the robot's state was found\.$/),
  ],
])('%s: says so', async (_, files, what) => {
  await expect(openRecording(files)).rejects.toMatchObject({ problem: { what, fix: expect.stringMatching(/\.$/) } });
});

test('a path that leaves the recording is refused, and the usual one is tried', async () => {
  const { problems, episodes } = await openRecording(
    sampleV30({ info: { data_path: '../../etc/{file_index}.parquet', video_path: 'videos/{secret}.mp4' } }),
  );
  expect(episodes.length).toBe(3);
  expect(problems.map(({ what }) => what)).toEqual([
    'The path "../../etc/{file_index}.parquet" does not stay inside the recording.',
    'The path "videos/{secret}.mp4" has {secret}, which is unknown here.',
  ]);
});
