// What the flags of npm run train mean.
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readStages, stageOf } from './stages.mjs';

/** @typedef {import('../src/worker/api').TextSettings} TextSettings */
/** @typedef {import('../src/worker/api').ActionsSettings} ActionsSettings */
/** @typedef {Partial<Omit<TextSettings, 'task'>> & Partial<Omit<ActionsSettings, 'task'>>} GivenSettings */

/**
 * @typedef {object} TrainArguments
 * @property {'text' | 'actions'} task
 * @property {string[]} files absolute paths; of the actions task also a folder
 * @property {string} out
 * @property {number} heldout share kept aside
 * @property {number} [fps] frames a second, for recordings that do not say
 * @property {{ state?: string[], action?: string[] }} [columns] of state and action, where they cannot be guessed
 * @property {string[]} [joints] of the action, by name or place; without it, all
 * @property {string} [prompt] what the robot was asked for, where the recording does not say
 * @property {import('./stages.mjs').GivenStage[]} stages after the first, which is that of the settings
 * @property {GivenSettings} settings what differs from the defaults
 */

/** Flags that set a number of the run. @type {Readonly<Record<string, keyof GivenSettings>>} */
const NUMBERS = {
  steps: 'steps',
  batch: 'batchSize',
  accumulation: 'accumulation',
  lr: 'learningRate',
  warmup: 'warmupSteps',
  'end-lr': 'endLearningRate',
  'weight-decay': 'weightDecay',
  clip: 'clipNorm',
  rank: 'loraRank',
  alpha: 'loraAlpha',
  seed: 'seed',
  'evaluate-every': 'evaluateEvery',
  patience: 'patience',
};

/** The same, of one task alone. @type {Readonly<Record<TrainArguments['task'], Readonly<Record<string, keyof GivenSettings>>>>} */
const NUMBERS_OF = { text: { length: 'sequenceLength' }, actions: { horizon: 'horizon' } };

/** Flags that switch something of the actions task on. @type {Readonly<Record<string, keyof GivenSettings>>} */
const SWITCHES = { 'backbone-lora': 'backboneLora', 'mask-tail': 'maskTail', 'mask-padding': 'maskPadding' };

const flagsOf = (/** @type {object} */ table) => Object.keys(table).map((flag) => `--${flag}`);

const USAGE = `npm run train -- --task text --data FILE [--data FILE …] [--out DIR]
npm run train -- --task actions --data FOLDER [--out DIR]
  --out DIR            where adapter, run.json and memory.csv go (default: trained)
  --name NAME          name of the adapter
  --base ID            embedded base to adapt
  --freeze EXPRESSION  what stays as it is
  --train-everything   train although the filter freezes nothing
  --stage 'N RATE EXPR' N more steps at that learning rate, with another filter; several may be named, in order. Leaves
                       that go on training keep their moments; --steps, --lr and --freeze are the first stage
  --stages FILE        the same from JSON: [{ "steps": N, "learningRate": RATE, "freeze": EXPR, "warmupSteps": N }, …]
  --heldout SHARE      share of examples or episodes kept for the held-out loss, 0 to 0.5 (default: 0.1)
  --recompute          compute activations twice instead of keeping them
  --no-early-stop      go on although the held-out loss does not improve
  --no-keep-best       keep the last weights instead of the best
  Numbers: ${flagsOf(NUMBERS).join(' ')}
of text:
  --length TOKENS      of a window
of actions (FOLDER: a LeRobot recording; or a .zip of it, or .npz, .npy, .csv files):
  --horizon N          actions of a chunk
  --state FORM         what the state tells: measured, last-action or last-action-and-lag (default: the most that fits)
  --camera NAME        what the model sees, in its order; several may be named (default: the first that have pictures)
  --delta 1,1,0        joints that are learned as differences from the state; "none" (default: what the recording suggests)
  --normalization KIND z-score or quantile
  --mask-tail          leave actions after an episode's end out of the loss
  --mask-padding       leave numbers beyond the robot's joints out of the loss
  --backbone-lora      LoRA in the backbone too
  --fps N              frames a second, for arrays and tables that hold no times
  --state-column NAME  column of the state, where it cannot be guessed; several may be named, and stand side by side
  --action-column NAME column of the action, in the same way
  --joint NAME         joint to learn, by name or place from 0 (3, 0-6); several may be named (default: all)
  --prompt TEXT        what the robot was asked for, where the recording does not say`;

/** An error that the person at the command line can act on. */
export class Refusal extends Error {}

/** @param {string} message @returns {never} */
export function refuse(message) {
  throw new Refusal(message);
}

