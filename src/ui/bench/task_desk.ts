import { AutoDesk } from './auto_desk';
import { CardDesk } from './card_desk';
import type { Desk } from './desk';
import { EndedDesk } from './ended_desk';
import { FreezeDesk } from './freeze_desk';
import { PlanDesk } from './plan_desk';
import { RunDesk } from './run_desk';
import type { TaskView } from './task_view';

/** What each task has of its own: view, base, plan, filter, proposal, run. Another task's stay as they were while this one is shown. */
export class TaskDesk {
  readonly view: TaskView;
  readonly plans: PlanDesk;
  readonly runs: RunDesk;
  readonly ended: EndedDesk;
  readonly studio: FreezeDesk;
  readonly auto: AutoDesk;
  readonly card: CardDesk;
  base: string | null = null;

  constructor(desk: Desk, view: TaskView) {
    const { kind } = view;
    this.view = view;
    this.plans = new PlanDesk(desk, (settings) => kind.planned(settings));
    this.runs = new RunDesk(desk, kind.id);
    this.ended = new EndedDesk(desk, kind.id);
    this.studio = new FreezeDesk(desk, (settings) => kind.planned(settings), kind.example);
    this.card = new CardDesk(desk);
    this.auto = new AutoDesk(desk, (settings) => kind.proposedFor(settings));
  }

  /** Asks for the runs that can be brought back, and for those that have ended. */
  async refreshRuns(): Promise<void> {
    await Promise.all([this.runs.refreshUnfinished(), this.ended.refresh()]);
  }
}
