/** Data that adapters of the other samples may have been trained on. */
import type { ShippedBase } from '../../src/adapter/base_folder';
import { toBf16 } from '../../src/floats';
import { elements, leavesOf } from '../../src/model/tree';
import type { Recording } from '../../src/recording/recording';
import type { TokenDataset } from '../../src/tokens/batches';
import { threeJoints } from './policy_sample';
import { base, generator } from './sample';

/** The base of the text sample, in bf16 as the page's own. */
export function shippedBase(): ShippedBase {
  const { hash, modelConfig: config } = base;
  const random = generator(3);
  const values = new Map(
    leavesOf(config).map(({ path, shape }) => [path, toBf16(Float32Array.from({ length: elements(shape) }, random))]),
  );
  const tokenizer = {
    tokenizer: { model: { type: 'BPE' } },
    tokenizerConfig: { tokenizer_class: 'TokenizersBackend' },
  };
  return { terms: { name: 'Tiny', licence: 'any use' }, hash, config, values, tokenizer };
}

/** Three windows to train on, two held out, of several lengths; not all of their tokens count. */
export const windows: TokenDataset = {
  tokens: Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6),
  lossMask: Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1),
  offsets: Uint32Array.of(0, 3, 7, 9, 13, 15),
  training: Uint32Array.of(0, 2, 3),
  heldout: Uint32Array.of(1, 4),
  sequenceLength: 4,
  vocabularySize: 11,
  pad: 0,
};

/** Two episodes of the robot of three joints, as a LeRobot recording has them. */
export const recording: Recording = {
  info: {
    layout: 'LeRobot v2.1',
    robot: 'so101',
    promisedEpisodes: 2,
    stateColumn: 'observation.state',
    actionColumn: 'action',
  },
  fps: 30,
  jointNames: threeJoints.jointNames,
  joints: threeJoints.jointNames.action.map((name) => ({ name, chosen: true })),
  cameras: [],
  tasks: [...threeJoints.tasks],
  problems: [],
  episodes: [2, 3].map((length, index) => ({
    index,
    length,
    state: Float32Array.from({ length: 3 * length }, (_, n) => n + index),
    action: Float32Array.from({ length: 3 * length }, (_, n) => n - index),
    timestamps: Float32Array.from({ length }, (_, n) => n / 30),
    task: new Uint16Array(length),
    footage: [],
  })),
};
