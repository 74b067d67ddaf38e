import { expect } from 'vitest';
import type { Checkpoint } from '../../src/adapter/checkpoint';
import type { Gpu } from '../../src/gpu/device';
import { readStages } from '../../src/run/stages';
import type { RunResult } from '../../src/run/task_run';
import type { ActionsSettings } from '../../src/settings/actions';
import type { TextSettings } from '../../src/settings/text';
import type { ActionsData } from '../../src/tasks/actions/data';
import { ActionsRun, type ActionsRunParts } from '../../src/tasks/actions/run';
import type { TrainEvent } from '../../src/tasks/events';
import { TextRun, type TextRunParts } from '../../src/tasks/text/run';
import { RunControl } from '../../src/train/control';
import { device } from '../gpu';
import { BLIND, SMALL_ACTIONS_BASE } from '../tasks/actions/small_actions';
import { COUNTING, NUMBERS, SMALL_BASE } from './small_base';

export const gpu: Gpu = { device, info: {} as GPUAdapterInfo, features: new Set(), software: true };

export type OnEvent = (event: TrainEvent, control: RunControl) => void;

/** What every small run is made of, and what it tells. */
function partsOf(from: Checkpoint | null, onEvent?: OnEvent) {
  const events: TrainEvent[] = [];
  const checkpoints: Checkpoint[] = [];
  const control = new RunControl();
  const parts = {
    runId: 'run',
    gpu,
    tokenizer: NUMBERS,
    control,
    emit: (event: TrainEvent) => {
      events.push(event);
      onEvent?.(event, control);
    },
    save: async (checkpoint: Checkpoint) => checkpoints.push(structuredClone(checkpoint)) > 0,
    from: structuredClone(from),
  };
  const of = <K extends TrainEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<TrainEvent, { kind: K }> => event.kind === kind);
  return { parts, told: { events, of, checkpoints } };
}

/** A text run that learns to count; with `own` from another base, or from other windows. */
export function textRunOf(
  settings: TextSettings,
  from: Checkpoint | null = null,
  onEvent?: OnEvent,
  own: Partial<Pick<TextRunParts, 'base' | 'dataset' | 'start'>> = {},
) {
  const { parts, told } = partsOf(from, onEvent);
  const run = new TextRun({
    ...parts,
    base: SMALL_BASE,
    dataset: COUNTING,
    ...own,
    chat: false,
    settings,
    stages: readStages(settings, null),
  });
  return { run, ...told };
}

/** A run of the actions task; with `own` of another base. */
export function actionsRunOf(
  settings: ActionsSettings,
  data: ActionsData = BLIND,
  from: Checkpoint | null = null,
  own: Partial<Pick<ActionsRunParts, 'gpu' | 'base' | 'tokenizer' | 'openPrefixes' | 'makeRoom' | 'pictures'>> = {},
  onEvent?: OnEvent,
) {
  const { parts, told } = partsOf(from, onEvent);
  const run = new ActionsRun({
    ...parts,
    base: SMALL_ACTIONS_BASE,
    ...own,
    data,
    settings,
    stages: readStages(settings, null),
  });
  return { run, ...told };
}

/** Losses and adapter of a run are those of the other, bit for bit. */
export function expectSame(one: RunResult, other: RunResult): void {
  expect(one.summary.history.train).toEqual(other.summary.history.train);
  expect(one.summary.history.heldout).toEqual(other.summary.history.heldout);
  expect(one.adapter.tensors).toEqual(other.adapter.tensors);
}
