import type { DeviceReport, PlanReport, Problem } from '../../worker/api';
import { fieldOf } from '../state/fields';
import type { Form } from '../state/form';
import { wrongSettings } from '../state/stage_forms';
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
  const wrong = wrongSettings(form);
  if (wrong.length > 0) {
    const names = [...new Set(wrong.map(({ name }) => strings.fields[fieldOf(name)][0]))].join(', ');
    return { what: train.wrongFields(names), fix: train.wrongFieldsFix, setting: wrong[0]! };
  }
  const { missing } = view.source;
  if (missing) return missing;
  const stages = plans.plan ? (plans.plan.stages ?? [plans.plan]) : [];
  if (stages.some(({ trainableLeaves }) => trainableLeaves === 0))
    return { what: strings.freeze.nothingTrains, fix: strings.freeze.nothingTrainsFix };
  return null;
}
