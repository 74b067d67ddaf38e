/** What the page says of the browser's own features. Read them through strings.ts. */
export const abilityStrings = {
  abilities: {
    folderInput: {
      name: 'Choose a folder',
      here: 'A recording can be opened as the folder that it is.',
      missing: 'Drop the folder on the page instead, or choose a .zip of it.',
    },
    folderDrop: {
      name: 'Drop a folder',
      here: 'A folder that is dropped on the page is read to its end.',
      missing: 'Only files can be dropped. Choose the folder instead, or drop a .zip of it.',
    },
    fileHandles: {
      name: 'Ask where to save',
      here: 'Not needed: what is taken away goes to the browser’s downloads.',
      missing: 'Not needed: what is taken away goes to the browser’s downloads, which can be told to ask.',
    },
    wakeLock: {
      name: 'Keep the screen on',
      here: 'The computer does not fall asleep while a run is shown.',
      missing: 'A computer that falls asleep trains nothing: keep it awake during a long run.',
    },
    lastingStorage: {
      name: 'Keep for good',
      here: 'The browser can promise to keep adapters and checkpoints; it is asked when the first one is kept.',
      missing: 'The browser may clear adapters and checkpoints when the disk is full: download what you want to keep.',
    },
    offline: {
      name: 'Store the page',
      here: 'The page works without a network after the first visit.',
      missing: 'Each visit needs a network. Private windows of some browsers store no page.',
    },
    install: {
      name: 'Install as an app',
      here: 'The browser can give the page a window of its own.',
      missing: 'Not needed: a bookmark opens the same page, without a network too.',
    },
  },
} as const;
