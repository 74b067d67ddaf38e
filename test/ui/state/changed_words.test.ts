import { expect, test } from 'vitest';
import { changedWords } from '../../../src/ui/text/changed_words';

const marked = (before: string, now: string): string =>
  changedWords(before, now)
    .map(({ text, changed }) => (changed ? `[${text}]` : text))
    .join('');

test.each([
  ['the wind was high', 'the wind was low', 'the wind was[ low]'],
  ['the sea', 'the calm sea', 'the[ calm] sea'],
  ['the calm sea', 'the sea', 'the sea'],
  ['a b c d', 'a x c y', 'a[ x] c[ y]'],
  ['', 'all new', '[all new]'],
  ['same here', 'same here', 'same here'],
  ['gone', '', ''],
  ['one\ntwo', 'one\nthree', 'one[\nthree]'],
  ['风从西北来', '风从东北来', '风从[东]北来'],
  ['ends', 'ends ', 'ends[ ]'],
])('%j, then %j', (before, now, expected) => {
  expect(marked(before, now)).toBe(expected);
});

test('the pieces are the text, whatever came before', () => {
  const before = 'it was a bright cold day in april, and the clocks were striking';
  const now = '  it was the cold day of days,\nand the the clocks struck thirteen. ';
  expect(
    changedWords(before, now)
      .map(({ text }) => text)
      .join(''),
  ).toBe(now);
});
