import type { Imported } from './openpi_file';
import type { AdapterStore } from './store';
import type { AdapterSummary } from './summary';

/** The adapter of the list that an imported one is the same as: it was exported from it, or every weight is equal. Null: it is new. */
export async function keptAlready(
  store: AdapterStore,
  { adapter, exportedFrom }: Pick<Imported, 'adapter' | 'exportedFrom'>,
): Promise<AdapterSummary | null> {
  for (const summary of await store.list()) {
    if (!alike(summary, adapter.summary)) continue; // without reading its weights
    if (summary.id === exportedFrom) return summary;
    const { tensors } = await store.load(summary.id);
    const same = Object.entries(tensors).every(([path, { values }]) =>
      equal(values, adapter.tensors[path]?.values ?? new Float32Array()),
    );
    if (same) return summary;
  }
  return null;
}

const alike = (one: AdapterSummary, other: AdapterSummary): boolean =>
  one.base === other.base &&
  one.parameters === other.parameters &&
  one.loraRank === other.loraRank &&
  one.loraAlpha === other.loraAlpha;

const equal = (one: Float32Array, other: Float32Array): boolean =>
  one.length === other.length && one.every((value, n) => value === other[n]);
