import { copyModel } from '../kept/copy';
import { filesOfKept, keptModels, removeKept } from '../kept/store';
import { outcome } from '../problem';
import type { KeptCalls } from './api';
import type { Models } from './models';

/** Models in this browser's own files. */
export function keptCalls(models: Models): KeptCalls {
  let stopped = false;
  return {
    keptModels: () => outcome(keptModels),
    openKept: (name) => outcome(async () => models.open(await filesOfKept(name))),
    keepModel: (id, onProgress) =>
      outcome(() => {
        stopped = false;
        const { name } = models.base(id).summary;
        return copyModel(name, models.files(id), { onProgress, stopped: () => stopped });
      }),
    stopKeeping: () =>
      outcome(() => {
        stopped = true;
      }),
    removeKept: (name) => outcome(() => removeKept(name)),
  };
}
