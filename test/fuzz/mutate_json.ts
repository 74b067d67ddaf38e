/** JSON as nobody should write it: values of other kinds, keys twice, keys that reach for prototypes, nested without end. */

import { randomStream } from '../../src/random';

type Random = () => number;

/** JSON as it stands in a file, in the place of a value. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const repeated = (open: string, inner: string, close: string, times: number) =>
  new Written(open.repeat(times) + inner + close.repeat(times));

const DEEP = [repeated('[', '', ']', 100_000), repeated('{"a":', '1', '}', 100_000), repeated('[', '', ']', 33)];

const ODD: readonly unknown[] = [
  ...[null, true, false, -1, 0, 1, 0.5, 2 ** 31, 2 ** 32 - 1, 2 ** 53, 1e15, 1e300, -1e300, Number.MIN_VALUE],
  ...['', ' ', 'x', '\0', '\ud800', 'a\udc00b', '__proto__', 'constructor', '../../etc/passwd', '/etc/passwd'],
  ...['<img src=x onerror=alert(1)>', '(a+)+$', '{episode_index:09d}'.repeat(40), 'v3.0', 'full_attention', 'F32'],
  ...['x'.repeat(500), 'x'.repeat(100_000), '1e5', '{}', '[['],
  ...[[], {}, [null], [[[]]], [{}], { type: 'Sequence' }, { rope_type: 'linear', factor: -1 }],
  ...['-0', '1e999', '-1e999', '123456789012345678901234567890', '{"__proto__":{"polluted":1}}'].map(
    (text) => new Written(text),
  ),
];

const KEYS = ['__proto__', 'constructor', 'toString', 'length', '', '\ud800', 'x'.repeat(1000)];
const KEYS_OF_MODELS = ['num_experts', 'quantization_config', 'head_dim', 'layer_types', 'text', 'messages', 'role'];

/** An object or a list, with its keys, and where in it a change is made. */
interface Node {
  readonly entries: [key: string, value: unknown][];
  readonly isList: boolean;
}

/** The text of a JSON value with one to three of its parts changed, at any depth. */
export function mutatedJson(json: object, random: Random): string {
  const root = nodeOf(json);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) change(root, random);
  return textOf(root);
}

/** The same of a seed. */
export const mutatedText = (json: object, ...seed: readonly (number | string)[]): string =>
  mutatedJson(json, randomStream('mutated text', ...seed));

const nodeOf = (value: object): Node => ({ entries: Object.entries(value), isList: Array.isArray(value) });

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Written) &&
  !('entries' in value && 'isList' in value);
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'entries' in value && 'isList' in value;

/** Goes down, and makes nodes of what it passes. */
function change(node: Node, random: Random): void {
  const at = Math.floor(random() * node.entries.length);
  const entry = node.entries[at];
  if (!entry) {
    node.entries.push(['a', one(random, ODD)]);
    return;
  }
  if (isPlain(entry[1])) entry[1] = nodeOf(entry[1]);
  if (isNode(entry[1]) && random() < 0.7) change(entry[1], random);
  else one(random, CHANGES)(node, at, random);
}

const one = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

type Change = (node: Node, at: number, random: Random) => void;

const put: Change = (node, at, random) => {
  node.entries[at]![1] = one(random, ODD);
};

const CHANGES: readonly Change[] = [
  put,
  put,
  put,
  (node, at) => node.entries.splice(at, 1),
  (node, at, random) => {
    const [key, value] = node.entries[at]!;
    node.entries[at] = [key, near(value, random)];
  },
  (node, at, random) => node.entries.splice(at, 0, [node.entries[at]![0], one(random, ODD)]), // the key twice
  (node, at, random) => {
    node.entries[at]![0] = one(random, [...KEYS, ...KEYS_OF_MODELS]);
  },
  (node, _, random) => node.entries.push([one(random, KEYS), one(random, ODD)]),
  (node, at, random) => {
    const [key, value] = node.entries[at]!;
    const same = new Written(textOf(value)); // no later change is made in all of them
    const times = Math.min(Math.floor(random() * 3) ** 9, Math.ceil(2 ** 16 / (1 + same.text.length)));
    for (let n = 0; n < times; n++) node.entries.push([node.isList ? key : `${key}${n}`, same]);
  },
  (node, at, random) => {
    if (random() < 0.3) node.entries[at]![1] = one(random, DEEP);
    else put(node, at, random);
  },
];

/** A little more or less than it was. */
function near(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return value + one(random, [-1, 1, 0.5, 2 ** 32, -value - 1]);
  if (typeof value === 'string')
    return one(random, [value.slice(1), value.slice(0, -1), `${value}\ud800`, value.repeat(3)]);
  return isNode(value) ? { entries: value.entries.slice(1), isList: !value.isList } : value;
}

function textOf(value: unknown): string {
  if (value instanceof Written) return value.text;
  if (isPlain(value)) return textOf(nodeOf(value));
  if (!isNode(value)) return JSON.stringify(value);
  const { entries, isList } = value;
  if (isList) return `[${entries.map(([, item]) => textOf(item)).join(',')}]`;
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${textOf(item)}`).join(',')}}`;
}
