/** Where in its run a kept adapter stands, and what is left of that: what a program elsewhere goes on with. */
import type { Expression } from '../filter/expression';
import { read } from '../filter/parse';
import { variantsOfPaths } from '../filter/variants';
import { leavesOf } from '../model/tree';
import { problem } from '../problem';
import { type PlacedStage, stageAt, stagesOf } from '../settings/stages';
import type { TaskSettings } from '../settings/task';
import type { Adapter } from './adapter';

/** A run from the step whose weights were kept. */
export interface Onward {
  readonly settings: TaskSettings;
  /** That which the next step belongs to. */
  readonly stage: PlacedStage;
  /** What the stage freezes. */
  readonly filter: Expression;
  /** Steps done. */
  readonly from: number;
  /** What is left of the stage; of one that has ended, as many again, at its last learning rate. */
  readonly steps: number;
  /** Of how many the stage is one. */
  readonly stages: number;
}

/** @throws ProblemError where the adapter does not tell how it was trained */
export function onwardOf({ settings, summary, modelConfig }: Adapter): Onward {
  if (!settings)
    throw problem(
      'The adapter does not tell how it was trained, so there is nothing to go on with.',
      summary.name,
      'Go on from it here for a step, and take away the adapter of that run.',
    );
  const { keptStep: from } = summary;
  const stage = stageAt(settings, from);
  const left = stage.end - from;
  const { expression: filter } = read(stage.freeze, variantsOfPaths(leavesOf(modelConfig).map(({ path }) => path)));
  return { settings, stage, filter, from, steps: left > 0 ? left : stage.steps, stages: stagesOf(settings).length };
}
