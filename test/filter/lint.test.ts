import { expect, test } from 'vitest';
import type { Rule } from '../../src/filter/finding';
import { KNOWN_PATHS } from '../../src/filter/known_paths';
import { type Finding, lint, type Severity } from '../../src/filter/lint';
import { parse, read } from '../../src/filter/parse';
import { print } from '../../src/filter/print';
import { report } from '../../src/filter/report';
import { type Shapes, type Tree, treeOf } from '../../src/filter/tree';
import { randomBelow, rows, shapesOf, treeNames } from './trees';

const TEXT_TREE: Shapes = Object.fromEntries(
  Object.entries(shapesOf('pg_lora')).filter(([path]) => path.includes('llm') && !path.includes('_1')),
);
const TREES = new Map(
  [...treeNames, 'text'].map((name) => [name, treeOf(name === 'text' ? TEXT_TREE : shapesOf(name))]),
);
const treeCalled = (name: string) => TREES.get(name) as Tree;
const findings = (tree: string, text: string) => lint(text, read(text), treeCalled(tree));
const frozenLeaves = (tree: string, text: string) => report(parse(text), treeCalled(tree)).frozenLeaves;
const frozenPaths = (tree: string, text: string) => {
  const { parts } = report(parse(text), treeCalled(tree));
  return treeCalled(tree).paths.filter((_, i) => parts[0]?.mask[i] === 1);
};

test('the paths that we know are those of all variants', () => {
  const union = new Set(treeNames.flatMap((name) => Object.keys(shapesOf(name))));
  expect([...KNOWN_PATHS].sort()).toEqual([...union].sort());
});

/** What each row of the fixture is told, in order. */
const told: Readonly<Record<string, readonly Rule[]>> = {
  'stock, no lora': ['empty'],
  'stock, gemma_2b_lora': ['stock-leaves-img-and-projections'],
  'stock, gemma_300m_lora': ['lora-base-trainable', 'stock-leaves-img-and-projections'],
  'stock, both lora': ['stock-leaves-img-and-projections'],
  'openpi issue 451 recipe': ['stock-leaves-img-and-projections'],
  "451 recipe on both lora: also freezes the VLM's adapters": [
    'lora-frozen-at-random',
    'stock-leaves-img-and-projections',
  ],
  "the seed's second recipe: EMPTY, All is an intersection": ['disjoint-all'],
  "the seed's first recipe as printed: EMPTY, asterisks lost": ['substring-only', 'substring-only'],
  'openpi issue 452 answer: EMPTY under fullmatch': ['substring-only'],
  'what the seed wanted: adapters of the action expert + projections': [],
  'adapters only': [],
  'stock both lora + frozen SigLIP': [],
  'lerobot train_expert_only': [],
  'one layer: EMPTY, layers are stacked': ['stacked-layer-index'],
};

test.each(rows)('$name: told what it should be told, and no more', ({ name, tree, freeze }) => {
  expect(findings(tree, freeze).map(({ rule }) => rule)).toEqual(told[name]);
});

/** The repair of each EMPTY row, and the row or the leaves that it is to freeze. */
test.each<[string, string, number, number]>([
  [
    "the seed's second recipe: EMPTY, All is an intersection",
    'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*"))))',
    40,
    3_234_800_368,
  ],
  [
    "the seed's first recipe as printed: EMPTY, asterisks lost",
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*")))',
    17,
    2_819_996_672,
  ],
  ['openpi issue 452 answer: EMPTY under fullmatch', 'PathRegex(".*img.*")', 23, 414_803_696],
  [
    'one layer: EMPTY, layers are stacked',
    'All(PathRegex(".*layers/.*"), Not(PathRegex(".*lora.*")))',
    14,
    2_293_346_304,
  ],
])('%s: an error, and its repair freezes what was meant', (name, repair, leaves, parameters) => {
  const { tree, freeze } = rows.find((row) => row.name === name) as (typeof rows)[number];
  const [first] = findings(tree, freeze) as [Finding];
  expect(first.severity).toBe('error');
  expect(first.message).toMatch(/^This filter freezes nothing, because [^.]*.*[^.]*\.$/);
  expect(first.repair).toBe(repair);
  const applied = report(parse(repair), treeOf(shapesOf(tree)));
  expect([applied.frozenLeaves, applied.frozenParameters]).toEqual([leaves, parameters]);
  expect(findings(tree, repair).filter(({ severity }) => severity !== 'note' && severity !== 'warning')).toEqual([]);
});

