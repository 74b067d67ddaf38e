import { withLora } from '../../src/adapter/adapter';
import { freezeReport, freezeTree } from '../../src/filter/freeze_report';
import type { ModelConfig } from '../../src/model/config';
import { namedIn } from '../../src/model/configured';
import { leavesOf } from '../../src/model/tree';
import { leavesOfModel } from '../../src/model/true_size';
import type { FreezeAnswer, FreezeSettings, ModelId, PlanReport, TaskSettings } from '../../src/worker/api';

/* What the trainer's double says of filters: the truth, about models of the shape that the page ships. */

const heads = { numHeads: 8, numKvHeads: 1, headDim: 16 };
const text: ModelConfig = { vocabSize: 2048, experts: [{ width: 128, depth: 6, mlpDim: 512, ...heads }] };
const actions: ModelConfig = {
  vocabSize: 2048,
  experts: [
    { width: 192, depth: 6, mlpDim: 768, ...heads },
    { width: 128, depth: 6, mlpDim: 512, ...heads },
  ],
  img: { imageSize: 64, patchSize: 8, width: 96, depth: 3, mlpDim: 256, numHeads: 4 },
  actionDim: 32,
};

export function inspectionOf(settings: FreezeSettings, model?: ModelId): FreezeAnswer {
  const { task, loraRank, loraAlpha } = settings;
  const base = task === 'text' ? text : actions;
  const leaves = model
    ? leavesOfModel(model)
    : leavesOf(withLora(base, loraRank, loraAlpha, (expert) => task === 'text' || expert === 1));
  return { ...freezeReport(freezeTree(leaves), settings.freeze), named: namedIn(settings) };
}

/** A plan at full size: weights and optimizer are right, the rest means nothing. */
export function planOfModel(settings: TaskSettings, model: ModelId): PlanReport {
  const { filter } = inspectionOf(settings, model);
  if (!filter) throw new Error(`${settings.freeze} is no filter.`);
  const { frozenLeaves, frozenParameters, trainableLeaves, trainableParameters } = filter;
  const { openpiResidentBytes, openpiEmaBytes } = filter;
  const byKind = {
    frozen: 2 * frozenParameters,
    trainable: 4 * trainableParameters,
    gradients: 4 * trainableParameters,
    moments: 8 * trainableParameters,
    activations: 4_710_000_000,
    workspace: 52_700_000,
    prefix: 0,
    inputs: 31_300_000,
    staging: 1_510_000,
    sampler: 0,
  };
  const totalBytes = Object.values(byKind).reduce((sum, bytes) => sum + bytes, 0);
  const counts = { frozenLeaves, frozenParameters, trainableLeaves, trainableParameters };
  return {
    totalBytes,
    byKind,
    liveBytes: totalBytes,
    ...counts,
    openpiResidentBytes,
    openpiEmaBytes,
    flopsPerStep: 6e12,
  };
}
