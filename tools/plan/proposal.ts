import type { BaseModel } from '../../src/base/base';
import { costOf } from '../../src/fit/cost';
import { proposeRuns } from '../../src/fit/propose';
import type { TaskSettings } from '../../src/settings/task';
import { groundOf } from '../../src/tasks/ground';

/** A run of a base that ships with the page, and what is known of its data. */
export interface RunOfBase {
  readonly base: BaseModel;
  readonly settings: TaskSettings;
  /** As the settings' task knows them. */
  readonly facts: object;
}

/** What could be trained within a budget, as the page's table has it, but for the time: no GPU is asked. */
export async function proposal({ base, settings, facts }: RunOfBase, model: string, budgetBytes: number) {
  const ground = groundOf(base, settings, () => facts, null);
  const rows = await proposeRuns({
    settings,
    scopes: ground.scopes,
    budgetBytes,
    maxBufferBytes: Number.POSITIVE_INFINITY,
    seconds: null,
    costOf: (own) => costOf(ground, own),
    turn: async () => undefined,
  });
  return {
    model,
    budget_bytes: budgetBytes,
    rows: rows.map(({ trains, settings: own, trainableParameters, plannedBytes, flopsPerStep, fits, recommended }) => ({
      trains,
      freeze: own.freeze,
      ...(own.backboneLora === undefined ? {} : { backbone_lora: own.backboneLora }),
      batch: own.batchSize,
      accumulation: own.accumulation,
      recompute: own.recompute,
      trainable_params: trainableParameters,
      total_bytes: plannedBytes,
      flops_per_step: flopsPerStep,
      fits: fits === true,
      reason: fits === true ? null : fits,
      recommended: recommended !== null,
    })),
  };
}
