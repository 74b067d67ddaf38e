/** What a run was trained on, told by a hash, so that data that are open later can be known again. */
import { Sha256 } from '../containers/sha256';
import { problem } from '../problem';
import type { Recording } from '../recording/recording';
import type { TokenDataset } from '../tokens/batches';
import type { Adapter } from './adapter';

/** SHA-256 of windows, of what counts in them, and of how they are split. */
export function hashOfWindows(dataset: TokenDataset): string {
  const { tokens, lossMask, offsets, training, heldout, sequenceLength } = dataset;
  return hashOf([sequenceLength], [tokens, lossMask, offsets, training, heldout]);
}

/** SHA-256 of a recording's numbers, episode after episode, and of what was asked for. Pictures are not read. */
export function hashOfMotion({ fps, jointNames, episodes, tasks }: Recording): string {
  const lengths = episodes.map(({ length }) => length);
  return hashOf(
    [fps, jointNames.state, jointNames.action, tasks, lengths],
    episodes.flatMap(({ state, action, task }) => [state, action, task]),
  );
}

function hashOf(told: readonly unknown[], arrays: readonly ArrayBufferView[]): string {
  const hash = new Sha256();
  hash.update(new TextEncoder().encode(JSON.stringify([told, arrays.map(({ byteLength }) => byteLength)])));
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest();
}

/** @throws ProblemError where other data are open than the adapter's run had. An adapter that does not tell is taken at its word. */
export function checkData({ dataHash, summary }: Adapter, open: string): void {
  if (dataHash === undefined || dataHash === open) return;
  throw problem(
    'Other data are open than the adapter was trained on.',
    summary.name,
    'Open those of its run again, with the same settings of the data.',
  );
}
