import { expect, test } from 'vitest';
import { linesOf } from '../../../src/ui/freeze/editor_lines';

/** The lines with the marked part in brackets. */
const marked = (text: string, start: number, end: number): string[] =>
  linesOf(text, { start, end }).map(({ before, marked: part, after }) =>
    part === null ? before : `${before}[${part}]${after}`,
  );

test('a mark is in the lines that it covers', () => {
  expect(linesOf('ab\ncd', null).map(({ number, before }) => [number, before])).toEqual([
    [1, 'ab'],
    [2, 'cd'],
  ]);
  expect(marked('All(\n  x,\n)', 7, 8)).toEqual(['All(', '  [x],', ')']);
  expect(marked('All(\n  x,\n)', 0, 11)).toEqual(['[All(]', '[  x,]', '[)]']);
  expect(marked('ab\ncd', 0, 2)).toEqual(['[ab]', 'cd']);
  expect(marked('ab\ncd', 3, 5)).toEqual(['ab', '[cd]']);
});

test('behind a line’s last letter the mark takes the width of one', () => {
  expect(marked('All(', 4, 5)).toEqual(['All([\u00a0]']);
  expect(marked('ab\ncd', 2, 3)).toEqual(['ab[\u00a0]', 'cd']);
  expect(marked('', 0, 1)).toEqual(['[\u00a0]']);
});
