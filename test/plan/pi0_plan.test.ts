import { expect, test } from 'vitest';
import type { MemoryKind } from '../../src/gpu/tensor';
import { leavesOf } from '../../src/model/tree';
import { randomStream } from '../../src/random';
import { recordPi0Step } from '../../src/train/pi0_step';
import { OPTIMIZER, parametersOf } from '../model/small';
import { PI0_SHAPE, SMALL_PI0 } from '../model/small_pi0';

const record = (isFrozen: (path: string) => boolean, recompute: boolean) =>
  recordPi0Step(SMALL_PI0, parametersOf(isFrozen, SMALL_PI0), PI0_SHAPE, OPTIMIZER, { recompute });

test('π0: freezing more never costs more, whether the prefix is constant before, after, or never', () => {
  const paths = leavesOf(SMALL_PI0).map(({ path }) => path);
  const upstream = paths.filter((path) => /img|llm/.test(path) && !path.includes('_1'));
  const random = randomStream('pi0 filters');
  const promised: MemoryKind[] = ['gradients', 'moments', 'activations', 'workspace', 'trainable'];
  const seen = new Set<string>();
  for (let pair = 0; pair < 80; pair++) {
    const [share, more] = [random(), random()];
    const fewer = new Set(paths.filter(() => random() < share));
    // Of the leaves in front of the prefix's keys, none, a few or all train.
    const kept = [0, 1, 3, upstream.length][pair % 4] as number;
    for (const path of upstream.toSorted(() => random() - 0.5).slice(kept)) fewer.add(path);
    const further = new Set([...fewer, ...paths.filter(() => random() < more)]);
    const a = record((path) => fewer.has(path), pair % 3 === 0);
    const b = record((path) => further.has(path), pair % 3 === 0);
    seen.add(`${a.prefix !== null} ${b.prefix !== null}`);
    expect(b.plan.totalBytes, `pair ${pair}`).toBeLessThanOrEqual(a.plan.totalBytes);
    for (const kind of promised) {
      expect(b.plan.byKind[kind], `${kind} of pair ${pair}`).toBeLessThanOrEqual(a.plan.byKind[kind]);
    }
  }
  expect(seen).toEqual(new Set(['false false', 'false true', 'true true']));
});
