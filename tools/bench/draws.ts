import { fromBf16, toBf16 } from '../../src/floats';

/** A leaf of a block that is compared: its values lie at most `spread` from `mean`, which is 0 where it is not said. */
export interface Drawn {
  readonly shape: readonly number[];
  readonly spread: number;
  readonly mean?: number;
}

export type Values<Name extends string> = Readonly<Record<Name, Float32Array<ArrayBuffer>>>;

/** The same values for both sides: a linear congruential generator, rounded to bfloat16, as our frozen weights are. */
export function draw<Name extends string>(leaves: Readonly<Record<Name, Drawn>>): Values<Name> {
  let seed = 1;
  const next = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const values = Object.entries<Drawn>(leaves).map(([name, { shape, spread, mean = 0 }]) => {
    const count = shape.reduce((product, n) => product * n, 1);
    return [name, fromBf16(toBf16(Float32Array.from({ length: count }, () => mean + next() * 2 * spread)))];
  });
  return Object.fromEntries(values);
}

/** One window of T tokens of V; the target of a token is the next one. */
export function drawTokens(T: number, V: number) {
  const at = (n: number) => (n * 37 + 11) % V;
  return {
    tokens: Uint32Array.from({ length: T }, (_, n) => at(n)),
    targets: Uint32Array.from({ length: T }, (_, n) => at(n + 1)),
  };
}
