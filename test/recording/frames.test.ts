import { expect, test } from 'vitest';
import type { GivenFile } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';
import { EPISODES, FPS, parquet, replaced, sampleV21, sampleV30, TASKS, text } from './sample';

type Columns = Parameters<typeof parquet>[0];
const DATA = 'data/chunk-000/file-000.parquet';

/** Rows of three episodes, 0 to 2, of four frames; each column may be another. */
const rows = [...Array(12).keys()].map((row) => ({ row, episode: Math.floor(row / 4), frame: row % 4 }));
type Row = (typeof rows)[number];
const place = ({ row }: Row) => [Math.sin(row), Math.cos(row)];
const usual = {
  state: place,
  action: (at: Row): unknown[] => place({ ...at, row: at.row + 1 }),
  time: ({ frame }: Row): unknown => frame / FPS,
  number: ({ frame }: Row): unknown => frame,
  episode: ({ episode }: Row): unknown => episode,
};

function written(
  changes: Partial<{ [Key in keyof typeof usual]: (at: Row) => unknown }>,
  more: Columns = [],
): GivenFile[] {
  const { state, action, time, number, episode } = { ...usual, ...changes };
  const typeOf = (values: readonly unknown[], plain: 'FLOAT' | 'INT64' | 'DOUBLE') =>
    Array.isArray(values[0]) ? 'LIST' : plain;
  const column = (name: string, value: (at: Row) => unknown, plain: 'FLOAT' | 'INT64' | 'DOUBLE') => {
    const values = rows.map(value);
    return [name, typeOf(values, plain), values] as Columns[number];
  };
  const columns: Columns = [
    column('observation.state', state, 'FLOAT'),
    column('action', action, 'FLOAT'),
    column('timestamp', time, 'DOUBLE'),
    column('frame_index', number, 'INT64'),
    column('episode_index', episode, 'INT64'),
    ...more,
  ];
  const episodes = EPISODES.map(({ index }) => ({ index, frames: 4 }));
  return replaced(sampleV30({ joints: 2, episodes }), DATA, new Blob([parquet(columns)]));
}

const read = async (files: GivenFile[]) => {
  const { episodes, tasks, problems } = await openRecording(files);
  return { indices: episodes.map(({ index }) => index), episodes, tasks, told: problems.map(({ what }) => what) };
};

test('a first frame with a hole, or a first episode of another width, costs that episode alone', async () => {
  const hole = await read(written({ state: (at) => (at.row === 0 ? [0, null] : place(at)) }));
  expect(hole.indices).toEqual([1, 2]);
  expect(hole.told[0]).toBe('Episode 0 is left out, frame 0: its state has null in place of number 1.');
  const odd = await read(written({ action: (at) => (at.episode === 0 ? [1] : place(at)) }));
  expect(odd.indices).toEqual([1, 2]);
  expect(odd.told[0]).toBe('Episode 0 is left out, frame 0: its action has 1 of 2 numbers.');
});

test('episodes that are left out for one reason are one problem', async () => {
  const { indices, told } = await read(
    written({ state: (at) => (at.episode > 0 && at.frame === 2 ? [1] : place(at)) }),
  );
  expect(indices).toEqual([0]);
  expect(told).toEqual(['2 episodes are left out (1–2), the first at frame 2: its state has 1 of 2 numbers.']);
});

test('numbers written as lists of one, and booleans, are numbers', async () => {
  const one = (value: (at: Row) => unknown) => (at: Row) => [value(at)];
  const { indices, episodes, told } = await read(
    written({ time: one(usual.time), number: one(usual.number), episode: one(usual.episode) }),
  );
  expect(indices).toEqual([0, 1, 2]);
  expect([...episodes[2]!.timestamps]).toEqual([0, 1, 2, 3].map((frame) => Math.fround(frame / FPS)));
  expect(told).toEqual([]);
  const open = ['open', 'BOOLEAN', rows.map(({ row }) => row % 2 === 1)] as Columns[number];
  const recording = await openRecording(written({}, [open]), {
    columns: { state: ['observation.state', 'open'], action: ['action', 'open'] },
  });
  expect([...recording.episodes[0]!.state].filter((_, n) => n % 3 === 2)).toEqual([0, 1, 0, 1]);
});

