import { describe, expect, test, vi } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { attention, attentionKernels } from '../../src/ops/attention';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/attention';
import { differentiateFrom } from './differentiate';

const NEVER = 2 ** 31 - 1;
const ascending = (length: number) => Array.from({ length }, (_, i) => i);

interface Case {
  readonly name: string;
  readonly sizes: reference.AttentionSizes;
  readonly queryBlock: number[];
  readonly keyBlock: number[];
  readonly form?: { readonly scale?: number; readonly cap?: number; readonly window?: number };
}

const cases: readonly Case[] = [
  {
    name: 'causal, one key head, two windows',
    sizes: { B: 2, T: 7, S: 7, Q: 4, D: 2, H: 6 },
    queryBlock: [...ascending(7), ...ascending(7)],
    keyBlock: [...ascending(7), ...ascending(7)],
  },
  {
    name: 'prefix, state, actions, with padding in keys and queries',
    sizes: { B: 2, T: 6, S: 11, Q: 2, D: 2, H: 4 },
    queryBlock: [1, 2, 2, 2, 2, -1, 1, 2, 2, -1, -1, -1],
    keyBlock: [0, 0, 0, NEVER, NEVER, 1, 2, 2, 2, 2, NEVER, 0, 0, 0, 0, 0, 1, 2, 2, NEVER, NEVER, NEVER],
  },
  {
    name: 'several key heads, a head size that is odd, more queries than keys',
    sizes: { B: 1, T: 5, S: 3, Q: 6, D: 6, H: 5 },
    queryBlock: [0, 0, 1, 2, 2],
    keyBlock: [0, 1, 2],
  },
  {
    name: 'a key head for every query head, one query, a wide head',
    sizes: { B: 1, T: 1, S: 6, Q: 2, D: 4, H: 37 },
    queryBlock: [3],
    keyBlock: [3, 0, 5, 1, NEVER, 2],
  },
  {
    name: 'first keys hidden, large head count',
    sizes: { B: 1, T: 3, S: 9, Q: 8, D: 2, H: 2 },
    queryBlock: [0, 1, 0],
    keyBlock: [1, 1, 1, 1, 1, 0, 0, 1, 0],
  },
  {
    name: 'a cap and a scale of its own',
    sizes: { B: 2, T: 6, S: 11, Q: 2, D: 2, H: 4 },
    queryBlock: [1, 2, 2, 2, 2, -1, 1, 2, 2, -1, -1, -1],
    keyBlock: [0, 0, 0, NEVER, NEVER, 1, 2, 2, 2, 2, NEVER, 0, 0, 0, 0, 0, 1, 2, 2, NEVER, NEVER, NEVER],
    form: { scale: 0.8, cap: 1.5 },
  },
  {
    name: 'a window of three, three query heads to a key head, so that four rows have two windows',
    sizes: { B: 2, T: 13, S: 13, Q: 6, D: 4, H: 5 },
    queryBlock: [...ascending(13), ...ascending(9), -1, -1, -1, -1],
    keyBlock: [...ascending(13), ...ascending(9), NEVER, NEVER, NEVER, NEVER],
    form: { window: 3 },
  },
  {
    name: 'a window of one, a cap, and padding before the tokens',
    sizes: { B: 2, T: 9, S: 9, Q: 4, D: 2, H: 3 },
    queryBlock: [...ascending(9), -1, -1, -1, ...ascending(6)],
    keyBlock: [...ascending(9), NEVER, NEVER, NEVER, ...ascending(6)],
    form: { window: 1, cap: 2, scale: 2 },
  },
  {
    name: 'a window of four over a cache in no order, and a query whose window is empty',
    sizes: { B: 1, T: 5, S: 18, Q: 2, D: 2, H: 4 },
    queryBlock: [11, 3, 40, 12, 9],
    keyBlock: [12, 11, 10, 9, 8, 7, 6, 5, NEVER, NEVER, NEVER, NEVER, NEVER, 4, 3, 2, 1, 0],
    form: { window: 4, cap: 3 },
  },
];

/** Each case compiles kernels of its own sizes, which takes longer on a busy machine than other tests do. */
vi.setConfig({ testTimeout: 60_000 });

