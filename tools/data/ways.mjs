// The flags that put a problem right, in place of the page's controls: npm run data and npm run train say them.

/** @typedef {import('../../src/problem').Problem} Problem */

/** @param {string} text as a shell reads it back */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The name of the file that a problem is in. @param {Problem} problem */
const fileOf = ({ where = 'FILE' }) => where.replace(/, (?:line|row|record) \d+$/, '');

/** By what a problem says may be chosen, the setting that it is of, or the place that it names. @type {Readonly<Record<string, string | ((problem: Problem) => string)>>} */
export const WAYS = {
  columns: (problem) =>
    `--completion COLUMN and, where there is one, --prompt COLUMN; or --columns ${quoted(`${fileOf(problem)}:PROMPT:COMPLETION`)}`,
  voice: (problem) => `--voice ${quoted(`${fileOf(problem)}:NAME`)}`,
  encoding: (problem) => `--latin-1 ${quoted(fileOf(problem))}`,
  heldout: '--heldout 0',
  'recording columns': '--state-column NAME and --action-column NAME, each as often as needed',
  joints: '--joint NAME or --joint 0-6, as often as needed',
  cameras: '--camera NAME, as often as needed',
  state: '--state measured, --state last-action or --state last-action-and-lag',
  horizon: '--horizon N',
  frames: '--frames N',
  delta: '--delta 1,1,0 with a 1 or a 0 for each, or --delta none',
  sequenceLength: ({ fix = '' }) => `--length ${/windows of (\d+) tokens/.exec(fix)?.[1] ?? 'TOKENS'}`,
  'window length': '--length TOKENS',
  heldoutFraction: '--heldout SHARE',
  'held-out share': '--heldout SHARE',
  'freeze filter': '--freeze EXPR',
  'freeze all': '--freeze EXPR; or --train-everything',
  base: '--base ID',
  normalization: '--normalization z-score',
  statistics: '--statistics recording',
  'GPU memory': '--batch N, --length TOKENS or --horizon N, --freeze EXPR, --recompute',
  memory: '--frames N, --steps N, --camera NAME or --streamed',
  loraRank: '--rank N',
  loraAlpha: '--alpha NUMBER',
  steps: '--steps N',
  batchSize: '--batch N',
  accumulation: '--accumulation N',
  learningRate: '--lr RATE',
  warmupSteps: '--warmup N',
  endLearningRate: '--end-lr RATE',
  weightDecay: '--weight-decay NUMBER',
  clipNorm: '--clip NORM',
  evaluateEvery: '--evaluate-every N',
  patience: '--patience N',
  checkpointEvery: '--checkpoint-every N',
  seed: '--seed N',
  fps: '--fps RATE',
};

/** Fixes of problems whose own are for the page, by the place that they name. @type {Readonly<Record<string, string>>} */
const FIXES = {
  GPU: 'Give the same command again: it goes on from the last checkpoint. If the GPU refuses again, write a smaller --batch.',
  'browser storage': 'Free space on the disk that --out is on.',
  'base model': 'Build anew: npm run build.',
};

/**
 * What is written on the command line to put a problem right.
 * @param {Problem} problem @returns {string | undefined} flags; nothing where none helps
 */
export function wayOf(problem) {
  const { choice, setting, columns, joints, where } = problem;
  if (setting?.stage) return `--stage or --stages, of stage ${setting.stage + 1}`;
  const key = choice ?? setting?.name ?? (columns ? 'recording columns' : joints ? 'joints' : where);
  const way = key !== undefined && Object.hasOwn(WAYS, key) ? WAYS[key] : undefined;
  return typeof way === 'function' ? way(problem) : way;
}

/** A problem with the flags that put it right in its fix. @template {Problem} P @param {P} problem @returns {P} */
export function withWay(problem) {
  const way = wayOf(problem);
  return way ? { ...problem, fix: `${problem.fix ?? ''} Write ${way}.`.trim() } : problem;
}

/** A problem as a command that prints no JSON says it. @param {Problem} problem @returns {string} lines */
export const inWords = (problem) => {
  const { what, where = '', others = [] } = problem;
  const fix = Object.hasOwn(FIXES, where) ? FIXES[where] : problem.fix;
  const way = wayOf(problem);
  const own = [what, where && `  where: ${where}`, fix && `  what to do: ${fix}`, way && `  with: ${way}`];
  return [...own, ...others.map(inWords)].filter(Boolean).join('\n');
};
