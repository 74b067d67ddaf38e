import { expect, test } from 'vitest';
import { randomStream } from '../../../src/random';
import { type Choice, choose } from '../../../src/tasks/text/choose';

/** Probabilities 0.4, 0.3, 0.2, 0.1 of ids 2, 0, 3, 1. */
const LOGITS = Float32Array.from([0.3, 0.1, 0.4, 0.2], Math.log);
const FREE: Choice = { temperature: 1, topK: 0, topP: 1, never: new Set() };

/** How often each id is chosen, as a share. */
function shares(change: Partial<Choice>, draws = 4000): number[] {
  const random = randomStream('choose', 1);
  const counts = [0, 0, 0, 0];
  for (let n = 0; n < draws; n++) counts[choose(LOGITS, { ...FREE, ...change }, random)]!++;
  return counts.map((count) => Math.round((10 * count) / draws) / 10);
}

test('a temperature of 1 draws by the probabilities, 0 takes the likeliest', () => {
  expect(shares({})).toEqual([0.3, 0.1, 0.4, 0.2]);
  expect(shares({ temperature: 0 }, 20)).toEqual([0, 0, 1, 0]);
});

test('top-k leaves the k likeliest, in their proportions', () => {
  expect(shares({ topK: 2 })).toEqual([0.4, 0, 0.6, 0]);
  expect(shares({ topK: 9 })).toEqual(shares({}));
});

test('top-p leaves the fewest tokens that reach the share, the one that passes it included', () => {
  expect(shares({ topP: 0.65 })).toEqual([0.4, 0, 0.6, 0]);
  expect(shares({ topP: 0.75 })).toEqual([0.3, 0, 0.4, 0.2]);
  expect(shares({ topP: 1e-9 }, 20)).toEqual([0, 0, 1, 0]);
});

test('both together, and what is never chosen counts for neither', () => {
  expect(shares({ topK: 3, topP: 0.7 })).toEqual([0.4, 0, 0.6, 0]);
  expect(shares({ topK: 1, never: new Set([2]) }, 20)).toEqual([1, 0, 0, 0]);
});
