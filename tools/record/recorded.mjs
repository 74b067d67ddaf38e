/** @typedef {import('../../src/worker/api').TrainEvent} TrainEvent */
/** @typedef {import('../../src/worker/api').OpenLoop} OpenLoop */
/** @typedef {import('../../src/worker/api').EndedRun} EndedRun */

/** What the first screen draws; all else that a run tells would only be carried along. */
const SHOWN = ['step', 'heldout', 'sample', 'open loop'];

/**
 * A run as the first screen reads it: see src/ui/state/recorded_run.ts.
 * @param {object} run
 * @param {string} run.task @param {string} run.sample @param {Date} run.now @param {import('../../src/worker/api').DeviceReport} run.device
 * @param {readonly TrainEvent[]} run.events in the order in which they came @param {EndedRun} run.summary
 */
export function recorded({ task, sample, now, device, events, summary }) {
  const loops = events.flatMap((event) => (event.kind === 'open loop' ? [event] : []));
  return rounded({
    task,
    sample,
    recordedOn: now.toISOString().slice(0, 10),
    device: device.name,
    software: device.software,
    seconds: Math.round(summary.seconds),
    steps: summary.steps,
    events: events.filter(({ kind }) => SHOWN.includes(kind)).map(withoutCurves),
    ...(loops.length > 0 ? { curve: curveOf(loops) } : {}),
  });
}

/** @param {TrainEvent} event */
const withoutCurves = (event) =>
  event.kind === 'open loop' ? { ...event, openLoop: { ...event.openLoop, curves: [] } } : event;

/**
 * The joint that moves most, in the first held-out episode.
 * @param {readonly { step: number, openLoop: OpenLoop }[]} loops one an evaluation
 */
function curveOf(loops) {
  const [{ openLoop }] = /** @type {[{ openLoop: OpenLoop }]} */ (/** @type {unknown} */ (loops));
  const [first] = openLoop.curves;
  if (!first) throw new Error('No held-out episode was predicted.');
  const { episode, frames, horizon } = first;
  const count = openLoop.joints.length;
  const joint = widest(first.recorded, count);
  const taken = (/** @type {Float32Array} */ values) => [...values].filter((_, index) => index % count === joint);
  return {
    joint: openLoop.joints[joint],
    episode,
    frames,
    horizon,
    recorded: taken(first.recorded),
    base: taken(first.base),
    predicted: loops.map((loop) => ({ step: loop.step, values: taken(predictedIn(loop.openLoop)) })),
  };
}

/** @param {OpenLoop} openLoop @returns {Float32Array} */
function predictedIn({ curves: [first] }) {
  if (!first) throw new Error('An evaluation predicted no episode.');
  return first.predicted;
}

/** The joint with the largest range. @param {Float32Array} values (F, A) @param {number} count A */
function widest(values, count) {
  const ranges = Array.from({ length: count }, (_, joint) => {
    const own = [...values].filter((_, index) => index % count === joint);
    return Math.max(...own) - Math.min(...own);
  });
  return ranges.indexOf(Math.max(...ranges));
}

/** Numbers to four digits: a drawing shows no more. @template T @param {T} value @returns {T} */
const rounded = (value) =>
  JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(4)) : part,
  );
