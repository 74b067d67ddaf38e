import { stepsOf } from '../../settings/stages';
import type { PlanDesk } from '../bench/plan_desk';
import { refusalOf } from '../bench/setting_places';
import type { Panel, Workbench } from '../bench/workbench';
import type { Form } from '../state/form';
import { stageForms, wrongSettings } from '../state/stage_forms';
import { big, bytesChange, count, counted, duration } from '../words/format';
import { strings } from '../words/strings';

/** The state of each entry of the path, in one line. */
export function pathLine(bench: Workbench, panel: Panel): string {
  return lines[panel](bench);
}

const lines: Readonly<Record<Panel, (bench: Workbench) => string>> = {
  data: ({ view }) => view.source.line,
  model: ({ catalogue, base, form }) => {
    const chosen = catalogue?.bases.find((candidate) => candidate.id === base);
    return chosen ? strings.path.modelLine(big(chosen.parameters), form.text.loraRank) : strings.path.noModel;
  },
  freeze: ({ plans, studio }) => (studio.apart ? strings.path.freezeHere(freezeLine(plans)) : freezeLine(plans)),
  train: trainLine,
  adapter: ({ adapters }) =>
    adapters.list.length === 0 ? strings.path.noAdapters : counted(adapters.list.length, 'adapter'),
};

/** Of the model on this page, whichever one the studio shows. */
function freezeLine(plans: PlanDesk): string {
  if (plans.problem && !plans.problem.setting) return strings.path.freezeWrong;
  if (!plans.plan) return strings.path.noModel;
  const { frozenLeaves, trainableLeaves } = plans.plan;
  if (frozenLeaves === 0) return strings.path.freezeNothing;
  const line = strings.path.freezeLine(count(frozenLeaves), count(frozenLeaves + trainableLeaves));
  return plans.saved ? strings.path.freezeSaves(line, bytesChange(-plans.saved).replace(' ', '\u00a0')) : line;
}

function trainLine({ runs, form, plans, view }: Workbench): string {
  const run = runs.state;
  if (runs.active && run.settings) {
    const step = strings.run.step(count(run.step), count(stepsOf(run.settings)));
    return run.secondsLeft === null ? step : `${step}, ${strings.run.left(duration(run.secondsLeft))}`;
  }
  if (runs.unfinished.length > 0) return strings.path.trainUnfinished;
  const wrong = wrongSettings(form).length + (refusalOf({ plans }) ? 1 : 0);
  if (wrong > 0) return strings.path.trainWrong(counted(wrong, 'field'));
  return view.source.ready ? strings.path.trainReady(counted(stepsOfForm(form), 'step')) : strings.path.trainWaiting;
}

const stepsOfForm = (form: Form) => stageForms(form).reduce((sum, { steps }) => sum + Number(steps), 0);
