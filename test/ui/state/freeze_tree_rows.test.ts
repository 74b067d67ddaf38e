import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/hub/config';
import { leavesOf } from '../../../src/model/tree';
import { branches, moved, openAtFirst, treeOf, visibleRows } from '../../../src/ui/freeze/freeze_tree_rows';
import { PUBLISHED } from '../../hub/configs';

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

describe('paths of the hub', () => {
  const { smolLm2Of135M } = PUBLISHED;
  const { config } = readConfig({ ...smolLm2Of135M }, 'config.json');
  const lora = { rank: 8, alpha: 16, rootScaled: false, targets: ['q_proj'] } as const;
  const leaves = leavesOf({ ...config, lora });
  const tree = treeOf(leaves);
  const shown = (open: ReadonlySet<string>) =>
    visibleRows(tree, open, '').map(({ node, level }) => `${level} ${node.name} ${node.leaves.length}`);

  test('make a tree by their dots, whose rows of equal layers are closed at first', () => {
    expect(leaves).toHaveLength(332);
    expect(shown(branches(tree, openAtFirst))).toEqual([
      '1 model 272',
      '2 embed_tokens.weight 1',
      '2 layers 270',
      '2 norm.weight 1',
      '1 base_model.model.model.layers 60',
    ]);
  });

  test('a layer says what it is, and is found by its path', () => {
    const rows = shown(new Set(['model', 'model.layers', 'model.layers.7', 'model.layers.7.self_attn']));
    expect(rows.filter((row) => row.startsWith('3 layers.'))).toHaveLength(30);
    const seventh = rows.indexOf('3 layers.7 9');
    expect(rows.slice(seventh, seventh + 10)).toEqual([
      '3 layers.7 9',
      '4 input_layernorm.weight 1',
      '4 post_attention_layernorm.weight 1',
      '4 self_attn 4',
      '5 q_proj.weight 1',
      '5 k_proj.weight 1',
      '5 v_proj.weight 1',
      '5 o_proj.weight 1',
      '4 mlp 3',
      '3 layers.8 9',
    ]);
    const all = visibleRows(
      tree,
      branches(tree, () => true),
      '',
    );
    const paths = all.filter(({ open }) => open === null).map(({ node }) => node.path);
    expect(paths.toSorted()).toEqual(leaves.map(({ path }) => path).toSorted());
  });
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
