import { expect, test } from 'vitest';
import type { FileInFolder } from '../../../src/recording/report';
import { RecordingReader } from '../../../src/tasks/actions/recording_reader';
import { actions } from '../../../src/tasks/actions/task';
import { EPISODES, sampleV21 } from '../../recording/sample';
import { actionsSettings, SMALL_ACTIONS_BASE } from './small_actions';

const options = { heldoutFraction: 0.3, seed: 1 };
const filesOf = (episodes: typeof EPISODES): FileInFolder[] =>
  sampleV21({ episodes }).map(({ path, file }) => ({ path, file: new File([file], path) }));

test('a recording is read, told of as it is read, and forgotten when it is closed', async () => {
  const reader = new RecordingReader();
  const told: number[] = [];
  const report = await reader.open(filesOf(EPISODES), options, ({ done, of }) => void told.push(done / of));
  expect(report).toMatchObject({ layout: 'LeRobot v2.1', frames: 28, problems: [] });
  const why = expect.stringContaining('The state follows the action in 3 of 3 joints');
  expect(report.suggestedState).toEqual({ form: 'last-action-and-lag', why });
  expect(report.states).toMatchObject([
    { form: 'measured', refused: null, delta: { mask: [true, true, true], reasons: Array(3).fill('position') } },
    { form: 'last-action', refused: null, delta: { mask: [true, true, true], reasons: Array(3).fill('last action') } },
    { form: 'last-action-and-lag', refused: null },
  ]);
  expect(report.episodes.filter(({ heldout }) => heldout)).toHaveLength(1);
  expect(told[0]).toBe(0);
  expect(told.at(-1)).toBe(1);
  expect(reader.opened).not.toBe(null);
  reader.close();
  expect(reader.opened).toBe(null);
});

test('a reading that is closed or overtaken is given up, and the last one counts', async () => {
  const reader = new RecordingReader();
  const closed = reader.open(filesOf(EPISODES), options, () => reader.close());
  await expect(closed).rejects.toThrow('given up');
  expect(reader.opened).toBe(null);
  const first = reader.open(filesOf(EPISODES), options);
  const second = reader.open(filesOf(EPISODES.slice(0, 2)), options);
  await expect(first).rejects.toThrow('given up');
  expect((await second).episodes).toHaveLength(2);
  expect(reader.opened?.recording.episodes).toHaveLength(2);
});

test('of one episode none is held out, and the report says so', async () => {
  const alone = filesOf(EPISODES.slice(0, 1));
  const { problems, heldoutFrames } = await new RecordingReader().open(alone, options);
  expect(heldoutFrames).toBe(0);
  expect(problems.map(({ what }) => what)).toEqual([expect.stringContaining('There is one episode.')]);
  const asked = await new RecordingReader().open(alone, { ...options, heldoutFraction: 0 });
  expect(asked.problems).toEqual([]);
});

test('a run that is stopped while its data is read does not begin', async () => {
  const reader = new RecordingReader();
  const pictures = { top: Array.from({ length: 28 }, () => new Uint8Array(3)) };
  const files = sampleV21({ pictures }).map(({ path, file }) => ({ path, file: new File([file], path) }));
  await reader.open(files, options);
  const settings = actionsSettings();
  const emit = () => undefined;
  const progress = () => {
    throw new Error('stopped');
  };
  const stopped = actions.gather(reader.opened, SMALL_ACTIONS_BASE, settings, { emit, progress });
  await expect(stopped).rejects.toThrow('stopped');
  const missing = actions.gather(null, SMALL_ACTIONS_BASE, settings, { emit, progress });
  await expect(missing).rejects.toThrow('no recording');
});
