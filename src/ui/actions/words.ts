import type { TaskWords } from '../bench/task_view';
import { inLanguage } from '../words/language';
import type { PredictorName } from './open_loop_data';

const english = {
  task: { name: 'Actions', meaning: 'Fine-tune a robot policy on recorded movements' },

  presets: {
    quick: ['Quick look', '100 steps: see within two minutes or so whether the recording teaches anything.'],
    careful: ['Careful', '500 steps at a lower learning rate.'],
    small: ['Least memory', 'Two samples at a time, activations computed twice instead of kept.'],
  },

  filters: {
    projections: [
      'Adapters and projections',
      'As openpi does: adapters of the action expert, and the small layers from state and action to it.',
    ],
    loraOnly: ['Adapters only', 'Least memory. All else stays untouched.'],
    expert: ['Action expert', 'Adapters, projections and all weights of the action expert.'],
    everything: ['Everything', 'All parameters. Gradients and optimizer state for each of them.'],
    layers: ['Projections alone', 'The small layers from state and action to the expert.'],
    everywhere: ['All adapters and projections', 'Adapters of the backbone too.'],
  },

  recording: {
    lead: 'What the robot should learn from: recorded movements.',
    drop: 'Drop a folder or files here or anywhere on the page',
    kinds: 'A LeRobot recording (v2.1 or v3.0) as folder or .zip, or states and actions as .hdf5, .zarr, .npz or .csv.',
    replaces: 'New files take the place of what is open.',
    pickFolder: 'Choose a folder…',
    pickFiles: 'Choose files…',
    noRecording: 'Open a recording first.',
    noRecordingFix: 'Drop the folder of a recording on the page, or choose it on the Data panel.',
    reading: (files: string) => `Reading ${files}…`,
    stopReading: 'Stop reading',
    columnsTitle: 'Which columns are state and action?',
    columnsMeaning:
      'State is where the joints are; action is where they are told to be. Several columns are put side by side, a joint each.',
    columnUse: (column: string) => `Use of ${column}`,
    columnUses: { none: 'not used', state: 'state', action: 'action' },
    columnsRead: 'Read with these columns',
    start: 'Fine-tune on this recording',
    dropMeaning: 'A recording goes to Data; a .safetensors adapter goes to Adapter.',
    title: 'Recording',
    close: 'Close this recording',
    closeAll: 'Close them all',
    layout: 'Layout',
    layoutMeaning: 'How the files are arranged.',
    robot: 'Robot',
    robotMeaning: 'As the recording calls it.',
    unknown: 'not said',
    fps: 'Frames a second',
    fpsMeaning: 'How often state and action were recorded.',
    episodeCount: 'Episodes',
    episodesMeaning: 'One episode is one attempt at a task, from start to end.',
    frames: 'Frames',
    framesMeaning: 'Moments with a state and an action.',
    heldoutFrames: 'Held-out frames',
    heldoutMeaning:
      'Frames of the episodes that are never trained on. The error on them tells whether the model learns.',
    line: (episodes: string, frames: string) => `${episodes}, ${frames}`,
    episodes: (all: string) => `Episodes (${all})`,
    episode: 'Episode',
    taskColumn: 'Task',
    use: 'Use',
    training: 'training',
    heldout: 'held out',
    noTask: 'no words',
    joints: 'Joints',
    jointsState: 'State',
    jointsBoth: 'State and action',
    jointsAction: 'Action',
    jointsLeftOut: (left: string) => `${left} left out.`,
    jointsQuiet: (names: string) => `Nothing to learn from: ${names}.`,
    jointsDropQuiet: (joints: string) => `Leave ${joints} out`,
    jointsChoose: 'Choose joints',
    promised: (all: string) => `of ${all} promised`,
    prompt: 'Words where the recording has none',
    promptMeaning: (episodes: string) =>
      `What the robot was asked for in ${episodes}. Empty, they are learned without words.`,
    rows: (all: string) => `Recordings (${all})`,
    rowEpisodes: (episodes: string) => `learned from: ${episodes}`,
    rowLeftOut: 'not learned from',
    remove: (name: string) => `Remove ${name}`,
    removeShort: 'Remove',
    join: 'One more of the same robot:',
    joinFolder: 'Add a folder…',
    joinFiles: 'Add files…',
    problems: 'Worth knowing',
    times: (what: string, times: string) => `${what} (${times} times)`,
    promises: [
      ['Private', 'No upload, no server, no network needed.'],
      ['Real', 'Flow matching with LoRA, measured on episodes it has not seen.'],
      ['Yours', 'Leaves as one .safetensors file with openpi’s paths.'],
    ],
  },

  model: {
    lead: 'The base stays as it is, but for its adapters and projections.',
    backboneLora: 'Adapters in the backbone too',
    backboneLoraMeaning:
      'Also gives the part that reads images and words an adapter, not the action expert alone. Choose a filter that lets it train.',
    promptLength: 'Longest prompt',
    promptLengthMeaning: 'The longest task description, in tokens, that the base reads.',
  },

  train: {
    backbone: 'Adapters in the backbone too',
    backboneMeaning: 'So that a later stage can train them. Until one does, they stay at their random start.',
    group: 'What counts in the loss',
    maskTail: 'Leave out what comes after the end',
    maskTailMeaning:
      'Chunks at an episode’s end run over it. Off, the model learns to hold the last action there, as openpi does.',
    maskPadding: 'Leave out unused dimensions',
    maskPaddingMeaning:
      'Only this robot’s joints count in the loss. Off, the rest is learned to be zero, as openpi does.',
    effective: (samples: string, actions: string) => `Each step learns from ${samples} of ${actions}.`,
  },

  joints: {
    list: 'Joints of the action',
    chosen: (chosen: string, all: string) => `${chosen} of ${all} chosen.`,
    tooMany: (most: string) => `At most ${most} can be learned.`,
    quiet: { still: 'holds still', tick: 'jitters by one tick' },
    all: 'All',
    none: 'None',
    withoutQuiet: (joints: string) => `Leave out ${joints} that hold still or jitter`,
    places: 'By place:',
    placesWrong: (last: string) => `Write places from 0 to ${last}, as in 0-6, 9.`,
    read: (joints: string) => `Read with ${joints}`,
  },

  cameras: {
    title: 'Cameras',
    noneRecorded: 'None recorded. The model learns from state and words alone.',
    order: 'Each takes one of the places that the base has for pictures. An empty place is masked.',
    blind: 'None is seen. The model learns from state and words alone.',
    asSuggested: 'As their names suggest',
    notSeen: 'Not seen',
    /** As openpi names them. */
    places: {
      base_0_rgb: 'From outside (base_0_rgb)',
      left_wrist_0_rgb: 'Left or only wrist (left_wrist_0_rgb)',
      right_wrist_0_rgb: 'Right wrist (right_wrist_0_rgb)',
    },
    available: 'has pictures',
    masked: 'no pictures: masked.',
    images: 'stored pictures',
    codecs: { av01: 'AV1', avc1: 'H.264', avc3: 'H.264', hvc1: 'HEVC', hev1: 'HEVC', vp08: 'VP8', vp09: 'VP9' },
    size: (width: string, height: string) => `${width} × ${height} pixels`,
  },

  copy: {
    button: 'Copy',
    label: (line: string) => `Copy: ${line}`,
    done: 'Copied.',
    selected: 'Selected: copy it with the keyboard.',
  },

  learning: {
    title: 'How the numbers are learned',
    state: 'What the state tells',
    states: {
      measured: 'Where the joints were measured',
      'last-action': 'The action before',
      'last-action-and-lag': 'The action before, and how far the joints are behind it',
    },
    asSuggested: 'As suggested by the recording',
    statesMeaning: {
      measured: 'As openpi gives it.',
      'last-action': 'Where the joints were told to be, one frame ago.',
      'last-action-and-lag': 'Where the joints were told to be one frame ago, and that less where they were measured.',
    },
    quoted: (form: string) => `“${form}”`,
    refused: (forms: string, why: string) => `Not possible: ${forms}. ${why}`,
    byHand: 'Chosen by hand.',
    normalization: 'Normalisation',
    asTrained: 'As the base was trained',
    asTrainedWhy: 'The base was trained with it.',
    normalizations: { 'z-score': 'Mean and deviation (π0)', quantile: 'Quantiles (π0.5)' },
    normalizationsMeaning: {
      'z-score': 'The mean of each joint becomes 0, its standard deviation 1.',
      quantile: 'The range of each joint from its 1st to its 99th percentile becomes −1 to 1.',
    },
    normalizationMeaning: 'Kept with the adapter.',
    statistics: 'Statistics',
    statisticsOf: { recording: 'Of this recording', checkpoint: 'Of the checkpoint' },
    statisticsMeaning: {
      recording: 'Measured on its training episodes, as openpi’s compute_norm_stats does.',
      checkpoint:
        'Those that it was trained with, so that numbers mean to it what they did. They hold only where the same joints are learned as differences, in the same units.',
    },
    delta: 'Joints learned as differences from the state',
    deltaMeaning: 'Right for positions that move a little at a time.',
    deltas: (differences: string, joints: string) => `${differences} of ${joints}.`,
    deltaReasons: {
      position: 'a position that the state measures',
      'last action': 'goes on from the last action',
      'no positions': 'as it is: no position of what the state measures',
      grasping: 'as it is: opens and closes',
      angle: 'as it is: an angle that may wrap',
      elsewhere: 'as it is: stands elsewhere in the state, or nowhere',
      unit: 'as it is: the state counts in another unit',
    },
    deltaSuggested: 'As suggested by the recording',
  },

  /** Where a number means something else than usual. */
  fields: {
    batchSize: ['Batch', 'samples', 'Moments of the recording computed together. More is smoother, takes more memory.'],
    heldoutPercent: ['Held out', '%', 'Share of episodes kept for measuring, never trained on.'],
    seed: ['Seed', '', 'Same seed, recording and settings give the same run.'],
  } satisfies TaskWords['fields'],

  run: {
    phases: {
      loading: 'Loading the model and the pictures',
      sampling: 'Predicting held-out episodes',
    } satisfies TaskWords['run']['phases'],
    tokensPerSecondMeaning: 'Tokens that go through the model each second; none that are computed once.',
    lossTitle: 'Loss, squared error',
    lossMeaning:
      'How far the predicted flow is from the true one: the mean of squares over action elements, normalised. Lower is better.',
    tryIt: 'Try it on the recording',
    tryMeaning: 'Base and adapter predict the held-out episodes of the open recording.',
    prefixConstant: 'Images and words are computed once.',
    prefixEach: 'Images and words are computed in every step.',
  },

  openLoop: {
    title: 'Error on held-out episodes',
    shortTitle: 'Error by joint; whole bar: standing still',
    recordedCurve: (joint: string, episode: string) => `${joint} in episode ${episode}, never trained on`,
    waiting: 'Appears at the first held-out evaluation: predicted against recorded actions, joint by joint.',
    none: 'No episode is held out, so there is nothing to compare with.',
    at: (step: string) => `at step ${step}`,
    won: (won: string, joints: string) => `The adapter is best on ${won} of ${joints}.`,
    caption: 'Mean absolute error, in each joint’s own unit',
    joint: 'Joint',
    predictors: {
      adapter: ['adapter', 'The base with the adapter.'],
      hold: ['hold', 'Hold the last action before the chunk.'],
      mean: ['mean', 'Always the mean action of the training episodes.'],
      base: ['base', 'The base without the adapter.'],
    } satisfies Record<PredictorName, readonly [name: string, meaning: string]>,
    best: 'best',
    chunks: (horizon: string) => `A new prediction begins every ${horizon}.`,
    chart: (joint: string, episode: string, error: string) =>
      `${joint}: recorded and predicted over the frames of episode ${episode}. Mean absolute error ${error}; see the table.`,
  },

  adapter: {
    robot: (name: string, joints: string, horizon: string) =>
      `${name === '' ? '' : `${name} · `}${joints} · ${horizon} at a time`,
    cameras: (names: string) => `sees ${names}`,
    blind: 'no camera',
    staysHere:
      'no folder for a GPU server, for openpi’s training has no model of its base’s sizes: open a π0 or π0.5 of your own and train on that',
    jointsMeaning: (names: string) => `Joints: ${names}`,
    tryShort: 'Try on the recording',
    tryMeaning: 'Predicts the held-out episodes of the open recording with the base and with this adapter.',
    choose: (name: string) => `Try on the recording: ${name}`,
    trying: (name: string) => `Predicting the held-out episodes with the base and with ${name}…`,
    stop: 'Stop',
    stopTrying: (name: string) => `Stop trying ${name}`,
    tried: (name: string) => `with ${name}`,
    lead: 'What you have trained, kept in this browser.',
    tryBoth: 'Try both on the recording',
    bothMeaning: 'Predicts the held-out episodes of the open recording with the base and with each adapter.',
    noRecording: 'Open a recording of their robot under Data to see how far off each of them is.',
    afterRun: 'A run is under way: they can be tried when it has ended.',
  },
} as const;

/** Words of the actions task. */
export const words = inLanguage(english, () => import('./words_zh'));