describe.each(cases)('$name', ({ sizes, queryBlock, keyBlock, form = {} }) => {
  const { B, T, S, Q, D, H } = sizes;
  const q = randoms(B * T * Q * H, 1).map((v) => v * 2);
  const kv = randoms(B * S * D * H, 2).map((v) => v * 2);
  const dy = randoms(B * T * Q * H, 3);
  const inputs = { q, kv, queryBlock, keyBlock, sizes, ...form };
  const dqExpected = numericalGradient((at) => reference.attention({ ...inputs, q: at }), q, dy);
  const dkvExpected = numericalGradient((at) => reference.attention({ ...inputs, kv: at }), kv, dy);

  const t = {
    q: upload('B T Q H', sizes, q),
    kv: upload('B S D H', sizes, kv),
    query_block: upload('B T', sizes, queryBlock, 'i32'),
    key_block: upload('B S', sizes, keyBlock, 'i32'),
  };
  const y = upload(
    'B T Q H',
    sizes,
    dy.map(() => Number.NaN),
  ); // what memory may hold before
  const lse = upload('B T Q', sizes);
  const { scale: SCALE = 1 / Math.sqrt(H), cap: CAP = 0, window: WINDOW = NEVER } = form;
  const overrides = { SCALE, CAP, WINDOW };
  const forward = call(attentionKernels.forward, { ...t, y, lse }, overrides);
  const row_dots = upload('B T Q', sizes);
  const blocks = { queryBlock: t.query_block, keyBlock: t.key_block };

  test('forward', async () => {
    expect(maxError(await runAndRead([forward], y), reference.attention(inputs))).toBeLessThan(2e-6);
  });

  test('gradients through the tape are added', async () => {
    const queries = trainable('B T Q H', sizes, q);
    const both = trainable('B S D H', sizes, kv);
    const tape = new Tape();
    differentiateFrom(tape, attention(tape, { ...blocks, q: queries, kv: both, ...form }), dy);
    const calls = [...tape.forward, ...tape.backward];
    expect(maxError(await runAndRead(calls, queries.gradient as typeof queries), dqExpected)).toBeLessThan(1e-5);
    expect(maxError(await runAndRead([], both.gradient as typeof both), dkvExpected)).toBeLessThan(1e-5);
    const twice = await runAndRead(calls, both.gradient as typeof both);
    expect(
      maxError(
        twice,
        dkvExpected.map((v) => 2 * v),
      ),
    ).toBeLessThan(1e-5);
  });

  test('gradients of activations are set, whatever was there', async () => {
    const dq = upload('B T Q H', sizes, q);
    const dkv = upload('B S D H', sizes, kv);
    const tensors = { ...t, lse, dy: upload('B T Q H', sizes, dy), row_dots };
    const calls = [
      forward,
      call(attentionKernels.backwardDots, { y, dy: tensors.dy, row_dots }),
      call(attentionKernels.backwardQ, { ...tensors, dq }, overrides),
      call(attentionKernels.backwardKv, { ...tensors, dkv }, overrides),
    ];
    expect(maxError(await runAndRead(calls, dq), dqExpected)).toBeLessThan(1e-5);
    expect(maxError(await runAndRead([], dkv), dkvExpected)).toBeLessThan(1e-5);
  });
});

test.each([1, 4, 10])(
  'of %i constant keys no gradient is written, of the others it is the same',
  async (constantKeys) => {
    const { sizes, queryBlock, keyBlock } = cases[1] as (typeof cases)[number];
    const { B, T, S, Q, D, H } = sizes;
    const [q, kv, dy] = [randoms(B * T * Q * H, 1), randoms(B * S * D * H, 2), randoms(B * T * Q * H, 3)];
    const both = trainable('B S D H', sizes, kv);
    const tape = new Tape();
    const blocks = {
      queryBlock: upload('B T', sizes, queryBlock, 'i32'),
      keyBlock: upload('B S', sizes, keyBlock, 'i32'),
    };
    const y = attention(tape, { ...blocks, q: upload('B T Q H', sizes, q), kv: both, constantKeys });
    differentiateFrom(tape, y, dy);
    const inputs = { q, queryBlock, keyBlock, sizes };
    const all = numericalGradient((at) => reference.attention({ ...inputs, kv: at }), kv, dy);
    const expected = all.map((d, i) => (Math.floor(i / (D * H)) % S < constantKeys ? 0 : d));
    const dkv = await runAndRead([...tape.forward, ...tape.backward], both.gradient as typeof both);
    expect(maxError(dkv, expected)).toBeLessThan(1e-5);
  },
);

test('keys and values that are frozen get no gradient', () => {
  const { sizes, queryBlock, keyBlock } = cases[0] as (typeof cases)[number];
  const blocks = {
    queryBlock: upload('B T', sizes, queryBlock, 'i32'),
    keyBlock: upload('B S', sizes, keyBlock, 'i32'),
  };
  const q = trainable('B T Q H', sizes, randoms(sizes.B * sizes.T * sizes.Q * sizes.H));
  const tape = new Tape();
  const y = attention(tape, { ...blocks, q, kv: upload('B S D H', sizes) });
  differentiateFrom(tape, y, randoms(sizes.B * sizes.T * sizes.Q * sizes.H));
  const labels = tape.backward.map((c) => c.kernel.label);
  expect(labels).toEqual(['add.backward', 'attention.backward_dots', 'attention.backward_q']); // the first is the loss
});

test('large logits stay finite, and memory that nobody wrote is not looked at', async () => {
  const sizes = { B: 1, T: 1, S: 5, Q: 1, D: 2, H: 2 };
  const { NaN: HOLE } = Number;
  const kv = [300, 0, 1, 2, HOLE, HOLE, HOLE, HOLE, 299, 0, 3, 4, -300, 0, 5, 6, HOLE, HOLE, HOLE, HOLE];
  const keyBlock = [0, NEVER, 0, 0, NEVER];
  const q = [300, 0];
  const y = upload('B T Q H', sizes);
  const forward = call(attentionKernels.forward, {
    q: upload('B T Q H', sizes, q),
    kv: upload('B S D H', sizes, kv),
    query_block: upload('B T', sizes, [0], 'i32'),
    key_block: upload('B S', sizes, keyBlock, 'i32'),
    y,
    lse: upload('B T Q', sizes),
  });
  expect(maxError(await runAndRead([forward], y), [1, 2])).toBeLessThan(1e-6);
});

