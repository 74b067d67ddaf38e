import { expect, test } from 'vitest';
import { NO_GPU_YET } from '../../../src/gpu/facts';
import { trueSizeModel } from '../../../src/model/true_size';
import { shareOfBlock } from '../../../src/tasks/actions/pass_share';
import { recordPass } from '../../../src/tasks/actions/prepare';

test('of a π0 at its true size the tower is most of the layers, and a small part of the time', () => {
  const { config, promptLength } = trueSizeModel('ae_lora');
  const { layers } = recordPass(config, { cameras: 3, prefixes: 10, promptLength }, NO_GPU_YET);
  const shareOf = shareOfBlock(layers);
  const tower = layers.findIndex(({ writes }) => writes !== null);
  expect(tower / layers.length).toBeGreaterThan(0.5);
  expect(shareOf({ layer: tower, frame: 0, frames: 10 })).toBeLessThan(0.25);
  const all = layers.flatMap((_, layer) => [1, 10].map((frame) => shareOf({ layer, frame, frames: 10 })));
  expect(all.every((share, n) => share >= (all[n - 1] ?? 0))).toBe(true);
  expect(all.at(-1)).toBeCloseTo(1, 9);
});
