/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'make-policy',
  what: 'Writes a checkpoint of π0 or π0.5 as openpi or LeRobot have them, with weights made up at random: to measure memory and time at true size, and to try what reads checkpoints. The weights are the same in every naming. It is written as it is made, and never whole in memory; at true size it takes 6.5 GB in bf16.',
  usage: '--out DIR [options]',
  groups: {
    '': {
      out: { value: 'DIR', help: 'the folder to write' },
      kind: { value: 'KIND', choices: ['pi0', 'pi05'], help: 'pi0 or pi05 (default: pi0)' },
      naming: {
        value: 'NAMES',
        choices: ['lerobot', 'openpi-pytorch', 'openpi'],
        help: "names of the tensors: lerobot, openpi-pytorch, or openpi's own leaf paths (default: lerobot)",
      },
      size: {
        value: 'SIZE',
        choices: ['true', 'reduced'],
        help: "true, or reduced to that of the page's own base (default: reduced)",
      },
      dtype: { value: 'TYPE', choices: ['bf16', 'f32'], help: 'bf16 or f32 (default: bf16)' },
      shards: {
        value: 'N',
        number: { whole: true, least: 1, most: 99 },
        help: 'files that the weights are in; of several there is an index (default: 1)',
      },
      seed: { value: 'N', number: { whole: true, least: 0 }, help: 'another seed makes other weights (default: 0)' },
    },
  },
  examples: [
    'npm run make-policy -- --out /tmp/pi05-reduced --kind pi05',
    'npm run make-policy -- --out /tmp/pi0 --size true --shards 3',
  ],
  exit: 'Exit 0 where it was written, 1 where not, 2 for a mistake on the command line.',
};
