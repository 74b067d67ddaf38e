import { type Adapter, sizeOf } from '../adapter/adapter';
import { type Base, hashOf } from '../base/base';
import type { TaskSettings } from '../settings/task';
import type { RecordedStep } from '../train/record';
import { type Best, historyOf, type RunState } from '../train/state';
import { adapterTensors } from './leaves';
import type { RunParts, TaskRun } from './task_run';

/** What a run has learned, with all that is told of it. @param keep the weights, and of which step they are */
export function adapterOf<B>(
  { base, settings }: Pick<RunParts<TaskSettings>, 'base' | 'settings'>,
  state: RunState,
  { parameters, config }: Pick<RecordedStep<B>, 'parameters' | 'config'>,
  task: Pick<TaskRun<B, object, object>, 'evaluated' | 'adapterExtras'>,
  { step: keptStep, loss: heldout, weights }: Best,
): Adapter {
  const { name, freeze } = settings;
  const { loraRank, loraAlpha } = loraOf(settings);
  const { step: steps, baselineHeldout } = state;
  const tensors = adapterTensors(parameters, weights, settings.seed);
  const told = { name, base: settings.base, steps, keptStep, baselineHeldout, heldout, loraRank, loraAlpha, freeze };
  return {
    summary: { id: crypto.randomUUID(), savedAt: Date.now(), ...told, ...broughtAs(base), ...sizeOf(tensors) },
    baseHash: hashOf(base),
    modelConfig: config,
    tensors,
    settings,
    history: historyOf(state, task.evaluated),
    ...task.adapterExtras,
  };
}

/** What an adapter says of a base that the person brought. */
const broughtAs = ({ hub, policy }: Base) => ({ ...(hub ? { hub } : {}), ...(policy ? { policy } : {}) });

/** Rank and alpha of most modules of the adapter. */
const loraOf = ({ startingFrom, loraRank, loraAlpha }: TaskSettings) =>
  startingFrom ? { loraRank: startingFrom.lora.rank, loraAlpha: startingFrom.lora.alpha } : { loraRank, loraAlpha };
