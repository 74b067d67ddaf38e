import { deltaNorms } from '../adapter/delta_norms';
import type { AdapterStore } from '../adapter/store';
import { outcome } from '../problem';
import type { AdapterComparison, ShelfCalls } from './api';

/** All adapters that are kept, or several of them. */
export function shelfCalls(adapters: AdapterStore): ShelfCalls {
  return {
    duplicateAdapter: (id, name) =>
      outcome(async () => {
        const { summary, ...contents } = await adapters.load(id);
        await adapters.save({
          ...contents,
          summary: { ...summary, id: crypto.randomUUID(), name, savedAt: Date.now() },
        });
      }),
    compareAdapters: (...ids) => outcome(() => comparisonOf(adapters, ids)),
  };
}

async function comparisonOf(adapters: AdapterStore, ids: readonly [string, string]): Promise<AdapterComparison> {
  const [first, second] = [await adapters.load(ids[0]), await adapters.load(ids[1])];
  const histories = [first, second].map(({ history }) => history && { train: history.train, heldout: history.heldout });
  return { histories, norms: await outcome(() => deltaNorms(first, second)) };
}
