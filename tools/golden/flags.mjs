/** @type {import('../flags.mjs').Command} */
export const command = {
  name: 'golden',
  what: 'Runs cases whose figures come from openpi, or from transformers and peft, on Dawn in Node, and prints the largest relative error of each group.',
  usage: 'DIR… [--int8]',
  files:
    'folders: with case.json, batch, expected and the weights, or with GGUF files beside the case of the same name',
  groups: {
    '': {
      int8: {
        help: 'in place of that, what frozen weights in 8 bits change in each case of a model of the hub',
      },
    },
  },
  examples: ['npm run golden -- test/fixtures/golden/*', 'npm run golden -- --int8 test/fixtures/golden/hf_*'],
  exit: 'Exit 0 where all are within tolerance, 1 where not, 2 for a mistake on the command line.',
};
