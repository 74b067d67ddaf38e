import { expect, test } from 'vitest';
import { freezeReport, freezeTree } from '../../src/filter/freeze_report';
import { FilterError, read } from '../../src/filter/parse';
import { print } from '../../src/filter/print';
import { report } from '../../src/filter/report';
import { treeOf } from '../../src/filter/tree';
import { shapesOf } from './trees';

const PUBLISHED = {
  first: `filters.append(nnx_utils.PathRegex(".llm."))
filters.append(nnx.Not(nnx_utils.PathRegex(".llm._1.lora.")))`,
  second: `filters.append(nnx.All(nnx_utils.PathRegex(".llm."), nnx_utils.PathRegex(".img.")))
filters.append(nnx.Not(nnx_utils.PathRegex(".llm._1.lora.")))`,
};

const on = (tree: string) => freezeTree(Object.entries(shapesOf(tree)).map(([path, shape]) => ({ path, shape })));

/** The rules of what is told, the whole filter that the first error proposes, and what that freezes. */
function repaired(text: string) {
  const { filter } = freezeReport(on('ae_lora'), text);
  const repair = filter?.findings.find(({ severity }) => severity === 'error')?.repair ?? '';
  const again = report(read(repair).expression, treeOf(shapesOf('ae_lora')));
  return { rules: filter?.findings.map(({ rule }) => rule), repair, leaves: again.frozenLeaves };
}

test('the recipes as published: two lines that add to a list which nobody begins, without asterisks', () => {
  const first = repaired(PUBLISHED.first);
  expect(first).toMatchObject({
    repair: 'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*")))',
    leaves: 17,
  });
  expect(first.rules).toEqual(expect.arrayContaining(['substring-only', 'list-not-begun', 'result-not-returned']));
  expect(repaired(PUBLISHED.second)).toMatchObject({
    repair: 'All(Any(PathRegex(".*llm.*"), PathRegex(".*img.*")), Not(PathRegex(".*llm.*_1.*lora.*")))',
    leaves: 40,
  });
  const three = `filters.append(nnx_utils.PathRegex(".llm."))\nfilters.append(nnx_utils.PathRegex(".img."))\n${PUBLISHED.first.split('\n')[1]}`;
  expect(repaired(three).leaves).toBe(40);
});

/** What a text is read as, and what was assumed for it. */
test.each<[string, string, string, readonly string[]]>([
  [
    'an answer that begins after the line that begins the list',
    `gemma_params_filter = nnx_utils.PathRegex(".*llm.*")
action_expert_with_lora_params_filter = nnx_utils.PathRegex(".*llm.*_1.*lora.*")
filters.append(gemma_params_filter,)
filters.append(nnx.Not(action_expert_with_lora_params_filter),)
return nnx.All(*filters)`,
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*")))',
    ['list-not-begun'],
  ],
  [
    'a list that is begun and not returned',
    'filters = []\nfilters.append(PathRegex("a"))\nfilters.extend([PathRegex("b")])',
    'All(PathRegex("a"), PathRegex("b"))',
    ['result-not-returned'],
  ],
  [
    'names of openpi’s method',
    'filters.append(gemma_params_filter)\nfilters.append(nnx.Not(action_expert_params_filter))\nreturn nnx.All(*filters)',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")))',
    ['list-not-begun', 'name-of-openpi', 'name-of-openpi'],
  ],
  [
    'a name that people share, defined nowhere',
    'filters.append(gemma_params_filter,)\nfilters.append(nnx.Not(action_expert_with_lora_params_filter),)',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*")))',
    ['list-not-begun', 'name-of-openpi', 'name-of-openpi', 'result-not-returned'],
  ],
  ['curly quotes', 'nnx.Not(PathRegex(“.*lora.*”))', 'Not(PathRegex(".*lora.*"))', ['curly-quotes']],
  ['curly single quotes', 'PathRegex(r‘.*img.*’)', 'PathRegex(".*img.*")', ['curly-quotes']],
  [
    '|',
    'PathRegex("a") | PathRegex("b") | PathRegex("c")',
    'Any(PathRegex("a"), PathRegex("b"), PathRegex("c"))',
    ['operator'],
  ],
  [
    '& before |, ~ before both',
    'PathRegex("a") | PathRegex("b") & ~PathRegex("c")',
    'Any(PathRegex("a"), All(PathRegex("b"), Not(PathRegex("c"))))',
    ['operator', 'operator', 'operator'],
  ],
  ['a type of variable', 'nnx.All(nnx.Param, PathRegex("a"))', 'All(Everything, PathRegex("a"))', []],
  [
    'Markdown, words and comments around it',
    'This is what I use, it doesn\'t fit:\n```python\n# the backbone\nfreeze = nnx.Not(PathRegex("a"))  # "lora"\n```\nThat\'s all.',
    'Not(PathRegex("a"))',
    [],
  ],
  ['a console', '>>> a = PathRegex("a")\n>>> nnx.Not(a)', 'Not(PathRegex("a"))', []],
])('%s', (_, text, expected, rules) => {
  const { expression, assumed } = read(text);
  expect(print(expression)).toBe(expected);
  expect(assumed.map(({ rule }) => rule).sort()).toEqual([...rules].sort());
});

