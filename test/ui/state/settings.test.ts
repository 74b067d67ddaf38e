import { expect, test } from 'vitest';
import { defaultActionsSettings, defaultSettings } from '../../../src/settings/defaults';
import { actionsKind, actionsSettings } from '../../../src/ui/actions/kind';
import { checkField } from '../../../src/ui/state/fields';
import { checkForm } from '../../../src/ui/state/form';
import { formWith } from '../../../src/ui/state/form_with';
import { presetOf, withPreset } from '../../../src/ui/state/presets';
import { taskOfFiles, tasksOfFiles } from '../../../src/ui/state/task_kind';
import { textKind, textSettings, typedPrompts } from '../../../src/ui/text/kind';

test('a form that nobody touched gives the defaults of the trainer', () => {
  const form = textKind.untouched;
  expect(checkForm(form)).toEqual({});
  const { base, name, samplePrompts } = defaultSettings;
  const settings = textSettings(form, base, name, samplePrompts);
  expect({ ...settings, endLearningRate: 0 }).toEqual({ ...defaultSettings, endLearningRate: 0 });
  expect(settings.endLearningRate).toBeCloseTo(defaultSettings.endLearningRate, 12);
});

test('the data choose the window of a form that leaves it empty, and of no other', () => {
  const form = textKind.untouched;
  expect(textSettings(form, 'text', 'a', [], 176).sequenceLength).toBe(176);
  const typed = { ...form, text: { ...form.text, sequenceLength: '128' } };
  expect(textSettings(typed, 'text', 'a', [], 176).sequenceLength).toBe(128);
  expect(checkForm({ ...form, text: { ...form.text, steps: '' } })).toEqual({ steps: 'empty' }); // no other may be empty
  expect(presetOf(textKind, typed)).toBe('quick');
  expect(withPreset(textKind, typed, 'careful').text.sequenceLength).toBe('128');
});

test.each([
  ['steps', '', 'empty'],
  ['steps', '   ', 'empty'],
  ['steps', 'ten', 'not a number'],
  ['learningRate', '0,005', 'not a number'],
  ['steps', '1.5', 'not whole'],
  ['steps', '0', 'too small'],
  ['steps', '100001', 'too large'],
  ['steps', 'NaN', 'not a number'],
  ['steps', 'Infinity', 'too large'],
  ['steps', '1e999', 'too large'],
  ['learningRate', '1e999', 'too large'],
  ['learningRate', '-1e999', 'too small'],
  ['learningRate', '5e-3', null],
  ['heldoutPercent', '0', null],
  ['heldoutPercent', '0.5', 'too small'],
  ['heldoutPercent', '51', 'too large'],
] as const)('%s "%s": %s', (key, text, found) => {
  expect(checkField(key, text)).toBe(found);
});

test('a form names every field that is wrong', () => {
  const form = textKind.untouched;
  const text = { ...form.text, steps: '', learningRate: '-1' };
  expect(checkForm({ ...form, text })).toEqual({ steps: 'empty', learningRate: 'too small' });
});

test('a preset is recognised however its numbers are written, until one differs', () => {
  const form = textKind.untouched;
  expect(presetOf(textKind, form)).toBe('quick');
  expect(presetOf(textKind, { ...form, text: { ...form.text, learningRate: '1e-2' } })).toBe('quick');
  expect(presetOf(textKind, { ...form, text: { ...form.text, steps: '61' } })).toBe(null);
  expect(presetOf(textKind, withPreset(textKind, form, 'small'))).toBe('small');
});

test('a preset leaves alone what it does not speak of, and clears what another one set', () => {
  const named = { ...textKind.untouched, name: 'Mine', freeze: 'Nothing()' };
  const own = { ...named, text: { ...named.text, loraRank: '16', seed: '7', heldoutPercent: '20' } };
  const careful = withPreset(textKind, own, 'careful');
  expect(careful).toMatchObject({ name: 'Mine', freeze: 'Nothing()' });
  expect(careful.text).toMatchObject({ loraRank: '16', seed: '7', heldoutPercent: '20', steps: '400' });
  expect(withPreset(textKind, careful, 'quick')).toEqual(own);
});

