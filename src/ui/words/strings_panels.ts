import { numberNames } from '../../settings/numbers';
import type { ExportFormat } from '../../worker/api';
import type { FieldKey, FieldProblem } from '../state/fields';

/** Words of the five panels. Read them through strings.ts. */
export const panelStrings = {
  data: {
    title: 'Data',
    sampleButton: 'Fine-tune the sample now',
    openSample: (title: string) => `Only open “${title}”`,
    dropHere: 'Drop to open',
    droppedData: (files: string, place: string) => `${files} went to ${place}.`,
    dataOf: (task: string) => `Data of ${task}`,
    droppedAdapter: (name: string) => `${name} went to Adapter.`,
    unreadableDrop: 'What was dropped could not be read.',
    unreadableDropFix: 'Choose the folder with “Choose a folder…” instead.',
    nothingDropped: 'Nothing readable was dropped.',
    busy: 'A run is using the data.',
    busyFix: 'Stop the run first, then open other data.',
  },

  models: {
    opened: (name: string) => `${name} is open. What it costs is beside; its weights are read when a run starts.`,
    busy: 'A run is under way; its base stays as it is.',
    copied: (name: string) => `${name} is kept in this browser now: next time it opens without your folder.`,
    removed: (name: string, freed: string) => `${name} is deleted here: ${freed} are free.`,
    problem: {
      refused: (name: string) => `The browser was not allowed to read ${name}.`,
      refusedFix: 'Press its button again and allow it, or choose its folder.',
      gone: (name: string) => `${name} is not where it was.`,
      goneFix: 'Choose its folder or files again.',
    },
  },

  model: {
    title: 'Model',
    parameters: 'Parameters',
    vocabulary: 'Vocabulary',
    vocabularyMeaning: 'Different tokens that the model knows.',
    licence: 'Licence',
    adapterSize: 'Adapter size',
    loading: 'Looking up the bases that this page carries…',
  },

  freeze: {
    title: 'Freeze',
    expression: 'Freeze filter',
    presets: 'What trains',
    language:
      'All(a, b) matches what every part matches, Any(a, b) what one part matches, Not(a) the rest; PathRegex must match the whole path.',
    nothingFrozen: 'This filter freezes nothing.',
    nothingFrozenDetail: (parameters: string, bytes: string) =>
      `All ${parameters} parameters would train, using ${bytes} of GPU memory.`,
    nothingTrains: 'This filter freezes everything, so nothing would be learned.',
    nothingTrainsFix: 'Leave at least the adapters out of the filter, as in Not(PathRegex(".*lora.*")).',
    confirm: (bytes: string) => `Train everything, using ${bytes}`,
    back: 'Change the filter',
  },

  train: {
    title: 'Train',
    lead: 'Start with a preset: the rest has sound defaults.',
    presets: 'Preset',
    custom: 'Your own numbers',
    name: 'Name of the adapter',
    advanced: 'Advanced',
    groups: { run: 'Length and batch', optimizer: 'Optimizer', watching: 'Watching and keeping' },
    earlyStop: 'Stop early',
    earlyStopMeaning: 'End when the held-out loss has not improved for a while.',
    keepBest: 'Keep the best',
    keepBestMeaning: 'Keep the weights of the step with the lowest held-out loss instead of the last ones.',
    recompute: 'Compute activations twice',
    recomputeMeaning:
      'Saves memory by computing each layer again in the backward pass instead of keeping it. Slower by about a third.',
    start: 'Start',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop and keep',
    pausing: 'Pausing…',
    pauseLater: 'Once the model is loaded, the run can be paused between two steps.',
    stopping: 'Stopping…',
    shortcut: 'Ctrl or ⌘ + Enter starts, pauses and resumes',
    wrongFields: (names: string) => `Some settings are not usable yet: ${names}.`,
    wrongFieldsFix: 'Correct the marked fields.',
    running: 'A run is under way: pause or stop it beside its chart. What you change here counts for the next one.',
  },

  stages: {
    title: 'Stages',
    one: 'Stages: one',
    several: (stages: string, steps: string, bytes: string) => `${stages}, ${steps}, ${bytes} at most`,
    lead: 'A run may go on with another filter and learning rate: first the small layers, say, then adapters too. What goes on training keeps its weights and moments; what a stage freezes stays as it was trained. Each warms up and decays by itself; only the last may stop early. The first has the steps and rate of Advanced and the filter of Freeze.',
    stage: (stage: string) => `Stage ${stage}`,
    trains: 'What trains',
    ownFilter: 'own filter',
    filter: (stage: string) => `Freeze filter of stage ${stage}`,
    takes: (trains: string) => `on the GPU; ${trains}.`,
    trainsLine: (leaves: string, parameters: string) => `${leaves} with ${parameters} parameters train`,
    note: (stages: string, largest: string) =>
      `Of ${stages} stages, stage ${largest} takes the most: these are its bytes.`,
    largest: 'The most of all stages: this is what the run needs.',
    unknown: 'Bytes are known once all stages are right.',
    add: 'Add a stage',
    up: (stage: string) => `Move stage ${stage} up`,
    down: (stage: string) => `Move stage ${stage} down`,
    remove: (stage: string) => `Remove stage ${stage}`,
    upShort: 'Up',
    downShort: 'Down',
    removeShort: 'Remove',
    moved: (from: string, to: string) => `What was stage ${from} is now stage ${to}.`,
    removed: (stage: string) => `Stage ${stage} is removed.`,
    added: (stage: string) => `Stage ${stage} is added.`,
  },

  fields: {
    steps: [numberNames.steps, '', 'How many times the adapter is updated.'],
    batchSize: [numberNames.batchSize, 'windows', 'Windows computed together. More is smoother and takes more memory.'],
    accumulation: [
      numberNames.accumulation,
      '× batch',
      'Batches added up before one update. Smoother steps without more memory.',
    ],
    sequenceLength: [
      numberNames.sequenceLength,
      'tokens',
      'The most that is learned from at once. Longer sees more context and takes more memory.',
    ],
    frames: [
      numberNames.frames,
      'frames',
      'Frames to learn from, spread evenly over the training episodes; as many at most are evaluated. 0: all.',
    ],
    horizon: [numberNames.horizon, 'actions', 'Actions predicted from one moment. The base says how many it can.'],
    learningRate: [
      numberNames.learningRate,
      '',
      'Size of an update. Too high and the loss jumps, too low and nothing moves.',
    ],
    warmupSteps: [numberNames.warmupSteps, 'steps', 'Steps over which the learning rate rises from zero.'],
    endLearningRatePercent: [
      numberNames.endLearningRate,
      '% of peak',
      'Where the learning rate ends after its cosine decay.',
    ],
    weightDecay: [numberNames.weightDecay, '', 'Pulls trained weights towards zero at every update.'],
    clipNorm: [numberNames.clipNorm, 'norm', 'Largest gradient norm; larger gradients are scaled down to it.'],
    seed: [numberNames.seed, '', 'Same seed, data and settings give the same run.'],
    evaluateEvery: [numberNames.evaluateEvery, 'steps', 'Steps between two measurements of the held-out loss.'],
    patience: [numberNames.patience, 'evaluations', 'Evaluations without improvement before an early stop.'],
    checkpointEvery: [
      numberNames.checkpointEvery,
      'steps',
      'Steps between two checkpoints. A closed or crashed tab loses at most this many.',
    ],
    loraRank: [numberNames.loraRank, '', 'Width of the adapter. Higher can learn more and takes more memory.'],
    loraAlpha: [
      numberNames.loraAlpha,
      '',
      'Strength of the adapter in attention: its output is scaled by alpha ÷ rank.',
    ],
    heldoutPercent: [numberNames.heldoutFraction, '%', 'Share of examples kept for measuring, never trained on.'],
    fps: [numberNames.fps, 'a second', 'For arrays and tables that hold no times.'],
  } satisfies Record<FieldKey, readonly [label: string, unit: string, meaning: string]>,

  emptyForChosen: 'Leave it empty to have it chosen from your data.',

  fieldProblem: (found: FieldProblem, min: string, max: string): string =>
    ({
      empty: 'Enter a number.',
      'not a number': 'This is not a number. Use a point for decimals, as in 0.005.',
      'not whole': 'Use a whole number.',
      'too small': `Use ${min} or more.`,
      'too large': `Use ${max} or less.`,
    })[found],

  adapter: {
    title: 'Adapter',
    empty: 'No adapter yet. Train one, or bring one in.',
    emptyButton: 'Fine-tune the sample now',
    mayBeCleared:
      'This browser has not promised to keep what is stored here: it may clear it when the disk is full. Download the adapters that you want to keep.',
    import: 'Import an adapter…',
    importMeaning: 'A .safetensors file, a PEFT .zip, or adapter_config.json and adapter_model.safetensors together.',
    backup: 'Back up everything',
    backupMeaning:
      'All adapters, unfinished runs and the list of past ones as one .zip, to be restored here or in another browser. A run that trains now is in it as it was last saved.',
    restoreBackup: 'Restore a backup…',
    restoreBackupMeaning: 'Adds what is in a backup and not here. What is here stays as it is.',
    restoredBackup: (adapters: string, unfinished: string, already: string) =>
      `${adapters} and ${unfinished} added from the backup; ${already} of its parts were here already.`,
    imported: (name: string) => `${name} is in the list.`,
    already: (name: string) => `${name} is in the list already: the file holds the same adapter.`,
    rename: (name: string) => `Name of ${name}`,
    renameHint: 'Click the name to change it',
    baseName: 'Base for other programs',
    baseNameMeaning:
      'Its name on the Hugging Face hub, as google/gemma-3-270m-it, or the path of its folder. It stands in the files that you download.',
    unknownLoss: 'unknown',
    nothingHeldOut: 'nothing held out',
    unsaved: 'Not kept: there was no room. It is gone when this tab is closed: download it now.',
    worse: 'Worse than no adapter on what was held out.',
    heldout: (losses: string) => `held-out ${losses}`,
    line: (heldout: string, steps: string, size: string) => `${heldout} · ${steps} · ${size}`,
    made: (parameters: string, rank: string, alpha: string) => `${parameters} parameters, rank ${rank}, alpha ${alpha}`,
    download: 'Download',
    formats: {
      openpi: ['.safetensors', 'One file with openpi’s parameter paths. This page can import it again.'],
      peft: [
        'PEFT .zip',
        'A folder with adapter_config.json and adapter_model.safetensors for Hugging Face tools. This page can import it again.',
      ],
      gguf: ['GGUF LoRA .zip', 'The adapter for llama.cpp and Ollama, with the commands that load it.'],
      mlx: ['MLX .zip', 'A folder for mlx-lm on a Mac, with the commands that load it.'],
      leaves: [
        'openpi leaves .zip',
        'The parameters that training changed, with the adapter in them, by openpi’s paths: to be laid over the checkpoint.',
      ],
      torch_leaves: ['PyTorch leaves .zip', 'The same by the names that LeRobot and openpi’s PyTorch have.'],
      merged: [
        'Merged model .zip',
        'The whole model with the adapter in its weights, in the form in which it was opened: a folder, or a GGUF. As large as the model.',
      ],
      norm_stats: ['norm_stats.json', 'How this robot’s numbers are normalised, in openpi’s form.'],
      server: [
        'GPU server .zip',
        'Goes on training elsewhere: the adapter, the open data, settings, a script that is ready to start.',
      ],
      memory: ['memory.csv', 'What its run held on the GPU over time, by kind, as a table.'],
    } satisfies Record<ExportFormat, readonly [name: string, meaning: string]>,
    downloadNamed: (format: string, name: string) => `Download ${name} as ${format}`,
    delete: 'Delete',
    deleteNamed: (name: string) => `Delete ${name}`,
    deleted: (name: string) => `${name} is deleted.`,
    restored: (name: string) => `${name} is back.`,
  },
} as const;
