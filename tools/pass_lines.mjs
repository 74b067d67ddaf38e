// What is said of what goes before the steps of a run whose model is read layer by layer.
import { duration } from './progress.mjs';

/** @param {number} bytes */
const size = (bytes) => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);

/** @param {number} count */
const frames = (count) => (count === 1 ? '1 frame' : `${count} frames`);

/**
 * Before it starts: its frames, and what they take on the disk, on the GPU, and of time.
 * @param {import('../src/train_page').PassPlan} plan
 */
export function planLines({ pass, trainingBytes, of, secondsPerFrame }) {
  const missing = pass.frames - (of?.kept ?? 0);
  const disk = (missing * pass.diskBytes) / pass.frames;
  const time =
    secondsPerFrame === null
      ? 'known when the first ones have gone through'
      : `about ${duration(missing * secondsPerFrame)}`;
  return [
    `Before the first step ${frames(pass.frames)} go through what comes before the action expert, layer by layer${of ? which(of) : '.'}`,
    ...(missing === 0
      ? ['  All of them are kept already.']
      : [`  on the disk: ${size(disk)}${of ? room(of, disk) : ''}`]),
    `  on the GPU: ${missing === 0 ? '' : `${size(pass.plannedBytes)}, then `}${size(trainingBytes)} while it trains`,
    ...(missing === 0 ? [] : [`  time: ${time}`]),
  ];
}

/** How they are spread, and how many are kept. @param {import('../src/worker/api').PassFrames} of */
function which({ ofFrame, training, heldout, kept, sure }) {
  const spread = ofFrame
    ? `: ${training} to learn from, spread evenly over the training episodes, and ${heldout} of held-out episodes to measure by.`
    : ', one of each task.';
  if (kept === 0) return spread;
  return `${spread} ${kept} of them are kept already${sure ? '' : ', if the files of the model are still those of then'}.`;
}

/** @param {import('../src/worker/api').PassFrames} of @param {number} needed bytes */
function room({ freeBytes, removableBytes, onDisk }, needed) {
  if (freeBytes === null) return '';
  const free = freeBytes + removableBytes;
  if (needed > free)
    return `, and there is room for ${size(free)}${onDisk ? `: --frames ${onDisk.frames} would fit` : ''}`;
  return needed > freeBytes ? `; what is kept of other frames is removed for ${size(needed - freeBytes)} of it` : '';
}

/** When they have gone through. @param {Extract<import('../src/worker/api').TrainEvent, { kind: 'pass' }>} pass */
export function doneLine({ frames: count, seconds, flops, allocatedBytes, plannedBytes }) {
  const planned = allocatedBytes === plannedBytes ? 'as planned' : `${size(plannedBytes)} planned`;
  const speed = (flops / seconds / 1e9).toPrecision(3);
  return `${frames(count)} took ${duration(seconds)}, at ${speed} GFLOP/s; ${size(allocatedBytes)} on the GPU, ${planned}`;
}
