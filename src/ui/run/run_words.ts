import { isUnmeasured } from '../../best';
import { stageAt, stepsOf } from '../../settings/stages';
import type { EndedRun } from '../../worker/api';
import { isActive, latestHeldout, type Phase, type PhaseNow, type RunState } from '../state/run_state';
import { count, counted, duration, loss, percent, percentChange } from '../words/format';
import type { Noun } from '../words/nouns';
import { strings } from '../words/strings';

/** What the run is doing, one phrase. `own`: where a phase of its task does something else than usual. */
export function phaseWords(run: RunState, own: Partial<Record<Phase, string>>): string {
  const words = strings.run;
  if (run.phase?.phase === 'frames' && run.status in words.frames)
    return words.frames[run.status as keyof typeof words.frames];
  if (run.status === 'paused')
    return (run.checkpointStep === run.step ? words.paused : words.pausedUnsaved)(count(run.step));
  if (run.status === 'pausing') return words.pausing;
  if (run.status === 'stopping') return words.stopping;
  if (run.status === 'ended' && run.summary) return words.ended[run.summary.ended];
  if (run.status === 'failed') return run.checkpointStep === null ? words.failedUnsaved : words.failed;
  if (run.status === 'idle') return words.stripIdle;
  const phase = run.phase?.phase ?? 'loading';
  if (phase === 'frames' && run.phase?.layers) return framesWords(run.phase, run.phase.layers);
  return own[phase] ?? words.phases[phase];
}

/** How many frames go through how many layers, and how far they are. */
const framesWords = ({ done, of }: PhaseNow, layers: number): string =>
  strings.run.framesThrough(counted(of / layers, 'frame'), counted(layers, 'layer'), percent(of > 0 ? done / of : 0));

/** Progress for the bar: of the run while it trains, of the phase before and after; null where only words are known. */
export function progressOf(run: RunState): { readonly done: number; readonly of: number } | null {
  const { phase, settings } = run;
  if (!settings) return null;
  const training = run.step > 0 || phase === null || phase.phase === 'training';
  if (training && phase?.phase !== 'saving') return { done: run.step, of: stepsOf(settings) };
  return phase && phase.of > 0 ? { done: phase.done, of: phase.of } : null;
}

/** "Step 60 of 130", and which stage it is in where there are several. */
export function whereWords({ step, settings }: RunState): string {
  if (!settings) return strings.run.step(count(step), count(step));
  const steps = strings.run.step(count(step), count(stepsOf(settings)));
  if (settings.stages.length === 0) return steps;
  const { index } = stageAt(settings, Math.max(0, step - 1)); // the stage of the last step that was made
  return `${strings.run.stage(count(index + 1), count(settings.stages.length + 1))} · ${steps}`;
}

/** Time left in words, while it is known. */
export function timeLeft(run: RunState): string {
  if (run.status !== 'running') return '';
  return run.secondsLeft === null ? strings.run.soon : strings.run.left(duration(run.secondsLeft));
}

/** Its loss now: on what is held out, or where that is not measured yet the smoothed one of training. Empty before the first step. */
export function lossNow(run: RunState): string {
  const now = latestHeldout(run) ?? run.train.at(-1)?.smoothed;
  return now === undefined ? '' : strings.run.stripNow(loss(now));
}

/** Where a run that goes on stands against the base; empty until it is measured. */
export function soFarWords(run: RunState): string {
  const now = latestHeldout(run);
  if (now === null || run.baseline === null) return '';
  return strings.run.soFar(loss(run.baseline), loss(now), percentChange(run.baseline, now));
}

/** The result of a run that has ended, against the base. */
export function resultWords(run: RunState): string {
  const { summary } = run;
  if (!summary) return '';
  const { baselineHeldout: before, heldout: after } = summary;
  if (isUnmeasured(summary)) return strings.run.unmeasured;
  return strings.run.result(loss(before), loss(after), percentChange(before, after));
}

/** What a run came to, in one sentence, where its task says no more of it; empty where nothing was measured. */
export function learnedWords({ baselineHeldout: before, heldout: after, verdict: { outcome } }: EndedRun): string {
  const { lossChanged } = strings.run;
  if (outcome === 'unmeasured' || !Number.isFinite(before)) return '';
  if (!Number.isFinite(after)) return lossChanged.lost;
  return outcome === 'no better'
    ? lossChanged[outcome]
    : lossChanged[outcome](percent(Math.abs(after - before) / before));
}

/** Which weights were kept; those that are worse than the base are called so. */
export function keptWords({ settings }: Pick<RunState, 'settings'>, summary: EndedRun): string {
  const { keptStep, seconds, verdict } = summary;
  const [step, time] = [count(keptStep), duration(seconds)];
  return verdict.outcome === 'worse' && settings?.keepBest
    ? strings.run.keptWorse(step, time)
    : strings.run.kept(step, time);
}

/** How much of what is held out each evaluation takes. @param unit what is held out is counted in these */
export function evaluatedWords({ evaluated }: Pick<RunState, 'evaluated'>, unit: Noun): string {
  if (!evaluated) return '';
  if (evaluated.of === 0) return strings.run.nothingHeldOut;
  const { count: taken, of } = evaluated;
  return taken === of
    ? strings.run.evaluatedAll(counted(of, unit))
    : strings.run.evaluated(count(taken), counted(of, unit));
}

/** The tab's title during a run, so that progress can be seen from another tab; null otherwise. */
export function titleOf(run: RunState): string | null {
  const last = run.train[run.train.length - 1];
  if (!isActive(run) || !run.settings || !last) return null;
  return strings.run.pageTitle(
    count(run.step),
    count(stepsOf(run.settings)),
    loss(latestHeldout(run) ?? last.smoothed),
  );
}
