import type { BaseModel } from '../../src/base/base';
import type { DataFacts } from '../../src/tasks/actions/prepare';
import { proposeRuns } from '../../src/fit/propose';
import { costOf } from '../../src/fit/cost';
import type { TaskSettings } from '../../src/worker/api';

/** A run of a base that ships with the page, and what is known of its data. */
export interface RunOfBase {
  readonly base: BaseModel;
  readonly settings: TaskSettings;
  readonly facts: DataFacts;
}

/** What could be trained within a budget, as the page's table has it, but for the time: no GPU is asked. */
export async function proposal({ base, settings, facts }: RunOfBase, model: string, budgetBytes: number) {
  const ground = { base, limits: null, factsOf: () => facts };
  const rows = await proposeRuns({
    settings,
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
