import { expect, test } from 'vitest';
import type { GivenFile } from '../../src/recording/files';
import type { FileInFolder } from '../../src/recording/report';
import { describeRecording } from '../../tools/data/actions';
import { command } from '../../tools/data/flags.mjs';
import { readFlags } from '../../tools/flags.mjs';
import { EPISODES, FPS, parquet, replaced, sampleV21, sampleV30, TASKS, text } from '../recording/sample';

const given = (files: readonly GivenFile[]): FileInFolder[] =>
  files.map(({ path, file }) => ({ path, file: new File([file], path) }));
/** Whatever a test asks of the JSON; a wrong name is undefined, and the test fails. */
// biome-ignore lint/suspicious/noExplicitAny: as somebody reads it who has the JSON alone
const describe = async (files: readonly GivenFile[], ...args: string[]): Promise<{ json: any; ok: boolean }> =>
  describeRecording(given(files), readFlags(command, args).values);

test('what was understood of a recording', async () => {
  const { json, ok } = await describe(sampleV30());
  expect(ok).toBe(true);
  expect(json.episodes).toEqual(EPISODES.map(({ index, frames, task }) => ({ index, frames, prompt: TASKS[task!] })));
  expect(json.fps).toBe(FPS);
  expect(json.joints.map(({ name }: { name: string }) => name)).toEqual(['joint_0.pos', 'joint_1.pos', 'joint_2.pos']);
  for (const { delta, mean, std, q01, q99 } of json.joints) {
    expect(delta).toBe(true);
    expect(std).toBeGreaterThan(0);
    expect(q01).toBeLessThan(mean);
    expect(mean).toBeLessThan(q99);
  }
  expect(json.state).toEqual({ form: 'last-action-and-lag', why: expect.stringContaining('3 of 3 joints') });
  expect(json.cameras).toEqual([]);
  expect(json.problems).toEqual([]);
});

test('what a person chooses counts: state, delta, cameras, joints', async () => {
  const files = sampleV30({ cameras: ['top', 'wrist'] });
  const { json } = await describe(files, '--state', 'measured', '--delta', '1,0', '--camera', 'top', '--joint', '1-2');
  expect(json.state).toEqual({ form: 'measured', why: 'It was chosen.' });
  expect(json.joints.map(({ name, delta }: { name: string; delta: boolean }) => [name, delta])).toEqual([
    ['joint_1.pos', true],
    ['joint_2.pos', false],
  ]);
  expect(json.cameras).toEqual([
    { name: 'top', available: false, codec: null, why: expect.stringContaining('no video') },
  ]);
});

test('a camera that is not there, and differences for other joints than there are, are refused with what to write', async () => {
  const files = sampleV30({ cameras: ['top', 'wrist'] });
  const camera = await describe(files, '--camera', 'front');
  expect([camera.ok, camera.json.problems]).toMatchObject([
    false,
    [{ what: 'The recording has no camera "front".', fix: expect.stringMatching(/"top", "wrist".*--camera NAME/) }],
  ]);
  const delta = await describe(files, '--delta', '1,0');
  expect([delta.ok, delta.json.problems]).toMatchObject([
    false,
    [{ what: 'Differences are chosen for 2 joints, and there are 3.', fix: expect.stringContaining('--delta 1,1,0') }],
  ]);
  expect((await describe(files, '--delta', 'none')).ok).toBe(true);
});

test('columns that cannot be guessed: the flags that choose them, and what they choose', async () => {
  const rows = [...Array(30).keys()];
  const content = parquet([
    ['observation.state.joint_position', 'LIST', rows.map((row) => [Math.sin(row / 5), Math.cos(row / 5)])],
    ['observation.state.gripper_position', 'FLOAT', rows.map((row) => row % 2)],
    ['action.joint_velocity', 'LIST', rows.map((row) => [Math.cos(row / 5), Math.sin(row / 5)])],
    ['episode_index', 'INT64', rows.map(() => 0)],
  ]);
  const files = replaced(
    sampleV30({ episodes: EPISODES.slice(0, 1) }),
    'data/chunk-000/file-000.parquet',
    new Blob([content]),
  );
  const refused = await describe(files);
  expect(refused.ok).toBe(false);
  expect(refused.json.episodes).toEqual([]);
  expect(refused.json.problems[0].fix).toContain('Write --state-column NAME and --action-column NAME');
  const state = ['joint_position', 'gripper_position'].flatMap((name) => [
    '--state-column',
    `observation.state.${name}`,
  ]);
  const { json, ok } = await describe(files, ...state, '--action-column', 'action.joint_velocity');
  expect(ok).toBe(true);
  expect(json.joints).toHaveLength(2);
});

test('one fault has one problem and a count; where nothing is left it says why', async () => {
  let files = sampleV21();
  const broken = new Blob(['PAR1 and no more']);
  for (const { index } of EPISODES.slice(1))
    files = replaced(files, `data/chunk-000/episode_00000${index}.parquet`, broken);
  const { json, ok } = await describe(files);
  expect(ok).toBe(true);
  expect(json.problems).toEqual([
    {
      what: expect.stringMatching(
        /^2 of 3 files of motion cannot be used \(episodes 1–2\): The file cannot be read as parquet/,
      ),
      where: 'data/chunk-000/episode_000001.parquet',
      fix: expect.stringContaining('Copy the file again'),
      count: 2,
    },
  ]);
  const nothing = await describe([text('a.mcap', ''), text('b.bag', '')]);
  expect(nothing.ok).toBe(false);
  // The shape is the same, so that whoever reads it need not ask first.
  expect(Object.keys(nothing.json)).toEqual(expect.arrayContaining(['episodes', 'fps', 'joints', 'cameras']));
  expect(nothing.json.state).toEqual({ form: null, why: expect.stringContaining('ROS bag') });
  expect(nothing.json.problems.map(({ where, count }: { where: string; count: number }) => [where, count])).toEqual([
    ['b.bag', 1],
    ['a.mcap', 1],
  ]);
});

test.each([
  [['--state', 'guessed'], '--state is "guessed". Write measured, last-action or last-action-and-lag.'],
  [['--delta', 'yes'], '--delta is "yes". Write a 1 or a 0 for each joint'],
  [['--fps', 'fast'], '--fps is "fast". Write a number above 0.'],
  [['--arm', 'left'], 'has no flag --arm'],
])('%j is refused, with what to write', async (args, words) => {
  await expect(describe([], ...args)).rejects.toThrow(words);
});

test('a prompt is given where the recording has none, and nowhere else', async () => {
  const rows = [0, 1, 2, 3].map((row) => `${row},${row + 1},${row < 2 ? 'Lift it.' : ''},${row >> 1}`);
  const file = new File([`state,action,task,episode\n${rows.join('\n')}`], 'a.csv');
  const promptsOf = async (...args: string[]) => {
    const { json } = await describe([{ path: 'a.csv', file }], ...args);
    return json.episodes.map(({ prompt }: { prompt: string }) => prompt);
  };
  expect(await promptsOf()).toEqual(['Lift it.', '']);
  expect(await promptsOf('--prompt', 'Fold the towel.')).toEqual(['Lift it.', 'Fold the towel.']);
});