test.each(['language_instruction', 'task', 'prompt'])('a column of texts named %s gives the prompt', async (name) => {
  const texts = rows.map(() => 'Open the drawer.');
  const without = written({}, [[name, 'STRING', texts]]).filter(({ path }) => !/tasks|episodes/.test(path));
  const { tasks, told } = await read(without);
  expect(tasks).toEqual(['Open the drawer.']);
  expect(told).toEqual([]);
});

test('the texts of tasks stand in the column "task", or in the index of pandas, wherever it stands', async () => {
  for (const name of ['task', '__index_level_0__']) {
    const table = parquet([
      ['note', 'STRING', ['x', 'y']],
      ['task_index', 'INT64', [0, 1]],
      [name, 'STRING', [...TASKS]],
    ]);
    const files = replaced(sampleV30(), 'meta/tasks.parquet', new Blob([table]));
    expect((await read(files)).tasks).toEqual(TASKS);
  }
});

test.each([
  ['s', (frame: number) => frame / FPS],
  ['ms', (frame: number) => (1000 * frame) / FPS],
  ['µs', (frame: number) => (1e6 * frame) / FPS + 1.7e15],
])('time in %s', async (_unit, time) => {
  const uneven = (frame: number) => (frame === 2 ? 2.3 : frame); // so that times are not mistaken for a count
  const { episodes } = await read(written({ time: ({ frame }) => time(uneven(frame)) }));
  for (const [frame, seconds] of episodes[1]!.timestamps.entries()) expect(seconds).toBeCloseTo(uneven(frame) / FPS, 5);
});

test('time in ns since 1970, which no float holds, and a count of frames in place of a time', async () => {
  const since = 1_700_000_000_000_000_000n;
  const wide = rows.map(({ frame }) => since + BigInt(frame) * BigInt(1e9 / FPS));
  const columns: Columns = [
    ['observation.state', 'LIST', rows.map(place)],
    ['action', 'LIST', rows.map(usual.action)],
    ['timestamp', 'INT64', wide],
    ['episode_index', 'INT64', rows.map(usual.episode)],
  ];
  for (const file of [parquet(columns), await written({ time: ({ frame }) => frame })[3]!.file.arrayBuffer()]) {
    const { episodes } = await read(replaced(written({}), DATA, new Blob([file])));
    for (const [frame, seconds] of episodes[1]!.timestamps.entries()) expect(seconds).toBeCloseTo(frame / FPS, 5);
  }
});

test('two takes under one number are two episodes, and it is said', async () => {
  const { indices, episodes, told } = await read(written({ episode: ({ episode }) => (episode === 1 ? 0 : episode) }));
  expect(indices).toEqual([0, 1, 2]);
  expect(episodes.map(({ length }) => length)).toEqual([4, 4, 4]);
  expect(episodes[1]!.state[0]).toBe(Math.fround(Math.sin(4)));
  expect(told).toEqual([
    'Episode 0 holds 2 takes: "frame_index" starts again at row 4. They are read as episodes 0–1.',
  ]);
});

test('numbers with a gap are no missing episodes', async () => {
  const episodes = [EPISODES[0]!, EPISODES[2]!];
  for (const sample of [sampleV21, sampleV30]) expect((await read(sample({ episodes }))).told).toEqual([]);
});

test('many files with one fault are one problem', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n';
  const episodes = [...Array(12).keys()].map((index) => ({ index, frames: 6 }));
  const pathOf = (index: number) => `data/chunk-000/episode_${String(index).padStart(6, '0')}.parquet`;
  let files = sampleV21({ episodes });
  for (let index = 2; index < 12; index++) files = replaced(files, pathOf(index), new Blob([pointer]));
  const { problems } = await openRecording(files);
  expect(problems).toEqual([
    {
      what: '10 of 12 files of motion are Git LFS pointers, not the data (episodes 2–11).',
      where: pathOf(2),
      fix: expect.stringContaining('git lfs pull'),
      count: 10,
    },
  ]);
  const alone = await openRecording(replaced(sampleV21(), pathOf(1), new Blob([pointer])));
  expect(alone.problems.map(({ what }) => what)).toEqual(['The file is a Git LFS pointer, not the data.']);
});

