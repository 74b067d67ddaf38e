import { expect, test } from 'vitest';
import type { PassFrames } from '../../src/worker/api';
import { doneLine, planLines } from '../../tools/pass_lines.mjs';
import { FRAMES } from '../pass_frames';

const pass = { plannedBytes: 9e8, byKind: {} as never, diskBytes: 6e9, frames: 400, flops: 4e13 };
const linesOf = (of: Partial<PassFrames> | null, secondsPerFrame: number | null = 9) =>
  planLines({ pass, trainingBytes: 24.5e6, of: of && { ...FRAMES, ...of }, secondsPerFrame });

test('before it starts: frames, disk, peak bytes of both phases, hours', () => {
  expect(linesOf({})).toEqual([
    'Before the first step 400 frames go through what comes before the action expert, layer by layer: 320 to learn from, spread evenly over the training episodes, and 80 of held-out episodes to measure by.',
    '  on the disk: 6.00 GB',
    '  on the GPU: 900.0 MB, then 24.5 MB while it trains',
    '  time: about 1 h 0 min',
  ]);
  expect(linesOf({}, null).at(-1)).toBe('  time: known when the first ones have gone through');
  expect(linesOf(null)[0]).toMatch(/layer by layer\.$/);
  expect(linesOf({ ofFrame: false })[0]).toContain(', one of each task.');
});

test('frames that are kept take nothing', () => {
  const [first, disk, , time] = linesOf({ kept: 300, freeBytes: 2e9 });
  expect(first).toMatch(/ 300 of them are kept already\.$/);
  expect([disk, time]).toEqual(['  on the disk: 1.50 GB', '  time: about 15 min 0 s']);
  expect(linesOf({ kept: 300, sure: false })[0]).toContain('if the files of the model are still those of then');
  expect(linesOf({ kept: 400 }).slice(1)).toEqual([
    '  All of them are kept already.',
    '  on the GPU: 24.5 MB while it trains',
  ]);
});

test('what has no room says what would have', () => {
  const fewer = { frames: 150, all: 200, kept: 0 };
  expect(linesOf({ freeBytes: 3e9, onDisk: fewer })[1]).toBe(
    '  on the disk: 6.00 GB, and there is room for 3.00 GB: --frames 150 would fit',
  );
  expect(linesOf({ freeBytes: 1e3 })[1]).toBe('  on the disk: 6.00 GB, and there is room for 0.0 MB');
  expect(linesOf({ freeBytes: 1e9, removableBytes: 8e9 })[1]).toContain('removed for 5.00 GB of it');
  expect(linesOf({ freeBytes: null })[1]).toBe('  on the disk: 6.00 GB');
});

test('when they have gone through: how many, how long, how fast, in how much', () => {
  const event = { kind: 'pass', frames: 1, plannedBytes: 9e8, allocatedBytes: 9e8, seconds: 100, flops: 4e12 } as const;
  expect(doneLine(event)).toBe('1 frame took 1 min 40 s, at 40.0 GFLOP/s; 900.0 MB on the GPU, as planned');
  expect(doneLine({ ...event, allocatedBytes: 8e8 })).toContain('800.0 MB on the GPU, 900.0 MB planned');
});
