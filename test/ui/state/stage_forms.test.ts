import { expect, test } from 'vitest';
import { type ActionsForm, actionsKind, actionsSettings } from '../../../src/ui/actions/kind';
import type { Form } from '../../../src/ui/state/form';
import {
  added,
  edited,
  movedUp,
  removed,
  stageForms,
  withPresetAt,
  wrongSettings,
} from '../../../src/ui/state/stage_forms';
import type { TaskKind } from '../../../src/ui/state/task_kind';
import { textKind } from '../../../src/ui/text/kind';

/** The form after these changes, one after the other. */
function apply<F extends Form>(form: F, ...changes: readonly ((form: F) => Partial<Form>)[]): F {
  let now = form;
  for (const change of changes) now = { ...now, ...change(now) };
  return now;
}
const more = (form: ActionsForm) => added(actionsKind, form);
const moreOfText = (form: typeof textKind.untouched) => added(textKind, form);
const freezes = ({ stageFilters }: TaskKind, form: Form) =>
  stageForms(form).map(({ freeze }) => stageFilters.find(({ expression }) => expression === freeze)?.id);

test('a form has one stage: its own steps, rate and filter', () => {
  const form = actionsKind.untouched;
  expect(stageForms(form)).toEqual([{ steps: '100', learningRate: '0.003', freeze: form.freeze }]);
  expect(actionsSettings(form, 'actions', 'x').stages).toEqual([]);
});

test('added stages train a little more each; adapters of the backbone come with the stage that trains them', () => {
  const form = apply(actionsKind.untouched, (now) => withPresetAt(actionsKind, now, 0, 'layers'), more);
  expect(freezes(actionsKind, form)).toEqual(['layers', 'projections']);
  expect(form.actions.backboneLora).toBe(false);
  const three = apply(form, more, (now) => edited(now, 2, { steps: '30', learningRate: '1e-3' }));
  expect(freezes(actionsKind, three)).toEqual(['layers', 'projections', 'everywhere']);
  const settings = actionsSettings(three, 'actions', 'x');
  expect(settings).toMatchObject({ steps: 100, freeze: 'PathRegex("PaliGemma/.*")', backboneLora: true });
  expect(settings.stages[1]).toMatchObject({ steps: 30, learningRate: 1e-3, warmupSteps: 5 });
});

test('stages change places, the first too, and any may go while one is left', () => {
  const form = apply(textKind.untouched, moreOfText, (now) => edited(now, 1, { steps: '7' }));
  const swapped = apply(form, (now) => movedUp(now, 1));
  expect(swapped.text.steps).toBe('7');
  expect(freezes(textKind, swapped)).toEqual(['norms', 'adapters']);
  expect(apply(swapped, (now) => movedUp(now, 1))).toEqual(form);
  const left = apply(swapped, (now) => removed(now, 0));
  expect(stageForms(left)).toEqual([{ steps: '60', learningRate: '0.01', freeze: form.freeze }]);
  expect(removed(left, 0)).toEqual({});
});

test('numbers of later stages are checked as those of the first', () => {
  const form = apply(textKind.untouched, moreOfText);
  expect(wrongSettings(form)).toEqual([]);
  expect(wrongSettings(apply(form, (now) => edited(now, 1, { steps: '1.5', learningRate: '' })))).toEqual([
    { name: 'steps', stage: 1 },
    { name: 'learningRate', stage: 1 },
  ]);
  const text = { ...form.text, endLearningRatePercent: '-1', heldoutPercent: '' };
  expect(wrongSettings({ ...form, text })).toEqual([{ name: 'endLearningRate' }, { name: 'heldoutFraction' }]);
});
