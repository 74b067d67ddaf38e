/** A run that has not ended, as a file from anywhere holds it. */
import { stepsOf } from '../settings/stages';
import type { TaskSettings } from '../settings/task';
import type { Checkpoint } from './checkpoint';
import { arrayOf, byName, count, type Form, isObject, number, object, orNull, text } from './forms';
import { historyForm, id, lossOrNone, settingsForm } from './told_forms';

/** The forms of what each task has of its own. */
export interface RunForms<D = unknown> {
  /** What a run trains on, as it keeps it. */
  readonly data: Form<D>;
  /** What the base shows by itself. */
  readonly base: Form<object>;
}

export interface ToldRun {
  readonly checkpoint: Checkpoint;
  readonly data: unknown;
}

const floats = arrayOf(Float32Array);
const leaves = byName(floats);

const checkpointForm = (base: Form<object>): Form<Checkpoint> =>
  object({
    ...{ runId: id, settings: settingsForm, step: count },
    leaves: object({ weights: leaves, moment1: leaves, moment2: leaves }),
    ...{ optimizerState: floats, history: historyForm, baselineHeldout: lossOrNone },
    base: orNull(base),
    best: orNull(object({ step: count, loss: number, weights: leaves })),
    ...{ evaluationsWithoutImprovement: count, skippedInARow: count },
    ...{ secondsTrained: number, baseHash: text, savedAt: number },
  });

/** @returns undefined where the value is no run, or one whose parts do not agree */
export function toldRun(
  { checkpoint: told, data: toldData }: Readonly<Record<string, unknown>>,
  formsOf: (settings: TaskSettings) => RunForms,
): ToldRun | undefined {
  const settings = isObject(told) ? settingsForm(told.settings) : undefined;
  if (!settings) return undefined;
  const forms = formsOf(settings);
  const checkpoint = checkpointForm(forms.base)(told);
  const data = forms.data(toldData);
  return checkpoint && data !== undefined && agrees(checkpoint) ? { checkpoint, data } : undefined;
}

function agrees({ settings, step, leaves: { weights, moment1, moment2 }, best }: Checkpoint): boolean {
  const ofWeights = ([path, { length }]: [string, Float32Array]) => weights[path]?.length === length;
  const others = [moment1, moment2, best?.weights ?? {}];
  return step <= stepsOf(settings) && others.every((some) => Object.entries(some).every(ofWeights));
}
