import { type Problem, problem } from '../problem';
import type { StoreLabel } from './index_file';

const AGAIN = 'There is nothing to do: it is computed again.';

/** What was there of a store and cannot be used. @param what a sentence */
export const droppedStore = (what: string, { model, recording }: StoreLabel): Problem => ({
  what,
  where: `${model}, ${recording}`,
  fix: AGAIN,
});

export const damagedEntries = (count: number, label: StoreLabel): Problem => ({
  ...droppedStore('What is kept of a frame is damaged.', label),
  ...(count > 1 ? { count } : {}),
});

export const damagedRecord = (sample: number): Problem => ({
  what: 'What is kept of a frame is damaged.',
  where: `frame ${sample}`,
  fix: AGAIN,
});

/** It was computed again, and read back as something else, time after time. */
export const damagedAgain = (sample: number) =>
  problem(
    'What is kept of a frame is damaged again and again.',
    `frame ${sample}`,
    'Look whether the disk is sound on which this browser keeps its files, and try again.',
  );

/** @param bytes that were to be written, and for which there was no room */
export const noRoom = (bytes: number) =>
  problem(
    `This browser's storage has no room for ${bytes} more bytes of keys and values.`,
    'browser storage',
    'Choose fewer frames, delete what else is kept here, or free space on the disk; the frames that were done stay.',
  );

/**
 * What is kept of the same frames and is of no use to a run that computes them.
 * @param weights whether it belongs to others; else it was computed in another way
 */
export const ofNoUse = (bytes: number, weights: boolean, { model, recording }: StoreLabel): Problem => ({
  what: weights
    ? `What is kept of these frames, ${bytes} bytes, belongs to other weights: they are computed again.`
    : `What is kept of these frames, ${bytes} bytes, was computed in another way: they are computed again.`,
  where: `${model}, ${recording}`,
  fix: 'Delete it from the list of kept frames when no run needs it any more.',
});

/** A store that had to go, by its label where that can be read. */
export const removedStore = ({
  id,
  label,
  bytes,
}: {
  readonly id: string;
  readonly label: StoreLabel | null;
  readonly bytes: number;
}): Problem => ({
  what: `What was kept of other frames, ${bytes} bytes, was removed to make room.`,
  where: label ? `${label.model}, ${label.recording}` : id,
  fix: 'There is nothing to do: it is computed again when a run needs it.',
});

export const inUse = () =>
  problem(
    'The keys and values of these frames are in use elsewhere.',
    'browser storage',
    'Wait until the other tab is done with them, or close it.',
  );
