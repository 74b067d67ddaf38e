import { expect, test } from 'vitest';
import { lint } from '../../src/filter/lint';
import { parse, read } from '../../src/filter/parse';
import { report } from '../../src/filter/report';
import { treeOf } from '../../src/filter/tree';
import { leavesOfModel, type ModelId } from '../../src/model/true_size';
import { shapesOf } from './trees';

const findings = (tree: string, text: string) => lint(text, read(text), treeOf(shapesOf(tree)));
const counts = (tree: string, text: string | null | undefined) => {
  const { frozenLeaves, frozenParameters } = report(parse(text ?? ''), treeOf(shapesOf(tree)));
  return [frozenLeaves, frozenParameters];
};
const find = (tree: string, text: string, rule: string) => findings(tree, text).find((one) => one.rule === rule);

test.each<[string, string, RegExp]>([
  ['full', 'Everything()', /^Nothing is left to train: all 50 leaves are frozen\.$/],
  ['ae_lora', 'PathRegex(".*")', /all 60 leaves/],
  [
    'full',
    'Not(PathRegex(".*lora.*"))',
    /no leaf of this model is called lora and ".\*lora.\*" excludes nothing; a variant with LoRA/,
  ],
  ['full', 'Not(PathContains("lora", exact=False))', /no leaf of this model is called lora/],
])('%s, %s: nothing trains, an error', (tree, text, message) => {
  const found = find(tree, text, 'nothing-trains');
  expect(found).toMatchObject({ severity: 'error', repair: null });
  expect(found?.message).toMatch(message);
});

/** A pattern that one module has throughout, and single leaves of another. */
test.each<[string, string, string, RegExp, number[]]>([
  [
    'ae_lora',
    "All(PathRegex('.*_1.*'), Not(PathRegex('.*lora.*')))",
    'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))',
    /"\.\*_1\.\*" matches the action expert, and also 4 leaves of the image tower \(134 million parameters\): "\.\*llm\.\*_1\.\*" does not\.$/,
    [8, 311_464_960],
  ],
  [
    'full',
    "All(PathRegex('.*PaliGemma.*'), Not(PathRegex('.*_1.*')))",
    'All(PathRegex(".*PaliGemma.*"), Not(PathRegex(".*llm.*_1.*")))',
    /also 4 leaves of the image tower/,
    [],
  ],
  [
    'full',
    'All(PathRegex(".*PaliGemma.*"), PathRegex(".*_1.*"))',
    'All(PathRegex(".*PaliGemma.*"), PathRegex(".*llm.*_1.*"))',
    /also 4 leaves/,
    [],
  ],
  ['full', 'PathRegex(".*mlp.*")', 'PathRegex(".*llm.*mlp.*")', /also 4 leaves of the projections/, []],
  [
    'all_lora',
    'Any(PathRegex(".*_1[/_]?.*"))',
    'All(PathRegex(".*llm.*_1[/_]?.*"), Not(PathRegex(".*lora.*")))',
    /also 4/,
    [],
  ],
])('%s, %s: also catches another module', (tree, text, repair, message, frozen) => {
  const found = find(tree, text, 'also-matches');
  expect(found).toMatchObject({ severity: 'warning', repair });
  expect(found?.message).toMatch(message);
  if (frozen.length > 0) expect(counts(tree, repair)).toEqual(frozen);
  expect(find(tree, repair, 'also-matches')).toBe(undefined);
});

test.each([
  'PathRegex(".*llm.*_1.*")',
  'PathRegex(".*PaliGemma.*")',
  'PathRegex(".*Dense_1.*")',
  'PathRegex(".*attn.*")',
  'Everything',
])('no catch: %s', (text) => expect(find('full', text, 'also-matches')).toBe(undefined));

