import { defaultForm, type Form } from '../state/settings';
import type { Task } from '../state/task';
import { AutoDesk } from './auto_desk';
import type { Desk } from './desk';
import { FreezeDesk } from './freeze_desk';
import { PlanDesk } from './plan_desk';
import { RunDesk } from './run_desk';

/** What each task has of its own: base, form, plan, filter, proposal, run. The other task's stay as they were while this one is shown. */
export class TaskDesk {
  readonly plans: PlanDesk;
  readonly runs: RunDesk;
  readonly studio: FreezeDesk;
  readonly auto: AutoDesk;
  base: string | null = null;
  form: Form;

  constructor(desk: Desk, task: Task) {
    this.plans = new PlanDesk(desk);
    this.runs = new RunDesk(desk, task);
    this.studio = new FreezeDesk(desk);
    this.auto = new AutoDesk(desk);
    this.form = defaultForm(task);
  }
}
