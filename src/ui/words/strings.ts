import { inLanguage } from './language';
import { abilityStrings } from './strings_abilities';
import { autoStrings } from './strings_auto';
import { freezeStrings } from './strings_freeze';
import { panelStrings } from './strings_panels';
import { passStrings } from './strings_pass';
import { runStrings } from './strings_run';
import { runsStrings } from './strings_runs';
import { shelfStrings } from './strings_shelf';

const english = {
  ...panelStrings,
  ...passStrings,
  ...runStrings,
  ...runsStrings,
  ...shelfStrings,
  ...autoStrings,
  ...freezeStrings,
  ...abilityStrings,

  product: 'Adaptab',
  close: 'Close',
  dismiss: 'Dismiss',
  undo: 'Undo',
  skipToPanel: 'Skip to the panel',
  licences: 'Licences',

  header: {
    checking: 'Checking this device…',
    noGpu: 'No usable GPU',
    software: 'slow: no graphics card in use',
    deviceTitle: 'What this browser and GPU can do',
    deviceOpen: (name: string) => `${name}: what this browser and GPU can do`,
    yes: 'yes',
    no: 'no',
    largestBuffer: 'Largest single buffer',
    largestBufferMeaning: 'No one tensor may take more bytes than this.',
    largestBinding: 'Largest piece in one kernel',
    largestBindingMeaning: 'What one GPU program may see of a buffer at a time; larger tensors are cut into pieces.',
    online: 'Online',
    offline: 'Offline',
    ready: 'Works offline',
    offlineMeaning:
      'The page, the model and the sample are stored in this browser: training, trying and exporting work without a network.',
    onlineMeaning: 'Once the page has finished storing itself, it works without a network.',
    storing: 'Storing for offline use…',
    storeFailed: 'Needs a network',
    update: 'Update',
    updateMeaning:
      'A new version is here. It takes over when you press this; finish or stop runs first, those of other tabs too.',
    updating: 'Changing to the new version…',
    install: 'Install',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    language: 'Language',
    languageFailed: 'The words of this language could not be loaded.',
    languageFailedFix: 'Check the connection, then reload the page.',
  },

  opening: {
    promise: 'Fine-tune a model in this tab, on your data, on your GPU.',
    nothingLeaves: 'Nothing leaves it.',
    sample: (title: string, description: string) => `With “${title}”. ${description}`,
    beginning: 'Reading the sample. The run begins at once.',
    recording: 'A recorded run',
    pause: 'Pause',
    play: 'Play',
    caption: (title: string, day: string, steps: string, time: string, device: string) =>
      `“${title}”, recorded ${day}: ${steps} took ${time} on ${device}. Played faster.`,
    softwareGpu: 'a software GPU',
    failed: 'The recorded run could not be loaded.',
  },

  link: {
    copy: 'Copy a link to this setup',
    copied: 'The link is copied: it opens this page with the same task, filter and settings. Your data are not in it.',
    refused: 'The browser did not let the link be copied. It is in the address bar.',
    unknown: (names: string) => `The link speaks of settings that this page does not know: ${names}.`,
  },

  task: {
    label: 'Task',
    busy: 'A run is under way: stop it first, then change the task.',
  },

  path: {
    label: 'Path',
    names: { data: 'Data', model: 'Model', freeze: 'Freeze', train: 'Train', adapter: 'Adapter' },
    noData: 'nothing open yet',
    reading: 'reading…',
    noModel: 'loading…',
    modelLine: (parameters: string, rank: string) => `${parameters} parameters, rank ${rank}`,
    freezeLine: (frozen: string, all: string) => `${frozen} of ${all} leaves frozen`,
    freezeSaves: (line: string, change: string) => `${line}, ${change}`,
    freezeHere: (line: string) => `this page’s model: ${line}`,
    freezeNothing: 'nothing frozen',
    freezeWrong: 'the expression has an error',
    trainReady: (steps: string) => `${steps}, ready`,
    trainWaiting: 'waiting for data',
    trainWrong: (fields: string) => `${fields} to correct`,
    trainUnfinished: 'a run can be resumed',
    noAdapters: 'none yet',
  },

  problem: {
    unexpected: 'Something unexpected happened.',
    unexpectedFix: 'What was saved is safe. Try again; if it happens again, reload the page.',
    workerDied: 'The training thread failed.',
    workerDiedFix: 'Reload the page: everything up to the last checkpoint is kept.',
    where: 'Where',
    fix: 'What to do',
    more: (count: string) => `and ${count} more`,
    goTo: (field: string) => `Go to ${field}`,
  },
} as const;

/** Every word that the page says, in one place. Functions where a number or a name goes in. */
export const strings = inLanguage(english, () => import('./strings_zh'));
