/** Words of models that are read layer by layer. Read them through strings.ts. */
export const passStrings = {
  pass: {
    title: 'Before the first step',
    meaning: 'Frames go through all that comes before the action expert, with one layer on the GPU at a time.',
    frames: 'Frames',
    memory: 'GPU memory',
    memoryMeaning:
      'The most at any time: the layer that computes, the next one, and what a block of frames keeps between two layers. Free again when training begins.',
    training: 'Training then',
    trainingMeaning: 'The most while it trains.',
    disk: 'Disk',
    diskMeaning: 'Keys and values of every frame, kept in this browser; frames that are kept already take no more.',
    time: 'Time',
    timeMeaning:
      'From the speed of this device, which is measured when you ask under Freeze what fits; frames that are kept already take none.',
    about: (time: string) => `about ${time}`,
    notMeasured: 'not measured yet',
    room: (free: string) => `There is room for ${free}.`,
    noRoom: (disk: string, free: string, frames: string) =>
      `${disk} are needed on the disk, and this browser has room for ${free}: that is enough for ${frames}. Learn from fewer frames, delete kept ones under Model, or free space on the disk.`,
    overBudget: (bytes: string, budget: string) =>
      `${bytes} are more than the budget of ${budget}. Fewer cameras take less; under Freeze stands what fits.`,
    kept: {
      title: 'Kept frames',
      lead: 'What the frozen part of a model gave for frames of a recording: a run on the same frames computes nothing anew.',
      all: (bytes: string) => `${bytes} in all.`,
      allAndRoom: (bytes: string, free: string) => `${bytes} in all; there is room for ${free} more.`,
      of: (model: string, recording: string) => `${model} · ${recording}`,
      damaged: 'Damaged, and of no use',
      inUse: 'in use',
      remove: 'Delete',
      removeNamed: (name: string) => `Delete the frames of ${name}`,
      frees: (bytes: string) => `Frees ${bytes}; a run that needs these frames computes them anew.`,
      removed: (bytes: string) => `The frames are deleted: ${bytes} are free.`,
    },
  },
};
