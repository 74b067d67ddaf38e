/** Sizes of policies as openpi publishes them, by their shapes alone. */
import { expect, test } from 'vitest';
import type { WeightsFile } from '../../src/hub/shards';
import type { FileTensor } from '../../src/hub/tensors';
import { leavesOf } from '../../src/model/tree';
import { trueSizeModel } from '../../src/model/true_size';
import { readPolicyConfig } from '../../src/policy/config';
import { formOf } from '../../src/policy/leaf_form';
import type { Naming } from '../../src/policy/naming';
import { readSizes } from '../../src/policy/sizes';
import { ProblemError } from '../../src/problem';

const FILE = 'pi0/model.safetensors';
const model = trueSizeModel('full').config;

/** The shapes of a π0 of these sizes, read under what config.json says. */
function sizesOf(config: typeof model, naming: Naming, json: object = {}) {
  const tensors = new Map<string, FileTensor>();
  const file = { path: FILE } as WeightsFile;
  for (const leaf of leavesOf(config)) {
    const { names, shape } = formOf(leaf, naming);
    for (const name of names.flat()) tensors.set(name, { name, file, dtype: 'BF16', shape, begin: 0, end: 0 });
  }
  return readSizes({ naming, tensors }, readPolicyConfig(json, 'config.json'), FILE);
}

const shallower = (n: number, depth: number) => ({
  ...model,
  experts: model.experts.map((expert, e) => (e === n ? { ...expert, depth } : expert)),
});
const withTower = (change: object) => ({ ...model, img: { ...model.img!, ...change } });
const NAMED = { paligemma_variant: 'gemma_2b', action_expert_variant: 'gemma_300m' };
const VISION = 'paligemma_with_expert.paligemma.model.vision_tower.vision_model.encoder.layers';
const BACKBONE = 'paligemma_with_expert.paligemma.model.language_model.layers';

test.each(['openpi', 'openpi PyTorch'] as const)('those that are published: names of %s', (naming) => {
  for (const json of [{}, NAMED]) expect(sizesOf(model, naming, json)).toEqual(model);
});

test.each<readonly [string, typeof model, Naming, object, string | RegExp]>([
  [
    'the last layer of SigLIP',
    withTower({ depth: 26 }),
    'LeRobot',
    NAMED,
    `paligemma_variant gemma_2b makes img.depth 27; by the tensors' shapes it is 26. Layer 26 of ${VISION} is missing.`,
  ],
  [
    'the same, where nothing names the backbone',
    withTower({ depth: 26 }),
    'openpi PyTorch',
    {},
    `experts.0.width 2048 makes img.depth 27; by the tensors' shapes it is 26. Layer 26 of ${VISION} is missing.`,
  ],
  [
    'three of them, in openpi’s own names',
    withTower({ depth: 24 }),
    'openpi',
    {},
    / Layers 24 to 26 of PaliGemma\/img\/Transformer\/encoderblock\/MlpBlock_0\/Dense_0\/kernel are missing\.$/,
  ],
  [
    'the last layer of the expert',
    shallower(1, 17),
    'openpi',
    {},
    /^experts\.0\.depth 18 makes experts\.1\.depth 18;.* Layer 17 of PaliGemma\/llm\/layers\/mlp_1\/gating_einsum is missing\.$/,
  ],
  [
    'the last layer of every tower',
    { ...withTower({ depth: 26 }), experts: model.experts.map((expert) => ({ ...expert, depth: 17 })) },
    'LeRobot',
    {},
    `2 tensors are not as the model needs them. experts.0.width 2048 makes experts.0.depth 18; by the tensors' shapes it is 17. Layer 17 of ${BACKBONE} is missing.`,
  ],
  [
    'another tower',
    withTower({ mlpDim: 4300 }),
    'LeRobot',
    NAMED,
    /^paligemma_variant gemma_2b makes img\.mlpDim 4304/,
  ],
])('%s is missed by name', (_, config, naming, json, message) => {
  const read = () => sizesOf(config, naming, json);
  expect(read).toThrow(ProblemError);
  try {
    read();
  } catch (error) {
    const { what } = (error as ProblemError).problem;
    if (typeof message === 'string') expect(what).toBe(message);
    else expect(what).toMatch(message);
  }
});

test('a model of other sizes says them', () => {
  const experts = model.experts.map((expert) => ({ ...expert, depth: 2 }));
  const config = { ...withTower({ depth: 3 }), experts };
  const json = { experts: [{ depth: 2 }, { depth: 2 }], img: { depth: 3 } };
  expect(sizesOf(config, 'LeRobot', json)).toEqual(config);
});
