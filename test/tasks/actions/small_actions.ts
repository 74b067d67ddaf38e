import type { Base } from '../../../src/base/base';
import { heldWeights } from '../../../src/base/weights';
import type { ModelConfig } from '../../../src/model/config';
import { elements, leavesOf } from '../../../src/model/tree';
import type { Problem } from '../../../src/problem';
import { normals, randomStream } from '../../../src/random';
import type { FramePlace } from '../../../src/recording/chunks';
import type { Episode, Recording } from '../../../src/recording/recording';
import type { ActionsSettings } from '../../../src/settings/actions';
import { defaultActionsSettings } from '../../../src/settings/defaults';
import type { ActionsData } from '../../../src/tasks/actions/data';

const CONFIG: ModelConfig = {
  vocabSize: 60,
  experts: [
    { width: 16, depth: 2, mlpDim: 24, numHeads: 2, numKvHeads: 1, headDim: 8 },
    { width: 12, depth: 2, mlpDim: 20, numHeads: 2, numKvHeads: 1, headDim: 8 },
  ],
  img: { imageSize: 6, patchSize: 3, width: 8, depth: 1, mlpDim: 12, numHeads: 2 },
  actionDim: 4,
};

const valuesOf = (config: ModelConfig) =>
  new Map(
    leavesOf(config).map(({ path, shape }) => [
      path,
      normals(elements(shape), randomStream('small π0', path)).map((v) => 0.2 * v),
    ]),
  );

/** Its weights. */
export const SMALL_ACTIONS_VALUES = valuesOf(CONFIG);

/** A π0 of random weights: what runs do does not depend on what the weights mean. */
export const SMALL_ACTIONS_BASE: Base = {
  summary: {
    id: 'actions',
    name: 'small',
    description: '',
    parameters: 0,
    vocabularySize: CONFIG.vocabSize,
    context: 5,
    cameras: 2,
    heldoutBitsPerByte: Number.NaN,
    licence: '',
  },
  config: CONFIG,
  weights: heldWeights(SMALL_ACTIONS_VALUES, 'small'),
  layers: heldWeights(SMALL_ACTIONS_VALUES, 'small'),
  hash: 'cd'.repeat(32),
  tokenizerFiles: async () => ({ tokenizer: {} }),
  actions: { cameras: ['base_0_rgb', 'left_wrist_0_rgb'], horizon: 4, promptLength: 5 },
};

const PI05: ModelConfig = { ...CONFIG, pi05: true };

const PI05_VALUES = valuesOf(PI05);

/** The same as a π0.5, whose prompts have room for the state. */
export const SMALL_PI05_BASE: Base = {
  ...SMALL_ACTIONS_BASE,
  config: PI05,
  weights: heldWeights(PI05_VALUES, 'small π0.5'),
  layers: heldWeights(PI05_VALUES, 'small π0.5'),
  actions: { cameras: ['base_0_rgb'], horizon: 4, promptLength: 48 },
};

const FRAMES = 30;

/** Two joints that swing; each action is where the joint will be. */
function episode(index: number): Episode {
  const place = (frame: number) => {
    const t = (frame + 7 * index) / 5;
    return [20 * Math.sin(t), 3 * Math.cos(t) + index];
  };
  const frames = Array.from({ length: FRAMES }, (_, frame) => frame);
  return {
    index,
    length: FRAMES,
    state: Float32Array.from(frames.flatMap((frame) => place(frame))),
    action: Float32Array.from(frames.flatMap((frame) => place(frame + 2))),
    timestamps: Float32Array.from(frames.map((frame) => frame / 10)),
    task: new Uint16Array(FRAMES).fill(index % 2),
    footage: [null],
  };
}

export const SWINGING: Recording = {
  info: { layout: 'test', robot: 'swing', promisedEpisodes: null, stateColumn: 'state', actionColumn: 'action' },
  fps: 10,
  episodes: Array.from({ length: 5 }, (_, index) => episode(index)),
  jointNames: { state: ['shoulder', 'gripper'], action: ['shoulder', 'gripper'] },
  cameras: [{ name: 'top', width: 6, height: 6, available: false }],
  tasks: ['9 10', '11 12 13'],
  problems: [],
};

const split = { training: [0, 1, 3, 4], heldout: [2] };
const allFrames = SWINGING.episodes.length * FRAMES;

/** Without cameras. */
export const BLIND: ActionsData = {
  recording: SWINGING,
  split,
  cameras: [],
  pictureOf: new Int32Array(allFrames).fill(-1),
};

/** One camera that saw noise, and nothing in every seventh frame. */
export const SEEING: ActionsData = {
  recording: SWINGING,
  split,
  cameras: [
    {
      name: 'top',
      rgb: Uint8Array.from({ length: allFrames * 6 * 6 * 3 }, (_, i) => (i * 2654435761) >>> 24),
      mask: Uint8Array.from({ length: allFrames }, (_, frame) => (frame % 7 === 3 ? 0 : 1)),
    },
  ],
  pictureOf: Int32Array.from({ length: allFrames }, (_, frame) => frame),
};

/** The same, of which a streamed run keeps no pictures. */
export const UNSEEN: ActionsData = { ...SEEING, cameras: [{ name: 'top' }], pictureOf: BLIND.pictureOf };

/** What each camera of the data saw at some frames. */
export const picturesOf = ({ cameras, pictureOf }: ActionsData, places: readonly FramePlace[]) =>
  cameras.map(({ rgb = new Uint8Array(), mask = new Uint8Array() }) => {
    const at = places.map(({ episode, frame }) => pictureOf[FRAMES * episode + frame]!);
    const size = rgb.length / mask.length;
    return {
      rgb: Uint8Array.from(at.flatMap((one) => [...rgb.subarray(one * size, (one + 1) * size)])),
      mask: Uint8Array.from(at, (one) => mask[one]!),
      problems: [] as readonly Problem[],
    };
  });

export const actionsSettings = (changes: Partial<ActionsSettings> = {}): ActionsSettings => ({
  ...defaultActionsSettings,
  horizon: 4,
  steps: 8,
  batchSize: 3,
  loraRank: 2,
  loraAlpha: 4,
  learningRate: 0.02,
  endLearningRate: 0.002,
  warmupSteps: 2,
  evaluateEvery: 3,
  checkpointEvery: 4,
  ...changes,
});
