import { expect, test } from 'vitest';
import {
  type ActionsBatch,
  flowOf,
  preparePrefix,
  suffixPlaces,
  timeEmbedding,
} from '../../../src/tasks/actions/batch';
import { SMALL_PI0 } from '../../model/small_pi0';

const NEVER = 2 ** 31 - 1;

/** One camera of four patches, three words, two actions; the image is masked in the first sample. */
const SHAPE = { B: 2, cameras: 1, promptLength: 3, horizon: 2 };
const PIXELS = 6 * 6 * 3;
const batch: ActionsBatch = {
  samples: [0, 1],
  images: Float32Array.from({ length: 2 * PIXELS }, (_, i) => i),
  imageMask: [0, 1],
  promptTokens: [4, 5, 6, 7, 8, 9],
  promptMask: [1, 1, 0, 1, 1, 1],
  state: [1, 2, 3, 4, 5, 6],
  actions: Array.from({ length: 12 }, (_, i) => i),
  noise: Array.from({ length: 12 }, () => 1),
  time: [0.25, 1],
  lossMask: [1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0],
};

test('time is embedded as JAX in float32 gives it', () => {
  // jnp.float32 of openpi's posemb_sincos(0.7314, width, 4e-3, 4.0)
  expect([...timeEmbedding(0.7314, 2)]).toEqual([-0.8090535998344421, 0.5877348184585571]);
  const expected = [
    -0.8090535998344421, -0.898726224899292, 0.9759178161621094, -0.9795724153518677, -0.8808087706565857,
    -0.47193601727485657, 0.9123060703277588, 0.5877348184585571, 0.4385102391242981, -0.2181386500597,
    0.20109158754348755, 0.47347214818000793, -0.8816328048706055, 0.4095090329647064,
  ];
  timeEmbedding(0.7314, 14).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 6);
  });
});

test('patches: a row for each, its pixels line by line', () => {
  const { patches } = preparePrefix(SMALL_PI0, SHAPE, 10, batch);
  const pixel = (image: number, y: number, x: number) => [0, 1, 2].map((c) => ((image * 6 + y) * 6 + x) * 3 + c);
  const patch = (image: number, y: number, x: number) =>
    [0, 1, 2].flatMap((row) => [0, 1, 2].flatMap((column) => pixel(image, y + row, x + column)));
  const expected = [0, 1].flatMap((image) => [0, 3].flatMap((y) => [0, 3].flatMap((x) => patch(image, y, x))));
  expect([...(patches ?? [])]).toEqual(expected);
  expect(() => preparePrefix(SMALL_PI0, SHAPE, 10, { ...batch, images: new Float32Array(5) })).toThrow(
    '5 numbers given',
  );
});

test('positions count what is there, and what is masked is seen by nobody', () => {
  const prefix = preparePrefix(SMALL_PI0, SHAPE, 10, batch);
  expect([...prefix.promptTokens]).toEqual([4, 5, 6, 7, 8, 9]);
  expect([...prefix.prefixPosition]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 1, 2, 3, 4, 5, 6]);
  expect(new Set(prefix.prefixQueryBlock)).toEqual(new Set([0]));
  const free = [NEVER, NEVER, NEVER]; // slots of state and actions, which the prefix never sees
  const blind = [NEVER, NEVER, NEVER, NEVER];
  expect([...prefix.prefixKeyBlock]).toEqual([...blind, 0, 0, NEVER, ...free, 0, 0, 0, 0, 0, 0, 0, ...free]);
});

test('the suffix goes on where the prefix ends: three blocks', () => {
  const { suffixPosition, suffixQueryBlock, suffixKeyBlock } = suffixPlaces(SMALL_PI0, SHAPE, batch);
  expect([...suffixPosition]).toEqual([2, 3, 4, 7, 8, 9]);
  expect([...suffixQueryBlock]).toEqual([1, 2, 2, 1, 2, 2]);
  const blind = [NEVER, NEVER, NEVER, NEVER];
  expect([...suffixKeyBlock]).toEqual([...blind, 0, 0, NEVER, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2]);
});

test('without anything to see or hear, prefix tokens see each other, and the suffix sees none of them', () => {
  const blind = { ...batch, imageMask: [0, 0], promptMask: new Array(6).fill(0) };
  const { prefixKeyBlock } = preparePrefix(SMALL_PI0, SHAPE, 10, blind);
  expect([...prefixKeyBlock.subarray(0, 10)]).toEqual([0, 0, 0, 0, 0, 0, 0, NEVER, NEVER, NEVER]);
  const { suffixPosition, suffixKeyBlock } = suffixPlaces(SMALL_PI0, SHAPE, blind);
  expect([...suffixPosition.subarray(0, 3)]).toEqual([0, 1, 2]);
  expect([...suffixKeyBlock.subarray(0, 10)]).toEqual([...new Array(7).fill(NEVER), 1, 2, 2]);
});

test('the flow leads from noise to actions; the state has a row that counts for nothing', () => {
  const { noisy, time, wanted, weight } = flowOf(SMALL_PI0, SHAPE, batch, 6);
  expect([...noisy]).toEqual([0.25, 1, 1.75, 2.5, 3.25, 4, 1, 1, 1, 1, 1, 1]);
  expect([...wanted]).toEqual([0, 0, 0, 1, 0, -1, -2, -3, -4, 0, 0, 0, -5, -6, -7, -8, -9, -10]);
  const sixth = Math.fround(1 / 6);
  const expected = [0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0].map((counts) => counts * sixth);
  expect([...weight]).toEqual(expected);
  expect(time.length).toBe(2 * 2 * 14);
  expect([...time.subarray(0, 14)]).toEqual([...time.subarray(14, 28)]);
  expect([...time.subarray(28, 42)]).toEqual([...timeEmbedding(1, 14)]);
});
