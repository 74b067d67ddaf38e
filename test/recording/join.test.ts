import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { GivenFile } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';
import { film } from './mp4';
import { EPISODES, FPS, parquet, replaced, type SampleOptions, sampleV21, sampleV30, TASKS, text } from './sample';

const under = (folder: string, files: readonly GivenFile[]): GivenFile[] =>
  files.map(({ path, file }) => ({ path: `${folder}/${path}`, file }));

async function zip(path: string, files: readonly GivenFile[]): Promise<GivenFile> {
  const entries = await Promise.all(
    files.map(async (given) => [given.path, new Uint8Array(await given.file.arrayBuffer())]),
  );
  return { path, file: new Blob([Uint8Array.from(zipSync(Object.fromEntries(entries)))]) };
}

/** Two episodes that the sample does not have. */
const OTHERS = [
  { index: 5, frames: 8, task: 1 },
  { index: 6, frames: 6, task: 0 },
];
const other = (options: SampleOptions = {}) => sampleV21({ episodes: OTHERS, ...options });

test('several recordings are one: episodes numbered anew, each with its recording, tasks once', async () => {
  const recording = await openRecording([...under('a', sampleV30()), ...under('b', other())]);
  expect(recording.problems).toEqual([]);
  expect(recording.episodes.map(({ index, source, length }) => [index, source, length])).toEqual([
    ...EPISODES.map(({ index, frames }) => [index, { recording: 'a', index }, frames]),
    ...OTHERS.map(({ index, frames }, n) => [3 + n, { recording: 'b', index }, frames]),
  ]);
  expect(recording.tasks).toEqual(TASKS);
  expect(recording.episodes.map(({ task }) => recording.tasks[task[0]!])).toEqual(
    [...EPISODES, ...OTHERS].map(({ task }) => TASKS[task!]),
  );
  expect(recording.info.layout).toBe('LeRobot v3.0, LeRobot v2.1');
});

test('archives, whose files have the same paths inside, and a folder beside one', async () => {
  const archives = [await zip('a.zip', sampleV30()), await zip('b.zip', under('deep', other()))];
  const two = await openRecording(archives);
  expect(two.problems).toEqual([]);
  expect(two.episodes.map(({ source }) => source?.recording)).toEqual([
    ...EPISODES.map(() => 'a.zip'),
    ...OTHERS.map(() => 'b.zip/deep'),
  ]);
  const mixed = await openRecording([archives[0]!, ...under('b', other())]);
  expect(mixed.episodes).toHaveLength(5);
});

test('one recording is as it was: its own numbers, and no recording named', async () => {
  const { episodes } = await openRecording(under('a', other()));
  expect(episodes.map(({ index, source }) => [index, source])).toEqual([
    [5, undefined],
    [6, undefined],
  ]);
});

const vector = (names: unknown) => ({ dtype: 'float32', shape: [3], names });
const scaled = (times: number) => {
  const rows = [...Array(20).keys()];
  const numbers = rows.map((row) => [0, 1, 2].map((joint) => times * Math.sin(0.3 * row + joint)));
  return new Blob([
    parquet([
      ['observation.state', 'LIST', numbers],
      ['action', 'LIST', numbers],
      ['episode_index', 'INT64', rows.map(() => 5)],
      ['task_index', 'INT64', rows.map(() => 1)],
    ]),
  ]);
};

test.each<[string, GivenFile[], string]>([
  ['other joints', other({ joints: 4 }), 'its state has 4 numbers a frame, and that of "a" has 3.'],
  ['another rate', other({ info: { fps: 50 } }), 'it has 50 frames a second, and "a" has 20.'],
  [
    'other names',
    other({ features: { action: vector(['x', 'y', 'z']) } }),
    'number 0 of its action is "x", and that of "a" is "joint_0.pos".',
  ],
  [
    'another unit',
    replaced(
      other({ episodes: OTHERS.slice(0, 1), info: { total_episodes: 1 } }),
      'data/chunk-000/episode_000005.parquet',
      scaled(57.3),
    ).filter(({ path }) => path !== 'meta/episodes.jsonl'),
    'the numbers of its state reach 39 times as far as those of "a": they count in another unit.',
  ],
  ['the same once more', sampleV21(), 'it holds the same as "a".'],
])('%s: the recording is left out, with both figures', async (_, files, why) => {
  const { episodes, problems } = await openRecording([...under('a', sampleV30()), ...under('b', files)]);
  expect(episodes.map(({ source }) => source?.recording)).toEqual(['a', 'a', 'a']);
  expect(problems).toEqual([
    { what: `The recording "b" is left out: ${why}`, where: 'b', fix: expect.stringMatching(/\.$/) },
  ]);
});