const RECIPES = {
  first: `filters = []
gemma_params_filter = nnx_utils.PathRegex(".llm.")
action_expert_lora_filter = nnx_utils.PathRegex(".llm._1.lora.")
filters.append(gemma_params_filter)
filters.append(nnx.Not(action_expert_lora_filter))
return nnx.All(*filters)`,
  second: `filters = []
filters.append(nnx_utils.PathRegex(".*llm.*"))
filters.append(nnx_utils.PathRegex(".*img.*"))
filters.append(nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")))
return nnx.All(*filters)`,
};

test('the recipes as they are pasted: one error each, at the place to look at', () => {
  const errors = (text: string) =>
    findings('ae_lora', text)
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, at, message }) => ({ rule, line: at.line, place: text.slice(at.start, at.end), message }));
  expect(errors(RECIPES.first)).toEqual([
    {
      rule: 'substring-only',
      line: 2,
      place: 'nnx_utils.PathRegex(".llm.")',
      message:
        'This filter freezes nothing, because ".llm." has to fit the whole path of a leaf, and each "." without a "*" behind it stands for one letter only: ".*llm.*" matches 27 leaves.',
    },
  ]);
  expect(errors(RECIPES.second)).toEqual([
    {
      rule: 'disjoint-all',
      line: 5,
      place: 'nnx.All(*filters)',
      message:
        'This filter freezes nothing, because All keeps only what every part of it matches, and no path matches both ".*llm.*" and ".*img.*": Any takes what either matches.',
    },
  ]);
});

const NOT_LORA = 'Not(PathRegex(".*lora.*"))';

/** Tree, filter, and the rule with its severity, place and repair. */
test.each<[string, string, Rule, Severity, string, string | null]>([
  ['full', 'PathRegex(".*vison.*")', 'empty', 'error', 'PathRegex(".*vison.*")', null],
  ['full', 'Nothing', 'empty', 'note', 'Nothing', null],
  ['full', 'Not(PathRegex(".*"))', 'empty', 'error', 'Not(PathRegex(".*"))', null],
  [
    'full',
    'All(PathRegex(".*q_einsum.*"), PathRegex(".*kv_einsum.*"), PathRegex(".*_1.*"))',
    'disjoint-all',
    'error',
    'All(PathRegex(".*q_einsum.*"), PathRegex(".*kv_einsum.*"), PathRegex(".*_1.*"))',
    'Any(PathRegex(".*kv_einsum.*"), All(PathRegex(".*q_einsum.*"), PathRegex(".*llm.*_1.*")))',
  ],
  [
    'ae_lora',
    'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), PathRegex(".*img.*")))',
    'disjoint-all',
    'warning',
    'All(PathRegex(".*llm.*"), PathRegex(".*img.*"))',
    'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*"))))',
  ],
  ['full', 'All(PathRegex(".*_1.*"), Not(PathRegex(".*"))) ', 'unmatched-part', 'error', 'Not(PathRegex(".*"))', null],
  [
    'full',
    'All(PathRegex(".*q_einsum.*"), Not(PathRegex(".*einsum.*")))',
    'disjoint-all',
    'error',
    'All(PathRegex(".*q_einsum.*"), Not(PathRegex(".*einsum.*")))',
    null,
  ],
  ['full', 'PathRegex("img")', 'substring-only', 'error', 'PathRegex("img")', 'PathRegex(".*img.*")'],
  ['full', 'PathRegex(".img.")', 'substring-only', 'error', 'PathRegex(".img.")', 'PathRegex(".*img.*")'],
  [
    'full',
    'PathRegex("(llm|img)$")',
    'substring-only',
    'error',
    'PathRegex("(llm|img)$")',
    'PathRegex(".*(?:(llm|img)).*")',
  ],
  [
    'ae_lora',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".llm._1.lora.")))',
    'substring-only',
    'warning',
    'PathRegex(".llm._1.lora.")',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*")))',
  ],
  [
    'full',
    'All(PathRegex(".llm."), PathRegex(".img."))',
    'substring-only',
    'error',
    'PathRegex(".llm.")',
    'Any(PathRegex(".*llm.*"), PathRegex(".*img.*"))',
  ],
  [
    'all_lora',
    'PathContains("lay")',
    'substring-only',
    'error',
    'PathContains("lay")',
    'All(PathContains("lay", exact=False), Not(PathRegex(".*lora.*")))',
  ],
  [
    'full',
    'PathRegex(r"PaliGemma/llm/layers/(0|1)/attn/.*")',
    'stacked-layer-index',
    'error',
    'PathRegex(r"PaliGemma/llm/layers/(0|1)/attn/.*")',
    'PathRegex("PaliGemma/llm/layers/attn/.*")',
  ],
  [
    'full',
    'Any(PathRegex(".*_1.*"), PathRegex(r".*encoderblock_\\d+/.*"))',
    'stacked-layer-index',
    'warning',
    'PathRegex(r".*encoderblock_\\d+/.*")',
    'Any(PathRegex(".*llm.*_1.*"), PathRegex(".*encoderblock/.*"))',
  ],
  ['full', 'PathRegex(".*lora.*")', 'other-variant', 'error', 'PathRegex(".*lora.*")', null],
  [
    'text',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*")))',
    'other-variant',
    'note',
    'PathRegex(".*llm.*_1.*")',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  ],
  [
    'full',
    'Any(PathRegex(".*img.*"), PathRegex("time_mlp_in/.*"))',
    'other-variant',
    'warning',
    'PathRegex("time_mlp_in/.*")',
    'PathRegex(".*img.*")',
  ],
  ['text', 'PathContains("img")', 'other-variant', 'error', 'PathContains("img")', null],
  [
    'full',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*foo.*")))',
    'unmatched-part',
    'warning',
    'PathRegex(".*foo.*")',
    'PathRegex(".*llm.*")',
  ],
  ['full', 'All(PathRegex(".*llm.*"), PathRegex(".*foo.*"))', 'unmatched-part', 'error', 'PathRegex(".*foo.*")', null],
  ['all_lora', 'Everything', 'lora-frozen-at-random', 'warning', 'Everything', NOT_LORA],
  [
    'all_lora',
    'PathRegex(".*_1.*")',
    'lora-frozen-at-random',
    'warning',
    'PathRegex(".*_1.*")',
    'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))',
  ],
  ['ae_lora', 'PathRegex(".*lora.*")', 'lora-frozen-at-random', 'warning', 'PathRegex(".*lora.*")', NOT_LORA],
  [
    'pg_lora',
    'PathRegex(".*img.*")',
    'lora-base-trainable',
    'warning',
    'PathRegex(".*img.*")',
    'Any(All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*"))), PathRegex(".*img.*"))',
  ],
  [
    'ae_lora',
    'PathRegex(".*embedder.*")',
    'lora-base-trainable',
    'warning',
    'PathRegex(".*embedder.*")',
    'Any(All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*"))), PathRegex(".*embedder.*"))',
  ],
  [
    'ae_lora',
    'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))',
    'lora-base-trainable',
    'warning',
    'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  ],
  [
    'ae_lora',
    'Nothing',
    'lora-nothing-frozen',
    'warning',
    'Nothing',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  ],
  [
    'pg_lora',
    'None',
    'lora-nothing-frozen',
    'warning',
    'None',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*")))',
  ],
  [
    'all_lora',
    'Pi0Config(paligemma_variant="gemma_2b_lora").get_freeze_filter()',
    'stock-leaves-img-and-projections',
    'note',
    'Pi0Config(paligemma_variant="gemma_2b_lora").get_freeze_filter()',
    'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*"))))',
  ],
])('%s, %s: %s', (tree, text, rule, severity, place, repair) => {
  const found = findings(tree, text).filter((finding) => finding.rule === rule);
  expect(found[0]).toMatchObject({ rule, severity, repair });
  const { at } = found[0] as Finding;
  expect(text.slice(at.start, at.end)).toBe(place);
  expect([at.line, at.column]).toEqual([1, at.start + 1]);
});

