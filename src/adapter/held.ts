/** Adapters for which the browser had no room, held in memory as long as this tab is open. */
import { outcome } from '../problem';
import type { Adapter } from './adapter';
import { type AdapterStore, latestFirst } from './store';

export interface HoldingStore extends AdapterStore {
  /**
   * Holds an adapter that could not be kept: it is listed, and can be taken away, as those that are.
   * @param keep keeps it, as it is called by then, with all that goes with it; called by each list() until it throws no more
   */
  hold(adapter: Adapter, keep: (adapter: Adapter) => Promise<void>): void;
}

interface Held {
  readonly adapter: Adapter;
  readonly keep: (adapter: Adapter) => Promise<void>;
}

/** The same store; what it holds is kept at the next list() that finds room for it. */
export function holding(store: AdapterStore): HoldingStore {
  const held = new Map<string, Held>();
  /** When those of them were deleted that are. */
  const hidden = new Map<string, number>();
  const change = (id: string, by: (summary: Adapter['summary']) => Adapter['summary']) => {
    const one = held.get(id);
    if (one) held.set(id, { ...one, adapter: { ...one.adapter, summary: by(one.adapter.summary) } });
    return one !== undefined;
  };
  const keepHeld = async () => {
    for (const [id, { adapter, keep }] of held) {
      if (hidden.has(id)) continue;
      const kept = await outcome(() => keep(adapter));
      if (kept.ok) held.delete(id); // otherwise the list says so of it
    }
  };
  return {
    ...store,
    hold: (adapter, keep) => void held.set(adapter.summary.id, { adapter, keep }),
    async list() {
      await keepHeld();
      const shown = [...held.values()].map(({ adapter }) => adapter.summary).filter(({ id }) => !hidden.has(id));
      return [...shown.map((summary) => ({ ...summary, unsaved: true as const })), ...(await store.list())];
    },
    load: async (id) => held.get(id)?.adapter ?? store.load(id),
    rename: async (id, name) => {
      if (!change(id, (summary) => ({ ...summary, name }))) await store.rename(id, name);
    },
    nameBase: async (id, nameOrPath) => {
      const named = change(id, ({ hub, ...summary }) => (hub ? { ...summary, hub: { ...hub, nameOrPath } } : summary));
      if (!named) await store.nameBase(id, nameOrPath);
    },
    delete: async (id) => {
      if (held.has(id)) hidden.set(id, Date.now());
      else await store.delete(id);
    },
    async deleted() {
      const own = [...hidden].flatMap(([id, deletedAt]) => {
        const one = held.get(id);
        return one ? [{ ...one.adapter.summary, unsaved: true as const, deletedAt }] : [];
      });
      return latestFirst([...own, ...(await store.deleted())]);
    },
    purge: async (id) => {
      if (hidden.delete(id)) held.delete(id);
      else await store.purge(id);
    },
    restore: async (id) => {
      if (!hidden.delete(id)) await store.restore(id);
    },
  };
}
