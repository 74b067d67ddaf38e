import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compilePattern, PatternError } from '../../src/filter/python_regex';

/** What Python 3.11 answered; written by tools/interop/python_regex_cases.py. Null where Python refuses the pattern. */
const python = JSON.parse(readFileSync(new URL('../fixtures/python_regex.json', import.meta.url), 'utf8')) as {
  texts: string[];
  cases: [string, string | null][];
};

/** The same of patterns that look ahead or behind; written with "around". */
const around = JSON.parse(
  readFileSync(new URL('../fixtures/python_lookaround.json', import.meta.url), 'utf8'),
) as typeof python;

/** The texts that `pattern` matches as a whole, as Python's answer string; null where it is refused. */
function answers(texts: readonly string[], pattern: string, count: number): string | null {
  try {
    const matchesWhole = compilePattern(pattern);
    return texts
      .slice(0, count)
      .map((text) => (matchesWhole(text) ? '1' : '0'))
      .join('');
  } catch (error) {
    if (error instanceof PatternError) return null;
    throw error;
  }
}

test.each([
  ['of regular languages', python, 600],
  ['that look around', around, 40],
] as const)('every pattern %s is answered or refused as Python answers or refuses it', (_, { texts, cases }, least) => {
  expect(cases.length).toBeGreaterThan(least);
  const ours = cases.map(([pattern, expected]) => [pattern, answers(texts, pattern, expected?.length ?? 0)]);
  expect(ours).toEqual(cases);
});

test('looks inside looks take time as the square of the text, not as its power', () => {
  const path = 'a'.repeat(400);
  expect(compilePattern('(?=(?=(?=(?=(?=.*a).*a).*a).*a).*a).*')(path)).toBe(true);
  expect(compilePattern('((?=.*(?=.*(?=.*b)))a)*')(path)).toBe(false);
  expect(compilePattern('((?!.*(?!.*(?!.*b)))a)*b')(path)).toBe(false);
});

test('patterns that a backtracking engine would never finish are answered', () => {
  const path = 'a'.repeat(200);
  expect(compilePattern('(a+)+$')(`${path}!`)).toBe(false);
  expect(compilePattern('(a|aa)+b')(path)).toBe(false);
  expect(compilePattern('(.*)*x(.*)*x(.*)*')(path)).toBe(false);
  expect(compilePattern('(a?){100}a{100}')(path)).toBe(true);
});

test.each<[string, number, RegExp]>([
  ['a(?<!b*)', 1, /\(\?<!…\).* one length/],
  ['(?=a', 0, /not closed/],
  ['(a)\\1', 3, /reference back to a group, \\1/],
  ['(?P<n>a)(?P=n)', 8, /reference back/],
  ['(?>a)', 0, /atomic group/],
  ['(a)?(?(1)b|c)', 4, /conditional group/],
  ['.*+', 1, /possessive/],
  ['(?x)a b', 2, /flag "x"/],
  ['(?m)^a$', 2, /flag "m"/],
  ['a{9999}', 0, /too large/],
  ['((a{99}){99}){99}', 0, /too large/],
  ['(){999999999}', 0, /too large/],
])('%s is refused by name at character %i', (pattern, index, message) => {
  const refusal = (() => {
    try {
      compilePattern(pattern);
    } catch (error) {
      return error;
    }
    return null;
  })();
  expect(refusal).toBeInstanceOf(PatternError);
  expect((refusal as PatternError).problem.what).toMatch(message);
  expect((refusal as PatternError).index).toBe(index);
});

test('groups nested without end are refused', () => {
  expect(() => compilePattern('('.repeat(5000))).toThrow(/character 101 .*nested too deeply/);
});
