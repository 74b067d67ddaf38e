import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import { print } from '../../src/filter/print';

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));

interface Row {
  readonly name: string;
  readonly tree: string;
  readonly freeze: string;
  readonly frozen_leaves: number;
  readonly frozen_params: number;
  readonly trainable_leaves: number;
  readonly trainable_params: number;
  readonly resident_state_bytes: number;
}

const rows: Row[] = fixture('filters.json');
const trees: Record<string, Record<string, number[]>> = fixture('pi0_trees.json');

/** What flax's own predicate gave is in the fixture; this counts the same with ours. */
function count(freeze: (path: string) => boolean, tree: Record<string, number[]>) {
  const sum = (leaves: [string, number[]][]) =>
    leaves.reduce((total, [, shape]) => total + shape.reduce((a, b) => a * b, 1), 0);
  const leaves = Object.entries(tree);
  const frozen = leaves.filter(([path]) => freeze(path));
  const trainable = leaves.filter(([path]) => !freeze(path));
  return {
    frozen_leaves: frozen.length,
    frozen_params: sum(frozen),
    trainable_leaves: trainable.length,
    trainable_params: sum(trainable),
    resident_state_bytes: 2 * sum(frozen) + 12 * sum(trainable),
  };
}

test('all fourteen rows are there', () => expect(rows).toHaveLength(14));

test.each(rows)('$name: the same leaves, parameters and bytes as flax', ({ tree, freeze, name, ...expected }) => {
  expect(name).not.toBe('');
  const expression = parse(freeze);
  const leaves = trees[tree] as Record<string, number[]>;
  expect({ ...count(compile(expression), leaves), tree }).toEqual({ ...expected, tree });
  expect(count(compile(parse(print(expression))), leaves)).toEqual(count(compile(expression), leaves));
});
