import { problem } from '../problem';

/** What a template says where it refuses a conversation: the sentence of its raise_exception. */
export class Refusal extends Error {}

/** A template that goes on and on. */
export class Endless extends Error {}

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

/** What a template may call, as transformers offers it; range is beside. */
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
 * @throws Error where it is no template; ProblemError where the interpreter does not come
 */
export async function compileTemplate(source: string): Promise<Render> {
  const { Environment, Interpreter, parse, tokenize } = await interpreter();
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })); // as transformers does
  withStripOf(program);
  const looped = new WeakSet<object>();
  const globals = new Environment();
  for (const [name, value] of Object.entries(GLOBALS)) globals.set(name, value);
  return (variables) => {
    const steps = stepsFor(variables);
    class Counted extends Interpreter {
      override evaluate(...[node, scope]: Parameters<Evaluate>): ReturnType<Evaluate> {
        const { type, iterable } = (node ?? {}) as Node;
        if (type === 'For' && iterable) looped.add(iterable.lhs ?? iterable);
        const made = super.evaluate(node, scope);
        steps.take(1 + costOf(made.value) * (node && looped.has(node) ? LOOPED : 1));
        return made;
      }
    }
    const scope = new Environment(globals);
    scope.set('range', (...bounds: readonly number[]) => rangeOf(bounds, steps));
    for (const [name, value] of Object.entries(variables)) scope.set(name, value);
    return String(new Counted(scope).run(program).value);
  };
}

type Evaluate = import('@huggingface/jinja').Interpreter['evaluate'];

const interpreter = () =>
  import('@huggingface/jinja').catch((error: Error) => {
    throw problem(`Could not fetch the reader of chat templates: ${error.message}`, 'chat template', RELOAD);
  });
const RELOAD = 'Check the connection and reload the page.';

/** Steps that a template may take, and more of them for a long conversation: real ones take some hundreds for a turn. */
const MOST_STEPS = 100_000;
const STEPS_OF_A_TURN = 10_000;

interface Steps {
  /** @throws Endless where there are no more */
  take(steps: number): void;
}

function stepsFor({ messages }: Readonly<Record<string, unknown>>): Steps {
  const turns = (messages ?? []) as readonly { readonly content?: unknown }[];
  const letters = turns.reduce((sum, { content }) => sum + String(content ?? '').length, 0);
  let left = MOST_STEPS + turns.length * STEPS_OF_A_TURN + letters;
  return {
    take(steps) {
      left -= steps;
      if (!(left >= 0)) throw new Endless();
    },
  };
}

/** What is large takes time wherever it is used: in steps. */
function costOf(value: unknown): number {
  if (typeof value === 'string') return value.length / 1024;
  if (Array.isArray(value)) return value.length / LOOPED;
  return value instanceof Map ? value.size / LOOPED : 0;
}
/** What is looped over takes a step for each item, and a part of it elsewhere. */
const LOOPED = 64;

/** Python's range, of whole numbers that go up or down. */
function rangeOf(bounds: readonly number[], steps: Steps): number[] {
  const [start, stop] = bounds.length === 1 ? [0, bounds[0]!] : [bounds[0] ?? 0, bounds[1] ?? 0];
  const step = bounds[2] ?? 1;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  steps.take(length);
  return Array.from({ length }, (_, n) => start + n * step);
}

/** A node of the syntax tree, as far as calls are concerned. */
interface Node {
  readonly type?: string;
  callee?: Node;
  args?: Node[];
  readonly object?: Node;
  readonly property?: Node;
  readonly value?: unknown;
  /** Of a loop, and where it leaves items out, what it loops over. */
  readonly iterable?: Node;
  readonly lhs?: Node;
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
