import './sealed'; // before all others
import { expose, releaseProxy } from 'comlink';
import type { TrainerApi } from './api';
import { createTrainer } from './trainer';

/** Calls `work` with a callback that came from the page, and closes the callback's port when the work has ended. */
async function releasing<C extends object, R>(callback: C, work: (callback: C) => Promise<R>): Promise<R> {
  try {
    return await work(callback);
  } finally {
    (callback as Partial<Record<typeof releaseProxy, () => void>>)[releaseProxy]?.();
  }
}

const created = createTrainer();
const trainer: TrainerApi = {
  ...created,
  train: (settings, onEvent) => releasing(onEvent, (emit) => created.train(settings, emit)),
  resume: (runId, onEvent) => releasing(onEvent, (emit) => created.resume(runId, emit)),
  generate: (request, onText) => releasing(onText, (say) => created.generate(request, say)),
};
expose(trainer);