test('what lies outside of every window is not looked at, forward or backward', async () => {
  const sizes = { B: 1, T: 2, S: 12, Q: 1, D: 2, H: 2 };
  const window = 3;
  const queryBlock = [2, 11]; // both in the same four rows
  const keyBlock = ascending(12);
  const isSeen = (s: number) => s < 3 || s > 8;
  const finite = randoms(sizes.S * 4, 1);
  const kv = finite.map((v, i) => (isSeen(Math.floor(i / 4)) ? v : Number.NaN));
  const [q, dy] = [randoms(4, 2), randoms(4, 3)];
  const inputs = { q, kv: finite, queryBlock, keyBlock, sizes, window };
  const tape = new Tape();
  const [queries, both] = [trainable('B T Q H', sizes, q), trainable('B S D H', sizes, kv)];
  const blocks = {
    queryBlock: upload('B T', sizes, queryBlock, 'i32'),
    keyBlock: upload('B S', sizes, keyBlock, 'i32'),
  };
  const y = attention(tape, { ...blocks, q: queries, kv: both, window });
  differentiateFrom(tape, y, dy);
  expect(maxError(await runAndRead(tape.forward, y), reference.attention(inputs))).toBeLessThan(2e-6);
  const dq = numericalGradient((at) => reference.attention({ ...inputs, q: at }), q, dy);
  const dkv = numericalGradient((at) => reference.attention({ ...inputs, kv: at }), finite, dy);
  expect(maxError(await runAndRead(tape.backward, queries.gradient!), dq)).toBeLessThan(1e-5);
  const seenOnly = (values: number[]) => values.filter((_, i) => isSeen(Math.floor(i / 4)));
  expect(maxError(seenOnly(await runAndRead([], both.gradient!)), seenOnly(dkv))).toBeLessThan(1e-5);
});

test('a cap holds logits that are far beyond it, and leaves small ones as they are', async () => {
  const sizes = { B: 1, T: 1, S: 3, Q: 1, D: 2, H: 1 };
  const kv = [1000, 1, -1000, 2, 1e-3, 4];
  const y = upload('B T Q H', sizes);
  const tensors = {
    q: upload('B T Q H', sizes, [3]),
    kv: upload('B S D H', sizes, kv),
    query_block: upload('B T', sizes, [0], 'i32'),
    key_block: upload('B S', sizes, [0, 0, 0], 'i32'),
    y,
    lse: upload('B T Q', sizes),
  };
  const weights = [Math.exp(2), Math.exp(-2), Math.exp(3e-3)];
  const mean = (weights[0]! + 2 * weights[1]! + 4 * weights[2]!) / weights.reduce((a, b) => a + b);
  const forward = call(attentionKernels.forward, tensors, { CAP: 2 });
  expect(maxError(await runAndRead([forward], y), [mean])).toBeLessThan(1e-6);
});

test('a cap or a window of nothing is refused', () => {
  const sizes = { B: 1, T: 1, S: 1, Q: 1, D: 2, H: 2 };
  const blocks = { queryBlock: upload('B T', sizes, [0], 'i32'), keyBlock: upload('B S', sizes, [0], 'i32') };
  const tensors = { q: upload('B T Q H', sizes), kv: upload('B S D H', sizes), ...blocks };
  expect(() => attention(new Tape(), { ...tensors, cap: 0 })).toThrow('cap 0, window null: not above 0');
  expect(() => attention(new Tape(), { ...tensors, window: 0 })).toThrow('cap null, window 0: not above 0');
});

test('heads that cannot be shared evenly are refused', () => {
  const sizes = { B: 1, T: 1, S: 1, Q: 3, D: 4, H: 2 };
  const blocks = { queryBlock: upload('B T', sizes, [0], 'i32'), keyBlock: upload('B S', sizes, [0], 'i32') };
  const heads = { q: upload('B T Q H', sizes), kv: upload('B S D H', sizes) };
  expect(() => attention(new Tape(), { ...heads, ...blocks })).toThrow('3 query heads cannot share 2 key heads evenly');
});

test('sizes that disagree are named', () => {
  const sizes = { B: 1, T: 2, S: 3, Q: 2, D: 2, H: 4 };
  const tensors = {
    q: upload('B T Q H', sizes),
    kv: upload('B S D H', { ...sizes, H: 6 }),
    query_block: upload('B T', sizes, [0, 0], 'i32'),
    key_block: upload('B S', sizes, [0, 0, 0], 'i32'),
    y: upload('B T Q H', sizes),
    lse: upload('B T Q', sizes),
  };
  expect(() => call(attentionKernels.forward, tensors)).toThrow('attention.forward: H is 4 in q but 6 in kv');
});
