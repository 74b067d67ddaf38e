// What is said and written of a run that has ended.

/**
 * What run.json holds.
 * @param {object} result
 * @param {import('../src/worker/api').TaskSettings} result.settings
 * @param {string} result.device
 * @param {import('../src/worker/api').EndedRun} result.summary
 * @param {Partial<Record<import('../src/worker/api').ExportFormat, string>>} result.saved names of files, by format
 */
export function recordOf({ settings, device, summary, saved }) {
  const { history, openLoop } = summary;
  const { joints, mae, hold, mean, base } = openLoop ?? {};
  return {
    task: settings.task,
    base: settings.base,
    steps: summary.steps,
    ...(settings.stages.length > 0 ? { stages: stagesTold(settings) } : {}),
    seconds: summary.seconds,
    ended: summary.ended,
    train: history.train.map(({ step, loss, gradNorm, learningRate }) => ({
      step,
      loss,
      grad_norm: gradNorm,
      lr: learningRate,
    })),
    heldout: history.heldout.map(({ step, loss }) => ({ step, loss })),
    ...(history.evaluated ? { evaluated: history.evaluated } : {}),
    baseline_heldout: measured(summary.baselineHeldout),
    kept: { step: summary.keptStep, heldout: measured(summary.heldout) },
    verdict: verdictTold(summary.verdict),
    ...(openLoop ? { open_loop: { joints, mae, hold, mean, base } } : {}),
    tokens_per_s: history.tokensPerSecond,
    bytes: { planned: history.plannedBytes, allocated: history.allocatedBytes, by_kind: history.byKind },
    device,
    adapter: saved.openpi,
    peft: saved.peft ?? null,
  };
}

/** A loss; null where nothing was measured. @param {number} loss */
const measured = (loss) => (Number.isFinite(loss) ? loss : null);

/** @param {import('../src/worker/api').Verdict} verdict */
const verdictTold = ({ outcome, problem }) => ({
  outcome,
  ...(problem ? { what: problem.what, fix: problem.fix } : {}),
});

/**
 * What a run that is ended by a signal has kept, in a line. @param {Extract<import('../src/worker/api').TrainEvent, { kind: 'paused' }>} paused
 * @param {boolean} inFrames while frames go through a model layer by layer @param {string} out
 */
export function pausedLine({ step, kept }, inFrames, out) {
  const goesOn = `the same command goes on from there, and so does --resume ${out}`;
  if (inFrames) return `Blocks of frames that are done are kept: ${goesOn}.`;
  return kept
    ? `Step ${step} is kept: ${goesOn}. Writing the adapter so far.`
    : `Step ${step} could not be kept: the same command goes on from the last checkpoint that was, or begins again where none was. Writing the adapter so far.`;
}

/** How a run ended, in a line. @param {import('../src/worker/api').EndedRun} summary @param {boolean} keepBest */
export function endLine({ ended, steps, baselineHeldout, heldout, keptStep, verdict }, keepBest) {
  const loss = (/** @type {number} */ value) => (Number.isFinite(value) ? value.toFixed(4) : 'not finite');
  const losses = Number.isNaN(baselineHeldout)
    ? 'nothing held out, so nothing measured'
    : `held-out loss ${loss(baselineHeldout)} → ${loss(heldout)}`;
  return `${ended} after ${steps} steps; ${losses} (step ${keptStep} kept${verdict.outcome === 'worse' && keepBest ? ', the least bad' : ''})`;
}

/** @param {import('../src/worker/api').TaskSettings} settings */
const stagesTold = ({ steps, freeze, learningRate, warmupSteps, stages }) =>
  [{ steps, freeze, learningRate, warmupSteps }, ...stages].map((stage) => ({
    steps: stage.steps,
    freeze: stage.freeze,
    lr: stage.learningRate,
    warmup: stage.warmupSteps,
  }));

/** The error against that of holding the last action. @param {import('../src/worker/api').OpenLoop} openLoop */
export function openLoopLine({ mae, hold }) {
  const better = mae.filter((error, joint) => error < (hold[joint] ?? Number.NaN)).length;
  const less = `less on ${better} of ${mae.length} joints`;
  const shares = mae.flatMap((error, joint) => (hold[joint] ? [error / hold[joint]] : [])); // a joint that is still has none
  if (shares.length === 0) return `open-loop error: ${less} than that of holding the last action`;
  const share = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  return `open-loop error ${share.toFixed(3)} × that of holding the last action; ${less}`;
}

/** Errors joint by joint, as a table. @param {import('../src/worker/api').OpenLoop} openLoop */
export function openLoopTable({ joints, mae, hold, mean, base }) {
  const width = Math.max(5, ...joints.map((name) => name.length));
  const row = (/** @type {string} */ name, /** @type {(string | number)[]} */ cells) =>
    name.padEnd(width) +
    cells.map((cell) => (typeof cell === 'number' ? cell.toPrecision(4) : cell).padStart(12)).join('');
  return [
    row('joint', ['adapter', 'hold', 'mean', 'base']),
    ...joints.map((name, n) =>
      row(
        name,
        [mae, hold, mean, base].map((errors) => errors[n] ?? Number.NaN),
      ),
    ),
  ].join('\n');
}
