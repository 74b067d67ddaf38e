import type { FreezeLeaf, ModuleName } from '../../worker/api';
import { separatorOf, type TreeNode, treeOf } from './freeze_tree_rows';

/** How many times as wide as high the picture is laid out for; drawn in another form, it is stretched. */
const FORM = 2;

/** A place in the picture: shares of its width and of its height, from its left upper corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One leaf: its share of the picture is its share of the parameters. */
export interface Tile extends Place {
  /** Index of the leaf. */
  readonly leaf: number;
  /** The shortest end of its path that no other leaf of its module has. */
  readonly name: string;
}

/** The leaves of one part of the model, side by side. */
export interface Area extends Place {
  readonly module: ModuleName | null;
  readonly tiles: readonly Tile[];
}

/** Something with a size that gets a place. */
type Sized<T> = readonly [thing: T, size: number];

/**
 * All parameters of a model as one picture, nested as modules and as paths are: area = parameters. It depends on the leaves alone, so that
 * nothing moves while a filter is typed.
 */
export function treemapOf(leaves: readonly FreezeLeaf[]): readonly Area[] {
  const modules = [...new Set(leaves.map(({ module }) => module))].map((module) => {
    const indexes = [...leaves.keys()].filter((index) => leaves[index]!.module === module);
    return [{ module, indexes }, sizeOf(leaves, indexes)] as const;
  });
  const whole = { x: 0, y: 0, width: FORM, height: 1 };
  return placed(modules, whole).map(([{ module, indexes }, place]) => {
    const own = indexes.map((index) => leaves[index]!);
    const tiles = tilesOf(own, treeOf(own), place);
    const names = namesOf(own);
    return {
      module,
      ...shares(place),
      tiles: tiles.map(([at, tile]) => ({ leaf: indexes[at]!, name: names[at]!, ...shares(tile) })),
    };
  });
}

const sizeOf = (leaves: readonly FreezeLeaf[], indexes: readonly number[]): number =>
  indexes.reduce((sum, index) => sum + leaves[index]!.parameters, 0);

const shares = ({ x, y, width, height }: Place): Place => ({ x: x / FORM, y, width: width / FORM, height });

/** The leaves below some nodes of a tree, each branch in one piece. */
function tilesOf(
  leaves: readonly FreezeLeaf[],
  nodes: readonly TreeNode[],
  place: Place,
): (readonly [number, Place])[] {
  const sized = nodes.map((node) => [node, sizeOf(leaves, node.leaves)] as const);
  return placed(sized, place).flatMap(([{ children, leaves: below }, inner]) =>
    children.length === 0 ? [[below[0]!, inner] as const] : tilesOf(leaves, children, inner),
  );
}

/**
 * Divides a rectangle among things by their sizes, as squarely as is easy: in rows along the shorter side, the large things first, each
 * row as long as one more thing makes its worst tile squarer.
 */
function placed<T>(things: readonly Sized<T>[], { x, y, width, height }: Place): (readonly [T, Place])[] {
  const found: (readonly [T, Place])[] = [];
  const left = { x, y, width, height };
  let queue = [...things].filter(([, size]) => size > 0).sort(([, one], [, other]) => other - one);
  let total = queue.reduce((sum, [, size]) => sum + size, 0);
  while (queue.length > 0) {
    const scale = (left.width * left.height) / total;
    const side = Math.min(left.width, left.height);
    let row = 1;
    while (row < queue.length && worst(queue.slice(0, row + 1), side, scale) <= worst(queue.slice(0, row), side, scale))
      row += 1;
    const chosen = queue.slice(0, row);
    const sum = chosen.reduce((all, [, size]) => all + size, 0);
    const depth = row === queue.length ? Math.max(left.width, left.height) : (sum * scale) / side; // the last row takes what is left
    const across = left.width <= left.height;
    let along = 0;
    for (const [thing, size] of chosen) {
      const length = (side * size) / sum;
      found.push([
        thing,
        across
          ? { x: left.x + along, y: left.y, width: length, height: depth }
          : { x: left.x, y: left.y + along, width: depth, height: length },
      ]);
      along += length;
    }
    if (across) {
      left.y += depth;
      left.height -= depth;
    } else {
      left.x += depth;
      left.width -= depth;
    }
    queue = queue.slice(row);
    total -= sum;
  }
  return found;
}

