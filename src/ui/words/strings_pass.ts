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
    diskMeaning:
      'Keys and values of every frame that is not kept yet, in this browser; frames that are kept already take no more.',
    time: 'Time',
    timeMeaning:
      'From how long the programs of one frame take on this device, or how long the last frames took; frames that are kept already take none.',
    about: (time: string) => `about ${time}`,
    noTime: 'none',
    notMeasured: 'not measured yet',
    measure: 'Measure',
    measureMeaning:
      'Runs programs of this model on this device, without its weights: a second or two on a graphics card, minutes without one where the model is large.',
    measuring: 'measuring…',
    spread: (training: string, heldout: string) =>
      `${training} to learn from, spread evenly over the training episodes, a longer one giving more; ${heldout} of held-out episodes to measure by.`,
    oneOfTask: 'Without cameras all frames of a task are alike: one of each goes through.',
    keptAlready: (kept: string, frames: string) => `${kept} of ${frames} are kept already.`,
    ifSame: 'That is so if the files of the model are still those of then: they are read when the run starts.',
    room: (free: string) => `There is room for ${free}.`,
    makesRoom: (free: string, more: string) =>
      `There is room for ${free}. For ${more} more, what is kept of other frames is removed when the run starts, what was used longest ago first.`,
    noRoom: (disk: string, free: string) =>
      `${disk} are needed on the disk, and this browser has room for ${free}. Learn from fewer frames, delete kept ones under Model, or free space on the disk.`,
    learnFrom: (frames: string) => `Learn from ${frames}`,
    onDisk: (bytes: string) => `${bytes} on the disk`,
    learnsFrom: (frames: string) => `The run learns from ${frames}.`,
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
