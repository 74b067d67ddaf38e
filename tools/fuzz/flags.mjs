/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'fuzz',
  what: 'Damages files of every kind in many ways, and has each reader read them: it must read them or refuse them in words for a person, within a second and without much memory. Prints a table.',
  usage: '[--mutations N] [--reader TEXT] [--seed N]',
  groups: {
    '': {
      mutations: { value: 'N', number: { whole: true, least: 1 }, help: 'of each reader (default: 10000)' },
      reader: { value: 'TEXT', help: 'only readers whose name has this in it' },
      seed: { value: 'N', number: { whole: true, least: 0 }, help: 'decides the mutations (default: 1)' },
    },
  },
  examples: ['npm run fuzz', 'npm run fuzz -- --reader video --mutations 1000'],
  exit: 'Exit 0 where every mutation was read or refused, 1 where not, 2 for a mistake on the command line.',
};
