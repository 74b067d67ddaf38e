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

/** How many targets count in each window: of those to train on, and of those that an evaluation takes, in order. */
export interface CountedTargets {
  readonly training: Uint32Array;
  readonly heldout: Uint32Array;
}

export function countTargets(dataset: TokenDataset): CountedTargets {
  const { lossMask, offsets } = dataset;
  const countIn = (w: number) => {
    let counted = 0;
    for (let i = offsets[w]! + 1; i < offsets[w + 1]!; i++) counted += lossMask[i]!;
    return counted;
  };
  return {
    training: Uint32Array.from(dataset.training, countIn),
    heldout: Uint32Array.from(evaluatedWindows(dataset), countIn),
  };
}

/** Targets that count in a batch of so many windows: no batch of a run has more, whatever its seed and its steps. */
export function mostCounted({ training, heldout }: CountedTargets, batchSize: number): number {
  // Passes over the data that a batch may have a part of: in each of them, a window comes once.
  const passes = Math.ceil((batchSize - 1) / training.length) + 1;
  const descending = training.toSorted((a, b) => b - a);
  let most = 0;
  for (let row = 0; row < batchSize; row++) most += descending[Math.floor(row / passes)]!;
  for (let first = 0; first < heldout.length; first += batchSize) {
    const batch = heldout.subarray(first, first + batchSize);
    most = Math.max(
      most,
      batch.reduce((sum, counted) => sum + counted, 0),
    );
  }
  return most;
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
