/** A small policy that a person opened, and adapters that were trained on it. */
import { type Adapter, isLora, type RobotForm, sizeOf } from '../../src/adapter/adapter';
import type { PolicyOrigin } from '../../src/adapter/summary';
import type { StoredFile } from '../../src/containers/stored_file';
import type { ModelConfig } from '../../src/model/config';
import { elements, type Leaf, leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import type { PolicySource } from '../../src/policy/source';
import { normals, randomStream } from '../../src/random';
import { defaultActionsSettings } from '../../src/settings/defaults';
import { configJson, folderOf, tensorOf } from '../policy/checkpoints';
import { robot } from './actions_sample';
import { sampleAdapter } from './sample';

/** Small enough that float32 agrees with itself over several layers. */
export const leafOf = ({ path, shape }: Leaf) => ({
  shape,
  values: normals(elements(shape), randomStream('policy', path)).map((value) => 0.2 * value),
});

/** Its checkpoint in openpi's own names. */
export const policyFiles = (config: ModelConfig, dtype: 'F32' | 'BF16' = 'F32'): StoredFile[] =>
  folderOf(
    new Map(leavesOf(config).map((leaf) => [leaf.path, tensorOf(leafOf(leaf), dtype)])),
    configJson(config.pi05 ? 'π0.5' : 'π0'),
  );

/** A leaf, layer after layer. */
export async function readLeaf(source: PolicySource, { path, shape, stacked }: Leaf) {
  const values = new Float32Array(elements(shape));
  const layers = stacked ? shape[0]! : 1;
  for (let layer = 0; layer < layers; layer++)
    await source.read(path, layer, 'f32', (first, part) => values.set(part, (layer * values.length) / layers + first));
  return values;
}

export const policyBase: PolicyOrigin = {
  name: 'lerobot/pi0_base',
  kind: 'π0',
  naming: 'openpi',
  files: [{ name: 'model.safetensors', bytes: 8, sha256: 'ab'.repeat(32) }],
};

/** A checkpoint, opened, and what its adapters say of it. */
export async function openedPolicy(files: readonly StoredFile[], name = policyBase.name) {
  const source = await openPolicy(files);
  const kind = source.config.pi05 ? 'π0.5' : 'π0';
  const base: PolicyOrigin = { name, kind, naming: source.naming, files: await source.hash() };
  return { source, base, adapter: policyAdapter(source.config, { base }) };
}

export const threeJoints: RobotForm = {
  ...robot,
  jointNames: { state: ['pan', 'lift', 'gripper'], action: ['pan', 'lift', 'gripper'] },
  cameras: ['observation.images.front', 'observation.images.wrist'],
  places: ['base_0_rgb', 'left_wrist_0_rgb'],
  delta: [true, true, false],
  stats: {
    state: { mean: [1, 2, 3], std: [0.5, 0.25, 1], q01: [0, 1, 2], q99: [2, 3, 4] },
    actions: { mean: [0, 1, 2], std: [0.125, 0.5, 2], q01: [-1, 0, 1], q99: [1, 2, 3] },
  },
};

export interface Adapted {
  readonly rank?: number;
  readonly alpha?: number;
  readonly rootScaled?: boolean;
  /** What trains beside LoRA of the expert. */
  readonly whole?: RegExp;
  readonly base?: PolicyOrigin;
}

/** LoRA of the expert, and what else trained, at random. */
export function policyAdapter(
  config: ModelConfig,
  { rank = 3, alpha = 7, rootScaled = false, whole = /^(state|action|time)_|Dense_0/, base = policyBase }: Adapted = {},
): Adapter {
  const lora = { rank, alpha, ...(rootScaled ? { rootScaled } : {}) };
  const modelConfig = {
    ...config,
    experts: config.experts.map((expert, e) => (e === 1 ? { ...expert, lora } : expert)),
  };
  const tensors = Object.fromEntries(
    leavesOf(modelConfig)
      .filter(({ path }) => isLora(path) || (whole.test(path) && !path.startsWith('PaliGemma/img')))
      .map(({ path, shape }) => [
        path,
        { shape, values: normals(elements(shape), randomStream('trained', path)).map((value) => 0.3 * value) },
      ]),
  );
  const { summary, history } = sampleAdapter();
  return {
    summary: { ...summary, base: 'policy', loraRank: rank, loraAlpha: alpha, ...sizeOf(tensors), policy: base },
    baseHash: 'ef'.repeat(32),
    modelConfig,
    tensors,
    settings: { ...defaultActionsSettings, delta: [...threeJoints.delta], cameras: [...threeJoints.cameras] },
    history,
    robot: threeJoints,
  };
}
