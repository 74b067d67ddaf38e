import type { TaskId } from '../../settings/task';
import type { EndedRun, Outcome, TaskSettings, TrainEvent, UnfinishedRun } from '../../worker/api';
import {
  endedRun,
  failedRun,
  idleRun,
  isActive,
  type RunState,
  reduceRun,
  resumedRun,
  startedRun,
} from '../state/run_state';
import { coalesce } from '../state/store';
import { sentence } from '../words/sentence';
import { ask, attempt, type Desk } from './desk';
import type { SeenRun } from './other_tabs';

/** A run trains when it has a checkpoint. */
const beginsTraining = (event: TrainEvent) => event.kind === 'phase' && event.phase === 'training';

/** The run of one task that the page shows, and those that can be brought back. */
export class RunDesk {
  state: RunState = idleRun;
  /** The evaluation that the person picked to look at, by its step; null: the latest is followed. */
  picked: number | null = null;
  unfinished: readonly UnfinishedRun[] = [];
  /** Called when a run begins or goes on. */
  onBegin: () => void = () => undefined;
  /** Called when a run has kept its first checkpoint. */
  onKept: () => void = () => undefined;
  /** Called when a run has ended, well or not. */
  onEnd: () => void = () => undefined;

  readonly #desk: Desk;
  readonly #task: TaskId;

  constructor(desk: Desk, task: TaskId) {
    this.#desk = desk;
    this.#task = task;
  }

  /** Shows an evaluation of the run, by its step; null: the latest from now on. */
  pick(step: number | null): void {
    this.picked = step;
    this.#desk.changed();
  }

  get active(): boolean {
    return isActive(this.state);
  }

  /** From the first word of the trainer on, it can be stopped. */
  get canStop(): boolean {
    const { phase, status } = this.state;
    return this.active && status !== 'stopping' && phase !== null;
  }

  /** A run pauses between two steps: not before the model is loaded. */
  get canPause(): boolean {
    const { phase, status } = this.state;
    return this.canStop && status === 'running' && phase?.phase !== 'loading';
  }

  start(settings: TaskSettings): Promise<void> {
    return this.#follow(startedRun(settings), (onEvent) => this.#desk.trainer.train(settings, onEvent));
  }

  resume(saved: UnfinishedRun): Promise<void> {
    this.unfinished = this.unfinished.filter((run) => run.runId !== saved.runId);
    return this.#follow(resumedRun(saved), (onEvent) => this.#desk.trainer.resume(saved.runId, onEvent));
  }

  /** Goes on with a run that another tab trains, and gives up for it. @param seen what it has told */
  takeOver({ runId, state }: SeenRun): Promise<void> {
    const first: RunState = { ...state, status: 'running', phase: null, problems: [] };
    return this.#follow(first, (onEvent) => this.#desk.trainer.resume(runId, onEvent, true));
  }

  pause(): Promise<void> {
    return this.#request('pausing', () => this.#desk.trainer.pause());
  }

  unpause(): Promise<void> {
    return this.#request('running', () => this.#desk.trainer.unpause());
  }

  stop(): Promise<void> {
    return this.#request('stopping', () => this.#desk.trainer.stop());
  }

  /** Has the trainer keep a checkpoint after the step in flight. */
  async saveSoon(): Promise<void> {
    await ask(this.#desk, 'run', 'save', () => this.#desk.trainer.saveSoon());
  }

  async refreshUnfinished(): Promise<void> {
    const answer = await ask(this.#desk, 'train', 'unfinished', () => this.#desk.trainer.unfinishedRuns(this.#task));
    if (answer) this.unfinished = answer.value;
    this.#desk.changed();
  }

  async discard(runId: string): Promise<void> {
    await ask(this.#desk, 'run', 'discard', () => this.#desk.trainer.discardRun(runId));
    await this.refreshUnfinished();
  }

  async #follow(
    first: RunState,
    call: (onEvent: (event: TrainEvent) => void) => Promise<Outcome<EndedRun>>,
  ): Promise<void> {
    if (this.active) return;
    this.state = first;
    this.picked = null;
    this.#desk.clear('run');
    this.#desk.changed();
    this.onBegin();
    let over = false;
    const onEvent = coalesce<TrainEvent>((events) => {
      if (over) return; // events travel on another port than the answer and may come after it
      this.state = reduceRun(this.state, events);
      if (events.some(beginsTraining)) this.onKept();
      this.#desk.changed();
    });
    const answer = await attempt(() => call(onEvent));
    over = true;
    if (answer.ok) this.state = endedRun(this.state, answer.value);
    else if (answer.problem.elsewhere || (this.state.status === 'stopping' && this.state.step === 0)) {
      this.state = idleRun;
      const { what, fix } = answer.problem;
      this.#desk.note([what, fix ?? ''].filter(Boolean).map(sentence).join(' '));
    } else {
      this.state = failedRun(this.state);
      this.#desk.report('run', 'run', answer.problem);
    }
    this.#desk.changed();
    this.onEnd();
  }

  async #request(status: RunState['status'], call: () => Promise<Outcome<void>>): Promise<void> {
    if (!this.active) return;
    const before = this.state.status;
    this.state = { ...this.state, status };
    this.#desk.changed();
    const answer = await ask(this.#desk, 'run', 'control', call);
    if (answer === undefined && this.state.status === status) this.state = { ...this.state, status: before };
    this.#desk.changed();
  }
}
