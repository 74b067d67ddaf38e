import { expect, test } from 'vitest';
import type { FreezeFilter, FreezeReport } from '../../src/filter/freeze_report';
import { freezeReport, freezeTree } from '../../src/filter/freeze_report';
import { leavesOf } from '../../src/model/tree';
import { trueSizeModel } from '../../src/model/true_size';

const tree = freezeTree(leavesOf(trueSizeModel('all_lora').config));
const ask = (text: string): FreezeReport => freezeReport(tree, text);

function read(text: string): FreezeFilter {
  const { filter } = ask(text);
  if (!filter) throw new Error('not read');
  return filter;
}

const THREE_WAYS = `nnx.All(
    nnx_utils.PathRegex(".*llm.*"),
    nnx_utils.PathRegex(".*img.*"),
    nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")),
)`;
const LOST = 'nnx.All(nnx_utils.PathRegex(".llm."), nnx.Not(nnx_utils.PathRegex(".*lora.*")))';

test('every part with its place, its leaves and what they hold; every leaf with the parts that decided', () => {
  const text = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))';
  const { leaves } = ask(text);
  const { parts, why, ...counts } = read(text);
  expect(leaves).toHaveLength(70);
  expect(parts.map(({ kind, parent, depth, leaves: of }) => [kind, parent, depth, of.length])).toEqual([
    ['All', -1, 0, 17],
    ['PathRegex', 0, 1, 37],
    ['Not', 0, 1, 50],
    ['PathRegex', 2, 2, 20],
  ]);
  expect(parts.map(({ start, end }) => text.slice(start, end))).toEqual([
    text,
    'PathRegex(".*llm.*")',
    'Not(PathRegex(".*lora.*"))',
    'PathRegex(".*lora.*")',
  ]);
  // From the figures that flax gives for this row.
  expect(counts).toMatchObject({
    frozenLeaves: 17,
    frozenParameters: 2_819_996_672,
    trainableLeaves: 53,
    trainableParameters: 468_039_440,
    openpiResidentBytes: 11_256_466_624,
  });
  const frozen = parts[0]?.leaves ?? [];
  const sum = leaves.reduce(
    (bytes, { openpiBytes }, leaf) => bytes + openpiBytes[frozen.includes(leaf) ? 'frozen' : 'trainable'],
    0,
  );
  expect(sum).toBe(counts.openpiResidentBytes);
  const lora = leaves.findIndex(({ path }) => path === 'PaliGemma/llm/layers/attn/q_einsum/lora_a');
  expect(leaves[lora]).toMatchObject({ shape: [18, 8, 2048, 16], parameters: 4_718_592 });
  expect(leaves[lora]?.bytes).toEqual({ frozen: 2 * 4_718_592, trainable: 16 * 4_718_592 });
  expect(why[lora]).toEqual([0, 2, 3]); // the Not fails, because its pattern matches
  expect(parts[3]?.matches).toBe('PathRegex(".*lora.*") matches this path.');
});

test('the article’s two recipes say in one sentence each why they freeze nothing, and a repair freezes what was meant', () => {
  const disjoint = read(THREE_WAYS);
  expect(disjoint.frozenLeaves).toBe(0);
  const [first] = disjoint.findings;
  expect(first).toMatchObject({ rule: 'disjoint-all', severity: 'error', at: { start: 0, line: 1, column: 1 } });
  expect(first?.message).toBe(
    'This filter freezes nothing, because All keeps only what every part of it matches, and no path matches both ".*llm.*" and ".*img.*": Any takes what either matches.',
  );
  expect(disjoint.parts[0]?.empty).toBe('No leaf is matched by all of its parts.');
  expect(read(first?.repair ?? '').frozenLeaves).toBe(40); // llm but its adapters, and all of img

  const lost = read(LOST);
  expect(lost.frozenLeaves).toBe(0);
  expect(lost.findings[0]).toMatchObject({ rule: 'substring-only', severity: 'error' });
  expect(lost.findings[0]?.message).toMatch(/^This filter freezes nothing, because .*: ".*llm.*" matches 37 leaves\.$/);
  expect(lost.parts.map(({ empty }) => empty === null)).toEqual([false, false, true, true]);
  expect(lost.parts[0]?.empty).toBe('A part of it matches nothing.');
  expect(lost.parts[1]?.empty).toBe('It fits no path of this model.');
  expect(read(lost.findings[0]?.repair ?? '').frozenLeaves).toBe(17);
});

test('lines of an openpi config are taken as they are, and those without a say are named', () => {
  const filter = read(`import flax.nnx as nnx
filters = []
filters.append(nnx_utils.PathRegex('.*img.*'))  # the tower
filters.append(
    nnx.All(nnx_utils.PathRegex(".*llm.*"), nnx.Not(nnx_utils.PathRegex(".*lora.*"))),
)
return nnx.Any(*filters)
`);
  expect(filter.frozenLeaves).toBe(40);
  expect(filter.ignored).toEqual(['import flax.nnx as nnx']);
});

test.each([
  ['All(PathRegex(".*llm.*"), Not(Path', 30, '"Path" is not a filter', 'The filters are'],
  ['Any(PathRegex("(llm"))', 15, 'This "(" is not closed', 'Add a ")"'],
  ['All(PathRegex("a")', 18, 'A ")" is missing', 'Add a ")"'],
  ['', 0, 'The filter is empty', 'Write Nothing'],
])('%j is refused at the character, and the tree stays', (text, offset, what, fix) => {
  const report = ask(text);
  expect(report.filter).toBe(null);
  expect(report.leaves).toHaveLength(70);
  expect(report.mistake?.offset).toBe(offset);
  expect(report.mistake?.problem.what).toContain(what);
  expect(report.mistake?.problem.fix).toContain(fix);
});

test('what says outright that it matches nothing needs no explanation', () => {
  expect(read('Any(Nothing, Not(Everything))').parts.map(({ empty }) => empty)).toEqual([null, null, null, null]);
});

test('the answer crosses to another thread as it is', () => {
  for (const text of [THREE_WAYS, 'All(']) expect(structuredClone(ask(text))).toEqual(ask(text));
});
