/** Data that adapters of the other samples may have been trained on. */
import type { Recording } from '../../src/recording/recording';
import type { TokenDataset } from '../../src/tokens/batches';
import { threeJoints } from './policy_sample';

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
