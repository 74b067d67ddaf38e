import { outcome } from '../problem';
import type { Adapter } from './adapter';
import type { Imported } from './openpi_file';
import { toPeft } from './peft';
import { targetOf } from './peft_zip';
import type { AdapterStore } from './store';
import type { AdapterSummary } from './summary';

/** Share of a value by which it may differ after its way through a PEFT folder: two roundings to float32. */
const ROUNDED = 1e-6;

/**
 * The adapter of the list that an imported one is the same as. Null: it is new. That it was exported from one of the list says
 * nothing: other programs train a folder further where it lies.
 */
export async function keptAlready(
  store: AdapterStore,
  { adapter, exportedFrom }: Pick<Imported, 'adapter' | 'exportedFrom'>,
): Promise<AdapterSummary | null> {
  for (const summary of await store.list()) {
    if (!alike(summary, adapter.summary)) continue; // without reading its weights
    const listed = await store.load(summary.id);
    if (same(listed, adapter) || (summary.id === exportedFrom && (await sameToPeft(listed, adapter)))) return summary;
  }
  return null;
}

/** One that is new beside that which it was exported from has a name of its own, and says why. */
export async function toldApart(store: AdapterStore, imported: Imported): Promise<Imported> {
  const { adapter, notes, exportedFrom } = imported;
  const source = (await store.list()).find(({ id }) => id === exportedFrom);
  if (!source) return imported;
  const summary = { ...adapter.summary, name: `${adapter.summary.name}, imported` };
  const note = `Its numbers are not those of "${source.name}", from which it was exported and which is in the list: both are kept.`;
  return { ...imported, adapter: { ...adapter, summary }, notes: [...notes, note] };
}

const alike = (one: AdapterSummary, other: AdapterSummary): boolean =>
  one.base === other.base &&
  one.parameters === other.parameters &&
  one.loraRank === other.loraRank &&
  one.loraAlpha === other.loraAlpha;

const same = ({ tensors }: Adapter, other: Adapter): boolean =>
  Object.entries(tensors).every(([path, { values }]) => equal(values, other.tensors[path]?.values, 0));

/** Whether PEFT has the same factors of both: it adds up those of openpi's heads, of which the sum alone comes back. */
async function sameToPeft(one: Adapter, other: Adapter): Promise<boolean> {
  if (one.summary.hub) return false; // whose factors come back as they were
  const compared = await outcome(() => {
    const imported = peftValues(other);
    return peftValues(one).every((values, n) => equal(values, imported[n], ROUNDED));
  });
  return compared.ok && compared.value; // what PEFT cannot hold has not come from its folder
}

function peftValues(adapter: Adapter): Float32Array[] {
  const { factors, whole } = toPeft(adapter, targetOf(adapter));
  return [...factors, ...whole].map(({ values }) => values);
}

const equal = (one: Float32Array, other: Float32Array | undefined, rounded: number): boolean =>
  one.length === other?.length &&
  one.every((value, n) => value === other[n] || Math.abs(value - other[n]!) <= rounded * Math.abs(value));
