import { expect, test } from 'vitest';
import { gaugeScale, marksOf } from '../../../src/ui/freeze/freeze_figures';

const cards = [8e9, 24e9, 80e9];
const figures = (before: number | null, after: number) => ({
  planned: true,
  before,
  after,
  frozen: 0,
  trains: after,
  rest: 0,
});

test('the gauge ends behind the next card, where that leaves something to see of what is drawn', () => {
  expect(gaugeScale(figures(62e9, 11e9), cards)).toBeCloseTo(1.06 * 80e9);
  expect(gaugeScale(figures(null, 5e9), cards)).toBeCloseTo(1.06 * 8e9);
  expect(gaugeScale(figures(140e9, 16e9), cards)).toBeCloseTo(1.06 * 140e9);
  expect(gaugeScale(figures(90e6, 40e6), cards)).toBeCloseTo(1.06 * 90e6);
});

test('a card’s mark says whether a run fits, and is not drawn beyond the end', () => {
  const marks = marksOf(11e9, cards, 30e9);
  expect(marks.map(({ name, fits }) => [name, fits])).toEqual([
    ['8 GB', false],
    ['24 GB', true],
    ['80 GB', true],
  ]);
  expect(marks[1]?.at).toBeCloseTo(0.8);
  expect(marks[2]?.at).toBe(null);
});
