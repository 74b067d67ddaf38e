import type { BaseModel } from '../base/base';
import type { GpuFacts } from '../gpu/facts';
import type { TaskSettings } from '../worker/api';
import { type DataFacts, type PreparedActions, prepareActions } from './actions_prepare';
import { type PreparedRun, prepareRun } from './prepare';

/** What is known of the data of a text run: it does not ask. */
export const NO_FACTS: DataFacts = { cameras: 0, prefixes: 0 };

/** A run of either task before any GPU; see prepareRun and prepareActions. */
export const prepareTask = (
  base: BaseModel,
  settings: TaskSettings,
  facts: DataFacts,
  gpu?: GpuFacts,
  wasTrained?: (path: string) => boolean,
): PreparedRun | PreparedActions =>
  settings.task === 'text'
    ? prepareRun(base, settings, gpu, wasTrained)
    : prepareActions(base, settings, facts, gpu, wasTrained);
