import { expect, test } from 'vitest';
import { actionsKind } from '../../../src/ui/actions/kind';
import { checkForm } from '../../../src/ui/state/form';
import { setupOf, withSetup } from '../../../src/ui/state/setup';
import { textKind } from '../../../src/ui/text/kind';

test('a form that nobody touched needs no setting in the address', () => {
  expect(setupOf(textKind, textKind.untouched).toString()).toBe('task=text');
  expect(setupOf(actionsKind, actionsKind.untouched).toString()).toBe('task=actions');
});

test('a setup comes back as it was, filter and stages too', () => {
  const { untouched } = textKind;
  const form = {
    ...untouched,
    text: { ...untouched.text, steps: '400', learningRate: '2e-3' },
    freeze: 'All(\n  PathRegex(".*(llm|img).*"),\n  Not(PathRegex(".*lora.*")))',
    earlyStop: false,
    stages: [{ steps: '30', learningRate: '1e-3', freeze: 'PathRegex(".*(a|b).*")' }],
  };
  const written = new URLSearchParams(setupOf(textKind, form).toString());
  expect(withSetup(textKind, untouched, written)).toEqual({ form, unknown: [] });
});

test('the choices of the actions task are shared, joints and cameras are not', () => {
  const { untouched } = actionsKind;
  const actions = {
    ...untouched.actions,
    backboneLora: true,
    state: 'last-action' as const,
    normalization: 'quantile' as const,
    statistics: 'checkpoint' as const,
    maskTail: true,
  };
  const mine = { ...actions, cameras: ['my kitchen'], delta: [true, false] };
  const setup = setupOf(actionsKind, { ...untouched, name: 'My robot', actions: mine });
  expect(setup.toString()).not.toMatch(/kitchen|delta|robot/);
  expect(withSetup(actionsKind, untouched, setup).form).toEqual({ ...untouched, actions });
});

test('a link of before says its normalisation; one that names none leaves it to the base', () => {
  const { untouched } = actionsKind;
  const chosen = (query: string) => withSetup(actionsKind, untouched, new URLSearchParams(query)).form.actions;
  expect(chosen('normalization=z-score')).toMatchObject({ normalization: 'z-score' });
  expect(chosen('normalization=quantile')).toMatchObject({ normalization: 'quantile' });
  for (const query of ['', 'normalization=fitting', 'normalization=other'])
    expect(chosen(query)).toMatchObject({ normalization: null });
});

test('how frozen weights lie is shared; a form that does not exist is as usual', () => {
  const { untouched } = textKind;
  const setup = setupOf(textKind, { ...untouched, weights: 'int8' });
  expect(setup.toString()).toBe('task=text&weights=int8');
  expect(withSetup(textKind, untouched, setup).form).toEqual({ ...untouched, weights: 'int8' });
  expect(withSetup(textKind, untouched, new URLSearchParams('weights=4bit')).form).toEqual(untouched);
});

test('what a person has typed or opened is neither shared nor lost', () => {
  const { untouched } = textKind;
  const form = { ...untouched, name: 'Secret', samplePrompt: 'Dear diary' };
  expect(setupOf(textKind, form).toString()).toBe('task=text');
  expect(withSetup(textKind, form, new URLSearchParams('steps=7')).form).toMatchObject({
    name: 'Secret',
    samplePrompt: 'Dear diary',
    text: { steps: '7' },
  });
});

test('what no form has is named; what is wrong is left in its field', () => {
  const { form, unknown } = withSetup(
    textKind,
    textKind.untouched,
    new URLSearchParams('steps=many&speed=9&earlyStop=perhaps&__proto__=1&constructor=2'),
  );
  expect(unknown).toEqual(['speed', 'earlyStop', '__proto__', 'constructor']);
  expect(checkForm(form)).toEqual({ steps: 'not a number' });
});

test('an address that is too long is cut, and the page stays usable', () => {
  const long = new URLSearchParams({ steps: '9'.repeat(1e6), freeze: 'x'.repeat(1e6) });
  for (let n = 0; n < 1000; n++) long.append('stage', '1|1|x');
  const { form } = withSetup(textKind, textKind.untouched, long);
  expect(form.text.steps.length).toBeLessThan(100);
  expect(form.freeze.length).toBeLessThan(30_000);
  expect(form.stages.length).toBeLessThan(100);
});
