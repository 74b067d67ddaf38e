import { expect, test } from 'vitest';
import { compile } from '../../src/filter/evaluate';
import { parse } from '../../src/filter/parse';
import { print } from '../../src/filter/print';
import { report } from '../../src/filter/report';
import { treeOf } from '../../src/filter/tree';
import { rows, shapesOf } from './trees';

function counts(text: string, tree: string) {
  const found = report(parse(text), treeOf(shapesOf(tree)));
  return {
    frozen_leaves: found.frozenLeaves,
    frozen_params: found.frozenParameters,
    trainable_leaves: found.trainableLeaves,
    trainable_params: found.trainableParameters,
    resident_state_bytes: found.residentStateBytes,
  };
}

test('all fourteen rows are there', () => expect(rows).toHaveLength(14));

test.each(rows)('$name: the same leaves, parameters and bytes as flax', ({ tree, freeze, name, ...expected }) => {
  expect(name).not.toBe('');
  const expression = parse(freeze);
  expect(counts(freeze, tree)).toEqual(expected);
  expect(counts(print(expression), tree)).toEqual(expected);
  expect(Object.keys(shapesOf(tree)).filter(compile(expression))).toHaveLength(expected.frozen_leaves);
});
