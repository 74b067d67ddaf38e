import { hash, shuffled } from '../shuffle';
import type { Split } from './split';
import type { Windows } from './windows';

/** Plain data: structured clone keeps it, so it can be stored in IndexedDB. */
export interface TokenDataset extends Windows, Split {
  /** T: tokens that the model reads of a window at most. */
  readonly sequenceLength: number;
  readonly vocabularySize: number;
  /** Id of <pad>. */
  readonly pad: number;
}

/** One micro-batch: B windows of T tokens side by side, each array (B, T) row by row. Rows are padded at their end. */
export interface TokenBatch {
  readonly tokens: Uint32Array;
  /** The token after each token. */
  readonly targets: Uint32Array;
  /** 1 where there is a token, 0 on padding. */
  readonly inputMask: Uint8Array | Uint32Array | Int32Array;
  /** 1 where the target counts in the loss. */
  readonly lossMask: Float32Array | Uint8Array;
}

/**
 * The micro-batches of a step, counted from 0. A pure function of the dataset, the seed and the step: training windows in an order
 * that is shuffled anew for each pass, one pass after another without a gap.
 */
export function batchAt(
  dataset: TokenDataset,
  seed: number,
  step: number,
  batchSize: number,
  accumulation: number,
): TokenBatch[] {
  const size = dataset.training.length;
  return Array.from({ length: accumulation }, (_, micro) => {
    const first = (step * accumulation + micro) * batchSize;
    const windows = Array.from({ length: batchSize }, (_, row) => {
      const place = first + row;
      const epoch = Math.floor(place / size);
      return dataset.training[shuffled(place % size, size, hash(seed, 3, epoch))]!;
    });
    return collate(dataset, windows, batchSize);
  });
}

/** Windows of one evaluation at most, so that its time does not grow with the data. */
export const EVALUATED_WINDOWS = 64;

/** The held-out windows that an evaluation takes, the same each time: all, or EVALUATED_WINDOWS spread evenly over them. In order. */
export function evaluatedWindows({ heldout }: Split): readonly number[] {
  const count = Math.min(heldout.length, EVALUATED_WINDOWS);
  return Array.from({ length: count }, (_, n) => heldout[Math.floor(((n + 0.5) * heldout.length) / count)]!);
}

/** The batches of an evaluation; the last is filled with empty rows. */
export function* heldoutBatches(dataset: TokenDataset, batchSize: number): Generator<TokenBatch, void> {
  const windows = evaluatedWindows(dataset);
  for (let first = 0; first < windows.length; first += batchSize) {
    yield collate(dataset, windows.slice(first, first + batchSize), batchSize);
  }
}

function collate(dataset: TokenDataset, windows: readonly number[], batchSize: number): TokenBatch {
  const { sequenceLength, offsets } = dataset;
  const size = batchSize * sequenceLength;
  const batch = {
    tokens: new Uint32Array(size).fill(dataset.pad),
    targets: new Uint32Array(size).fill(dataset.pad),
    inputMask: new Uint32Array(size),
    lossMask: new Float32Array(size),
  };
  windows.forEach((w, row) => {
    const begin = offsets[w]!;
    const last = offsets[w + 1]! - 1;
    const at = row * sequenceLength;
    batch.tokens.set(dataset.tokens.subarray(begin, last), at);
    batch.targets.set(dataset.tokens.subarray(begin + 1, last + 1), at);
    batch.lossMask.set(dataset.lossMask.subarray(begin + 1, last + 1), at);
    batch.inputMask.fill(1, at, at + last - begin);
  });
  return batch;
}
