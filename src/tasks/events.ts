import type { RunEvent, RunSummary } from '../train/events';
import type { ActionsConclusion, ActionsEvent } from './actions/events';
import type { TextEvent } from './text/events';

/** What a run of any task tells while it goes on. */
export type TrainEvent = RunEvent | TextEvent | ActionsEvent;

/** How a run of any task ended. */
export type EndedRun = RunSummary & ActionsConclusion;
