import { expect, test } from 'vitest';
import { compile, matches } from '../../src/filter/evaluate';
import type { Expression } from '../../src/filter/expression';
import { FilterError, parse } from '../../src/filter/parse';
import { print } from '../../src/filter/print';

/** The expression without the places that its nodes keep. */
function bare(expression: Expression): Expression {
  const { span: _, ...node } = expression;
  if (node.kind === 'All' || node.kind === 'Any') return { ...node, of: node.of.map(bare) };
  if (node.kind === 'Not') return { ...node, of: bare(node.of) };
  return node;
}

const regex = (pattern: string, sep = '/'): Expression => ({ kind: 'PathRegex', pattern, sep });

test.each<[string, Expression]>([
  ['Nothing', { kind: 'Nothing' }],
  ['Everything()', { kind: 'Everything' }],
  ['nnx.Nothing', { kind: 'Nothing' }],
  ['nnx.filterlib.Everything()', { kind: 'Everything' }],
  ['...', { kind: 'Everything' }],
  ['True', { kind: 'Everything' }],
  ['False', { kind: 'Nothing' }],
  ['None', { kind: 'Nothing' }],
  ['PathRegex(".*llm.*")', regex('.*llm.*')],
  ["nnx_utils.PathRegex('.*llm.*')", regex('.*llm.*')],
  ['PathRegex(r".*\\.w")', regex('.*\\.w')],
  ['PathRegex(".*\\\\.w")', regex('.*\\.w')],
  ['PathRegex(".*\\.w")', regex('.*\\.w')], // Python keeps the backslash of an unknown escape
  ['PathRegex("\\x61\\u0062\\143\\tq\\\'")', regex("abc\tq'")],
  ['PathRegex("""a""")', regex('a')],
  ['PathRegex(".*llm" ".*_1.*")', regex('.*llm.*_1.*')],
  ['PathRegex(".*llm"\n  # the expert\n  r".*_1.*",\n)', regex('.*llm.*_1.*')],
  ['PathRegex(pattern=".*", sep=".")', regex('.*', '.')],
  ['PathRegex(".*", ".")', regex('.*', '.')],
  ['PathRegex(sep=".", pattern=".*")', regex('.*', '.')],
  ['PathContains("lora_a")', { kind: 'PathContains', key: 'lora_a', exact: true }],
  ['PathContains("lora", exact=False)', { kind: 'PathContains', key: 'lora', exact: false }],
  ['PathContains("lora", True)', { kind: 'PathContains', key: 'lora', exact: true }],
  ['Not(...)', { kind: 'Not', of: { kind: 'Everything' } }],
  ['All()', { kind: 'All', of: [] }],
  ['(PathRegex("a"))', regex('a')],
  ['PathRegex(("a"))', regex('a')],
  ['[PathRegex("a"), None]', { kind: 'Any', of: [regex('a'), { kind: 'Nothing' }] }],
  ['(PathRegex("a"),)', { kind: 'Any', of: [regex('a')] }],
  [
    'nnx.All(\n    nnx_utils.PathRegex(".*llm.*"),  # the backbone\n    nnx.Not(nnx_utils.PathRegex(\'.*lora.*\')),\n)\n',
    { kind: 'All', of: [regex('.*llm.*'), { kind: 'Not', of: regex('.*lora.*') }] },
  ],
])('%s is read as Python reads it', (text, expected) => {
  expect(bare(parse(text))).toEqual(expected);
  expect(bare(parse(print(parse(text))))).toEqual(expected);
});

