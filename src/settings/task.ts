import type { ActionsSettings } from './actions';
import type { FrozenWeights, TextSettings } from './text';
import type { TrainingSettings } from './training';

/** Settings of a run of any task. */
export type TaskSettings = TextSettings | ActionsSettings;

/** How frozen weights lie in a run; as stored, where there is no choice. */
export const frozenWeightsOf = (settings: TaskSettings | null): FrozenWeights =>
  settings && 'weights' in settings && settings.weights === 'int8' ? 'int8' : 'stored';

/** What one fine-tunes: words or a robot's actions. */
export type TaskId = TaskSettings['task'];

/** What decides which leaves there are, and which of them are frozen. */
export type FreezeSettings =
  | Pick<TextSettings, 'task' | 'base' | 'freeze' | 'loraRank' | 'loraAlpha' | 'startingFrom'>
  | Pick<ActionsSettings, 'task' | 'base' | 'freeze' | 'loraRank' | 'loraAlpha' | 'backboneLora'>;

/** The settings that decide what a run takes. `backboneLora` and `streamed` are those of the actions task; a text run has none. */
export type ProposedSettings = Pick<TrainingSettings, 'freeze' | 'batchSize' | 'accumulation' | 'recompute'> &
  Partial<Pick<ActionsSettings, 'backboneLora' | 'streamed'>>;

/** Settings that would put a problem right, with what they are in words. */
export interface Remedy {
  /** "Batch 2 with re-computation". */
  readonly name: string;
  readonly settings: ProposedSettings;
}
