import { type NumberSetting, numberNames, written } from '../../settings/numbers';
import { stagesOf } from '../../settings/stages';
import type { RunRecord, TaskSettings } from '../../worker/api';
import type { TaskView } from '../bench/task_view';
import { fieldOf } from '../state/fields';
import { count, duration, loss } from '../words/format';
import { strings } from '../words/strings';

/** What of a task's view says what its settings are called. */
type Told = Pick<TaskView, 'ownSettings'> & { readonly words: Pick<TaskView['words'], 'fields'> };

/** A line of the table: what it is called, and its value in each run, in their order. */
export interface ComparedRow {
  readonly name: string;
  readonly values: readonly string[];
}

/** What a person has set, in words, by its name: the name of an adapter is no setting. `baseName`: of the base's id. */
export function settingsInWords(
  settings: TaskSettings,
  view: Told,
  baseName: (id: string) => string,
): ReadonlyMap<string, string> {
  const yesOrNo = (on: boolean): string => (on ? strings.header.yes : strings.header.no);
  const words = new Map([[strings.runs.base, baseName(settings.base)]]);
  for (const key of Object.keys(numberNames) as NumberSetting[]) {
    const value: unknown = Reflect.get(settings, key);
    if (typeof value === 'number') words.set(numberName(key, view), written(value));
  }
  words.set(strings.freeze.expression, settings.freeze);
  words.set(strings.train.recompute, yesOrNo(settings.recompute));
  words.set(strings.train.earlyStop, yesOrNo(settings.earlyStop));
  words.set(strings.train.keepBest, yesOrNo(settings.keepBest));
  words.set(strings.runs.stages, count(settings.stages.length + 1));
  for (const { index, steps, learningRate, freeze } of stagesOf(settings).slice(1)) {
    const stage = count(index + 1);
    words.set(strings.runs.stageSteps(stage), written(steps));
    words.set(strings.runs.stageRate(stage), written(learningRate));
    words.set(strings.runs.stageFilter(stage), freeze);
  }
  for (const [name, value] of view.ownSettings(settings)) words.set(name, value);
  return words;
}

/** As its field is called, of the unit that the settings have. */
function numberName(key: NumberSetting, view: Told): string {
  const field = fieldOf(key);
  return (view.words.fields[field] ?? strings.fields[field])[0];
}

/** The settings in which runs differ. A stage that a run has not got has no value there. */
export function differences(all: readonly ReadonlyMap<string, string>[]): readonly ComparedRow[] {
  const names = new Set(all.flatMap((one) => [...one.keys()]));
  return [...names]
    .map((name) => ({ name, values: all.map((one) => one.get(name) ?? strings.run.none) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** What runs came to. */
export function results(runs: readonly RunRecord[]): readonly ComparedRow[] {
  const words = strings.runs;
  const lossOf = (value: number): string => (Number.isNaN(value) ? words.unmeasured : loss(value));
  const rows: readonly (readonly [string, (run: RunRecord) => string])[] = [
    [words.before, ({ baselineHeldout }) => lossOf(baselineHeldout)],
    [words.after, ({ heldout }) => lossOf(heldout)],
    [words.kept, ({ keptStep, steps }) => strings.run.step(count(keptStep), count(steps))],
    [words.took, ({ seconds }) => duration(seconds)],
    [words.ended, ({ ended }) => words.endings[ended]],
  ];
  return rows.map(([name, of]) => ({ name, values: runs.map(of) }));
}