test('joints without names go with named ones where their numbers lie together, and get the names', async () => {
  const unnamed = { 'observation.state': vector(null), action: vector(null) };
  const joined = await openRecording([
    ...under('a', sampleV30({ features: unnamed })),
    ...under('b', sampleV21({ episodes: [{ index: 1, frames: 5 }] })),
  ]);
  expect(joined.problems).toEqual([]);
  expect(joined.jointNames.action).toEqual(['joint_0.pos', 'joint_1.pos', 'joint_2.pos']);
  const far = other({ features: unnamed, episodes: [{ index: 40, frames: 5 }] });
  const { problems } = await openRecording([...under('a', sampleV30()), ...under('b', far)]);
  expect(problems.map(({ what }) => what)).toEqual([
    'The recording "b" is left out: the numbers of its state lie beside those of "a", and no names say that its joints are the same.',
  ]);
});

test('cameras that all recordings have, each where its own recording keeps it; others are told', async () => {
  const video = { path: 'videos/chunk-000/top/episode_000005.mp4', file: film(8, FPS) };
  const { cameras, episodes, problems } = await openRecording([
    ...under('a', sampleV30({ cameras: ['left', 'top'] })),
    ...under('b', [...other({ cameras: ['top'] }), video]),
  ]);
  expect(cameras.map(({ name, available }) => [name, available])).toEqual([['top', true]]);
  expect(episodes.map(({ footage }) => footage.map((found) => found?.file.path))).toEqual([
    [undefined],
    [undefined],
    [undefined],
    ['b/videos/chunk-000/top/episode_000005.mp4'],
    [undefined],
  ]);
  expect(problems.map(({ what }) => what)).toContain('Camera "left" is left out: "b" has none of that name.');
});

test('a recording that cannot be read costs itself, and its problems say whose they are', async () => {
  const empty = [text('meta/info.json', JSON.stringify({ codebase_version: 'v1.6', fps: 10 }))];
  const gap = other({ info: { total_episodes: 3 } });
  const broken = { path: 'c.zip', file: new Blob(['PK']) };
  const files = [...under('a', sampleV30()), ...under('b', empty), broken, ...under('d', gap)];
  const { episodes, problems } = await openRecording(files);
  expect(episodes).toHaveLength(5);
  expect(problems.map(({ what, where }) => [where, what])).toEqual([
    ['c.zip', expect.stringMatching(/^The archive cannot be opened/)],
    ['d/meta/info.json', expect.stringMatching(/^3 episodes are promised, 2 can be used/)],
    ['b', expect.stringMatching(/^The recording "b" is left out: The recording is of LeRobot v1\.6/)],
  ]);
  const alone = await openRecording([...under('a', sampleV30()), ...under('b', empty)]);
  expect(alone.episodes.map(({ source }) => source?.recording)).toEqual(['a', 'a', 'a']);
  expect(alone.problems.map(({ where }) => where)).toEqual(['b']);
  await expect(openRecording([...under('a', empty), ...under('b', empty)])).rejects.toMatchObject({
    problem: { what: expect.stringMatching(/^No recording could be read\. The recording "a" is left out/) },
  });
});

test('a recording inside of another one is no part of it', async () => {
  const { episodes, problems } = await openRecording([...under('a', sampleV30()), ...under('a/old', other())]);
  expect(episodes).toHaveLength(3);
  expect(problems.map(({ what }) => what)).toEqual([
    'The recording "a/old" lies inside of another one, and is left out.',
  ]);
});

test('what the Hub keeps in hidden folders is no recording', async () => {
  const cache = [text('a/.cache/huggingface/meta/info.json', '{}'), text('__MACOSX/a/meta/info.json', '')];
  const { episodes, problems } = await openRecording([...under('a', sampleV30()), ...cache]);
  expect(episodes).toHaveLength(3);
  expect(problems).toEqual([]);
});

test('motion beside a recording is named', async () => {
  const beside = [text('x.csv', 'state,action\n1,2\n'), text('y.mcap', ''), text('README.md', '')];
  const { episodes, problems } = await openRecording([...under('a', sampleV30()), ...beside]);
  expect(episodes).toHaveLength(3);
  expect(problems.map(({ what, where }) => [where, what])).toEqual([
    ['x.csv', '1 file beside the LeRobot recording is not read.'],
    ['y.mcap', 'The file is an MCAP recording, which is not read here.'],
  ]);
});

test('reading tells how far it is over all of them', async () => {
  const told: number[] = [];
  const files = [...under('a', sampleV30()), ...under('b', other())];
  await openRecording(files, { onProgress: (done, of) => void told.push(done / of) });
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  expect([told[0], told.at(-1)]).toEqual([0, 1]);
});
