/** What a run of torture is, by its id. */
export const SCENARIOS = ['text', 'images', 'stages', 'video', 'command-text', 'command-actions'];

/** @satisfies {import('../flags.mjs').Command} */
export const command = {
  name: 'torture',
  what: 'Kills what trains, over and over, and looks whether anything is lost: the tab, its process, the worker, the GPU process and the whole browser, at random moments, inside the writes of checkpoints, and while the adapter is saved. After each kill the run goes on, or is resumed as a person resumes it; at the end losses and adapter have to be those of a run that nobody disturbed, bit for bit. Trains with the production build, in a profile of its own for each run.',
  usage: '[options]',
  groups: {
    '': {
      kills: {
        value: 'N',
        number: { whole: true, least: 1 },
        help: 'kills in each browser, spread over the scenarios (default: 20)',
      },
      browser: {
        value: 'NAME',
        choices: ['chromium', 'firefox'],
        several: true,
        help: 'chromium or firefox (default: both)',
      },
      scenario: {
        value: 'NAME',
        choices: SCENARIOS,
        several: true,
        help: 'text, stages (of text), images or video (of actions), or command-text or command-actions: npm run train, which signals end and --resume goes on with; in Chromium alone (default: all)',
      },
      seed: { value: 'N', number: { whole: true, least: 0 }, help: 'of what is killed, and when (default: 1)' },
    },
  },
  examples: ['npm run torture -- --kills 100', 'npm run torture -- --kills 10 --browser firefox --scenario text'],
  exit: 'Exit 0 where every kill was survived, 1 where not, 2 for a mistake on the command line.',
};
