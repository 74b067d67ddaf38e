/** Names of shapes, of models whose config.json is known here. */
export const SHAPES = [
  'smollm2-135m',
  'smollm2-360m',
  'gemma-3-270m',
  'gemma-3-1b',
  'llama-3.2-1b',
  'qwen2.5-0.5b',
  'qwen3-0.6b',
];

/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'bench:model',
  what: 'Writes a folder as the Hugging Face hub has them, with weights made up at random in the shape of a real model, in bf16: to measure memory and time at true size. It is written as it is made, and never whole in memory. With --steps it is then opened and trained in Chromium, in the production build, and what that takes is printed as JSON.',
  usage: 'SHAPE [FOLDER] [options]',
  files: `the shape, ${SHAPES.join(', ')} or a config.json, and the folder to write; with --steps it may be left out, and nothing stays`,
  groups: {
    '': {
      tokenizer: {
        value: 'FOLDER',
        help: "where tokenizer.json and tokenizer_config.json are copied from (default: the page's own text base)",
      },
      vocabulary: {
        help: "fills the tokenizer up with made-up tokens, and two merges for each, to the model's vocabulary",
      },
      seed: { value: 'N', number: { whole: true, least: 0 }, help: 'another seed makes other weights (default: 0)' },
    },
    'In a tab': {
      steps: {
        value: 'N',
        number: { whole: true, least: 0 },
        help: 'opens the model in Chromium and trains it for so many steps on a window each; 0 opens it alone',
      },
      length: { value: 'N', number: { whole: true, least: 8 }, help: 'tokens of a window (default: 64)' },
    },
  },
  examples: [
    'npm run bench:model -- smollm2-135m /tmp/smollm2-shape',
    'npm --silent run bench:model -- gemma-3-270m --vocabulary --steps 2 --length 16',
  ],
  exit: 'Exit 0 where it was written, 1 where not, 2 for a mistake on the command line.',
};
