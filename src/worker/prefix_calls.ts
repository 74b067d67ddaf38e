import { deleteStore, listStores, roomFor } from '../prefixes/stores';
import { outcome } from '../problem';
import type { PrefixCalls } from './api';

/** What backbones gave for frames, in this browser's own files. */
export const prefixCalls: PrefixCalls = {
  keptPrefixes: () =>
    outcome(async () => {
      const [stores, { freeBytes }] = await Promise.all([listStores(), roomFor(0)]);
      return { stores, freeBytes };
    }),
  removePrefixes: (id) => outcome(() => deleteStore(id)),
};
