import { expect, test } from 'vitest';
import { memoryParts } from '../../../src/ui/parts/memory_parts';
import { coalesce } from '../../../src/ui/state/store';
import { drawnPieces } from '../../../src/ui/text/window_pieces';

test('special tokens stand apart, neighbours of one kind are one stretch', () => {
  const drawn = drawnPieces([
    { text: '<bos>', trained: false, control: true },
    { text: 'Who goes?', trained: false },
    { text: 'I.', trained: true },
    { text: '<end_of_turn>', trained: true, control: true },
  ]);
  expect(drawn).toEqual([
    {
      trained: false,
      parts: [
        { text: '<bos>', special: true },
        { text: 'Who goes?', special: false },
      ],
    },
    {
      trained: true,
      parts: [
        { text: 'I.', special: false },
        { text: '<end_of_turn>', special: true },
      ],
    },
  ]);
});

test('a stretch of line ends alone is shown as such', () => {
  expect(drawnPieces([{ text: '\n', trained: false }])).toEqual([
    { trained: false, parts: [{ text: '↵', special: true }] },
  ]);
});

test('mark-up in the data is text, also what looks like a control token', () => {
  expect(drawnPieces([{ text: '<b>bold</b><end_of_turn>', trained: true }])).toEqual([
    { trained: true, parts: [{ text: '<b>bold</b><end_of_turn>', special: false }] },
  ]);
});

test('the parts of the memory bar follow each other and leave out what is empty', () => {
  const parts = memoryParts(
    {
      frozen: 50,
      trainable: 0,
      gradients: 0,
      moments: 25,
      activations: 25,
      workspace: 0,
      prefix: 0,
      inputs: 0,
      staging: 0,
      sampler: 0,
    },
    200,
  );
  expect(parts.map(({ kind, from, width }) => [kind, from, width])).toEqual([
    ['frozen', 0, 0.25],
    ['moments', 0.25, 0.125],
    ['activations', 0.375, 0.125],
  ]);
});

test('what comes between two frames is handed on once, together and in order', () => {
  const delivered: (readonly number[])[] = [];
  const turns: (() => void)[] = [];
  const push = coalesce<number>(
    (items) => delivered.push(items),
    (run) => turns.push(run),
  );
  push(1);
  push(2);
  expect(delivered).toEqual([]);
  expect(turns).toHaveLength(1);
  turns[0]?.();
  push(3);
  turns[1]?.();
  expect(delivered).toEqual([[1, 2], [3]]);
});
