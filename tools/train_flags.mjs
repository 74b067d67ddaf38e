// The flags of npm run train: those of npm run data, and the settings of a run.
import { ACTIONS_FLAGS, FILE_FLAGS, TEXT_FLAGS } from './data/choices.mjs';

/** @typedef {import('../src/worker/api').TextSettings} TextSettings */
/** @typedef {import('../src/worker/api').ActionsSettings} ActionsSettings */
/** @typedef {Partial<Omit<TextSettings, 'task'>> & Partial<Omit<ActionsSettings, 'task'>>} GivenSettings */

/**
 * A flag that is a setting of the run.
 * @typedef {import('./flags.mjs').Flag & {
 *   readonly key: keyof GivenSettings,
 *   readonly means?: boolean,
 *   readonly defaults?: readonly [text: unknown, actions: unknown],
 * }} SettingFlag key: the setting's name; means: of a switch, what it sets; defaults: of a run that is told nothing
 */

/** @param {number} least */
const whole = (least) => ({ value: 'N', number: { whole: true, least } });
const positive = { number: { above: 0 } };

/** @satisfies {Record<string, SettingFlag>} */
const RUN = {
  name: { key: 'name', value: 'NAME', defaults: ['My adapter', 'My robot adapter'], help: 'name of the adapter' },
  base: {
    key: 'base',
    value: 'ID|PATH',
    also: ['model'],
    defaults: ['text', 'actions'],
    help: 'what is adapted: an embedded base, or a model of yours: a folder of the Hugging Face hub, or a .gguf beside its tokenizer.json; of actions, the folder of a π0 or π0.5 as openpi or LeRobot have it, with a tokenizer.json',
  },
  steps: {
    key: 'steps',
    ...whole(1),
    also: ['max-steps', 'iterations'],
    defaults: [60, 100],
    help: 'steps of the first stage',
  },
  batch: {
    key: 'batchSize',
    ...whole(1),
    also: ['batch-size'],
    defaults: [4, 16],
    help: 'windows, or samples, of a batch',
  },
  accumulation: {
    key: 'accumulation',
    ...whole(1),
    also: ['gradient-accumulation-steps'],
    defaults: [1, 1],
    help: 'batches of a step',
  },
  lr: {
    key: 'learningRate',
    value: 'RATE',
    ...positive,
    also: ['learning-rate', 'rate'],
    defaults: [0.01, 0.003],
    help: 'highest learning rate',
  },
  warmup: {
    key: 'warmupSteps',
    ...whole(0),
    also: ['warmup-steps', 'warm-up'],
    defaults: [5, 5],
    help: 'steps until the learning rate is highest',
  },
  'end-lr': {
    key: 'endLearningRate',
    value: 'RATE',
    number: { least: 0 },
    also: ['end-learning-rate', 'min-lr'],
    defaults: [0.001, 0.0003],
    help: 'learning rate at the last step',
  },
  'weight-decay': {
    key: 'weightDecay',
    value: 'SHARE',
    number: { least: 0 },
    defaults: [1e-10, 1e-10],
    help: "AdamW's weight decay",
  },
  clip: {
    key: 'clipNorm',
    value: 'NORM',
    ...positive,
    also: ['clip-norm', 'max-grad-norm'],
    defaults: [1, 1],
    help: 'largest norm of the gradient; a larger one is scaled down to it',
  },
  rank: { key: 'loraRank', ...whole(1), also: ['lora-rank', 'r'], defaults: [8, 8], help: 'rank of the LoRA adapters' },
  alpha: {
    key: 'loraAlpha',
    value: 'NUMBER',
    ...positive,
    also: ['lora-alpha'],
    defaults: [8, 8],
    help: "LoRA's alpha: attention is scaled by alpha / rank",
  },
  recompute: {
    key: 'recompute',
    means: true,
    also: ['gradient-checkpointing', 'recomputation'],
    help: 'computes activations twice instead of keeping them: less memory, more time',
  },
};

/** @satisfies {Record<string, SettingFlag>} */
const FREEZE = {
  freeze: {
    key: 'freeze',
    value: 'EXPR',
    also: ['filter', 'freeze-filter'],
    help: 'a filter: what stays as it is (default: all but adapters, and of actions the projections)',
  },
  'train-everything': { key: 'trainEverything', means: true, help: 'trains although the filter freezes nothing' },
};

/** @satisfies {Record<string, SettingFlag>} */
const EVALUATION = {
  'evaluate-every': {
    key: 'evaluateEvery',
    ...whole(1),
    also: ['eval-every', 'eval-steps'],
    defaults: [15, 25],
    help: 'steps between two held-out evaluations',
  },
  'no-early-stop': { key: 'earlyStop', means: false, help: 'goes on although the held-out loss does not improve' },
  patience: {
    key: 'patience',
    ...whole(1),
    also: ['early-stop'],
    defaults: [3, 3],
    help: 'evaluations without improvement before an early stop',
  },
  'no-keep-best': { key: 'keepBest', means: false, help: 'keeps the last weights instead of the best' },
  'checkpoint-every': {
    key: 'checkpointEvery',
    ...whole(1),
    also: ['save-every', 'save-steps'],
    defaults: [10, 25],
    help: 'steps between two checkpoints, from which a run that was ended goes on',
  },
};

