/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'bench:true-size',
  what: 'A policy at its true size in a tab: writes a checkpoint with made-up weights, takes two frames of one camera through image tower and backbone layer by layer, and trains the action expert on them. Prints JSON: bytes planned and counted, memory of the tab, times, losses. On a software GPU it takes half an hour for each kind.',
  usage: '[--kind KIND]',
  groups: {
    '': {
      kind: {
        value: 'KIND',
        choices: ['pi0', 'pi05'],
        several: true,
        help: 'pi0 or pi05 (default: one after the other)',
      },
      steps: { value: 'N', number: { whole: true, least: 1 }, help: 'steps of training (default: 3)' },
      folder: {
        value: 'DIR',
        help: 'a checkpoint that is there, of the kind of --kind; without it one is written to the folder of temporary files, 6.5 GB, and removed afterwards',
      },
    },
  },
  examples: ['npm --silent run bench:true-size', 'npm --silent run bench:true-size -- --kind pi05 --steps 5'],
  exit: 'Exit 0 where all that was measured is as planned and within its limits and the loss falls, 1 where not, 2 for a mistake on the command line.',
};
