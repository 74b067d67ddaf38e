/** What a template says where it refuses a conversation: the sentence of its raise_exception. */
export class Refusal extends Error {}

export type Render = (variables: Readonly<Record<string, unknown>>) => string;

/** The day that a template sees as today: else runs would differ by day. The one that Llama 3's own template falls back on. */
const TODAY: Readonly<Record<string, string>> = {
  '%d': '26',
  '%b': 'Jul',
  '%B': 'July',
  '%m': '07',
  '%Y': '2024',
  '%y': '24',
  '%a': 'Fri',
  '%A': 'Friday',
  '%H': '00',
  '%M': '00',
  '%S': '00',
};

/** What a template may call, as transformers offers it. Of Python's range, whole numbers that go up or down. */
const GLOBALS = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception: (sentence: unknown) => {
    throw new Refusal(String(sentence));
  },
  strftime_now: (format: string) => format.replace(/%\w/g, (one) => TODAY[one] ?? one),
  range: (...bounds: readonly number[]) => {
    const [start, stop] = bounds.length === 1 ? [0, bounds[0]!] : [bounds[0] ?? 0, bounds[1] ?? 0];
    const step = bounds[2] ?? 1;
    return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, n) => start + n * step);
  },
  strip_of: (text: string, characters: string) => stripped(text, characters, true, true),
  lstrip_of: (text: string, characters: string) => stripped(text, characters, true, false),
  rstrip_of: (text: string, characters: string) => stripped(text, characters, false, true),
};

function stripped(text: string, characters: string, left: boolean, right: boolean): string {
  let [start, end] = [0, text.length];
  while (left && start < end && characters.includes(text[start]!)) start++;
  while (right && end > start && characters.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/**
 * Reads a chat template. The interpreter is fetched with the first one.
 * @throws Error where it is no template
 */
export async function compileTemplate(source: string): Promise<Render> {
  const { Environment, Interpreter, parse, tokenize } = await import('@huggingface/jinja');
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })); // as transformers does
  withStripOf(program);
  const globals = new Environment();
  for (const [name, value] of Object.entries(GLOBALS)) globals.set(name, value);
  return (variables) => {
    const scope = new Environment(globals);
    for (const [name, value] of Object.entries(variables)) scope.set(name, value);
    return String(new Interpreter(scope).run(program).value);
  };
}

/** A node of the syntax tree, as far as calls are concerned. */
interface Node {
  readonly type?: string;
  callee?: Node;
  args?: Node[];
  readonly object?: Node;
  readonly property?: Node;
  readonly value?: unknown;
}

/**
 * The interpreter's strip, lstrip and rstrip pay no heed to the characters that they are given: x.lstrip('\n') would
 * take the spaces, too. Such a call becomes lstrip_of(x, '\n').
 */
function withStripOf(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const call = node as Node;
  const { type, callee, args } = call;
  const name = callee?.property?.value;
  if (type === 'CallExpression' && callee?.object && args?.length === 1 && /^[lr]?strip$/.test(String(name))) {
    call.args = [callee.object, ...args];
    call.callee = { type: 'Identifier', value: `${name}_of` };
  }
  const parts = node instanceof Map ? [...node.keys(), ...node.values()] : Object.values(node);
  for (const part of parts) withStripOf(part);
}
