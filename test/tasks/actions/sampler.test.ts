import { expect, test } from 'vitest';
import { Memory } from '../../../src/gpu/memory';
import { uploadParameters } from '../../../src/model/load';
import { elements } from '../../../src/model/tree';
import { normals, randomStream } from '../../../src/random';
import { ActionsSampler, recordActionsSampler } from '../../../src/tasks/actions/sampler';
import { device } from '../../gpu';
import { parametersOf } from '../../model/small';
import { PI0_SHAPE, randomActionsBatch, SMALL_PI0 } from '../../model/small_pi0';

const MINUTE = 60_000; // a slow machine compiles for a while
const batch = randomActionsBatch(PI0_SHAPE, 1);

test(
  'each sample has actions of its own, and a sampler leaves nothing behind',
  async () => {
    const memory = new Memory(device);
    const parameters = parametersOf(() => true, SMALL_PI0);
    uploadParameters(memory, parameters, (leaf) =>
      normals(elements(leaf.shape), randomStream('policy', leaf.path)).map((v) => 0.3 * v),
    );
    const sampler = await ActionsSampler.create(
      memory,
      recordActionsSampler(SMALL_PI0, parameters, PI0_SHAPE, { software: false }),
    );
    const both = await sampler.sample(batch, batch.noise);
    const chunk = both.length / 2;
    const other = await sampler.sample(
      { ...batch, state: Array.from(batch.state, (v, i) => (i < 3 ? v + 1 : v)) },
      batch.noise,
    );
    expect(other.subarray(chunk)).toEqual(both.subarray(chunk));
    expect(other.subarray(0, chunk)).not.toEqual(both.subarray(0, chunk));
    // Along a straight flow the number of steps would not matter; here it does, but not much.
    const fine = await sampler.sample(batch, batch.noise, 40);
    const difference = Math.hypot(...fine.map((v, i) => v - (both[i] as number))) / Math.hypot(...fine);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.2);
    sampler.destroy();
    expect(memory.bytesByKind()).toMatchObject({ sampler: 0, staging: 0, activations: 0 });
    memory.destroy();
  },
  MINUTE,
);
