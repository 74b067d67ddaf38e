import { randomStream } from '../../src/random';

/** What stands in files that somebody damaged, or wrote to do damage. */
const ODD: readonly unknown[] = [
  null,
  -1,
  0,
  1,
  2 ** 31,
  2 ** 53,
  1e300,
  -1e300,
  0.5,
  Number.MIN_VALUE,
  '',
  '__proto__',
  'constructor',
  'x'.repeat(500),
  true,
  false,
  [],
  {},
  [[[]]],
  ['full_attention'],
  { rope_type: 'linear', factor: -1 },
  { full_attention: { rope_type: 'llama3' } },
  deep(500),
];

const KEYS = ['__proto__', 'constructor', 'toString', 'num_experts', 'quantization_config', 'head_dim', 'layer_types'];

/** A list in a list in a list. */
function deep(levels: number): unknown {
  let value: unknown = [];
  for (let n = 0; n < levels; n++) value = [value];
  return value;
}

/** A JSON value with one to three of its parts, at any depth, put out, replaced, or given another name. */
export function mutated(json: unknown, seed: number): unknown {
  const random = randomStream('mutation', seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const copy: unknown = structuredClone(json);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    let place = copy;
    for (;;) {
      if (typeof place !== 'object' || place === null || Object.keys(place).length === 0) break;
      const key = one(Object.keys(place));
      const next: unknown = Reflect.get(place, key);
      if (typeof next === 'object' && next !== null && random() < 0.6) {
        place = next;
        continue;
      }
      const choice = random();
      if (choice < 0.25) Reflect.deleteProperty(place, key);
      else if (choice < 0.8) define(place, key, changed(next, one, random));
      else define(place, one(KEYS), structuredClone(one(ODD)));
      break;
    }
  }
  return copy;
}

/** As JSON.parse does it: `__proto__` becomes a key like any other. */
const define = (place: object, key: string, value: unknown) =>
  Object.defineProperty(place, key, { value, enumerable: true, configurable: true, writable: true });

function changed(value: unknown, one: <T>(list: readonly T[]) => T, random: () => number): unknown {
  if (typeof value === 'number' && random() < 0.4) return value + one([-1, 1, 0.5, 2 ** 32]);
  if (typeof value === 'string' && random() < 0.4) return value.slice(1);
  return structuredClone(one(ODD));
}
