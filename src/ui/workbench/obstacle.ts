import type { Problem } from '../../worker/api';
import { checkStages } from '../train/stage_forms';
import { strings } from '../words/strings';
import { checkForm } from './settings';
import type { Workbench } from './workbench';

/** What keeps a run from starting, as far as the page can tell; null where nothing does. */
export function obstacle(bench: Workbench): Problem | null {
  const { train } = strings;
  const { device, form, plans } = bench;
  if (device && !device.usable) return device.problem ?? { what: strings.header.noGpu };
  if (Object.keys(checkForm(form)).length + checkStages(form).length > 0)
    return { what: train.wrongFields, fix: train.wrongFieldsFix };
  if (bench.task === 'text' && !bench.data.source) return { what: train.noData, fix: train.noDataFix };
  if (bench.task === 'actions' && !bench.recording.isOpen)
    return { what: strings.recording.noRecording, fix: strings.recording.noRecordingFix };
  const stages = plans.plan ? (plans.plan.stages ?? [plans.plan]) : [];
  if (stages.some(({ trainableLeaves }) => trainableLeaves === 0))
    return { what: strings.freeze.nothingTrains, fix: strings.freeze.nothingTrainsFix };
  return null;
}