/** @satisfies {Record<string, SettingFlag>} */
const TEXT_SETTINGS = {
  weights: {
    key: 'weights',
    value: 'FORM',
    choices: ['stored', 'int8'],
    help: 'frozen weights of a model of yours: as its files have them, or matrices in 8 bits with a scale for each row, in about half the memory (default: stored)',
  },
  'sample-prompt': {
    key: 'samplePrompts',
    value: 'TEXT',
    several: true,
    also: ['sample-prompts'],
    help: 'a prompt that base and adapter continue at each evaluation (default: none)',
  },
};

/** @satisfies {Record<string, SettingFlag>} */
const ACTIONS_SETTINGS = {
  normalization: {
    key: 'normalization',
    value: 'KIND',
    choices: ['z-score', 'quantile'],
    help: 'z-score, as π0 has it, or quantile, as π0.5 has it (default: as the base was trained; it is printed)',
  },
  statistics: {
    key: 'statistics',
    value: 'FROM',
    choices: ['recording', 'checkpoint'],
    help: 'by whose statistics numbers are scaled: those of the recording, or those that lie beside a policy of yours, as it was trained with them (default: recording)',
  },
  'backbone-lora': {
    key: 'backboneLora',
    means: true,
    help: 'adapters in the backbone too, not in the action expert alone',
  },
  streamed: {
    key: 'streamed',
    means: true,
    help: 'takes frames through all that comes before the action expert once, layer by layer, before the first step: less memory, and what it gives is kept on the disk; always so with a policy of yours',
  },
  frames: {
    key: 'frames',
    value: 'N',
    number: { whole: true, least: 1 },
    help: 'frames to learn from, spread evenly over the training episodes, and to evaluate at most (default: all)',
  },
  'mask-tail': { key: 'maskTail', means: true, help: "leaves actions after an episode's end out of the loss" },
  'mask-padding': { key: 'maskPadding', means: true, help: "leaves numbers beyond the robot's joints out of the loss" },
};

/** Every flag that is a setting by itself. @type {Readonly<Record<string, SettingFlag>>} */
export const SETTINGS = { ...RUN, ...FREEZE, ...EVALUATION, ...TEXT_SETTINGS, ...ACTIONS_SETTINGS };

/** Flags of one task alone. */
export const OF_TASK = {
  text: { ...TEXT_FLAGS, ...TEXT_SETTINGS },
  actions: { ...ACTIONS_FLAGS, ...ACTIONS_SETTINGS },
};

const STAGES = {
  stage: {
    value: "'N RATE EXPR'",
    several: true,
    help: 'N more steps at that learning rate, with another filter, in order. Leaves that go on training keep their moments; --steps, --lr and --freeze are the first stage',
  },
  stages: {
    value: 'FILE',
    help: 'the same from JSON: [{ "steps": N, "learningRate": RATE, "freeze": EXPR, "warmupSteps": N }, …]',
  },
};

/** @type {import('./flags.mjs').Flags} */
const OUT = {
  out: {
    value: 'DIR',
    also: ['output', 'output-dir', 'o'],
    help: 'where adapter, run.json and memory.csv go, and the checkpoints of a run that has not ended (default: trained)',
  },
  resume: {
    value: 'DIR',
    also: ['continue', 'resume-from-checkpoint'],
    help: 'goes on with the run in DIR that was ended, as it was begun; nothing else is written with it',
  },
  restart: {
    also: ['overwrite', 'fresh'],
    help: 'begins anew although a run in DIR has not ended. Without it the same command goes on with that run',
  },
};

/** The defaults in words. @param {Readonly<Record<string, SettingFlag>>} flags @returns {import('./flags.mjs').Flags} */
const withDefaults = (flags) =>
  Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => {
      const [text, actions] = flag.defaults ?? [];
      const told = text === undefined || text === actions ? `${actions}` : `${text}; of actions ${actions}`;
      return [name, flag.defaults ? { ...flag, help: `${flag.help} (default: ${told})` } : flag];
    }),
  );

/** @satisfies {import('./flags.mjs').Command} */
export const command = {
  name: 'train',
  what: "Trains an adapter with the page's own build and worker in a headless Chromium, and writes it with a record of the run. A folder is a FILE too: all that is in it. A run that was ended, by Ctrl+C or otherwise, goes on with --resume DIR, or when the same command is given again.",
  usage: '--task text|actions FILE… [options]',
  files: 'files and folders',
  groups: {
    '': { ...FILE_FLAGS, ...OUT },
    'The run': withDefaults(RUN),
    'What is frozen': { ...withDefaults(FREEZE), ...STAGES },
    'Evaluations and checkpoints': withDefaults(EVALUATION),
    'Of text': { ...TEXT_FLAGS, ...withDefaults(TEXT_SETTINGS) },
    'Of actions (FILE: a LeRobot recording, or a .zip of it, or .npz, .npy, .csv files)': {
      ...ACTIONS_FLAGS,
      ...withDefaults(ACTIONS_SETTINGS),
    },
  },
  examples: [
    'npm run train -- --task text public/samples/ships_log.jsonl --steps 20 --out trained',
    'npm run train -- --task actions public/samples/cube_arm.zip --steps 20 --out trained',
  ],
  exit: 'Exit 0 where the run came to its end, 1 where it could not, 2 for a mistake on the command line, 130 or 143 where a signal ended it.',
};
