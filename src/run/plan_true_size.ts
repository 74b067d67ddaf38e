import { type GpuFacts, NO_GPU_YET } from '../gpu/facts';
import { trueSizeModel } from '../model/true_size';
import { problem } from '../problem';
import { samplesOf } from '../train/stages';
import type { PlannedModelId, PlanReport, TaskSettings } from '../worker/api';
import { type ModelFacts, recordActions } from './actions_prepare';
import { checkTraining, recordRun } from './prepare';
import { prepareStages, stagedReport } from './stages';

/** The pictures that openpi's π0 has room for. */
const CAMERAS = 3;

/** The largest binding that a browser allows anywhere; some leaves at their true size need gigabytes. */
const LARGEST_GPU: GpuFacts = { ...NO_GPU_YET, bindingBytes: 2 ** 32 - 4 };

/**
 * What settings would take with a model of openpi at its true size, whose weights need not be here. A prefix cache is not
 * counted: nobody knows the recording, and what does not fit on the GPU waits in host memory.
 * @param settings adapters are the model's own, so `loraRank`, `loraAlpha` and `backboneLora` say nothing
 * @throws ProblemError for settings that cannot run
 */
export function planTrueSize(id: PlannedModelId, settings: TaskSettings): PlanReport {
  return stagedReport(
    prepareStages(settings, (own, wasTrained) => prepareTrueSize(id, own, { prefixes: 0 }, wasTrained)),
  );
}

/**
 * Records such a run.
 * @param facts of the data; the most that there can be where they are not given
 * @param wasTrained leaves that are in float32 though they are frozen
 * @throws ProblemError for settings that cannot run
 */
export function prepareTrueSize(
  id: PlannedModelId,
  settings: TaskSettings,
  facts: Partial<ModelFacts> = {},
  wasTrained?: (path: string) => boolean,
) {
  const { summary, config, promptLength } = trueSizeModel(id);
  if (summary.task !== settings.task) {
    throw problem(`${summary.name} is no model of this task.`, 'model', `Choose one of the ${settings.task} task.`);
  }
  checkTraining(settings);
  if (settings.task === 'text') {
    checkLength(settings.sequenceLength, 'sequenceLength', 2);
    return recordRun(config, settings, settings.sequenceLength, LARGEST_GPU, wasTrained);
  }
  checkLength(settings.horizon, 'horizon', 1);
  const most = { cameras: settings.cameras?.length ?? CAMERAS, prefixes: samplesOf(settings), promptLength };
  return recordActions(config, settings, { ...most, ...facts }, LARGEST_GPU, wasTrained);
}

function checkLength(value: number, name: string, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw problem(`${name} is ${value}.`, name, `Choose a whole number from ${least}.`);
}
