import { expect, test } from 'vitest';
import { FilterError, parse, read } from '../../src/filter/parse';
import { print } from '../../src/filter/print';

const BACKBONE = 'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*lora.*")))';

test.each<[string, string, string]>([
  [
    'a list that is filled and returned',
    `
filters = []
gemma_params_filter = nnx_utils.PathRegex(".*llm.*")  # the backbone
action_expert_lora = nnx_utils.PathRegex(
    ".*llm.*_1.*lora.*",
)
filters.append(gemma_params_filter)
filters.append(
    nnx.Not(action_expert_lora),
)
return nnx.All(*filters)
`,
    BACKBONE,
  ],
  [
    'extend, += and + of lists',
    `filters = [nnx_utils.PathRegex(".*llm.*")]
filters.extend([nnx_utils.PathRegex("a"), nnx_utils.PathRegex("b"),])
filters += [Nothing]
more = filters + [Everything]
nnx.Any(*more, *[nnx_utils.PathRegex("c")], PathRegex("d"))`,
    'Any(PathRegex(".*llm.*"), PathRegex("a"), PathRegex("b"), Nothing, Everything, PathRegex("c"), PathRegex("d"))',
  ],
  [
    'a list that grows after its use',
    'filters = [PathRegex("a")]\nfreeze = nnx.All(*filters)\nfilters.append(PathRegex("b"))\nreturn freeze',
    'All(PathRegex("a"))',
  ],
  ['one list under two names', 'a = []\nb = a\nb.append(Everything)\nreturn nnx.Any(*a)', 'Any(Everything)'],
  ['a returned list', 'return [PathRegex("a"), PathRegex("b")]', 'Any(PathRegex("a"), PathRegex("b"))'],
  ['freeze_filter alone', 'freeze_filter=nnx.Not(nnx_utils.PathRegex(r".*lora.*")),', 'Not(PathRegex(".*lora.*"))'],
  ['an annotated assignment', 'freeze: nnx.filterlib.Filter = nnx.Nothing', 'Nothing'],
  ['a single named filter', 'import flax.nnx as nnx\nfreeze = nnx.Not(PathRegex("a"))', 'Not(PathRegex("a"))'],
  ['a pattern under a name', 'lora = ".*lora.*"\nNot(PathRegex(lora))', 'Not(PathRegex(".*lora.*"))'],
  [
    'lines cut out of a configuration',
    `        name="pi0_libero_low_mem_finetune",
        model=pi0_config.Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora"),
        num_train_steps=30_000,
        freeze_filter=nnx.All(nnx_utils.PathRegex(".*llm.*"), nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*"))),
        ema_decay=None,
    ),
`,
    BACKBONE,
  ],
  [
    'a whole configuration with a stock filter',
    `TrainConfig(
    name=f"pi0_{robot}",  # any name
    lr_schedule=lambda step: {"a": 1}[step],
    freeze_filter=pi0_config.Pi0Config(
        paligemma_variant="gemma_2b_lora", action_dim=7, data=[1, (2, 3)]
    ).get_freeze_filter(),
    ema_decay=None,
)`,
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*llm.*_1.*")), Not(PathRegex(".*lora.*")))',
  ],
  [
    'a configuration under a name',
    'model = Pi0Config(action_expert_variant="gemma_300m_lora")\nfreeze_filter = model.get_freeze_filter()',
    'All(PathRegex(".*llm.*_1.*"), Not(PathRegex(".*lora.*")))',
  ],
  ['no LoRA, no filter', 'Pi0Config().get_freeze_filter()', 'Nothing'],
  [
    'both with LoRA',
    'Pi0Config(paligemma_variant="gemma_2b_lora", action_expert_variant="gemma_300m_lora").get_freeze_filter()',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  ],
  [
    'FAST, which has no expert',
    'pi0_fast.Pi0FASTConfig(paligemma_variant="gemma_2b_lora").get_freeze_filter()',
    'All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*")))',
  ],
  [
    'a method with its docstring and conditions that are plain',
    `    @override
    def get_freeze_filter(self) -> nnx.filterlib.Filter:
        """Freezes the backbone.

        Not the expert's adapters."""
        filters = []
        has_lora = True
        filters.append(nnx_utils.PathRegex(".*llm.*"))
        if has_lora:
            # the adapters of the expert
            filters.append(nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")))
        if not filters:
            return nnx.Nothing
        return nnx.All(*filters)
        return nnx.Everything
`,
    BACKBONE,
  ],
  ['if not of an empty list', 'filters = []\nif not filters: return nnx.Nothing\nreturn nnx.All(*filters)', 'Nothing'],
  [
    'else',
    'flag = False\nfilters = [PathRegex("a")]\nif flag:\n\tfilters = []\nelse:\n\tfilters.append(PathRegex("b"))\nreturn nnx.Any(*filters)',
    'Any(PathRegex("a"), PathRegex("b"))',
  ],
  ['several on a line', 'a = PathRegex("a"); b = PathRegex("b"); Any(a, b)', 'Any(PathRegex("a"), PathRegex("b"))'],
  ['Windows line ends', 'a = PathRegex("a")\r\nreturn \\\r\n  Not(a)\r\n', 'Not(PathRegex("a"))'],
  ['the same filter twice', 'return Nothing\ndef other():\n  return Nothing', 'Nothing'],
])('%s', (_, text, expected) => {
  expect(print(parse(text))).toBe(expected);
});

