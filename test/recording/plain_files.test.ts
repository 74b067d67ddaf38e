import { expect, test } from 'vitest';
import { openRecording } from '../../src/recording/open_recording';
import { npy, npyText, npz, withHead } from '../containers/npy';
import { text } from './sample';

const STATE = [0, 10, 1, 11, 2, 12, 3, 13];
const ACTION = [1, 11, 2, 12, 3, 13, 4, 14];

const motion = async (...files: Parameters<typeof openRecording>[0]) => {
  const { episodes, ...rest } = await openRecording(files);
  return {
    ...rest,
    episodes: episodes.map(({ index, state, action }) => ({ index, state: [...state], action: [...action] })),
  };
};

test('.npz: two axes are one episode, its text the task', async () => {
  for (const level of [0, 6] as const) {
    const file = npz(
      { state: npy([4, 2], STATE), action: npy([4, 2], ACTION, 'f8', '>'), task: npyText('Wave.') },
      level,
    );
    const { episodes, tasks, fps, info } = await motion({ path: 'a.npz', file });
    expect(episodes).toEqual([{ index: 0, state: STATE, action: ACTION }]);
    expect(tasks).toEqual(['Wave.']);
    expect(fps).toBe(30);
    expect(info).toMatchObject({ layout: 'NumPy arrays', stateColumn: 'state', actionColumn: 'action' });
  }
});

test('.npz: three axes, numbers, ends and last frames of episodes split into episodes', async () => {
  const halves = [
    { index: 0, state: STATE.slice(0, 4), action: ACTION.slice(0, 4) },
    { index: 1, state: STATE.slice(4), action: ACTION.slice(4) },
  ];
  const flat = { qpos: npy([4, 2], STATE), actions: npy([4, 2], ACTION) };
  const ways = [
    { states: npy([2, 2, 2], STATE), actions: npy([2, 2, 2], ACTION) },
    { ...flat, episode_index: npy([4], [0, 0, 1, 1], 'i8') },
    { ...flat, episode_ends: npy([2], [2, 4], 'i8') },
    { ...flat, episode: npy([4], [0, 0, 1, 1], 'i8') },
    { ...flat, terminals: npy([4], [0, 1, 0, 1], 'i8') },
    { ...flat, dones: npy([4, 1], [0, 1, 0, 0]) },
    { ...flat, terminals: npy([4], [0, 0, 0, 0]), timeouts: npy([4], [0, 1, 0, 0], 'i8') },
  ];
  for (const arrays of ways) {
    expect((await motion({ path: 'a.npz', file: npz(arrays) })).episodes).toEqual(halves);
  }
});

test('.npz: a file each is an episode each, in the order of their names', async () => {
  const file = (first: number) => npz({ state: npy([1, 1], [first]), action: npy([1, 1], [first]) });
  const { episodes } = await motion({ path: 'b.npz', file: file(2) }, { path: 'a.npz', file: file(1) });
  expect(episodes.map(({ state }) => state)).toEqual([[1], [2]]);
});

test('.npy: pairs by name, in either order of memory', async () => {
  const columnOrder = [0, 1, 2, 3, 10, 11, 12, 13];
  const { episodes } = await motion(
    { path: 'run1_state.npy', file: new Blob([npy([4, 2], columnOrder, 'f4', '<', true)]) },
    { path: 'run1_action.npy', file: new Blob([npy([4, 2], ACTION)]) },
  );
  expect(episodes).toEqual([{ index: 0, state: STATE, action: ACTION }]);
});

test('.csv: columns by name, episodes by column, times give the rate', async () => {
  const rows = [
    'episode,time,state.shoulder,state.elbow,action.shoulder,action.elbow,prompt',
    '0,100.00,0,10,1,11,Wave.',
    '0,100.05,1,11,2,12,Wave.',
    '7,0.00,2,12,3,13,"Stop, now."',
    '7,0.05,3,13,4,14,"Stop, now."',
  ];
  for (const [name, separator] of [
    ['a.csv', ','],
    ['a.tsv', '\t'],
  ] as const) {
    const content = rows.map((row) =>
      separator === ',' ? row : row.replaceAll('Stop, now', 'Stop; now').replaceAll(',', separator),
    );
    const { episodes, fps, jointNames, tasks, info } = await motion(text(name, `\ufeff${content.join('\r\n')}\r\n`));
    expect(episodes).toEqual([
      { index: 0, state: STATE.slice(0, 4), action: ACTION.slice(0, 4) },
      { index: 7, state: STATE.slice(4), action: ACTION.slice(4) },
    ]);
    expect(fps).toBeCloseTo(20);
    expect(jointNames).toEqual({ state: ['shoulder', 'elbow'], action: ['shoulder', 'elbow'] });
    expect(tasks).toHaveLength(2);
    expect(info.layout).toBe('table');
  }
});

test('.csv: a cell that is no number costs its episode, and says where', async () => {
  const content = 'episode,state_0,action_0\n0,1,2\n1,x,2\n1,1,2\n2,1,2\n';
  const { episodes, problems } = await motion(text('a.csv', content));
  expect(episodes.map(({ index }) => index)).toEqual([0, 2]);
  expect(problems.map(({ what, where }) => `${where}: ${what}`)).toEqual([
    'a.csv, line 3: 1 row has a cell that is no number; the episodes they are in are left out.',
    'the recording: Episode 1 is left out, frame 0: its state has NaN in place of number 0.',
  ]);
});

test('.csv of a spreadsheet that writes numbers with a comma, and cells with a semicolon between', async () => {
  const rows = ['time;state_0;action_0', '0,0;1,5;-2', '0,1;,25;3,5e-1', '0,2;1.234;4', ''];
  const { episodes, problems } = await motion(text('a.csv', rows.join('\n')));
  expect(problems).toEqual([]);
  expect(episodes[0]!.state).toEqual([1.5, 0.25, Math.fround(1.234)]);
  expect(episodes[0]!.action).toEqual([-2, Math.fround(0.35), 4]);
});