test.each<[string, RegExp]>([
  [
    'if use_lora:\n  filters.append(PathRegex("a"))\nfilters.append(PathRegex("b"))\nreturn nnx.All(*filters)',
    /depends on a condition.*if use_lora.*Keep the lines of your case/,
  ],
  ['freeze_filter=lambda path, _: "lora" in path', /A lambda is code, and no code is run here\..*PathRegex/],
  ['All(lambda path, _: True)', /A lambda is code/],
  ['filters.append(unknown)\nreturn nnx.All(*filters)', /"unknown" is not a filter/],
  ['filters.append(PathRegex("a"))\nothers.append(PathRegex("b"))', /No filter is made/],
])('%s: refused', (text, message) => {
  expect(() => read(text)).toThrow(FilterError);
  expect(() => read(text)).toThrow(message);
});

const OPENPI = `def get_freeze_filter(self):
    filters = []
    has_lora = False
    gemma_params_filter = nnx_utils.PathRegex(".*llm.*")
    action_expert_params_filter = nnx_utils.PathRegex(".*llm.*_1.*")
    if "lora" in self.paligemma_variant:
        filters.append(gemma_params_filter,)
        if "lora" not in self.action_expert_variant:
            filters.append(nnx.Not(action_expert_params_filter),)
        has_lora = True
    elif "lora" in self.action_expert_variant:
        filters.append(action_expert_params_filter,)
        has_lora = True
    if has_lora:
        filters.append(nnx.Not(nnx_utils.PathRegex(".*lora.*")),)
    if not filters:
        return nnx.Nothing
    return nnx.All(*filters)`;

const BOTH = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))';
const BACKBONE = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*")))';
const EXPERT = 'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))';
const model = (paligemma_variant: string, action_expert_variant: string) => ({
  paligemma_variant,
  action_expert_variant,
});

test.each<[string, string, ReturnType<typeof model> | null, string]>([
  ['of a model with LoRA in both', OPENPI, model('gemma_2b_lora', 'gemma_300m_lora'), BOTH],
  ['of one in the backbone', OPENPI, model('gemma_2b_lora', 'gemma_300m'), BACKBONE],
  ['of one in the expert', OPENPI, model('gemma_2b', 'gemma_300m_lora'), EXPERT],
  ['of one without', OPENPI, model('gemma_2b', 'gemma_300m'), 'Nothing'],
  [
    'the configuration decides, not the model',
    `config = Pi0Config(paligemma_variant="gemma_2b_lora")\n${OPENPI}`,
    model('gemma_2b', 'gemma_300m_lora'),
    BACKBONE,
  ],
  [
    'lines above decide, not the model',
    `paligemma_variant = "gemma_2b_lora"\n${OPENPI}`,
    model('gemma_2b', 'gemma_300m'),
    BACKBONE,
  ],
  ['lines above decide', `paligemma_variant = "gemma_2b_lora"\n${OPENPI}`, null, BACKBONE],
  [
    'the defaults of a class, where nothing else is known',
    `class C:\n  paligemma_variant: _gemma.Variant = "gemma_2b_lora"\n  ${OPENPI.replaceAll('\n', '\n  ')}`,
    null,
    BACKBONE,
  ],
  [
    'the model before the defaults',
    `class C:\n  paligemma_variant: str = "gemma_2b"\n  ${OPENPI.replaceAll('\n', '\n  ')}`,
    model('gemma_2b_lora', 'gemma_300m_lora'),
    BOTH,
  ],
  [
    'the filter of super()',
    'def get_freeze_filter(self):\n  return nnx.Any(super().get_freeze_filter(), PathRegex(".*img.*"))',
    model('gemma_2b', 'gemma_300m_lora'),
    `Any(${EXPERT}, PathRegex(".*img.*"))`,
  ],
  [
    'of another’s model',
    'freeze_filter=self.model.get_freeze_filter()',
    model('gemma_2b_lora', 'gemma_300m_lora'),
    BOTH,
  ],
  [
    'π0-FAST',
    'class Mine(Pi0FASTConfig):\n  def f(self):\n    return super().get_freeze_filter()',
    model('gemma_2b_lora', 'gemma_300m'),
    BOTH,
  ],
  [
    'a condition under a name',
    'f = []\nhas_lora = "lora" in self.paligemma_variant\nif not has_lora:\n  f.append(PathRegex("a"))\nif has_lora: f = []\nreturn nnx.Any(*f)',
    model('gemma_2b', 'gemma_300m'),
    'Any(PathRegex("a"))',
  ],
  [
    'comparisons, and, or, not and brackets',
    'f = [PathRegex("a")]\nif (self.paligemma_variant == "gemma_2b" or unknown) and not self.action_expert_variant.endswith("lora"):\n  f.append(PathRegex("b"))\nreturn nnx.Any(*f)',
    model('gemma_2b', 'gemma_300m'),
    'Any(PathRegex("a"), PathRegex("b"))',
  ],
])('variants: %s', (_, text, variants, expected) => expect(print(read(text, variants).expression)).toBe(expected));

test.each([
  [OPENPI, null],
  [`a = Pi0Config(paligemma_variant="gemma_2b")\nb = Pi0Config(paligemma_variant="gemma_2b_lora")\n${OPENPI}`, null],
  ['return super().get_freeze_filter()', null],
])('variants that nobody names, or several of one, are asked for', (text, variants) => {
  expect(() => read(text, variants)).toThrow(/Name the variants on lines above/);
});