test('a condition that the filter does not depend on is passed over, and named', () => {
  const text = `import jax
filters = [PathRegex("a")]
if "lora" in self.variant:
    logging.info("LoRA")
print(filters)
nnx.All(*filters)`;
  const { expression, ignored } = read(text);
  expect(print(expression)).toBe('All(PathRegex("a"))');
  expect(ignored.map(({ what }) => what)).toEqual([
    'import jax',
    'logging.info("LoRA")',
    'if "lora" in self.variant',
    'print(filters)',
  ]);
  for (const { span, what } of ignored) expect(text.slice(span.begin, span.end)).toBe(what);
});

test('each part keeps its place where the line that uses it stands elsewhere', () => {
  const text = 'llm = PathRegex(".*llm.*")\nfilters = [Not(llm)]\nreturn nnx.All(*filters)';
  const whole = parse(text);
  const place = (span: { begin: number; end: number } | undefined) => text.slice(span?.begin, span?.end);
  expect(place(whole.span)).toBe('nnx.All(*filters)');
  const not = whole.kind === 'All' ? whole.of[0] : undefined;
  expect(place(not?.span)).toBe('Not(llm)');
  expect(place(not?.kind === 'Not' ? not.of.span : undefined)).toBe('PathRegex(".*llm.*")');
});

const OPENPI = `def get_freeze_filter(self):
    filters = []
    has_lora = False
    gemma = nnx_utils.PathRegex(".*llm.*")
    if "lora" in self.paligemma_variant:
        filters.append(gemma)
        has_lora = True
    if has_lora:
        filters.append(nnx.Not(nnx_utils.PathRegex(".*lora.*")))
    if not filters:
        return nnx.Nothing
    return nnx.All(*filters)`;

