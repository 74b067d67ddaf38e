import { inLanguage } from '../words/language';

const english = {
  folder: 'Choose a folder…',
  files: 'Choose files…',
  opening: 'Reading the configuration and the headers of the files…',

  keep: {
    title: 'One click away',
    download: 'Download a model by its address…',
    downloadHint: 'In a tab of its own: this one asks no host but its own.',
    fetch: 'Download',
    here: (size: string) => `kept in this browser, ${size}`,
    part: (size: string) => `${size} of it are here: go on under Download`,
    onDisk: 'on your disk',
    open: 'Open',
    again: 'Open again',
    remove: 'Delete',
    frees: (size: string) => `Frees ${size}`,
    forget: 'Forget',
    of: (button: string, name: string) => `${button}: ${name}`,
    keep: (size: string) => `Keep a copy in this browser (${size})`,
    room: (size: string) => `It has room for ${size}.`,
    copying: (done: string, total: string) => `${done} of ${total} copied…`,
    stop: 'Stop',
  },
} as const;

/** Words of the models that a person brings. */
export const words = inLanguage(english, () => import('./words_zh'));
