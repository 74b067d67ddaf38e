import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import { ACTIONS_FLAGS, FILE_FLAGS } from '../../tools/data/choices.mjs';
import { UsageError } from '../../tools/flags.mjs';
import { Refusal, readArguments } from '../../tools/train_arguments.mjs';
import { SETTINGS } from '../../tools/train_flags.mjs';
import { pausedLine } from '../../tools/train_record.mjs';

const file = { path: 'train.test.ts', onDisk: import.meta.filename };
const data = [import.meta.filename];
const nothingChosen = { columns: {}, voices: {}, encodings: {} };

test('flags become settings, and what is not said stays with the defaults', () => {
  const flags = '--steps 7 --lr 2e-3 --freeze Nothing() --train-everything --no-early-stop --out /somewhere --seed 3';
  expect(readArguments([...data, ...flags.split(' ')])).toEqual({
    task: 'text',
    files: [file],
    model: [],
    out: '/somewhere',
    restart: false,
    heldout: 0.1,
    text: nothingChosen,
    recording: {},
    stages: [],
    settings: { steps: 7, learningRate: 2e-3, freeze: 'Nothing()', trainEverything: true, earlyStop: false, seed: 3 },
  });
});

test('a run that is ended by a signal is told to be kept where it is', () => {
  const paused = { kind: 'paused', step: 7, kept: true } as const;
  expect(pausedLine(paused, false, 'out')).toMatch(/^Step 7 is kept: .* --resume out\. Writing the adapter so far\.$/);
  expect(pausedLine({ ...paused, kept: false }, false, 'out')).toMatch(/^Step 7 could not be kept: /);
  expect(pausedLine({ ...paused, step: 0, kept: false }, true, 'out')).toMatch(
    /^Blocks of frames that are done are kept/,
  );
});

test('a base is an embedded one by its id, or a model on disk by its path: a folder, or a GGUF with its tokenizer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'model-'));
  for (const name of ['config.json', 'model.gguf', 'tokenizer.json']) writeFileSync(join(folder, name), '{}');
  const modelOf = (base: string) => readArguments([...data, '--base', base]).model.map(({ onDisk }) => onDisk);
  expect(modelOf('text')).toEqual([]);
  expect(modelOf(folder)).toEqual(['config.json', 'model.gguf', 'tokenizer.json'].map((name) => join(folder, name)));
  expect(modelOf(join(folder, 'model.gguf'))).toEqual(
    ['model.gguf', 'tokenizer.json'].map((name) => join(folder, name)),
  );
  expect(readArguments([...data, '--base', folder]).settings).not.toHaveProperty('base');
  const policy = readArguments([...data, '--base', folder, '--task', 'actions', '--streamed']);
  expect(policy.model).toHaveLength(3); // what it is a model of is told by whoever opens it
  expect(policy.settings).toEqual({ streamed: true });
  const statistics = readArguments([...data, '--base', folder, '--task', 'actions', '--statistics', 'checkpoint']);
  expect(statistics.settings).toEqual({ statistics: 'checkpoint' });
  expect(readArguments([...data, '--base', folder, '--weights', 'int8']).settings).toEqual({ weights: 'int8' });
  expect(() => readArguments([...data, '--weights', 'int8'])).toThrow('--weights is for a model of yours.');
});

test('every setting of a run has a flag, and help says the default that it really has', () => {
  const { task: _, stages: __, ...text } = defaultSettings;
  const { task: ___, stages: ____, ...actions } = defaultActionsSettings;
  const ofData = ['sequenceLength', 'horizon', 'state', 'delta', 'cameras', 'seed']; // flags of npm run data too
  const keys = new Set<string>(Object.values(SETTINGS).map(({ key }) => key));
  for (const key of Object.keys({ ...text, ...actions })) {
    expect(ofData.includes(key) || keys.has(key), key).toBe(true);
  }
  for (const [flag, { key, defaults = [] }] of Object.entries(SETTINGS)) {
    const [ofText, ofActions] = defaults;
    if (ofText !== undefined) expect([flag, ofText]).toEqual([flag, text[key as keyof typeof text]]);
    if (ofActions !== undefined) expect([flag, ofActions]).toEqual([flag, actions[key as keyof typeof actions]]);
  }
  expect(FILE_FLAGS.seed.help).toContain(`(default: ${text.seed})`);
  expect(ACTIONS_FLAGS.horizon.help).toContain(`(default: ${actions.horizon})`);
});

