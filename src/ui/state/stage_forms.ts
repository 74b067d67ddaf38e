import { type FreezePresetId, freezePresets } from './defaults';
import { checkField, type FieldProblem, type Form, type StageForm } from './settings';
import type { Task } from './task';

export type StagePresetId = FreezePresetId | 'layers' | 'everywhere';

interface StagePreset {
  readonly id: StagePresetId;
  readonly expression: string;
}

const [expertAdapters, ...otherActions] = freezePresets.actions;

/** Filters by purpose, in the order in which stages may follow each other. */
export const stagePresets: Readonly<Record<Task, readonly StagePreset[]>> = {
  text: freezePresets.text,
  actions: [
    { id: 'layers', expression: 'PathRegex("PaliGemma/.*")' },
    ...(expertAdapters ? [expertAdapters] : []),
    { id: 'everywhere', expression: 'All(PathRegex("PaliGemma/.*"), Not(PathRegex(".*lora.*")))' },
    ...otherActions,
  ],
};

/** A stage with the filter of a preset. Where that trains the backbone's adapters, the model gets them. */
export function withPresetAt(form: Form, index: number, id: StagePresetId): Partial<Form> {
  const preset = stagePresets[form.task].find((one) => one.id === id);
  if (!preset) return {};
  const change = edited(form, index, { freeze: preset.expression });
  return id === 'everywhere' ? { ...change, actions: { ...form.actions, backboneLora: true } } : change;
}

/** All stages of a form, in order. */
export const stageForms = ({ text, freeze, stages }: Form): readonly StageForm[] => [
  { steps: text.steps, learningRate: text.learningRate, freeze },
  ...stages,
];

/** The change that makes these the stages of a form; there is at least one. */
function withStages({ text }: Form, [first, ...stages]: readonly StageForm[]): Partial<Form> {
  if (!first) return {};
  const { steps, learningRate, freeze } = first;
  return { text: { ...text, steps, learningRate }, freeze, stages };
}

/** One stage more: the last again, with the preset that comes after its own. */
export function added(form: Form): Partial<Form> {
  const all = stageForms(form);
  const last = all.at(-1)!;
  const presets = stagePresets[form.task];
  const next = presets[presets.findIndex(({ expression }) => expression === last.freeze) + 1] ?? presets[0];
  const change = withStages(form, [...all, last]);
  return next ? { ...change, ...withPresetAt({ ...form, ...change }, all.length, next.id) } : change;
}

export const edited = (form: Form, index: number, change: Partial<StageForm>): Partial<Form> =>
  withStages(
    form,
    stageForms(form).map((stage, n) => (n === index ? { ...stage, ...change } : stage)),
  );

export const removed = (form: Form, index: number): Partial<Form> =>
  withStages(
    form,
    stageForms(form).filter((_, n) => n !== index),
  );

/** Changes places with the one before. */
export function movedUp(form: Form, index: number): Partial<Form> {
  const all = [...stageForms(form)];
  const [stage] = all.splice(index, 1);
  if (stage) all.splice(index - 1, 0, stage);
  return withStages(form, all);
}

/** What is wrong with the numbers of the stages after the first; the first's are fields of the form. */
export const checkStages = ({ stages }: Pick<Form, 'stages'>): readonly FieldProblem[] =>
  stages
    .flatMap(({ steps, learningRate }) => [checkField('steps', steps), checkField('learningRate', learningRate)])
    .filter((problem) => problem !== null);
