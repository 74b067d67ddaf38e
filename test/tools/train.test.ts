import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { progressBar } from '../../tools/progress.mjs';
import { flagOf, readArguments } from '../../tools/train_arguments.mjs';

const data = ['--data', import.meta.filename];

test('flags become settings, and what is not said stays with the defaults', () => {
  const run = readArguments([
    ...data,
    '--steps',
    '7',
    '--lr',
    '2e-3',
    '--freeze',
    'Nothing()',
    '--train-everything',
    '--no-early-stop',
    '--out',
    '/somewhere',
  ]);
  expect(run).toEqual({
    task: 'text',
    files: [import.meta.filename],
    out: '/somewhere',
    heldout: 0.1,
    stages: [],
    settings: { steps: 7, learningRate: 2e-3, freeze: 'Nothing()', trainEverything: true, earlyStop: false },
  });
});

test('the actions task learns from a folder', () => {
  const flags = ['--task', 'actions', '--data', import.meta.dirname, '--horizon', '8', '--camera', 'top'];
  expect(readArguments([...flags, '--delta', '1, 1,0', '--fps', '50', '--mask-tail', '--steps', '3'])).toEqual({
    task: 'actions',
    files: [import.meta.dirname],
    out: expect.stringMatching(/trained$/),
    heldout: 0.1,
    fps: 50,
    stages: [],
    settings: { horizon: 8, cameras: ['top'], delta: [true, true, false], maskTail: true, steps: 3 },
  });
});

test('columns and joints of a recording, several of each', () => {
  const flags = ['--task', 'actions', '--data', import.meta.dirname, '--joint', '0-6', '--joint', 'gripper'];
  const state = ['--state-column', 'arm', '--state-column', 'hand'];
  expect(readArguments([...flags, ...state])).toMatchObject({
    columns: { state: ['arm', 'hand'] },
    joints: ['0-6', 'gripper'],
  });
  expect(readArguments([...flags, '--action-column', 'goal']).columns).toEqual({ action: ['goal'] });
});

test('stages follow each other, from flags or from a file', () => {
  const flags = [
    '--stage',
    '50 2e-3 Not(PathRegex(".*_1.*lora.*"))',
    '--stage',
    '30 0.001 Any(\n  PathContains("img"),\n)',
  ];
  expect(readArguments([...data, ...flags]).stages).toEqual([
    { steps: 50, learningRate: 2e-3, freeze: 'Not(PathRegex(".*_1.*lora.*"))' },
    { steps: 30, learningRate: 1e-3, freeze: 'Any(\n  PathContains("img"),\n)' },
  ]);
  const file = join(mkdtempSync(join(tmpdir(), 'stages-')), 'stages.json');
  const stages = [{ steps: 2, learningRate: 0.1, freeze: 'Nothing()', warmupSteps: 1 }];
  writeFileSync(file, JSON.stringify(stages));
  expect(readArguments([...data, '--stages', file]).stages).toEqual(stages);
  expect(() => readArguments([...data, ...flags, '--stages', file])).toThrow('not with both');
  writeFileSync(file, JSON.stringify([...stages, { steps: 2, lr: 0.1, freeze: 'Nothing()' }]));
  expect(() => readArguments([...data, '--stages', file])).toThrow('stage 2 of the list should be as');
  writeFileSync(file, '[');
  expect(() => readArguments([...data, '--stages', file])).toThrow(file);
});

test('a setting that is refused is named by its flag', () => {
  expect(flagOf('learningRate')).toBe('--lr');
  expect(flagOf('sequenceLength')).toBe('--length');
  expect(flagOf('heldoutFraction')).toBe('--heldout');
  expect(flagOf('checkpointEvery')).toBeUndefined();
});

test.each([
  [{ step: 0, loss: 4.8, best: false, aboveBase: false }, 'step 0: held-out loss 4.8000, of the base'],
  [{ step: 4, loss: 4.5, best: true, aboveBase: false }, 'step 4: held-out loss 4.5000, the best so far'],
  [{ step: 8, loss: 4.6, best: false, aboveBase: false }, 'step 8: held-out loss 4.6000'],
  [{ step: 12, loss: 8.4, best: false, aboveBase: true }, 'step 12: held-out loss 8.4000, worse than the base'],
])('an evaluation is told with how it stands: %j', (event, line) => {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  progressBar(stream, 20).onEvent({ kind: 'heldout', evaluated: { count: 1, of: 1 }, ...event });
  expect(written).toEqual([`${line}\n`]);
});

test('several files may be named', () => {
  expect(readArguments([...data, ...data]).files).toHaveLength(2);
});

test.each([
  [[], 'Which file should it learn from?'],
  [['--data', '/nowhere.txt'], 'There is no file /nowhere.txt.'],
  [['--data', import.meta.dirname], 'is a folder'],
  [[...data, '--steps', 'many'], '--steps is "many", which is no number.'],
  [[...data, '--task', 'dance'], 'There is no task "dance"'],
  [[...data, '--state-column', 'a'], '--state-column is of the actions task.'],
  [[...data, '--horizon', '4'], '--horizon is of the actions task.'],
  [[...data, '--task', 'actions', '--length', '4'], '--length is of the text task.'],
  [[...data, '--task', 'actions', '--delta', '1,yes'], '--delta is "1,yes"'],
  [[...data, '--task', 'actions', '--data', import.meta.dirname], 'is a folder. Name it alone'],
  [[...data, '--stage', '50 Nothing()'], '--stage is "50 Nothing()"'],
  [[...data, '--stage', '0 1e-3 Nothing()'], 'it should be steps, learning rate and filter'],
  [[...data, '--learning-rate', '1'], "Unknown option '--learning-rate'"],
])('%j is refused in words', (argv, message) => {
  expect(() => readArguments(argv)).toThrow(message);
});