test('the actions task learns from folders, of which each file keeps its place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recordings-'));
  for (const path of ['one/meta/info.json', 'two/meta/info.json', 'two/.cache/x', 'two/a.zarr/.zarray']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '{}');
  }
  const flags = [
    '--task',
    'actions',
    '--data',
    join(folder, 'two'),
    '--horizon',
    '8',
    '--camera',
    '',
    '--camera',
    'top',
  ];
  const named = [...flags, join(folder, 'one'), '--delta', '1, 1,0', '--fps', '50', '--mask-tail', '--steps', '3'];
  const paths = ['one/meta/info.json', 'two/a.zarr/.zarray', 'two/meta/info.json'];
  expect(readArguments(named)).toMatchObject({
    task: 'actions',
    files: paths.map((path) => ({ path, onDisk: join(folder, path) })),
    recording: { fps: 50 },
    settings: { horizon: 8, cameras: [null, 'top'], delta: [true, true, false], maskTail: true, steps: 3 },
  });
});

test('columns and joints of a recording, several of each', () => {
  const flags = ['--task', 'actions', '--data', import.meta.dirname, '--joint', '0-6', '--joint', 'gripper'];
  const state = ['--state-column', 'arm', '--state-column', 'hand'];
  expect(readArguments([...flags, ...state]).recording).toEqual({
    columns: { state: ['arm', 'hand'] },
    joints: ['0-6', 'gripper'],
  });
  expect(readArguments([...flags, '--action-column', 'goal']).recording.columns).toEqual({ action: ['goal'] });
});

test('text is read as npm run data reads it', () => {
  const name = 'train.test.ts';
  const flags = ['--columns', `${name}:a:b`, '--voice', `${name}:Ann: B`, '--latin-1', import.meta.filename];
  expect(readArguments([...data, ...flags, '--length', '32', '--sample-prompt', 'Once'])).toMatchObject({
    text: {
      columns: { [name]: { prompt: 'a', completion: 'b' } },
      voices: { [name]: 'Ann: B' },
      encodings: { [name]: 'windows-1252' },
    },
    settings: { sequenceLength: 32, samplePrompts: ['Once'] },
  });
  const everywhere = readArguments([...data, '--completion', 'b']).text.columns;
  expect(everywhere).toEqual({ [name]: { completion: 'b' } });
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
  const json = join(mkdtempSync(join(tmpdir(), 'stages-')), 'stages.json');
  const stages = [{ steps: 2, learningRate: 0.1, freeze: 'Nothing()', warmupSteps: 1 }];
  writeFileSync(json, JSON.stringify(stages));
  expect(readArguments([...data, '--stages', json]).stages).toEqual(stages);
  expect(() => readArguments([...data, ...flags, '--stages', json])).toThrow('Leave one of the two out');
  writeFileSync(json, JSON.stringify([...stages, { steps: 2, lr: 0.1, freeze: 'Nothing()' }]));
  expect(() => readArguments([...data, '--stages', json])).toThrow('stage 2 of the list should be as');
  writeFileSync(json, '[');
  expect(() => readArguments([...data, '--stages', json])).toThrow(json);
});

test('several files may be named, with a flag or without', () => {
  expect(readArguments([...data, '--data', ...data]).files).toEqual([file, file]);
});

test.each([
  [[], 'No file was named. Write the path of a file or a folder.'],
  [[...data, '--steps', 'many'], '--steps is "many". Write a whole number from 1.'],
  [[...data, '--lr', 'NaN'], '--lr is "NaN". Write a number above 0.'],
  [[...data, '--heldout', '0.7'], '--heldout is "0.7". Write a number from 0 to 0.5.'],
  [[...data, '--task', 'dance'], '--task is "dance". Write text or actions.'],
  [[...data, '--state-column', 'a'], '--state-column is of the actions task, and this is the text task.'],
  [[...data, '--horizon', '4'], '--horizon is of the actions task'],
  [[...data, '--task', 'actions', '--length', '4'], '--length is of the text task'],
  [[...data, '--task', 'actions', '--delta', '1,yes'], '--delta is "1,yes"'],
  [[...data, '--stage', '50 Nothing()'], '--stage is "50 Nothing()"'],
  [[...data, '--stage', '0 1e-3 Nothing()'], 'Write steps, learning rate and filter'],
  [[...data, '--learning-rate', '1'], 'no flag --learning-rate. The nearest is --lr RATE: highest learning rate'],
])('%j is refused in words, as a mistake on the command line', (argv, message) => {
  expect(() => readArguments(argv)).toThrow(UsageError);
  expect(() => readArguments(argv)).toThrow(message);
});

test('a file that is not there is no mistake on the command line', () => {
  expect(() => readArguments(['/nowhere.txt'])).toThrow(Refusal);
  expect(() => readArguments(['/nowhere.txt'])).toThrow('There is no file /nowhere.txt.');
});
