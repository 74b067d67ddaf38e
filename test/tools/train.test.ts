import { expect, test } from 'vitest';
import { readArguments } from '../../tools/train.mjs';

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
    '--no-early-stop',
    '--out',
    '/somewhere',
  ]);
  expect(run).toEqual({
    files: [import.meta.filename],
    out: '/somewhere',
    heldout: 0.1,
    settings: { steps: 7, learningRate: 2e-3, freeze: 'Nothing()', earlyStop: false },
  });
});

test('several files may be named', () => {
  expect(readArguments([...data, ...data]).files).toHaveLength(2);
});

test.each([
  [[], 'Which file should it learn from?'],
  [['--data', '/nowhere.txt'], 'There is no file /nowhere.txt.'],
  [['--data', import.meta.dirname], 'is a folder'],
  [[...data, '--steps', 'many'], '--steps is "many", which is no number.'],
  [[...data, '--task', 'actions'], 'There is no task "actions"'],
  [[...data, '--learning-rate', '1'], "Unknown option '--learning-rate'"],
])('%j is refused in words', (argv, message) => {
  expect(() => readArguments(argv)).toThrow(message);
});
