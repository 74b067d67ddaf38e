import type { PassFrames } from '../src/worker/api';

/** The frames of a run of which none is kept yet, and all have room. */
export const FRAMES: PassFrames = {
  ofFrame: true,
  training: 320,
  heldout: 80,
  kept: 0,
  sure: true,
  freeBytes: 9e9,
  removableBytes: 0,
  onDisk: null,
  fewer: [],
};
