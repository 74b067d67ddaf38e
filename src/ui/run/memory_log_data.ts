import { stepsOf } from '../../settings/stages';
import type { MemorySample } from '../../worker/api';
import { type MemoryPart, memoryParts } from '../parts/memory_parts';
import type { RunState } from '../state/run_state';

/** A stretch of the run over which the same was held; all numbers are shares of the chart. */
export interface MemorySpan {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly MemoryPart[];
}

/** The run from its first count to now, from one count to the next. */
export function memorySpans({ memoryLog, settings, step }: RunState): readonly MemorySpan[] {
  const steps = settings ? stepsOf(settings) : 0;
  const scale = Math.max(1, ...memoryLog.map(({ allocatedBytes }) => allocatedBytes));
  return memoryLog
    .map(({ byKind, step: begin }, n) => {
      const end = memoryLog[n + 1]?.step ?? Math.max(begin, step);
      return { from: begin / Math.max(1, steps), to: end / Math.max(1, steps), parts: memoryParts(byKind, scale) };
    })
    .filter(({ from, to }) => to > from);
}

/** What was held before and after each change of stage, and at the end of the run. */
export function memoryChanges(samples: readonly MemorySample[]): readonly (readonly [MemorySample, MemorySample])[] {
  return samples.flatMap((after, n) => {
    const before = samples[n - 1];
    if (!before) return [];
    const changed = after.moment === 'freed' || (after.moment === 'stage begins' && after.stage !== before.stage);
    return changed ? [[before, after] as const] : [];
  });
}