/** What looks like a case of the rule and is none. */
test.each<[Rule, string, string]>([
  ['empty', 'full', 'PathRegex(".*llm.*")'],
  ['empty', 'ae_lora', 'Nothing'], // lora-nothing-frozen says more
  ['empty', 'full', 'PathRegex("llm")'], // substring-only says more
  ['disjoint-all', 'full', 'Any(PathRegex(".*llm.*"), PathRegex(".*img.*"))'],
  ['disjoint-all', 'full', 'All(PathRegex(".*llm.*"), PathRegex(".*_1.*"))'],
  ['disjoint-all', 'full', 'All(PathRegex(".*llm.*"), PathRegex(".*foo.*"))'],
  ['disjoint-all', 'full', 'All(PathRegex(".*llm.*"), Nothing)'],
  ['substring-only', 'full', 'PathRegex("state_proj/kernel")'],
  ['substring-only', 'full', 'PathRegex(".*scale*")'],
  ['substring-only', 'full', 'PathRegex(".*foo.*")'],
  ['substring-only', 'full', 'PathContains("llm")'],
  ['stacked-layer-index', 'full', 'PathRegex(".*LayerNorm_1.*")'],
  ['stacked-layer-index', 'full', 'PathRegex(".*layers/attn/.*")'],
  ['other-variant', 'all_lora', 'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))'],
  ['other-variant', 'full', 'PathRegex(".*vison.*")'],
  ['unmatched-part', 'all_lora', 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))'],
  ['unmatched-part', 'full', 'Any(PathRegex(".*llm.*"), Nothing)'],
  ['lora-frozen-at-random', 'ae_lora', NOT_LORA],
  ['lora-frozen-at-random', 'full', 'Everything'],
  ['lora-base-trainable', 'ae_lora', NOT_LORA],
  ['lora-base-trainable', 'full', 'PathRegex(".*img.*")'],
  ['lora-base-trainable', 'pg_lora', 'All(PathRegex(".*llm.*"), Not(PathRegex(".*_1.*")), Not(PathRegex(".*lora.*")))'],
  ['lora-nothing-frozen', 'full', 'Nothing'],
  ['lora-nothing-frozen', 'ae_lora', 'PathRegex(".*img.*")'],
  ['stock-leaves-img-and-projections', 'full', 'PathRegex("PaliGemma/.*")'],
  ['stock-leaves-img-and-projections', 'full', 'PathRegex("state_proj/.*")'],
  ['stock-leaves-img-and-projections', 'text', NOT_LORA],
])('no %s on %s: %s', (rule, tree, text) => {
  expect(findings(tree, text).filter((finding) => finding.rule === rule)).toEqual([]);
});

