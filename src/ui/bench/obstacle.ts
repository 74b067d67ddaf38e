import type { DeviceReport, PlanReport, Problem } from '../../worker/api';
import { checkForm, type Form } from '../state/form';
import { checkStages } from '../state/stage_forms';
import { strings } from '../words/strings';
import type { DataSource } from './task_view';

/** What a run is started from. */
interface Start {
  readonly device: DeviceReport | null;
  readonly form: Form;
  readonly view: { readonly source: Pick<DataSource, 'missing'> };
  readonly plans: { readonly plan: PlanReport | null };
}

/** What keeps a run from starting, as far as the page can tell; null where nothing does. */
export function obstacle({ device, form, view, plans }: Start): Problem | null {
  const { train } = strings;
  if (device && !device.usable) return device.problem ?? { what: strings.header.noGpu };
  if (Object.keys(checkForm(form)).length + checkStages(form).length > 0)
    return { what: train.wrongFields, fix: train.wrongFieldsFix };
  const { missing } = view.source;
  if (missing) return missing;
  const stages = plans.plan ? (plans.plan.stages ?? [plans.plan]) : [];
  if (stages.some(({ trainableLeaves }) => trainableLeaves === 0))
    return { what: strings.freeze.nothingTrains, fix: strings.freeze.nothingTrainsFix };
  return null;
}