/** @param {string[]} argv @returns {TrainArguments} */
export function readArguments(argv) {
  const values = /** @type {Record<string, string | string[] | boolean | undefined>} */ (parse(argv));
  const task = values.task === 'text' || values.task === 'actions' ? values.task : undefined;
  if (!task) refuse(`There is no task "${values.task}". The tasks are: text, actions.`);
  const other = task === 'text' ? 'actions' : 'text';
  const foreign = [...Object.keys(NUMBERS_OF[other]), ...(task === 'text' ? ACTIONS_FLAGS : [])];
  const wrong = foreign.find((flag) => values[flag] !== undefined);
  if (wrong) refuse(`--${wrong} is of the ${other} task.`);
  const settings = /** @type {Record<string, unknown>} */ ({});
  for (const [flag, key] of Object.entries({ ...NUMBERS, ...NUMBERS_OF[task] })) {
    if (values[flag] !== undefined) settings[key] = numberOf(flag, String(values[flag]));
  }
  for (const key of ['name', 'base', 'freeze', 'normalization', 'state']) if (values[key]) settings[key] = values[key];
  for (const [flag, key] of Object.entries(SWITCHES)) if (values[flag]) settings[key] = true;
  if (values.camera) settings.cameras = values.camera;
  if (values.delta) settings.delta = deltaOf(String(values.delta));
  if (values.recompute) settings.recompute = true;
  if (values['train-everything']) settings.trainEverything = true;
  if (values['no-early-stop']) settings.earlyStop = false;
  if (values['no-keep-best']) settings.keepBest = false;
  return {
    task,
    files: dataOf(task, /** @type {string[]} */ (values.data ?? [])),
    out: resolve(String(values.out)),
    heldout: numberOf('heldout', String(values.heldout)),
    ...(values.fps === undefined ? {} : { fps: numberOf('fps', String(values.fps)) }),
    ...columnsOf(values),
    ...(values.joint ? { joints: /** @type {string[]} */ (values.joint) } : {}),
    ...(values.prompt === undefined ? {} : { prompt: String(values.prompt) }),
    stages: stagesOf(/** @type {string[]} */ (values.stage ?? []), values.stages),
    settings,
  };
}

const COLUMN_FLAGS = { 'state-column': 'state', 'action-column': 'action' };
const ACTIONS_FLAGS = [
  ...Object.keys(SWITCHES),
  ...Object.keys(COLUMN_FLAGS),
  'joint',
  'camera',
  'delta',
  'normalization',
  'state',
  'fps',
  'prompt',
];

/** @param {Record<string, string | string[] | boolean | undefined>} values @returns {Pick<TrainArguments, 'columns'>} */
function columnsOf(values) {
  const columns = Object.entries(COLUMN_FLAGS).flatMap(([flag, role]) => (values[flag] ? [[role, values[flag]]] : []));
  return columns.length > 0 ? { columns: Object.fromEntries(columns) } : {};
}

/** @param {string[]} argv */
function parse(argv) {
  const numbers = Object.keys({ ...NUMBERS, ...NUMBERS_OF.text, ...NUMBERS_OF.actions });
  const text = ['name', 'base', 'freeze', 'delta', 'normalization', 'state', 'fps', 'prompt', ...numbers];
  const switches = ['recompute', 'no-early-stop', 'no-keep-best', 'train-everything', ...Object.keys(SWITCHES)];
  try {
    return parseArgs({
      args: argv,
      options: {
        ...Object.fromEntries(text.map((flag) => [flag, { type: /** @type {const} */ ('string') }])),
        ...Object.fromEntries(switches.map((flag) => [flag, { type: /** @type {const} */ ('boolean') }])),
        task: { type: 'string', default: 'text' },
        data: { type: 'string', multiple: true },
        camera: { type: 'string', multiple: true },
        'state-column': { type: 'string', multiple: true },
        'action-column': { type: 'string', multiple: true },
        joint: { type: 'string', multiple: true },
        stage: { type: 'string', multiple: true },
        stages: { type: 'string' },
        out: { type: 'string', default: 'trained' },
        heldout: { type: 'string', default: '0.1' },
      },
    }).values;
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

/** @param {TrainArguments['task']} task @param {string[]} given */
function dataOf(task, given) {
  const files = given.map((file) => resolve(file));
  if (files.length === 0) refuse(`Which file should it learn from? Name one with --data.\n\n${USAGE}`);
  for (const file of files) {
    if (!existsSync(file)) refuse(`There is no file ${file}.`);
    if (statSync(file).isFile()) continue;
    if (task === 'text') refuse(`${file} is a folder. Name the files in it, each with --data.`);
    if (files.length > 1) refuse(`${file} is a folder. Name it alone: a run learns from one recording.`);
  }
  return files;
}

/** @param {string} flag @param {string} text */
function numberOf(flag, text) {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : refuse(`--${flag} is "${text}", which is no number.`);
}

/** @param {string} text */
function deltaOf(text) {
  if (text === 'none') return [];
  const flags = text.split(',').map((flag) => flag.trim());
  if (flags.some((flag) => flag !== '0' && flag !== '1')) {
    refuse(`--delta is "${text}"; it should be a 1 or a 0 for each joint, with commas between, or none.`);
  }
  return flags.map((flag) => flag === '1');
}

/** @param {string[]} given @param {unknown} file */
function stagesOf(given, file) {
  if (file !== undefined) {
    if (given.length > 0) refuse('Name stages with --stage or with --stages, not with both.');
    const stages = readStages(String(file));
    return typeof stages === 'string' ? refuse(stages) : stages;
  }
  return given.map((text) => {
    const what = `--stage is "${text}"; it should be steps, learning rate and filter, as in`;
    return stageOf(text) ?? refuse(`${what} --stage '50 0.002 Not(PathRegex(".*lora.*"))'.`);
  });
}