test('a name that is used twice is told once', () => {
  const text = 'a = PathRegex("foo")\nreturn Any(PathRegex(".*llm.*"), a, Not(Not(a)))';
  expect(findings('full', text).filter(({ rule }) => rule === 'unmatched-part')).toHaveLength(1);
});

test('errors come first, then warnings, then notes', () => {
  const order = findings('ae_lora', 'All(PathRegex(".*llm.*"), Not(PathRegex(".llm._1.lora.")))').map(
    ({ severity }) => severity,
  );
  expect(order).toEqual(['warning', 'warning', 'note']);
});

const PATTERNS = [
  ...[
    '.*llm.*',
    '.*img.*',
    '.*lora.*',
    '.*_1.*',
    '.*/w',
    '.*llm.*_1.*lora.*',
    '[^/]*/(kernel|bias)',
    '.*time_mlp_in.*',
  ],
  ...['.llm.', '.llm._1.lora.', '.*.img*', 'lora', 'img|llm', '^llm$', '(?i)LLM', 'lora_a$', '.*foo.*', '.', '', '.*'],
  ...[
    '.*layers/0/.*',
    '.*layers/\\d+/attn/.*',
    '.*layers[3].*',
    '.*encoderblock_[0-9]+/.*',
    'layers.0.',
    '(',
    'a\\.b*',
  ],
];

function random(below: (n: number) => number, depth: number): string {
  const kind = below(depth > 0 ? 9 : 4);
  const members = () => Array.from({ length: 1 + below(3) }, () => random(below, depth - 1)).join(', ');
  if (kind < 3) return `PathRegex(r"${PATTERNS[below(PATTERNS.length)]}")`;
  if (kind === 3)
    return ['Everything', 'Nothing', 'PathContains("lora", exact=False)', 'PathContains("lay")'][below(4)] as string;
  if (kind < 6) return `All(${members()})`;
  return kind < 8 ? `Any(${members()})` : `Not(${random(below, depth - 1)})`;
}

test('every repair parses, freezes something and no LoRA leaf, and leaves no error', () => {
  const below = randomBelow(17);
  const repaired = new Map<Rule, number>();
  for (let round = 0; round < 500; round++) {
    const tree = [...treeNames, 'text'][round % (treeNames.length + 1)] as string;
    const text = random(below, 3).replaceAll('r"("', 'r"x"');
    for (const { rule, at, message, repair, severity } of findings(tree, text)) {
      expect(at.end).toBeLessThanOrEqual(text.length);
      expect(message).toMatch(/^[^\n]+\.$/);
      const frozen = frozenLeaves(tree, text);
      if (severity === 'error') expect(frozen).toBe(rule === 'nothing-trains' ? treeCalled(tree).paths.length : 0);
      if (repair === null) continue;
      repaired.set(rule, (repaired.get(rule) ?? 0) + 1);
      expect(print(parse(repair))).toBe(repair);
      const paths = frozenPaths(tree, repair);
      expect([text, paths.length > 0]).toEqual([text, true]);
      expect([text, paths.filter((path) => path.includes('lora'))]).toEqual([text, []]);
      expect(findings(tree, repair).filter((one) => one.severity === 'error')).toEqual([]);
    }
  }
  expect([...repaired.keys()].sort()).toEqual(
    [
      ...['also-matches', 'disjoint-all', 'substring-only', 'stacked-layer-index', 'other-names', 'other-variant'],
      'unmatched-part',
      ...['lora-frozen-at-random', 'lora-base-trainable', 'lora-nothing-frozen', 'stock-leaves-img-and-projections'],
    ].sort(),
  );
}, 60_000);
