import { expect, test } from 'vitest';
import { learnedWords as inGeneral } from '../../../src/ui/run/run_words';
import { learnedWords } from '../../../src/ui/text/learned_words';
import type { EndedRun } from '../../../src/worker/api';

const ended = (outcome: EndedRun['verdict']['outcome'], baselineHeldout: number, heldout: number) =>
  ({ baselineHeldout, heldout, verdict: { outcome, problem: null } }) as EndedRun;

test('a text run says among how many tokens the model hesitates: e to the loss', () => {
  const said = learnedWords(ended('better', Math.log(62), Math.log(8.34)));
  expect(said).toBe(
    'Guessing the next token of text it never saw is now like choosing among 8.3 equally likely ones; for the base it was among 62.',
  );
});

test('worse is called worse, and what cannot be told apart is called nothing', () => {
  expect(learnedWords(ended('worse', 3, 5))).toMatch(/^It got worse: .* among 148 .* among 20\.$/);
  expect(learnedWords(ended('better', 4.12, 4.1199))).toMatch(/^Next to nothing was learned/);
  expect(learnedWords(ended('no better', 4.12, 4.12))).toMatch(/^Next to nothing was learned/);
  expect(learnedWords(ended('worse', 4.12, Number.POSITIVE_INFINITY))).toContain('no finite number');
  expect(learnedWords(ended('unmeasured', Number.NaN, Number.NaN))).toBe('');
});

test('a run of a task that says no more tells by how much the loss differs', () => {
  expect(inGeneral(ended('better', 2, 1))).toContain('is 50 % below that of the base');
  expect(inGeneral(ended('worse', 2, 3))).toMatch(/^It got worse: .*50 % above/);
  expect(inGeneral(ended('no better', 2, 2))).toContain('Next to nothing');
  expect(inGeneral(ended('worse', 2, Number.NaN))).toContain('no finite number');
  expect(inGeneral(ended('unmeasured', Number.NaN, Number.NaN))).toBe('');
});
