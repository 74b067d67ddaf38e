import { costOfPrepared } from '../fit/cost';
import type { ProposedRun } from '../fit/proposal';
import { proposeRuns } from '../fit/propose';
import type { Scopes } from '../fit/scopes';
import { isPlanned, type ModelId, notPlanned, type PlannedModelId, pi0Like, trueSizeModel } from '../model/true_size';
import type { PlanReport } from '../plan/report';
import { problem } from '../problem';
import { type PrepareOptions, variantsOf } from '../run/prepare';
import { prepareStages, readStages, stagedReport } from '../run/stages';
import type { TaskSettings } from '../settings/task';
import type { Prepared } from '../train/planned';
import { taskOf } from './registry';

/**
 * What settings would take with a model of openpi at its true size, whose weights need not be here. A prefix cache is not
 * counted: nobody knows the recording, and what does not fit on the GPU waits in host memory.
 * @param settings adapters are the model's own, so `loraRank`, `loraAlpha` and `backboneLora` say nothing
 * @throws ProblemError for settings that cannot run
 */
export function planTrueSize(id: ModelId, settings: TaskSettings): PlanReport {
  if (!isPlanned(id)) throw notPlanned(id);
  const prepare = (own: TaskSettings, options: PrepareOptions) => prepareTrueSize(id, own, { prefixes: 0 }, options);
  return stagedReport(prepareStages(settings, readStages(settings, variantsOf(trueSizeModel(id).config)), prepare));
}

/**
 * What could be trained within a budget, of openpi's models at their true size, a row for each thing that can be trained:
 * first what fits, from the least to the most trained, in its fastest way; then what does not, the nearest first.
 * @param model one of them alone; all π0s where none is given
 * @param facts of the data, see `prepareTrueSize`
 * @param turn lets other calls in, between two plans
 */
export async function proposeTrueSize(
  settings: TaskSettings,
  budgetBytes: number,
  model: PlannedModelId | null,
  facts: object = {},
  turn: () => Promise<void> = async () => undefined,
): Promise<ProposedRun[]> {
  const known = { prefixes: 0, ...facts };
  const rows = await proposeRuns({
    settings,
    scopes: scopesOf(settings, model),
    budgetBytes,
    maxBufferBytes: Number.POSITIVE_INFINITY,
    seconds: null,
    costOf: (own, scope) => costOfPrepared(prepareTrueSize(scope.model!, own, known), undefined),
    turn,
  });
  const fitting = new Map(rows.filter(({ fits }) => fits === true).map((row) => [row.trains, row]));
  const beyond = rows.filter(({ trains }) => !fitting.has(trains));
  return [...fitting.values(), ...beyond.sort((a, b) => a.plannedBytes - b.plannedBytes)];
}

/** What can be trained of a model, or of all π0s. */
function scopesOf(settings: TaskSettings, model: PlannedModelId | null): Scopes {
  const { trueSizeScopes } = taskOf(settings);
  if (model === null) return trueSizeScopes;
  const like = model === 'dummy' ? 'full' : pi0Like(model);
  const all = trueSizeScopes.all.filter((scope) => scope.model === like);
  const usual = trueSizeScopes.usual.filter((id) => all.some((scope) => scope.id === id));
  return { usual: [usual[0] ?? all[0]!.id, ...usual.slice(1)], all: all.map((scope) => ({ ...scope, model })) };
}

/**
 * Records such a run.
 * @param facts of the data, as its task knows them; the most that there can be where they are not given
 * @throws ProblemError for settings that cannot run
 */
export function prepareTrueSize(
  id: PlannedModelId,
  settings: TaskSettings,
  facts: object = {},
  options: PrepareOptions = {},
): Prepared<never> {
  const model = trueSizeModel(id);
  if (model.summary.task !== settings.task) {
    const fix = `Choose one of the ${settings.task} task.`;
    throw problem(`${model.summary.name} is no model of this task.`, 'model', fix);
  }
  return taskOf(settings).prepareTrueSize(model, settings, facts, options);
}
