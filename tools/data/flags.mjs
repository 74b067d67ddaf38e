import { ACTIONS_FLAGS, FILE_FLAGS, TEXT_FLAGS } from './choices.mjs';

/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'data',
  what: 'Prints as JSON what is understood of files, as the page would read them. A folder is a FILE too: all that is in it. No browser and no GPU are used.',
  usage: '--task text|actions FILE… [options]',
  files: 'files and folders',
  groups: { '': FILE_FLAGS, Text: TEXT_FLAGS, Actions: ACTIONS_FLAGS },
  examples: ['npm --silent run data -- --task text public/samples/ships_log.jsonl'],
  exit: 'Exit 0 where something can be trained on, 1 where not, 2 for a mistake on the command line.',
};
