import { type FieldKey, fieldKeys } from './fields';
import type { Form } from './form';
import type { TaskKind } from './task_kind';

/** The form with one preset's numbers; name, filter, adapter size, held-out share, window and what the task adds are left as they are. */
export function withPreset<F extends Form>({ presets, untouched }: TaskKind, form: F, id: string): F {
  const preset = presets.find((candidate) => candidate.id === id);
  if (!preset) return form;
  const text = { ...form.text };
  for (const key of fieldKeys)
    if (!outsidePresets.has(key)) text[key] = String(preset.fields[key] ?? untouched.text[key]);
  return { ...form, text, recompute: preset.recompute };
}

const outsidePresets: ReadonlySet<FieldKey> = new Set<FieldKey>([
  'loraRank',
  'loraAlpha',
  'heldoutPercent',
  'sequenceLength',
  'seed',
  'horizon',
  'frames',
  'fps',
]);

/** Id of the preset whose numbers the form holds now, if any. */
export function presetOf(kind: TaskKind, form: Form): string | null {
  const same = kind.presets.find((preset) => {
    const wanted = withPreset(kind, form, preset.id);
    return (
      wanted.recompute === form.recompute &&
      fieldKeys.every((key) => Number(wanted.text[key]) === Number(form.text[key]))
    );
  });
  return same?.id ?? null;
}
