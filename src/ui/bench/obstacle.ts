import type { DeviceReport, PlanReport, Problem } from '../../worker/api';
import { checkForm, type Form } from '../state/settings';
import { checkStages } from '../state/stage_forms';
import type { Task } from '../state/task';
import { strings } from '../words/strings';

/** What a run is started from. */
interface Start {
  readonly task: Task;
  readonly device: DeviceReport | null;
  readonly form: Form;
  readonly data: { readonly source: unknown };
  readonly recording: { readonly isOpen: boolean };
  readonly plans: { readonly plan: PlanReport | null };
}

/** What keeps a run from starting, as far as the page can tell; null where nothing does. */
export function obstacle({ task, device, form, data, recording, plans }: Start): Problem | null {
  const { train } = strings;
  if (device && !device.usable) return device.problem ?? { what: strings.header.noGpu };
  if (Object.keys(checkForm(form)).length + checkStages(form).length > 0)
    return { what: train.wrongFields, fix: train.wrongFieldsFix };
  if (task === 'text' && !data.source) return { what: train.noData, fix: train.noDataFix };
  if (task === 'actions' && !recording.isOpen)
    return { what: strings.recording.noRecording, fix: strings.recording.noRecordingFix };
  const stages = plans.plan ? (plans.plan.stages ?? [plans.plan]) : [];
  if (stages.some(({ trainableLeaves }) => trainableLeaves === 0))
    return { what: strings.freeze.nothingTrains, fix: strings.freeze.nothingTrainsFix };
  return null;
}