test('files of motion that lie elsewhere: what was looked for, and what is there', async () => {
  const elsewhere = sampleV21().map(({ path, file }) => ({ path: path.replace('data/chunk-000/', 'data/'), file }));
  await expect(openRecording(elsewhere)).rejects.toMatchObject({
    problem: {
      what:
        'No file of motion lies where meta/info.json says: "data/chunk-000/episode_000000.parquet" was looked for, ' +
        'and "data/episode_000000.parquet" and 2 more .parquet are there.',
      fix: expect.stringContaining('"data/episode_{episode_index:06d}.parquet"'),
    },
  });
  const videos = [0, 1].map((n) => text(`videos/${n}.mp4`, ''));
  await expect(openRecording([...sampleV21().slice(0, 1), ...videos])).rejects.toMatchObject({
    problem: { what: expect.stringMatching(/^There are 2 videos, but no file of motion/) },
  });
});

test.each([
  [
    'v1.6',
    text('meta_data/info.json', '{"codebase_version":"v1.6"}'),
    /LeRobot v1\.x, which is not read here/,
    /Convert it/,
  ],
  [
    'v1 in meta',
    text('meta/info.json', '{"codebase_version":"v1.6","fps":3}'),
    /LeRobot v1\.6, which is not/,
    /Convert it/,
  ],
  ['ALOHA', text('a/episode_0.hdf5', ''), /an HDF5 file \(ALOHA, robomimic\)/, /convert_aloha_data_to_lerobot/],
  ['a bag', text('run.bag', ''), /a ROS bag/, /numpy\.savez/],
  ['a bag of ROS 2', text('run_0.db3', ''), /a ROS bag/, /"rosbags"/],
  ['MCAP', text('run.mcap', ''), /an MCAP recording/, /"mcap"/],
  ['Zarr', text('demo.zarr/.zgroup', ''), /a Zarr store/, /episode_ends/],
  ['RLDS', text('set-train.tfrecord-00000-of-00001', ''), /TFRecords \(RLDS\)/, /LeRobot/],
])('%s is named, with a way out', async (_name, file, what, fix) => {
  await expect(openRecording([file, text('README.md', '')])).rejects.toMatchObject({
    problem: { what: expect.stringMatching(what), where: file.path, fix: expect.stringMatching(fix) },
  });
});

test('several kinds that are not read are told each once, also beside one that is read', async () => {
  const files = ['a.bag', 'b.db3', 'c.mcap'].map((path) => text(path, ''));
  const thrown = await openRecording(files).catch((error) => error.problem);
  expect([thrown, ...thrown.others].map(({ what }: { what: string }) => what)).toEqual([
    '2 files are ROS bags, which are not read here.',
    'The file is an MCAP recording, which is not read here.',
  ]);
  const { told } = await read([...files, text('d.csv', 'state,action\n1,2\n')]);
  expect(told).toHaveLength(2);
});

test('a compression that is not read is named, with what writes another', async () => {
  const columns: Columns = [
    ['observation.state', 'LIST', rows.map(place)],
    ['action', 'LIST', rows.map(usual.action)],
    ['episode_index', 'INT64', rows.map(usual.episode)],
  ];
  const files = replaced(written({}), DATA, new Blob([parquet(columns, 1000, 'LZ4_RAW')]));
  await expect(openRecording(files)).rejects.toMatchObject({
    problem: {
      what: 'No episode could be read. The file is written with LZ4, a compression that is not read here.',
      where: DATA,
      fix: expect.stringContaining('compression="zstd"'),
    },
  });
});