/** How many times as long as wide the least square of a row's tiles is. */
function worst<T>(row: readonly Sized<T>[], side: number, scale: number): number {
  const area = row.reduce((sum, [, size]) => sum + size, 0) * scale;
  return Math.max(
    ...row.map(([, size]) =>
      Math.max((side * side * size * scale) / area ** 2, area ** 2 / (side * side * size * scale)),
    ),
  );
}

/** For each leaf, the shortest end of its path that no other has. */
function namesOf(leaves: readonly FreezeLeaf[]): readonly string[] {
  const ends = leaves.map(({ path }) => endsOf(path));
  const known = new Map<string, number>();
  for (const end of ends.flat()) known.set(end, (known.get(end) ?? 0) + 1);
  return ends.map((own) => own.find((end) => known.get(end) === 1) ?? own.at(-1)!);
}

/** "a/b/c" → "c", "b/c", "a/b/c". */
function endsOf(path: string): string[] {
  const separator = separatorOf(path);
  const parts = path.split(separator);
  return parts.map((_, from) => parts.slice(parts.length - 1 - from).join(separator));
}

/** Width and height of the picture in pixels where it has room, and its width on a phone. */
const WIDE = 530;
const HIGH = 240;
const NARROW = 320;

/** Pixels of a letter and of a line, and beside both. */
const LETTER = 7;
export const LINE = 16;
const MARGIN = 8;

/** What is written into a place. */
export interface Label {
  readonly lines: readonly string[];
  /** It fits where the picture has room, and not on a phone. */
  readonly roomy: boolean;
}

/** The first of the wordings that fits into a place, which has a line taken already where `taken` says so; null where none does. */
export function labelFor(wordings: readonly (readonly string[])[], { width, height }: Place, taken = 0): Label | null {
  const lines = wordings.find(
    (wording) =>
      height * HIGH >= (wording.length + taken) * LINE + MARGIN &&
      width * WIDE >= Math.max(...wording.map(widthOf)) + MARGIN,
  );
  return lines ? { lines, roomy: width * NARROW < Math.max(...lines.map(widthOf)) + MARGIN } : null;
}

const widthOf = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 12 : LETTER), 0);

/** A name in one line, or in two: "input_", "embedding". */
export function wordingsOf(name: string): readonly (readonly string[])[] {
  const cut = Math.max(...['_', '/', '.'].map((mark) => name.lastIndexOf(mark))) + 1;
  return cut === 0 ? [[name]] : [[name], [name.slice(0, cut), name.slice(cut)]];
}

/** Whether a line around a tile would hide it. */
export const isThin = ({ width, height }: Place): boolean => Math.min(width * WIDE, height * HIGH) < 5;

/** The tile that an arrow key moves to: the nearest that begins on that side, by the middles. Undefined at the edge. */
export function neighbour(tiles: readonly Tile[], from: Tile, key: string): Tile | undefined {
  const direction = directions[key];
  if (!direction) return undefined;
  const [dx, dy] = direction;
  const middle = ({ x, y, width, height }: Tile) => [FORM * (x + width / 2), y + height / 2] as const;
  const [x, y] = middle(from);
  let best: { readonly tile: Tile; readonly distance: number } | undefined;
  for (const tile of tiles) {
    const [tx, ty] = middle(tile);
    const ahead = (tx - x) * dx + (ty - y) * dy;
    if (ahead <= 1e-9) continue;
    const aside = Math.abs((tx - x) * dy) + Math.abs((ty - y) * dx);
    const distance = ahead + 2 * aside;
    if (!best || distance < best.distance) best = { tile, distance };
  }
  return best?.tile;
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};
