import { type FieldKey, fieldKeys } from './fields';
import type { Form, StageForm } from './form';
import type { TaskKind } from './task_kind';

/** Switches that every form has, under the names that an address gives them. */
const switches = ['earlyStop', 'keepBest', 'recompute'] as const;

/** Longest number, and longest filter, that an address may bring. */
const LONGEST_NUMBER = 40;
export const LONGEST_FILTER = 20_000;
const MOST_STAGES = 20;

/**
 * A setup as an address says it: where the form differs from the one that nobody touched. Never data, nor names and
 * prompts that a person has typed.
 */
export function setupOf<F extends Form>(kind: TaskKind<F>, form: F): URLSearchParams {
  const { untouched } = kind;
  const setup = new URLSearchParams({ task: kind.id });
  for (const key of fieldKeys) if (form.text[key] !== untouched.text[key]) setup.set(key, form.text[key]);
  for (const key of switches) if (form[key] !== untouched[key]) setup.set(key, form[key] ? 'on' : 'off');
  if (form.freeze !== untouched.freeze) setup.set('freeze', form.freeze);
  for (const { steps, learningRate, freeze } of form.stages)
    setup.append('stage', `${steps}|${learningRate}|${freeze}`);
  const own = kind.shared(form);
  const usual = kind.shared(untouched);
  for (const [key, value] of Object.entries(own)) if (value !== usual[key]) setup.set(key, value);
  return setup;
}

/** A form with a setup, and what of the setup no form of this kind has. Numbers stay as they are written: a field says what is wrong. */
export function withSetup<F extends Form>(
  kind: TaskKind<F>,
  form: F,
  setup: URLSearchParams,
): { readonly form: F; readonly unknown: readonly string[] } {
  const { untouched } = kind;
  const text = { ...untouched.text };
  const flags = Object.fromEntries(switches.map((key) => [key, untouched[key]]));
  const own: Record<string, string> = {};
  const usual = kind.shared(untouched);
  const unknown: string[] = [];
  let { freeze } = untouched;
  for (const [key, value] of setup) {
    if (key === 'task' || key === 'stage') continue;
    if (isField(key)) text[key] = value.slice(0, LONGEST_NUMBER);
    else if (Object.hasOwn(flags, key) && isSwitch(value)) flags[key] = value === 'on';
    else if (key === 'freeze') freeze = value.slice(0, LONGEST_FILTER);
    else if (Object.hasOwn(usual, key)) own[key] = value;
    else unknown.push(key);
  }
  const stages = setup.getAll('stage').slice(0, MOST_STAGES).map(stageOf);
  const common = { ...form, ...flags, text, freeze, stages } as F;
  return { form: { ...common, ...kind.withShared(common, { ...usual, ...own }) }, unknown };
}

const isField = (key: string): key is FieldKey => fieldKeys.some((field) => field === key);

const isSwitch = (value: string): boolean => value === 'on' || value === 'off';

function stageOf(written: string): StageForm {
  const [steps = '', learningRate = '', ...freeze] = written.split('|');
  return {
    steps: steps.slice(0, LONGEST_NUMBER),
    learningRate: learningRate.slice(0, LONGEST_NUMBER),
    freeze: freeze.join('|').slice(0, LONGEST_FILTER),
  };
}
