import { expect, test } from 'vitest';
import { branches, moved, treeOf, visibleRows } from '../../../src/ui/freeze/freeze_tree_rows';

const PATHS = [
  'A/img/bias',
  'A/img/kernel',
  'A/llm/embedder/table',
  'A/llm/layers/q/w',
  'A/llm/layers/q/lora_a',
  'out/bias',
];
const nodes = treeOf(PATHS.map((path) => ({ path })));
const paths = (open: ReadonlySet<string>, search = '') => visibleRows(nodes, open, search).map(({ node }) => node.path);
const everything = branches(nodes, () => true);

test('paths make a tree, and a branch with a single child is one line with it', () => {
  expect(visibleRows(nodes, everything, '').map(({ node, level }) => `${level} ${node.name} ${node.leaves}`)).toEqual([
    '1 A 0,1,2,3,4',
    '2 img 0,1',
    '3 bias 0',
    '3 kernel 1',
    '2 llm 2,3,4',
    '3 embedder/table 2',
    '3 layers/q 3,4',
    '4 w 3',
    '4 lora_a 4',
    '1 out/bias 5',
  ]);
});

test('closed branches hide what is in them', () => {
  expect(paths(new Set())).toEqual(['A', 'out/bias']);
  expect(paths(new Set(['A', 'A/img']))).toEqual(['A', 'A/img', 'A/img/bias', 'A/img/kernel', 'A/llm', 'out/bias']);
  expect(branches(nodes, (_, level) => level <= 2)).toEqual(new Set(['A', 'A/img', 'A/llm']));
});

test('a search shows what has it in its path, whatever is open, with its place among what is shown', () => {
  expect(paths(new Set(), 'BIAS')).toEqual(['A', 'A/img', 'A/img/bias', 'out/bias']);
  const [, , bias] = visibleRows(nodes, new Set(), 'bias');
  expect(bias).toMatchObject({ position: 1, siblings: 1, open: null, parent: 'A/img' });
  expect(paths(new Set(), 'nowhere')).toEqual([]);
});

test('keys move as in any tree', () => {
  const rows = visibleRows(nodes, new Set(['A', 'A/img']), '');
  expect(moved(rows, 0, 'ArrowDown')).toBe(1);
  expect(moved(rows, 0, 'ArrowUp')).toBe(0);
  expect(moved(rows, 0, 'End')).toBe(5);
  expect(moved(rows, 5, 'Home')).toBe(0);
  expect(moved(rows, 1, 'ArrowRight')).toBe(2); // open: to its first child
  expect(moved(rows, 4, 'ArrowRight')).toBe(null); // closed: it opens
  expect(moved(rows, 3, 'ArrowLeft')).toBe(1); // a leaf: to the branch around it
  expect(moved(rows, 1, 'ArrowLeft')).toBe(null); // open: it closes
  expect(moved(rows, 5, 'ArrowLeft')).toBe(null);
  expect(moved(rows, 0, 'x')).toBe(null);
});
