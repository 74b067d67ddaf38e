import type { LayerNorms, LeafNorms } from '../../worker/api';
import { quantity } from '../words/format';
import { strings } from '../words/strings';

/** The maps: what each adapter changes, and how far they are apart. */
export const maps = ['first', 'second', 'apart'] as const satisfies readonly (keyof LayerNorms)[];
export type DeltaMapName = (typeof maps)[number];

/** A square of the maps, by row and column. */
export interface DeltaPlace {
  readonly row: number;
  readonly layer: number;
}

/** Shades between nothing and the largest change. */
export const SHADES = 8;

/** The largest number of all maps; 0 where none is known. */
export const largest = (norms: readonly LeafNorms[]): number =>
  Math.max(0, ...norms.flatMap(({ layers }) => layers.flatMap((layer) => maps.map((map) => layer[map] ?? 0))));

/** Class of a square: its shade, from 0, which is exactly nothing, or that it is not known. */
export function shadeOf(value: number | null, most: number): string {
  if (value === null) return 'unknown';
  return `shade-${value === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((value / most) * SHADES))}`;
}

/** A change in words. */
export function changeWords(value: number | null): string {
  if (value === null) return strings.compared.unknown;
  return value === 0 ? strings.compared.unchanged : quantity(value);
}

/** Leaves as they are called beside the maps: without the folders that all of them share, but with two names at least. */
export function shortLeaves(norms: readonly LeafNorms[]): readonly string[] {
  const paths = norms.map(({ leaf }) => leaf.split(/(?<=[/.])/));
  const [first = []] = paths;
  const differs = first.findIndex((part, n) => n >= first.length - 2 || paths.some((path) => path[n] !== part));
  return paths.map((path) => path.slice(differs).join(''));
}

const ARROWS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

/** The square that an arrow key leads to; null for another key. */
export function neighbour(norms: readonly LeafNorms[], { row, layer }: DeltaPlace, key: string): DeltaPlace | null {
  const arrow = ARROWS[key];
  if (!arrow) return null;
  const within = (value: number, many: number): number => Math.min(many - 1, Math.max(0, value));
  const to = within(row + arrow[0], norms.length);
  return { row: to, layer: within(layer + arrow[1], norms[to]!.layers.length) };
}

/** Columns of the maps. */
export const columnsOf = (norms: readonly LeafNorms[]): number =>
  Math.max(1, ...norms.map(({ layers }) => layers.length));

export function layerWords({ layered }: LeafNorms, layer: number): string {
  const { compared } = strings;
  return layered ? compared.layer(String(layer)) : compared.allLayers;
}