test.each<[string, number, number, RegExp]>([
  [OPENPI, 5, 5, /condition.*if "lora" in self\.paligemma_variant/],
  ['f = []\nfor p in ps:\n  f.append(PathRegex(p))\nreturn nnx.All(*f)', 2, 1, /loop.*for p in ps/],
  ['if x: a = PathRegex("a")\nreturn Not(a)', 1, 1, /condition/],
  ['if x:\n  return Nothing\nelse:\n  return Everything', 1, 1, /condition/],
  ['else:\n  return Everything', 1, 1, /condition/],
  ['f = []\nf.insert(0, Nothing)\nreturn nnx.All(*f)', 2, 1, /does to the list/],
  ['f = []\nshuffle(f)\nreturn nnx.All(*f)', 2, 1, /"shuffle" is not a filter/],
  ['f = Nothing\nf.append(Nothing)\nreturn nnx.All(*f)', 3, 17, /"f" is none/],
  ['f = [Nothing]', 1, 1, /No filter is made/],
  ['a = PathRegex("a")\nb = PathRegex("b")', 2, 1, /which one is meant/],
  ['PathRegex("a")\nPathRegex("b")', 2, 1, /second filter follows/],
  ['freeze_filter=Nothing\nfreeze_filter=Everything', 2, 1, /second freeze_filter/],
  ['a = PathRegex("(")\nreturn Not(a)', 1, 16, /not closed/],
  ['a = [Nothing]\nreturn Not(*a, *a)', 2, 8, /here are 2/],
  ['a = Nothing\nreturn nnx.All(*a)', 2, 17, /"a" is none/],
  ['return nnx.All(**kw)', 1, 17, /unpacked/],
  ['freeze_filter=Pi0Config()', 1, 15, /configuration is no filter/],
  ['freeze_filter=Pi0Config().freeze', 1, 27, /one filter only/],
  ['freeze_filter=Pi0Config(paligemma_variant=variant).get_freeze_filter()', 1, 43, /"variant" is not a filter/],
  ['freeze_filter=Pi0Config(1, 2', 1, 29, /close Pi0Config/],
  ['freeze_filter=Nothing Nothing', 1, 23, /follows the end/],
  ['freeze = nnx.Al(Nothing)', 1, 14, /"Al" is not a filter/],
  ['import jax', 1, 1, /No filter is made/],
  ['f = []\nf.append(Nothing, Nothing)\nreturn Any(*f)', 2, 19, /close append/],
  ['f = []\nf.extend(Nothing)\nreturn Any(*f)', 2, 10, /Only a list/],
])('%s: refused at line %i, column %i', (text, line, column, message) => {
  const refusal = (() => {
    try {
      return parse(text);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(FilterError);
  expect((refusal as FilterError).problem.where).toBe(`line ${line}, column ${column}`);
  expect((refusal as FilterError).problem.what).toMatch(message);
});

test('names that double each other do not fill the memory', () => {
  const lists = Array.from({ length: 60 }, (_, i) => `a${i + 1} = [*a${i}, *a${i}]`).join('\n');
  expect(() => parse(`a0 = [Nothing]\n${lists}\nreturn Any(*a60)`)).toThrow(/more than 1000 members/);
  const filters = Array.from({ length: 60 }, (_, i) => `a${i + 1} = All(a${i}, a${i})`).join('\n');
  expect(() => parse(`a0 = Nothing\n${filters}\nreturn a60`)).toThrow(/more than 1000 parts/);
  const chain = Array.from({ length: 5000 }, () => 'a = Not(a)').join('\n');
  expect(() => parse(`a = Nothing\n${chain}\nreturn a`)).toThrow(/more than 1000 parts/);
  expect(() => parse('if not a: '.repeat(5000))).toThrow(FilterError);
  expect(() => parse(`a = []\n${'if not a: '.repeat(5000)}return Nothing`)).toThrow(/nested too deeply/);
  expect(() => parse('def f(): '.repeat(5000))).toThrow(/nested too deeply/);
  expect(() => parse(`if ${'('.repeat(5000)}: return Nothing`)).toThrow(/condition/);
  expect(() => parse(`${'~'.repeat(5000)}Nothing`)).toThrow(/nested too deeply/);
  expect(() => parse(Array.from({ length: 5000 }, () => 'Nothing').join(' | '))).toThrow(/more than 1000 parts/);
});

const PIECES = [
  ...['filters', 'freeze_filter', 'a', 'self', 'nnx', 'nnx_utils', 'PathRegex', 'All', 'Any', 'Not', 'Nothing'],
  ...['if ', 'elif ', 'else', 'for ', 'not ', 'in ', 'def f()', 'class C', 'return ', 'import ', 'Pi0Config', 'True'],
  ...['"', "'", '"""', 'r"', 'f"', '".*llm.*"', '"lora"', '\\', '#', '\n', '\n    ', '\n\t', '\r\n', ';', ' '],
  ...['(', ')', '[', ']', '{', '}', ',', '.', ':', '=', '==', '+=', '+', '*', '**', '@', '...', '~', '𝒳', '\u0000'],
  ...[
    '“',
    '’',
    '|',
    '&',
    'super()',
    'lambda ',
    '"lora" in self.paligemma_variant',
    'paligemma_variant="gemma_2b_lora"',
  ],
  ...['if (not ', 'TrainConfig(', 'ema_decay=', 'nnx.Param', '>>> ', '```\n', "don't", '(?!', '(?<='],
  ...['.append(', '.extend(', '.get_freeze_filter()', 'filters = []\n', 'return nnx.All(*filters)', 'a = [*a, *a]\n'],
];

test('damaged and random Python is read or refused with a place, nothing else', () => {
  let state = 7;
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const piece = () => PIECES[below(PIECES.length)] as string;
  const counts = { read: 0, refused: 0 };
  for (let round = 0; round < 6000; round++) {
    const letters = below(2) ? [...OPENPI.replace(/ {4}if "lora".*\n/, '')] : [];
    for (let i = below(8); i >= 0; i--) letters.splice(below(letters.length + 1), below(6), piece(), piece());
    const text = letters.join('');
    try {
      const { expression, ignored } = read(text);
      expect(print(parse(print(expression)))).toBe(print(expression));
      for (const { span } of ignored) expect(span.begin).toBeLessThanOrEqual(span.end);
      counts.read++;
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      expect(error.offset).toBeLessThanOrEqual(text.length);
      counts.refused++;
    }
  }
  expect(counts.read).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(1000);
});
