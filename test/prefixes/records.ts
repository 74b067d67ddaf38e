import type { Block } from '../../src/prefixes/block';
import type { PrefixStoreKey } from '../../src/prefixes/index_file';
import { PrefixStore } from '../../src/prefixes/store';
import { randomStream } from '../../src/random';
import type { MemoryFiles } from './memory_file';

export const KEY: PrefixStoreKey = { weights: 'w1', data: 'd1', precision: 'bf16', layers: 3, layerBytes: 8 };
export const LABEL = { model: 'pi0', recording: 'towels' };
export const RECORD = KEY.layers * KEY.layerBytes;

export const open = (files: MemoryFiles, key = KEY) => PrefixStore.open(key, LABEL, files);

/** The record of a sample: what a model of these weights gives for it. */
export function recordOf(sample: number, { weights, layers, layerBytes } = KEY): Uint8Array<ArrayBuffer> {
  const random = randomStream(weights, sample);
  return Uint8Array.from({ length: layers * layerBytes }, () => 1 + 255 * random()); // no zeros, as a hole has
}

/** Writes the first layers of a block as a backbone does: a layer of all its samples, then the next. */
export function writeLayers(block: Block, samples: readonly number[], key = KEY, layers = key.layers): void {
  const records = samples.map((sample) => recordOf(sample, key));
  for (let layer = 0; layer < layers; layer += 1)
    for (const [n, record] of records.entries())
      block.write(n, layer, record.slice(layer * key.layerBytes, (layer + 1) * key.layerBytes));
}

export function add(store: PrefixStore, ...samples: number[]): void {
  const block = store.begin(samples);
  writeLayers(block, samples, store.key);
  block.commit();
}

/** Of samples from 0 to 20, those that the store says it has. */
export const held = (store: PrefixStore) =>
  Array.from({ length: 20 }, (_, sample) => sample).filter((s) => store.has(s));

/** Does the store give this record, as it was written? @throws Error where it gives another */
export function gives(store: PrefixStore, sample: number): boolean {
  const read = store.read(sample);
  if (!read.ok) return false;
  if (Buffer.compare(read.value, recordOf(sample, store.key)) !== 0) throw new Error(`another record for ${sample}`);
  return true;
}
