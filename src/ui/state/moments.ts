import { bestOf } from '../../best';
import { heldoutWithBaseline, type RunState } from './run_state';

/** An evaluation of a run, which can be looked at again. */
export interface Moment {
  /** Steps done; 0 is the base. */
  readonly step: number;
  /** Held-out loss; null where nothing is held out. */
  readonly loss: number | null;
  /** The best so far, the base among the candidates. */
  readonly best: boolean;
}

/** The evaluations of a run in order: each with a held-out loss, or with something that the model did there. */
export function momentsOf(run: RunState): readonly Moment[] {
  const measured = heldoutWithBaseline(run);
  const best = bestOf(measured);
  const losses = new Map(measured.map(({ step, loss }) => [step, loss]));
  const steps = [...losses.keys(), ...run.samples.map(({ step }) => step), ...run.openLoops.map(({ step }) => step)];
  return [...new Set(steps)]
    .sort((one, other) => one - other)
    .map((step) => ({ step, loss: losses.get(step) ?? null, best: step === best?.step }));
}

/**
 * The moment that is looked at, by its step: the one that the person picked; else that of the weights kept, or while the run
 * goes on the latest. Null before the first.
 */
export function momentShown(run: RunState, picked: number | null): number | null {
  const steps = momentsOf(run).map(({ step }) => step);
  if (picked !== null && steps.includes(picked)) return picked;
  const kept = run.summary?.keptStep;
  return steps.find((step) => step === kept) ?? steps.at(-1) ?? null;
}