/** A name of PyTorch, lerobot or a person, and what is meant. */
test.each<[string, string, string, string]>([
  ['full', "PathRegex(r'.*\\.llm\\..*')", 'PathRegex(".*/llm/.*")', '"/" stands between'],
  ['full', "PathRegex('.*gemma_expert.*')", 'PathRegex(".*llm.*_1.*")', 'names of PyTorch'],
  ['full', "PathRegex('.*language_model.*self_attn.*')", 'PathRegex(".*llm.*attn.*")', 'names of PyTorch'],
  ['full', "PathRegex('.*vision_tower.*')", 'PathRegex(".*img.*")', 'names of PyTorch'],
  ['full', "PathRegex('.*LLM.*')", 'PathRegex(".*llm.*")', 'small letters'],
  ['full', "PathRegex('.*q_proj.*')", 'PathRegex(".*q_einsum.*")', 'names of PyTorch'],
  ['full', "PathRegex('.*lm_expert.*mlp.down_proj.weight')", 'PathRegex(".*llm.*mlp_1/linear.*")', 'names of PyTorch'],
  ['full', "PathRegex('.*gemma_expert.*self_attn.*')", 'PathRegex(".*llm.*attn/.*_1.*")', 'names of PyTorch'],
  [
    'full',
    "PathRegex(r'.*language_model\\.layers\\.\\d+\\.self_attn\\.q_proj\\.weight')",
    'PathRegex(".*llm/layers/attn/q_einsum.*")',
    'names of PyTorch',
  ],
  ['full', "PathRegex('.*gemma_expert.*q_proj.*')", 'PathRegex(".*llm.*q_einsum_1.*")', 'names of PyTorch'],
  [
    'full',
    "PathRegex('.*paligemma_with_expert.gemma_expert.model.layers.*')",
    'PathRegex(".*llm.*_1.*")',
    'names of PyTorch',
  ],
  [
    'full',
    "PathRegex(r'paligemma_with_expert\\.paligemma\\.model\\.language_model\\..*')",
    'PathRegex(".*llm/.*")',
    'names of PyTorch',
  ],
  [
    'ae_lora',
    "All(PathRegex('.*language_model.*'), Not(PathRegex('.*lora.*')))",
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
    'names of PyTorch',
  ],
])('%s, %s: other names', (tree, text, repair, why) => {
  const found = find(tree, text, 'other-names');
  expect(found).toMatchObject({ severity: 'error', repair });
  expect(found?.message).toContain(why);
});

test('what trains in full beside LoRA: by part, in sum, against the stock filter', () => {
  const told = find('all_lora', 'PathRegex(".*img.*")', 'full-beside-lora');
  expect(told?.message).toMatch(
    /^Beside LoRA, 2\.82 billion parameters train in full \(backbone 2\.51 billion, action expert 311 million, projections [\d.]+ million\), which keeps [\d.]+ GB; with openpi's own filter for these variants it is 418 million and 11\.3 GB\.$/,
  );
  for (const text of ['All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))', 'Not(PathRegex(".*lora.*"))', 'Nothing'])
    expect(find('all_lora', text, 'full-beside-lora')).toBe(undefined);
});

test.each<[string, string, string | null]>([
  ['ae_lora', 'Pi0Config(action_expert_variant="gemma_300m_lora")', null],
  ['full', 'Pi0Config()', null],
  [
    'ae_lora',
    'Pi0Config(paligemma_variant="gemma_2b_lora")',
    'The configuration is of π0 with gemma_2b_lora and gemma_300m; what is counted here is a π0 with LoRA in the action expert alone.',
  ],
  [
    'full',
    'Pi0Config(pi05=True)',
    'The configuration is of π0.5 with gemma_2b and gemma_300m; what is counted here is a π0 without LoRA.',
  ],
  [
    'full',
    'Pi0FASTConfig()',
    'The configuration is of π0-FAST with gemma_2b; what is counted here is a π0 without LoRA.',
  ],
])('%s, a text with %s: which model is spoken of', (tree, model, message) => {
  const text = `TrainConfig(model=${model}, freeze_filter=PathRegex(".*img.*"), ema_decay=None)`;
  expect(find(tree, text, 'other-model')?.message ?? null).toBe(message);
});

