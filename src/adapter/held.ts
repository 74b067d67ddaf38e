/** Adapters for which the browser had no room, held in memory as long as this tab is open. */
import { outcome } from '../problem';
import type { Adapter } from './adapter';
import type { AdapterStore } from './store';

export interface HoldingStore extends AdapterStore {
  /** Holds an adapter that could not be saved: it is listed, and can be taken away, as those that are kept. */
  hold(adapter: Adapter): void;
}

/** The same store; what it holds is saved at the next list() that finds room for it. */
export function holding(store: AdapterStore): HoldingStore {
  const held = new Map<string, Adapter>();
  const hidden = new Set<string>();
  const change = (id: string, by: (summary: Adapter['summary']) => Adapter['summary']) => {
    const adapter = held.get(id);
    if (adapter) held.set(id, { ...adapter, summary: by(adapter.summary) });
    return adapter !== undefined;
  };
  const saveHeld = async () => {
    for (const [id, adapter] of held) {
      if (hidden.has(id)) continue;
      const saved = await outcome(() => store.save(adapter));
      if (saved.ok) held.delete(id); // otherwise the list says so of it
    }
  };
  return {
    ...store,
    hold: (adapter) => void held.set(adapter.summary.id, adapter),
    async list() {
      await saveHeld();
      const shown = [...held.values()].map(({ summary }) => summary).filter(({ id }) => !hidden.has(id));
      return [...shown.map((summary) => ({ ...summary, unsaved: true as const })), ...(await store.list())];
    },
    load: async (id) => held.get(id) ?? store.load(id),
    rename: async (id, name) => {
      if (!change(id, (summary) => ({ ...summary, name }))) await store.rename(id, name);
    },
    nameBase: async (id, nameOrPath) => {
      const named = change(id, ({ hub, ...summary }) => (hub ? { ...summary, hub: { ...hub, nameOrPath } } : summary));
      if (!named) await store.nameBase(id, nameOrPath);
    },
    delete: async (id) => {
      if (held.has(id)) hidden.add(id);
      else await store.delete(id);
    },
    restore: async (id) => {
      if (!hidden.delete(id)) await store.restore(id);
    },
  };
}