test('an actions form that nobody touched gives the defaults of the trainer', () => {
  const form = actionsKind.untouched;
  expect(checkForm(form)).toEqual({});
  const settings = actionsSettings(form, defaultActionsSettings.base, defaultActionsSettings.name);
  expect({ ...settings, endLearningRate: 0 }).toEqual({ ...defaultActionsSettings, endLearningRate: 0 });
  expect(settings.endLearningRate).toBeCloseTo(defaultActionsSettings.endLearningRate, 12);
});

test('presets of the actions task start from its own numbers', () => {
  const form = actionsKind.untouched;
  expect(presetOf(actionsKind, form)).toBe('quick');
  const chosen = { ...form, actions: { ...form.actions, maskTail: true }, text: { ...form.text, horizon: '8' } };
  const small = withPreset(actionsKind, chosen, 'small');
  expect(small).toMatchObject({ recompute: true, actions: { maskTail: true } });
  expect(small.text).toMatchObject({ horizon: '8', steps: String(defaultActionsSettings.steps), batchSize: '2' });
  expect(withPreset(actionsKind, withPreset(actionsKind, small, 'careful'), 'quick')).toEqual(chosen);
});

test('the first freeze preset of a task is its default', () => {
  expect(textKind.filters[0]?.expression).toBe(defaultSettings.freeze);
  expect(actionsKind.filters[0]?.expression).toBe(defaultActionsSettings.freeze);
});

test.each([
  [['cubes/meta/info.json', 'cubes/README.md'], 'text', 'actions'],
  [['arm.npz'], 'text', 'actions'],
  [['Cubes.ZIP/meta/info.json', 'Cubes.ZIP/data/0.parquet'], 'text', 'actions'],
  [['books.zip/one.txt', 'books.zip/two.md'], 'actions', 'text'],
  [['train-00000-of-00001.parquet'], 'text', 'text'],
  [['notes.txt', 'chat.jsonl'], 'actions', 'text'],
  [['notes.txt', 'arm.csv'], 'actions', 'actions'],
  [['table.csv'], 'actions', 'actions'],
  [['table.csv'], 'text', 'text'],
  [['scan.pdf'], 'text', 'text'],
] as const)('%s, dropped while %s is shown, belong to %s', (paths, shown, task) => {
  expect(taskOfFiles([actionsKind, textKind], paths, shown)).toBe(task);
});

test('of a heap each task gets its own, and what would do for several goes to the one that is shown', () => {
  const kinds = [actionsKind, textKind];
  const heap = ['cubes/meta/info.json', 'cubes/README.md', 'notes.txt', 'table.csv'];
  const taskOf = (paths: readonly string[], shown: 'text' | 'actions') => paths.map(tasksOfFiles(kinds, paths, shown));
  expect(taskOf(heap, 'text')).toEqual(['actions', 'actions', 'text', 'text']);
  expect(taskOf(heap, 'actions')).toEqual(['actions', 'actions', 'text', 'actions']);
  const opened = ['meta/info.json', 'data/chunk-000/0.parquet', 'README.md'];
  expect(taskOf(opened, 'text')).toEqual(['actions', 'actions', 'actions']);
  expect(taskOf(['notes.txt', 'table.csv'], 'actions')).toEqual(['actions', 'actions']);
});

test('prompts are typed one a line, each counted once, and come back from a run as they were', () => {
  const form = { ...textKind.untouched, samplePrompt: 'Day 12:\n\n The captain \nDay 12:' };
  expect(typedPrompts(form)).toEqual(['Day 12:', ' The captain ']);
  expect(typedPrompts(textKind.untouched)).toEqual([]);
  const settings = textSettings(form, 'text', 'Mine', typedPrompts(form));
  const again = { ...form, ...textKind.withSettings(textKind.untouched, settings) };
  expect(typedPrompts(again)).toEqual(typedPrompts(form));
  const ofData = { ...settings, samplePrompts: ['Two\nlines'] };
  expect(textKind.withSettings(form, ofData).samplePrompt).toBe('');
});

test('a form with the settings of a run makes those settings', () => {
  const stage = { steps: 5, learningRate: 0.002, freeze: 'Nothing()', warmupSteps: 3 };
  const changed = { steps: 33, learningRate: 0.004, endLearningRate: 0.0004, warmupSteps: 3, sequenceLength: 96 };
  const settings = { ...defaultSettings, ...changed, recompute: true, keepBest: false, stages: [stage] };
  const form = formWith(textKind, textKind.untouched, settings);
  expect(textSettings(form, settings.base, settings.name, settings.samplePrompts)).toEqual(settings);
});
