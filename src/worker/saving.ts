/** How a run keeps its checkpoints, and what a person is told where it cannot: a run goes on without them. */
import type { CheckpointStore } from '../adapter/checkpoint_store';
import { outcome, type Problem } from '../problem';
import type { RunParts } from '../run/task_run';
import type { TaskSettings } from '../settings/task';
import type { TrainEvent } from '../tasks/events';

interface Saving {
  readonly checkpoints: CheckpointStore<unknown>;
  /** What the run trains on: kept with its first checkpoint, and again where the storage was cleared. */
  readonly data: unknown;
  /** It was kept before. */
  readonly resumed: boolean;
  readonly emit: (event: TrainEvent) => void;
}

export function saverOf({ checkpoints, data, resumed, emit }: Saving): RunParts<TaskSettings>['save'] {
  let begun = resumed;
  let failing = false;
  return async (checkpoint) => {
    const kept = await outcome(async () => {
      if (begun && (await checkpoints.save(checkpoint))) return;
      await checkpoints.begin(checkpoint, data);
      if (begun) emit({ kind: 'problem', problem: clearedBefore(checkpoint.step) });
      begun = true;
    });
    if (!kept.ok && !failing) emit({ kind: 'problem', problem: notKept(checkpoint.step, kept.problem) });
    failing = !kept.ok;
    return kept.ok;
  };
}

const clearedBefore = (step: number): Problem => ({
  what: `What this browser had kept of the run was cleared: a new checkpoint was made at step ${step}, and the run goes on.`,
  where: 'browser storage',
  fix: 'Adapters that were kept here may be gone too: import them again from the files that you have.',
});

const notKept = (step: number, { fix, ...why }: Problem): Problem => ({
  what: `The checkpoint of step ${step} could not be kept. The run goes on, but what it learns is lost if this tab is closed before its end.`,
  where: 'browser storage',
  ...(fix ? { fix } : {}),
  others: [why],
});

/** @param why the adapter could not be kept */
export const onlyHere = ({ fix: _, ...why }: Problem): Problem => ({
  what: 'The adapter could not be kept in this browser: it is gone when this tab is closed.',
  where: 'browser storage',
  fix: 'Download it now. It is kept as soon as there is room.',
  others: [why],
});

export const goesOnFromBefore = (name: string, step: number): Problem => ({
  what: `The last checkpoint of the run is damaged: it goes on from the one before, of step ${step}.`,
  where: name,
});
