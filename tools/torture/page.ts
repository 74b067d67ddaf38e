/* What runs in train.html: each function is sent there alone, and uses nothing outside of itself. */
import type { Outcome, TaskId } from '../../src/worker/api';
import type { Scenario } from './scenarios';

/** A step that was trained. */
export interface Trained {
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
  readonly learningRate: number;
}

/** What a run tells, as far as it matters here; `at`: milliseconds of the page's clock. */
export type Told = { readonly at: number } & (
  | ({ readonly kind: 'step' } & Trained)
  | { readonly kind: 'heldout'; readonly step: number; readonly loss: number }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'phase'; readonly phase: string; readonly done: number }
  | { readonly kind: 'ended'; readonly adapterId: string }
  | { readonly kind: 'failed'; readonly what: string; readonly fix: string }
);

declare global {
  interface Window {
    /** All that the run of this page has told. */
    told: Told[];
  }
}

/** Reads the files that are chosen. */
export async function openData(run: Pick<Scenario, 'task' | 'settings' | 'heldout'> & { paths: readonly string[] }) {
  const driver = window.trainDriver;
  const settings = run.settings as object;
  const opened: Outcome<unknown> =
    run.task === 'text'
      ? await driver.openFiles(settings, { heldoutFraction: run.heldout })
      : await driver.openRecording(settings, { heldoutFraction: run.heldout }, run.paths);
  return opened.ok ? null : `${opened.problem.what} ${opened.problem.where ?? ''}`;
}

/** Begins a run, or goes on with one. */
export function begin(run: Pick<Scenario, 'task' | 'settings' | 'stages'> & { readonly runId: string | null }): void {
  const driver = window.trainDriver;
  const told: Told[] = [];
  window.told = told;
  window.onTrainEvent = (event) => {
    const at = performance.now();
    if (event.kind === 'step') {
      const { step, loss, gradNorm, learningRate } = event;
      told.push({ at, kind: 'step', step, loss, gradNorm, learningRate });
    } else if (event.kind === 'heldout') told.push({ at, kind: 'heldout', step: event.step, loss: event.loss });
    else if (event.kind === 'checkpoint') told.push({ at, kind: 'checkpoint', step: event.step });
    else if (event.kind === 'phase') told.push({ at, kind: 'phase', phase: event.phase, done: event.done });
  };
  const going = run.runId
    ? driver.resume(run.runId)
    : driver.train(driver.settingsOf(run.task, { ...run.settings, stages: run.stages }));
  void going.then((outcome) => {
    const at = performance.now();
    if (outcome.ok) told.push({ at, kind: 'ended', adapterId: outcome.value.adapterId });
    else told.push({ at, kind: 'failed', what: outcome.problem.what, fix: outcome.problem.fix ?? '' });
  });
}

/** What was told after the first `known`, as soon as there is something; nothing after a moment without. */
export async function tellNext(known: number): Promise<readonly Told[]> {
  const patience = performance.now() + 500;
  while (window.told.length === known && performance.now() < patience) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return window.told.slice(known);
}

/** What a person finds who comes back. */
export async function lookAround(task: TaskId) {
  const [unfinished, adapters] = [await window.trainDriver.unfinishedRuns(task), await window.trainDriver.adapters()];
  if (!unfinished.ok) return { problem: unfinished.problem.what };
  if (!adapters.ok) return { problem: adapters.problem.what };
  return {
    unfinished: unfinished.value.map(({ runId, step }) => ({ runId, step })),
    adapters: adapters.value.map(({ id }) => id),
  };
}

/** Puts an adapter behind the link; answers with the file's name. */
export async function offer(adapterId: string): Promise<string> {
  const offered = await window.trainDriver.offer(adapterId, 'openpi');
  if (!offered.ok) throw new Error(offered.problem.what);
  return offered.value;
}