test.each<[string, number, number, RegExp]>([
  ['', 1, 1, /empty/],
  ['  # nothing here', 1, 1, /empty/],
  ['Al(PathRegex("a"))', 1, 1, /"Al" is not a filter/],
  ['constructor(PathRegex("a"))', 1, 1, /"constructor" is not a filter/],
  ['nnx.path_regex("a")', 1, 5, /Write PathRegex/],
  ['All(PathRegex("a")', 1, 19, /"\)" is missing to close All\(/],
  ['All(PathRegex("a") PathRegex("b"))', 1, 20, /missing to close All\( before "PathRegex"/],
  ['All(PathRegex("a"),\n    ,)', 2, 5, /cannot begin with ","/],
  ['PathRegex("a', 1, 11, /not closed/],
  ['PathRegex("a\n")', 1, 11, /not closed/],
  ['PathRegex()', 1, 1, /needs a pattern/],
  ['PathRegex(sep="/")', 1, 1, /needs a pattern/],
  ['PathRegex(Nothing)', 1, 11, /in quotes/],
  ['PathRegex("a", "b", "c")', 1, 21, /takes 2 arguments/],
  ['PathRegex("a", pattern="b")', 1, 16, /given twice/],
  ['PathRegex("a", flags="b")', 1, 16, /no argument "flags"/],
  ['PathRegex(pattern="a", "/")', 1, 24, /without a name/],
  ['PathContains("a", exact="b")', 1, 19, /True or False/],
  ['PathRegex', 1, 1, /needs its arguments/],
  ['Not()', 1, 1, /takes one filter/],
  ['Not(Nothing, Nothing)', 1, 1, /here are 2/],
  ['Not(x=Nothing)', 1, 5, /by name/],
  ['Everything(Nothing)', 1, 12, /takes no arguments/],
  ['Nothing Nothing', 1, 9, /follows the end/],
  ['nnx.All(*filters)', 1, 10, /"filters" is not a filter, and no line above says what it is/],
  ['All("llm")', 1, 5, /PathRegex\("llm"\)/],
  ['["llm"]', 1, 2, /bare string/],
  ['nnx.', 1, 5, /missing after/],
  ['PathRegex(f"a")', 1, 11, /marked "f"/],
  ['PathRegex("\\xg")', 1, 12, /hexadecimal/],
  ['PathRegex("\\N{BULLET}")', 1, 12, /by name/],
  ['42', 1, 1, /cannot begin/],
  ['All(\n  PathRegex("ab(c"),\n)', 2, 16, /not closed/],
  ['PathRegex("a\\\\d(?>b)")', 1, 16, /atomic group/],
  ['PathRegex("é𝒳" "(?P<n>x)(?P=n)")', 1, 26, /reference back/],
  ['PathRegex("a" "b(")', 1, 17, /not closed/],
])('%s: the error points at line %i, column %i', (text, line, column, message) => {
  const error = (() => {
    try {
      parse(text);
    } catch (thrown) {
      return thrown;
    }
    return null;
  })() as FilterError;
  expect(error).toBeInstanceOf(FilterError);
  expect(error.problem.where).toBe(`line ${line}, column ${column}`);
  expect(error.message).toMatch(message);
  const lines = text.split('\n');
  expect(error.offset).toBe(lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1);
});

test('a filter nested without end is refused', () => {
  expect(() => parse('Not('.repeat(5000))).toThrow(/column 801.*nested too deeply/);
});

test('each part knows its place in the text', () => {
  const text = ' nnx.All( PathRegex("a" ), Not( nnx.Nothing ), (True) )';
  const places: string[] = [];
  const visit = (node: Expression) => {
    places.push(text.slice(node.span?.begin, node.span?.end));
    if (node.kind === 'All' || node.kind === 'Any') node.of.forEach(visit);
    if (node.kind === 'Not') visit(node.of);
  };
  visit(parse(text));
  expect(places).toEqual([text.trim(), 'PathRegex("a" )', 'Not( nnx.Nothing )', 'nnx.Nothing', 'True']);
});

test('damaged filters are read or refused with a place, nothing else', () => {
  const valid =
    'nnx.All(nnx_utils.PathRegex(r".*llm.*(_1)?[a-z]+\\d{2}"), Not(PathContains("lora", exact=False)), ...)';
  let state = 3;
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  let refused = 0;
  for (let round = 0; round < 5000; round++) {
    const letters = [...valid];
    for (let i = 0; i <= below(3); i++)
      letters.splice(below(letters.length), below(3), ...(below(2) ? [valid[below(valid.length)] as string] : []));
    const text = letters.join('');
    try {
      compile(parse(text))('PaliGemma/llm/layers');
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      expect(error.offset).toBeLessThanOrEqual(text.length);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

test.each<[string, string, boolean]>([
  ['PathRegex(".*llm.*")', 'PaliGemma/llm/layers/attn/q_einsum/w', true],
  ['PathRegex("llm")', 'PaliGemma/llm/layers/attn/q_einsum/w', false],
  ['PathRegex("a.b", sep=".")', 'a/b', true],
  ['PathRegex("a/b", sep=".")', 'a/b', false],
  ['PathRegex("a\\.b\\.c\\.d", sep=".")', 'a/b/c/d', true], // every "/", not the first alone
  ['PathRegex(".*/.*", sep=".")', 'a/b/c', false],
  ['PathContains("lora_a")', 'x/lora_a', true],
  ['PathContains("lora")', 'x/lora_a', false],
  ['PathContains("lora", exact=False)', 'x/lora_a', true],
  ['PathContains("x/l", exact=False)', 'x/lora_a', false],
  ['All()', 'x', true],
  ['Any()', 'x', false],
  ['All(..., None)', 'x', false],
  ['Any(None, ...)', 'x', true],
  ['Not(Nothing)', 'x', true],
])('%s of %s is %s', (text, path, expected) => expect(matches(parse(text), path)).toBe(expected));

test('printing chooses quotes that Python reads back', () => {
  expect(print(regex('.*\\.w'))).toBe('PathRegex(r".*\\.w")');
  expect(print(regex('say "x"\\'))).toBe('PathRegex("say \\"x\\"\\\\")');
  for (const pattern of ['a\\"', '\\\\', 'a\nb\\\\n', '"', "'"]) {
    expect(bare(parse(print(regex(pattern))))).toEqual(regex(pattern));
  }
});

test('a mistake names what it is about, however long that is, in a short sentence', () => {
  const long = 'Tra'.repeat(10_000);
  for (const text of [
    long,
    `${long}(`,
    `All(*${long})`,
    `"a" ${long}`,
    `All("${long}")`,
    `${long}"a"`,
    `All(${long}=1)`,
  ]) {
    let problem: { what: string; fix?: string } | null = null;
    try {
      parse(text);
    } catch (error) {
      problem = (error as FilterError).problem;
    }
    expect(problem?.what.length, text.slice(0, 20)).toBeLessThan(300);
    expect(problem?.fix?.length ?? 0, text.slice(0, 20)).toBeLessThan(500);
  }
});
