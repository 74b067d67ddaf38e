import { readFileSync } from 'node:fs';
import type { Shapes } from '../../src/filter/tree';

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));

/** A filter, and what flax's own predicate does with it on one of openpi's trees. */
export interface Row {
  readonly name: string;
  readonly tree: string;
  readonly freeze: string;
  readonly frozen_leaves: number;
  readonly frozen_params: number;
  readonly trainable_leaves: number;
  readonly trainable_params: number;
  readonly resident_state_bytes: number;
}

export const rows: readonly Row[] = fixture('filters.json');

const trees: Readonly<Record<string, Shapes>> = fixture('pi0_trees.json');

export const treeNames = Object.keys(trees);

export function shapesOf(tree: string): Shapes {
  const shapes = trees[tree];
  if (!shapes) throw new Error(`No tree "${tree}".`);
  return shapes;
}

/** Numbers that look random and are the same in each run. */
export function randomBelow(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
