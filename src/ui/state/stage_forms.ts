import type { SettingPlace } from '../../worker/api';
import { checkField, type FieldKey, settingOf } from './fields';
import { checkForm, type Form, type StageForm } from './form';
import type { TaskKind } from './task_kind';

/** A stage with the filter of a preset, and what else of the form that filter needs. */
export function withPresetAt<F extends Form>(kind: TaskKind<F>, form: F, index: number, id: string): Partial<F> {
  const preset = kind.stageFilters.find((one) => one.id === id);
  if (!preset) return {};
  return { ...edited(form, index, { freeze: preset.expression }), ...preset.change?.(form) } as Partial<F>;
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
export function added<F extends Form>(kind: TaskKind<F>, form: F): Partial<F> {
  const all = stageForms(form);
  const last = all.at(-1)!;
  const presets = kind.stageFilters;
  const next = presets[presets.findIndex(({ expression }) => expression === last.freeze) + 1] ?? presets[0];
  const change = withStages(form, [...all, last]) as Partial<F>;
  return next ? { ...change, ...withPresetAt(kind, { ...form, ...change }, all.length, next.id) } : change;
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

/** Every number of a form that is wrong, those of its stages too. */
export const wrongSettings = (form: Form): readonly SettingPlace[] => [
  ...(Object.keys(checkForm(form)) as FieldKey[]).map((key) => ({ name: settingOf(key) })),
  ...form.stages.flatMap((own, n) =>
    (['steps', 'learningRate'] as const).flatMap((name) =>
      checkField(name, own[name]) ? [{ name, stage: n + 1 }] : [],
    ),
  ),
];
