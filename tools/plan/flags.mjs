import { MODELS as OPENPI_MODELS } from '../filter/flags.mjs';

/** Names of the models: of the bases that ship, and of openpi's. */
export const MODELS = ['text', 'actions', ...OPENPI_MODELS];

/** @param {number} least */
const whole = (least) => ({ value: 'N', number: { whole: true, least } });

/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'plan',
  what: 'What a run takes on the GPU, by kind, in bytes, as JSON; no GPU is asked.',
  usage: "--model NAME --freeze 'EXPR' [options], or --config FILE [options]",
  groups: {
    '': {
      model: { value: 'NAME', help: `${MODELS.join(', ')}; needless where a pasted configuration names it` },
      config: {
        value: 'FILE',
        help: 'in its place: config.json of a model as the Hugging Face hub has it, or its folder; of its weights nothing is needed',
      },
      freeze: {
        value: 'EXPR',
        also: ['filter'],
        help: 'a filter, or the lines of Python that make one (default of --config: only adapters train)',
      },
      'freeze-file': { value: 'FILE', also: ['filter-file'], help: 'the same from a file' },
      batch: {
        ...whole(1),
        also: ['batch-size'],
        help: 'samples of a batch (default: what a pasted configuration says, else 4 of text and 16 of actions)',
      },
      accumulation: { ...whole(1), help: 'batches of a step (default: 1)' },
      length: {
        ...whole(1),
        also: ['sequence-length', 'window'],
        help: 'tokens of a window (default: 64), or of a prompt (default: what the model has room for)',
      },
      recompute: { help: 'computes the activations of a layer twice instead of keeping them' },
      storage: {
        value: 'FORM',
        choices: ['bf16', 'f32'],
        help: 'how frozen leaves are stored: bf16 or f32 (default: bf16)',
      },
      weights: {
        value: 'FORM',
        choices: ['stored', 'int8'],
        help: 'of --config: int8 puts frozen matrices into 8 bits, with a scale for each row (default: stored)',
      },
      ema: { help: "openpi's bytes with a moving average, as a TrainConfig without ema_decay=None keeps it" },
    },
    'Of actions': {
      horizon: { ...whole(1), help: 'actions of a chunk (default: 16; of a true size 50)' },
      cameras: { ...whole(0), help: 'cameras (default: as many as the model has room for)' },
      streamed: {
        help: 'takes what comes before the action expert through the GPU once, layer by layer, before the first step, and says what that takes beside: its bytes, its frames, what it leaves on the disk',
      },
      prefixes: { ...whole(0), help: 'samples whose images and prompt differ (default: all that a run sees)' },
    },
    'In place of a filter': {
      auto: {
        help: "what can be trained within --budget; without --model, of openpi's π0 with adapters wherever they may be",
      },
      budget: { value: 'BYTES', help: 'of GPU memory, such as 24GB, "24 GiB" or 24e9' },
      table: { help: 'a table instead of JSON' },
    },
    'Of the bases that ship, text and actions, and of --config': {
      rank: { ...whole(1), also: ['lora-rank'], help: 'rank of the adapters (default: 8)' },
      'backbone-lora': { help: 'of actions: adapters in the backbone too' },
    },
  },
  examples: [
    `npm --silent run plan -- --model ae_lora --freeze 'Not(PathRegex(".*lora.*"))' --batch 1`,
    'npm --silent run plan -- --config gemma-3-270m/config.json --batch 1 --length 512 --recompute',
  ],
  exit: 'Exit 0 where a run can be planned; 1 where not, where nothing is left to train, and where nothing fits the budget; 2 for a mistake on the command line.',
};