test('.npz of offline reinforcement learning: observations, and two kinds of marks where episodes end', async () => {
  const file = npz({
    observations: npy([4, 2], STATE),
    actions: npy([4, 2], ACTION),
    terminals: npy([4], [0, 1, 0, 0]),
    timeouts: npy([4], [0, 0, 0, 1]),
  });
  const { episodes, problems } = await motion({ path: 'a.npz', file });
  expect(problems).toEqual([]);
  expect(episodes.map(({ state }) => state)).toEqual([STATE.slice(0, 4), STATE.slice(4)]);
});

test('columns that a person chose, in a table and in arrays, several side by side', async () => {
  const table = { path: 'a.csv', file: new Blob(['time,arm,hand,goal arm,goal hand\n0,1,2,3,4\n0.1,5,6,7,8\n']) };
  const refused = { problem: { columns: ['arm', 'hand', 'goal arm', 'goal hand'] } };
  await expect(openRecording([table])).rejects.toMatchObject(refused);
  const columns = { state: ['arm', 'hand'], action: ['goal hand', 'goal arm'] };
  const read = await openRecording([table], { columns });
  expect(read.jointNames).toEqual({ state: ['arm', 'hand'], action: ['goal hand', 'goal arm'] });
  expect([...read.episodes[0]!.state]).toEqual([1, 2, 5, 6]);
  expect([...read.episodes[0]!.action]).toEqual([4, 3, 8, 7]);

  const arrays = {
    path: 'a.npz',
    file: npz({ arm: npy([2, 2], [1, 2, 3, 4]), hand: npy([2], [5, 6]), goal: npy([2, 1], [7, 8]) }),
  };
  await expect(openRecording([arrays])).rejects.toMatchObject({ problem: { columns: ['arm', 'hand', 'goal'] } });
  const packed = await openRecording([arrays], { columns: { state: ['arm', 'hand'], action: ['goal'] } });
  expect([...packed.episodes[0]!.state]).toEqual([1, 2, 5, 3, 4, 6]);
  expect([...packed.episodes[0]!.action]).toEqual([7, 8]);
  await expect(openRecording([arrays], { columns: { state: ['leg'], action: ['goal'] } })).rejects.toMatchObject({
    problem: { what: expect.stringContaining('There is no column "leg".') },
  });
});

test('a Git LFS pointer in place of a file of motion, or of an archive, is named', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
  for (const path of ['a.npz', 'a.csv', 'a.hdf5', 'a.zip']) {
    await expect(openRecording([{ path, file: new Blob([pointer]) }]), path).rejects.toMatchObject({
      problem: {
        what: expect.stringContaining('a Git LFS pointer'),
        where: path,
        fix: expect.stringContaining('git lfs pull'),
      },
    });
  }
});

test('where every file fails, each one’s problem is told', async () => {
  const files = [
    { path: 'a.csv', file: new Blob(['']) },
    { path: 'b.csv', file: new Blob(['x,y\n1,2\n']) },
    { path: 'c.npz', file: new Blob(['no archive']) },
  ];
  const error = await openRecording(files).catch((thrown) => thrown);
  const told = [error.problem, ...error.problem.others].map(({ where }: { where: string }) => where);
  expect(told.sort()).toEqual(['a.csv', 'b.csv', 'c.npz']);
  expect(error.problem).toMatchObject({
    what: expect.stringMatching(/^No episode could be read\. /),
    columns: ['x', 'y'],
  });
});

test('reading tells how far it is, and what that throws ends it', async () => {
  const files = ['a', 'b', 'c'].map((name) => ({ path: `${name}.csv`, file: new Blob(['state,action\n1,2\n3,4\n']) }));
  const told: number[] = [];
  await openRecording(files, { onProgress: (done, of) => void told.push(done / of) });
  expect(told).toEqual([0, 1 / 3, 2 / 3]);
  const onProgress = (done: number) => {
    if (done === 1) throw new Error('given up');
  };
  await expect(openRecording(files, { onProgress })).rejects.toThrow('given up');
});

test.each([
  ['a.csv', new Blob(['a,b\n1,2\n']), /No columns of the robot's state were found among "a", "b"\.$/],
  ['a.csv', new Blob(['']), /The table is empty\.$/],
  ['a.csv', new Blob([Uint8Array.from([0xff, 0xfe, 0x00, 0x41])]), /The file is not text in UTF-8\.$/],
  ['a.npz', new Blob(['no archive']), /The file cannot be opened: /],
  ['a.npz', npz({ state: npy([4, 2], STATE) }), /No column of the robot's action was found\.$/],
  [
    'a.npz',
    npz({ state: npy([4, 2], STATE), action: npy([2, 2], ACTION.slice(4)) }),
    /"state" has 4 frames but "action" has 2\.$/,
  ],
  [
    'a.npz',
    npz({ state: npy([9, 2], STATE), action: npy([4, 2], ACTION) }),
    /The file ends too early: an array of 9 × 2 does not fit in it\.$/,
  ],
  [
    'a.npz',
    npz({ state: withHead("{'descr': '|O', 'fortran_order': False, 'shape': (4,), }", 32, () => undefined) }),
    /Python objects are not/,
  ],
  ['a_state.npy', new Blob(['short']), /The file is no NumPy array\.$/],
])('%s that cannot be used says why', async (path, file, what) => {
  await expect(openRecording([{ path, file }])).rejects.toMatchObject({
    problem: { what: expect.stringMatching(what), where: expect.stringContaining(path.slice(0, 1)) },
  });
});
