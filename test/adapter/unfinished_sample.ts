import type { LoadedRun } from '../../src/adapter/checkpoint_store';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { COUNTING } from '../run/small_base';
import { SEEING } from '../tasks/actions/small_actions';
import { checkpointAt } from './sample_checkpoint';

/** A run that learns from text, nothing of which is held out. */
export const TEXT_RUN: LoadedRun<unknown> = {
  checkpoint: { ...checkpointAt(20, 'text run'), base: { texts: ['of the king'] }, baselineHeldout: Number.NaN },
  dataset: { dataset: COUNTING, chat: false, cut: { examples: 1, share: 0.1 } },
  laterDamaged: false,
};

/** A run that learns a robot's actions from what it sees, before its first evaluation. */
export const ROBOT_RUN: LoadedRun<unknown> = {
  checkpoint: {
    ...checkpointAt(0, 'robot run'),
    settings: { ...defaultActionsSettings, streamed: true, cameras: ['top', null] },
    base: { chunks: [Float32Array.of(1, Number.NaN, -0), new Float32Array(0)] },
    best: null,
  },
  dataset: SEEING,
  laterDamaged: false,
};
