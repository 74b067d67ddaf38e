import { type Adapter, isLora, type KnownBase, type RobotForm, sizeOf, withLora } from '../../src/adapter/adapter';
import { elements, leavesOf } from '../../src/model/tree';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { generator, sampleAdapter } from './sample';

const heads = { depth: 2, numHeads: 3, numKvHeads: 1, headDim: 4 };
export const base: KnownBase = {
  id: 'tiny-pi0',
  hash: 'cd'.repeat(32),
  modelConfig: {
    vocabSize: 11,
    experts: [
      { ...heads, width: 7, mlpDim: 9 },
      { ...heads, width: 6, mlpDim: 8 },
    ],
    img: { imageSize: 4, patchSize: 2, width: 6, depth: 1, mlpDim: 5, numHeads: 2 },
    actionDim: 5,
  },
};

const stats = { mean: [1, 2], std: [0.5, 0.25], q01: [0, 1], q99: [2, 3] };
export const robot: RobotForm = {
  name: 'so101',
  fps: 30,
  jointNames: { state: ['pan', 'gripper'], action: ['pan', 'gripper'] },
  state: 'measured',
  cameras: ['front'],
  places: ['left_wrist_0_rgb'],
  horizon: 4,
  delta: [true, false],
  normalization: 'z-score',
  stats: { state: stats, actions: stats },
  tasks: ['put the cube | in the box'],
};

/** LoRA of the expert, or of both, and every projection. */
export function actionsAdapter(everywhere = false): Adapter {
  const modelConfig = withLora(base.modelConfig, 2, 2, (n) => everywhere || n === 1);
  const random = generator(4);
  const leaves = leavesOf(modelConfig).filter(({ path }) => isLora(path) || /^(state|action)_/.test(path));
  const tensors = Object.fromEntries(
    leaves.map(({ path, shape }) => [path, { shape, values: Float32Array.from({ length: elements(shape) }, random) }]),
  );
  const { summary } = sampleAdapter();
  return {
    ...sampleAdapter(),
    summary: { ...summary, base: base.id, loraRank: 2, loraAlpha: 2, ...sizeOf(tensors) },
    baseHash: base.hash,
    modelConfig,
    tensors,
    settings: { ...defaultActionsSettings, delta: [true, false], cameras: ['front'] },
    robot,
  };
}
