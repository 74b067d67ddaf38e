import type { FreezeLeaf } from '../../worker/api';

/** A branch or a leaf of the parameter tree. Branches with a single child are one with it. */
export interface TreeNode {
  /** From the root, as in the paths of its leaves. */
  readonly path: string;
  /** What it adds to the path of the node around it; before a number, what is counted: one "7" looks like the next. */
  readonly name: string;
  readonly children: readonly TreeNode[];
  /** Indexes of the leaves in it. */
  readonly leaves: readonly number[];
}

/** One visible line of the tree. */
export interface TreeRow {
  readonly node: TreeNode;
  /** From 1. */
  readonly level: number;
  /** Null of a leaf. */
  readonly open: boolean | null;
  /** Its place among its siblings that are shown, from 1, and how many these are. */
  readonly position: number;
  readonly siblings: number;
  /** Path of the branch around it; empty at the top. */
  readonly parent: string;
}

interface Drawer {
  readonly children: Map<string, Drawer>;
  leaf: number | null;
}

/** What stands between the parts of a path: a slash in openpi's, a dot in those of the hub. */
export const separatorOf = (path: string): '/' | '.' => (path.includes('/') ? '/' : '.');

/** The tree that the leaves' paths make, in the leaves' order. */
export function treeOf(leaves: readonly Pick<FreezeLeaf, 'path'>[]): readonly TreeNode[] {
  const root: Drawer = { children: new Map(), leaf: null };
  const separator = leaves.some(({ path }) => separatorOf(path) === '/') ? '/' : '.';
  for (const [index, { path }] of leaves.entries()) {
    let at = root;
    for (const part of path.split(separator)) {
      const next = at.children.get(part) ?? { children: new Map(), leaf: null };
      at.children.set(part, next);
      at = next;
    }
    at.leaf = index;
  }
  return nodesOf(root, '', separator);
}

function nodesOf({ children }: Drawer, around: string, separator: string): TreeNode[] {
  return [...children].map(([first, drawer]) => {
    let added = first;
    let at = drawer;
    while (at.leaf === null && at.children.size === 1) {
      const [[part, only]] = at.children as unknown as [[string, Drawer]];
      added = `${added}${separator}${part}`;
      at = only;
    }
    const path = around === '' ? added : `${around}${separator}${added}`;
    const inner = nodesOf(at, path, separator);
    const leaves = at.leaf === null ? inner.flatMap((node) => node.leaves) : [at.leaf];
    const counted = isNumber(first) && around !== '' ? around.split(separator).at(-1) : undefined;
    return { path, name: counted ? `${counted}${separator}${added}` : added, children: inner, leaves };
  });
}

const isNumber = (part: string): boolean => /^\d+$/.test(part);

/** What the tree opens at first: its first two levels, as far as they hold branches, but no row of equal layers. */
export const openAtFirst = ({ path, children }: TreeNode, level: number): boolean =>
  level <= 2 &&
  children.some((child) => child.children.length > 0) &&
  !children.some((child) => /^\d+\b/.test(child.path.slice(path.length + 1)));

/** The lines that are shown: below open branches all; while `search` is not empty, what has it in its path, all open. */
export function visibleRows(nodes: readonly TreeNode[], open: ReadonlySet<string>, search: string): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = search.trim().toLowerCase();
  const fits = (node: TreeNode): boolean =>
    node.children.length === 0 ? node.path.toLowerCase().includes(wanted) : node.children.some(fits);
  const visit = (level: number, parent: string, siblings: readonly TreeNode[]) => {
    const shown = wanted === '' ? siblings : siblings.filter(fits);
    for (const [index, node] of shown.entries()) {
      const isOpen = node.children.length === 0 ? null : wanted !== '' || open.has(node.path);
      rows.push({ node, level, open: isOpen, position: index + 1, siblings: shown.length, parent });
      if (isOpen) visit(level + 1, node.path, node.children);
    }
  };
  visit(1, '', nodes);
  return rows;
}

/** Paths of the branches for which `isOpen` says so. */
export function branches(
  nodes: readonly TreeNode[],
  isOpen: (node: TreeNode, level: number) => boolean,
  level = 1,
): Set<string> {
  const paths = new Set<string>();
  for (const node of nodes) {
    if (node.children.length === 0) continue;
    if (isOpen(node, level)) paths.add(node.path);
    for (const path of branches(node.children, isOpen, level + 1)) paths.add(path);
  }
  return paths;
}

/** The line that a key moves to, from the line at `index`; null where it moves nowhere. */
export function moved(rows: readonly TreeRow[], index: number, key: string): number | null {
  const row = rows[index];
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, last);
    case 'ArrowUp':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowRight':
      return row?.open ? index + 1 : null;
    case 'ArrowLeft': {
      if (!row || row.open) return null;
      const parent = rows.findIndex(({ node }) => node.path === row.parent);
      return parent < 0 ? null : parent;
    }
    default:
      return null;
  }
}