test('nothing is frozen: what trains, and what it keeps', () => {
  expect(find('full', 'Nothing', 'empty')?.message).toMatch(
    /^Nothing is frozen, so all 50 leaves train: 3\.24 billion parameters, which keep 38\.\d GB\.$/,
  );
});

test('what Python would not take is written out', () => {
  const repairs = (text: string) => findings('full', text).filter(({ rule }) => /operator|curly|list-not/.test(rule));
  expect(repairs('PathRegex(“.*img.*”) | PathRegex(".*llm.*_1.*")').map(({ repair }) => repair)).toEqual([
    'Any(PathRegex(".*img.*"), PathRegex(".*llm.*_1.*"))',
    'Any(PathRegex(".*img.*"), PathRegex(".*llm.*_1.*"))',
  ]);
  expect(repairs('filters.append(PathRegex(".*img.*"))')[0]?.repair).toBe('All(PathRegex(".*img.*"))');
});

test('a look ahead that is alone gets what follows it', () =>
  expect(find('ae_lora', 'PathRegex("(?!.*lora)")', 'substring-only')?.repair).toBe('PathRegex("(?!.*lora).*")'));

test.each<[string, string, string, string]>([
  ['full', 'PathContains("language_model")', 'PathContains("llm")', 'names of PyTorch'],
  ['full', 'PathContains("vision_tower")', 'PathContains("img")', 'names of PyTorch'],
  ['ae_lora', 'PathContains("gemma_expert")', 'PathRegex(".*llm.*_1.*")', 'names of PyTorch'],
  ['full', 'PathContains("self_attn.q_proj")', 'PathRegex(".*attn/q_einsum.*")', 'names of PyTorch'],
  ['full', 'PathContains("LLM")', 'PathContains("llm")', 'small letters'],
  ['full', 'PathRegex("．＊img．＊")', 'PathRegex(".*img.*")', 'full-width'],
])('%s, %s: a key by another name', (tree, text, repair, why) => {
  const found = find(tree, text, 'other-names');
  expect(found?.message).toContain(why);
  // LoRA of the expert stays out of a repair.
  expect(found?.repair?.replace(/^All\((.*), Not\(PathRegex\("\.\*lora\.\*"\)\)\)$/, '$1')).toBe(repair);
});

test.each<[string, string, string | null]>([
  ['pi05', 'Pi0Config(pi05=True)', null],
  [
    'pi05_all_lora',
    'Pi0Config(pi05=True, paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora")',
    null,
  ],
  ['pi0_fast_lora', 'Pi0FASTConfig(paligemma_variant="gemma_2b_lora")', null],
  [
    'pi05',
    'Pi0Config()',
    'The configuration is of π0 with gemma_2b and gemma_300m; what is counted here is a π0.5 without LoRA.',
  ],
  [
    'pi0_fast',
    'Pi0FASTConfig(paligemma_variant="gemma_2b_lora")',
    'The configuration is of π0-FAST with gemma_2b_lora; what is counted here is a π0-FAST without LoRA.',
  ],
  [
    'pi0_fast',
    'Pi0Config()',
    'The configuration is of π0 with gemma_2b and gemma_300m; what is counted here is a π0-FAST without LoRA.',
  ],
])('%s, counted alone, a text with %s: which model is spoken of', (id, model, message) => {
  const text = `TrainConfig(model=${model}, freeze_filter=PathRegex(".*img.*"), ema_decay=None)`;
  const tree = treeOf(Object.fromEntries(leavesOfModel(id as ModelId).map(({ path, shape }) => [path, shape])));
  const found = lint(text, read(text), tree).find(({ rule }) => rule === 'other-model');
  expect(found?.message ?? null).toBe(message);
});
