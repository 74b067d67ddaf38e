import type { LoadedRun } from '../../src/adapter/checkpoint_store';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { COUNTING } from '../run/small_base';
import { SEEING } from '../tasks/actions/small_actions';
import { checkpointAt } from './sample_checkpoint';

/** Of two joints. */
const STATS = { mean: [0, 1], std: [2, 3], q01: [-4, -5], q99: [4, 5] };

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
    settings: { ...defaultActionsSettings, streamed: true, cameras: ['top', null], statistics: 'checkpoint' },
    base: { chunks: [Float32Array.of(1, Number.NaN, -0), new Float32Array(0)] },
    best: null,
  },
  dataset: { ...SEEING, stats: { state: STATS, actions: STATS } },
  laterDamaged: false,
};
