import type { SettingPlace, TaskSettings } from '../../worker/api';
import type { FreezeDesk } from './freeze_desk';
import type { Notices } from './notices';
import { obstacle } from './obstacle';
import type { PlanDesk } from './plan_desk';
import type { TaskView } from './task_view';

/** What of the workbench a run is started from. */
interface Bench
  extends Pick<Notices, 'task' | 'clear' | 'report'>,
    Pick<Parameters<typeof obstacle>[0], 'device' | 'form'> {
  panel: string;
  readonly view: TaskView;
  readonly plans: PlanDesk;
  readonly studio: FreezeDesk;
  readonly settings: TaskSettings | null;
  plan(): Promise<void>;
  show(panel: 'data' | 'freeze'): void;
  showSetting(setting: SettingPlace): void;
}

/** The settings of a run that may start now; what is missing is reported beside Train, and null. */
export async function readySettings(bench: Bench): Promise<TaskSettings | null> {
  bench.clear('start', bench.task);
  const problem = obstacle(bench);
  if (problem) {
    bench.panel = 'train';
    bench.report('train', 'start', problem);
    if (problem.setting) bench.showSetting(problem.setting);
    return null;
  }
  if (!(await bench.view.source.refresh())) {
    bench.show('data');
    return null;
  }
  await bench.plan();
  const { problem: refused } = bench.plans;
  if (!refused) return bench.settings;
  if (refused.setting) bench.showSetting(refused.setting);
  else {
    bench.studio.leaveExample();
    bench.show('freeze');
  }
  return null;
}
