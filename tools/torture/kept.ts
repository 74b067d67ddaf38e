import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { readSafetensors } from '../../src/containers/safetensors';
import type { RunHistory } from '../../src/worker/api';
import type { Trained } from './page';

/** What a run comes to, without what tells the time. */
export interface Kept {
  readonly train: readonly Trained[];
  readonly heldout: readonly { readonly step: number; readonly loss: number }[];
  /** Fields of the adapter's file, by name. */
  readonly told: Readonly<Record<string, string>>;
  /** SHA-256 of each tensor's bytes, by path. */
  readonly tensors: Readonly<Record<string, string>>;
}

/** Reads an adapter's file. */
export function keptIn(file: Uint8Array<ArrayBuffer>): Kept {
  const { tensors, metadata } = readSafetensors(file, 'the adapter');
  const { saved_at: _, history = '{}', ...told } = metadata;
  const { train, heldout } = JSON.parse(history) as RunHistory;
  const hashes = [...tensors].map(([path, { bytes, dtype, shape }]) => [
    path,
    `${dtype} ${shape.join('×')} ${createHash('sha256').update(bytes).digest('hex')}`,
  ]);
  return { train, heldout, told, tensors: Object.fromEntries(hashes) };
}

/** In what two runs differ, in sentences. */
export function differences(now: Kept, undisturbed: Kept): string[] {
  const names = (values: Readonly<Record<string, unknown>>, others: Readonly<Record<string, unknown>>) =>
    [...new Set([...Object.keys(values), ...Object.keys(others)])].filter(
      (name) => !isDeepStrictEqual(values[name], others[name]),
    );
  const steps = (['train', 'heldout'] as const).flatMap((list) => {
    if (isDeepStrictEqual(now[list], undisturbed[list])) return [];
    const first = undisturbed[list].findIndex((one, n) => !isDeepStrictEqual(now[list][n], one));
    return [`the history (${list}) differs from entry ${first < 0 ? undisturbed[list].length : first} on`];
  });
  const tensors = names(now.tensors, undisturbed.tensors);
  return [
    ...steps,
    ...names(now.told, undisturbed.told).map((field) => `${field} of the adapter differs`),
    ...(tensors.length > 0 ? [`${tensors.length} tensors of the adapter differ, ${tensors[0]} among them`] : []),
  ];
}
