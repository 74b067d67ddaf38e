import { deltaNorms } from '../adapter/delta_norms';
import type { AdapterStore } from '../adapter/store';
import type { Base } from '../base/base';
import { storageRoom } from '../kept/own_files';
import { keptModels } from '../kept/store';
import { listStores } from '../prefixes/stores';
import { outcome } from '../problem';
import type { AdapterComparison, ShelfCalls, StorageUse } from './api';
import { baseReader } from './base_at_hand';
import { changing } from './other_tabs';

/** All adapters that are kept, or several of them. */
export function shelfCalls(adapters: AdapterStore, baseOf: (id: string) => Promise<Base>): ShelfCalls {
  return {
    duplicateAdapter: (id, name) =>
      changing(async () => {
        const { summary, ...contents } = await adapters.load(id);
        await adapters.save({
          ...contents,
          summary: { ...summary, id: crypto.randomUUID(), name, savedAt: Date.now() },
        });
      }),
    deletedAdapters: () => outcome(() => adapters.deleted()),
    purgeAdapter: (id) => changing(() => adapters.purge(id)),
    storageUse: () => outcome(() => storageUse(adapters)),
    compareAdapters: (...ids) => outcome(() => comparisonOf(adapters, baseOf, ids)),
  };
}

async function storageUse(adapters: AdapterStore): Promise<StorageUse> {
  const [kept, deleted, { models }, stores, room] = await Promise.all([
    adapters.list(),
    adapters.deleted(),
    keptModels(),
    listStores(),
    storageRoom(),
  ]);
  const adapterBytes = bytesOf(kept) + bytesOf(deleted);
  return { adapterBytes, modelBytes: bytesOf(models), frameBytes: bytesOf(stores), ...room };
}

const bytesOf = (some: readonly { readonly bytes: number }[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);

async function comparisonOf(
  adapters: AdapterStore,
  baseOf: (id: string) => Promise<Base>,
  ids: readonly [string, string],
): Promise<AdapterComparison> {
  const [first, second] = [await adapters.load(ids[0]), await adapters.load(ids[1])];
  const histories = [first, second].map(({ history }) => history && { train: history.train, heldout: history.heldout });
  const norms = await outcome(() => deltaNorms(first, second, baseReader(first, baseOf)));
  if (norms.ok) return { histories, norms, baseAway: null };
  return { histories, norms: await outcome(() => deltaNorms(first, second, null)), baseAway: norms.problem };
}
