import { expect, test } from 'vitest';
import { compile } from '../../src/filter/evaluate';
import type { Expression } from '../../src/filter/expression';
import { parse } from '../../src/filter/parse';
import { print } from '../../src/filter/print';
import { type Part, partsOf, type Report, report, why } from '../../src/filter/report';
import { pathsIn, treeOf } from '../../src/filter/tree';
import { randomBelow, shapesOf, treeNames } from './trees';

const tree = treeOf({ 'a/w': [2, 3], 'a/lora_a': [2], 'b/w': [4], scale: [] });
const pathsOf = (result: Report, { mask }: Part) => pathsIn(result.tree, mask);
const text = 'Any(PathRegex("b/.*"), All(PathRegex("a/.*"), Not(PathRegex(".*lora.*"))))';
const found = report(parse(text), tree);

test('each sub-expression with its place, its leaves and their parameters', () => {
  const parts = found.parts.map((part) => ({
    text: text.slice(part.span.begin, part.span.end),
    parent: part.parent,
    depth: part.depth,
    leaves: part.leaves,
    parameters: part.parameters,
    paths: pathsOf(found, part),
  }));
  expect(parts).toEqual([
    { text, parent: -1, depth: 0, leaves: 2, parameters: 10, paths: ['a/w', 'b/w'] },
    { text: 'PathRegex("b/.*")', parent: 0, depth: 1, leaves: 1, parameters: 4, paths: ['b/w'] },
    {
      text: 'All(PathRegex("a/.*"), Not(PathRegex(".*lora.*")))',
      parent: 0,
      depth: 1,
      leaves: 1,
      parameters: 6,
      paths: ['a/w'],
    },
    { text: 'PathRegex("a/.*")', parent: 2, depth: 2, leaves: 2, parameters: 8, paths: ['a/w', 'a/lora_a'] },
    {
      text: 'Not(PathRegex(".*lora.*"))',
      parent: 2,
      depth: 2,
      leaves: 3,
      parameters: 11,
      paths: ['a/w', 'b/w', 'scale'],
    },
    { text: 'PathRegex(".*lora.*")', parent: 4, depth: 3, leaves: 1, parameters: 2, paths: ['a/lora_a'] },
  ]);
  expect(found).toMatchObject({
    frozenLeaves: 2,
    frozenParameters: 10,
    trainableLeaves: 2,
    trainableParameters: 3,
    residentStateBytes: 2 * 10 + 12 * 3,
  });
});

test.each<[string, [number, boolean][], RegExp]>([
  [
    'b/w',
    [
      [0, true],
      [1, true],
    ],
    /this part does/,
  ],
  [
    'a/w',
    [
      [0, true],
      [2, true],
      [3, true],
      [4, true],
      [5, false],
    ],
    /each of its parts does/,
  ],
  [
    'a/lora_a',
    [
      [0, false],
      [1, false],
      [2, false],
      [4, false],
      [5, true],
    ],
    /none of its parts does/,
  ],
  [
    'scale',
    [
      [0, false],
      [1, false],
      [2, false],
      [3, false],
    ],
    /does not match this path/,
  ],
  ['unknown', [], /^$/],
])('why %s is frozen or trains: the parts that decided', (path, expected, sentence) => {
  const chain = why(found, path);
  expect(chain.map(({ part, matches }) => [part, matches])).toEqual(expected);
  expect(chain.map((reason) => reason.text).join(' ')).toMatch(sentence);
});

const PATTERNS = [
  '.*llm.*',
  '.*img.*',
  '.*lora.*',
  '.*_1.*',
  '.*/w',
  'PaliGemma/.*',
  '[^/]*/(kernel|bias)',
  '.*q_einsum(_1)?/.*',
  'nothing',
];

/** A random filter of our own kind, and the same as a plain JavaScript test. */
function random(below: (n: number) => number, depth: number): [Expression, (path: string) => boolean] {
  const kind = below(depth > 0 ? 8 : 5);
  const pattern = PATTERNS[below(PATTERNS.length)] as string;
  const regex = new RegExp(`^(?:${pattern})$`);
  const members = Array.from({ length: kind > 4 ? below(4) : 0 }, () => random(below, depth - 1));
  const of = members.map(([member]) => member);
  if (kind < 2) return [{ kind: 'PathRegex', pattern, sep: '/' }, (path) => regex.test(path)];
  if (kind === 2) {
    const key = ['llm', 'lora_a', 'lora', 'q_einsum_1', 'w'][below(5)] as string;
    const exact = below(2) === 0;
    return [
      { kind: 'PathContains', key, exact },
      (path) => (exact ? `/${path}/`.includes(`/${key}/`) : path.split('/').some((part) => part.includes(key))),
    ];
  }
  if (kind === 3) return [{ kind: 'Everything' }, () => true];
  if (kind === 4) return [{ kind: 'Nothing' }, () => false];
  if (kind === 5) return [{ kind: 'All', of }, (path) => !members.some(([, test]) => !test(path))];
  if (kind === 6) return [{ kind: 'Any', of }, (path) => !members.every(([, test]) => !test(path))];
  const [inner, test] = random(below, depth - 1);
  return [{ kind: 'Not', of: inner }, (path) => test(path) === false];
}

/** The links of a chain prove what they say: each follows from those under it. */
function proves(report: Report, path: string): boolean {
  const chain = new Map(why(report, path).map(({ part, matches }) => [part, matches]));
  return [...chain].every(([index, matches]) => {
    const { expression } = report.parts[index] as Report['parts'][number];
    const under = report.parts.flatMap(({ parent }, i) => (parent === index && chain.has(i) ? [chain.get(i)] : []));
    if (expression.kind === 'Not') return under.length === 1 && under[0] !== matches;
    if (expression.kind !== 'All' && expression.kind !== 'Any') return under.length === 0;
    const needsAll = (expression.kind === 'All') === matches;
    return under.every((one) => one === matches) && under.length === (needsAll ? partsOf(expression).length : 1);
  });
}

test('random filters, read from their text, agree with a plain evaluation in every part and on every leaf', () => {
  const below = randomBelow(11);
  for (let round = 0; round < 600; round++) {
    const shapes = shapesOf(treeNames[round % treeNames.length] as string);
    const paths = Object.keys(shapes);
    const [expression, plain] = random(below, 4);
    const read = parse(print(expression));
    const result = report(read, treeOf(shapes));
    expect(pathsOf(result, result.parts[0] as Report['parts'][number])).toEqual(paths.filter(plain));
    for (const part of result.parts) expect(pathsOf(result, part)).toEqual(paths.filter(compile(part.expression)));
    for (const path of paths) expect([path, proves(result, path)]).toEqual([path, true]);
  }
});

test('a tree that is asked again answers the same', () => {
  const again = treeOf(shapesOf('all_lora'));
  const below = randomBelow(5);
  for (let round = 0; round < 700; round++) {
    const [expression] = random(below, 3);
    const { mask } = report(expression, again).parts[0] as Report['parts'][number];
    const pattern = parse(`PathRegex(".*${round}.*")`); // more patterns than the tree remembers
    report(pattern, again);
    expect([...mask]).toEqual([...(report(expression, treeOf(shapesOf('all_lora'))).parts[0]?.mask ?? [])]);
  }
});
