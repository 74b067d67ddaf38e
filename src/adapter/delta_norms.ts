/** How much adapters change each weight of their base, and how far apart two of them are. */
import { projectionsOf } from '../leaves/gemma';
import { isPerLayer, pathOf } from '../leaves/row';
import { openpiConfig } from '../model/config';
import { isDecoder } from '../model/decoder_config';
import { expertLengths } from '../model/lengths';
import { type Leaf, layerSize, leavesOf } from '../model/tree';
import { problem } from '../problem';
import { loraScale } from '../settings/lora';
import { type Adapter, isLora } from './adapter';
import { changesOf } from './hub_merge';
import { adaptedModules } from './hub_modules';
import { factorsOf, layerReader, sizesOf } from './peft';
import { leafChanges } from './policy_merge';
import type { LayerNorms, LeafNorms } from './summary';

/** Reads one layer of a leaf of the base, or all of one that is not stacked. */
export type ReadBase = (leaf: Leaf, layer: number) => Promise<Float32Array<ArrayBuffer>>;

/**
 * Every leaf that either adapter changes, in the order of the model.
 * @param readBase asked for the leaves that were trained whole; null: what changed of them is not known
 * @throws ProblemError where they are adapters of different bases, one lacks a factor, or the base cannot be read
 */
export async function deltaNorms(
  first: Adapter,
  second: Adapter,
  readBase: ReadBase | null,
): Promise<readonly LeafNorms[]> {
  if (first.baseHash !== second.baseHash)
    throw problem(
      'The adapters were trained on different bases: they do not change the same weights.',
      `${first.summary.name}, ${second.summary.name}`,
      'Choose two adapters of one base.',
    );
  const [one, other] = [changesIn(first), changesIn(second)];
  const norms: LeafNorms[] = [];
  for (const [leaf, { layered, layers }] of layersByLeaf(first)) {
    const isChanged = layers.some(({ leaf: { path } }) =>
      [one, other].some(({ products, whole }) => products.has(path) || whole(path)),
    );
    if (!isChanged) continue;
    const found: LayerNorms[] = [];
    for (const layer of layers) found.push(await normsOf(one, other, layer, readBase)); // one at a time is in memory
    norms.push({ leaf, layered, layers: found });
  }
  return norms;
}

/** One layer of a leaf, or all of one that is not stacked. */
interface LayerOfLeaf {
  readonly leaf: Leaf;
  readonly layer: number;
}

interface LayeredLeaf {
  readonly layered: boolean;
  readonly layers: readonly LayerOfLeaf[];
}

/** The base's leaves, by what they are called. */
function layersByLeaf({ modelConfig }: Adapter): ReadonlyMap<string, LayeredLeaf> {
  const found = new Map<string, LayeredLeaf>();
  for (const leaf of leavesOf(modelConfig).filter(({ path }) => !isLora(path))) {
    const ownLeaf = isPerLayer(leaf.row);
    const name = ownLeaf ? leaf.row.path.replace('{l}.', '') : leaf.path;
    const before = found.get(name)?.layers ?? [];
    found.set(name, { layered: ownLeaf || leaf.stacked, layers: [...before, ...layersOf(leaf)] });
  }
  return found;
}

function layersOf(leaf: Leaf): LayerOfLeaf[] {
  const depth = leaf.stacked ? leaf.shape[0]! : 1;
  return Array.from({ length: depth }, (_, layer) => ({ leaf, layer }));
}

/** scale · A · B, group by group: a (groups, inputs, rank), b (groups, rank, outputs). */
interface Product {
  readonly scale: number;
  readonly groups: number;
  readonly inputs: number;
  readonly rank: number;
  readonly outputs: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

interface Changes {
  /** Of LoRA, by the path of the weight: one for each layer of it. */
  readonly products: ReadonlyMap<string, readonly Product[]>;
  /** Was the leaf trained itself? */
  readonly whole: (path: string) => boolean;
  /** The weights with the adapter in them. @param base a layer of the base, which stays as it is */
  readonly merged: (place: LayerOfLeaf, base: Float32Array<ArrayBuffer>) => Float32Array;
}

function changesIn(adapter: Adapter): Changes {
  const whole = (path: string) => path in adapter.tensors;
  if (isDecoder(adapter.modelConfig)) {
    const changes = once(() => changesOf(adapter));
    return {
      products: productsOfHub(adapter),
      whole,
      merged: mergedBy(({ leaf }, values) => changes().get(leaf.path)?.(values, 0)),
    };
  }
  const changes = once(() => leafChanges(adapter));
  return {
    products: productsOfExperts(adapter),
    whole,
    merged: mergedBy(({ leaf, layer }, values) => changes().get(leaf.path)?.(values, layer, 0)),
  };
}

/** Made when it is first asked for: most adapters have no leaf that was trained whole. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const mergedBy =
  (change: (place: LayerOfLeaf, values: Float32Array<ArrayBuffer>) => void): Changes['merged'] =>
  (place, base) => {
    const values = base.slice();
    change(place, values);
    return values;
  };

function productsOfHub(adapter: Adapter): Map<string, Product[]> {
  return new Map(
    adaptedModules(adapter).map(({ layer, linear, lora, inputs, outputs, a, b }) => {
      const product = { scale: lora.scale, groups: 1, inputs, rank: lora.rank, outputs, a, b };
      return [pathOf(linear.weight, 0, layer), [product]];
    }),
  );
}

/** openpi scales attention alone; where heads go back to the stream, all of them meet the sum of their second factors. */
function productsOfExperts(adapter: Adapter): Map<string, Product[]> {
  const products = new Map<string, Product[]>();
  for (const [e, expert] of openpiConfig(adapter.modelConfig).experts.entries()) {
    const { lora, depth } = expert;
    if (!lora) continue;
    const { rank } = lora;
    const read = layerReader(adapter, e);
    for (const projection of projectionsOf(expertLengths(expert))) {
      const { I: inputs, O: outputs } = sizesOf(projection, expert);
      const scale = projection.scaled ? loraScale(lora) : 1;
      const ofLayer = (layer: number): Product => {
        const { a, b } = factorsOf(projection, read, layer, rank * outputs);
        return { scale, groups: a.length / (inputs * rank), inputs, rank, outputs, a, b };
      };
      products.set(
        pathOf(projection.weight, e),
        Array.from({ length: depth }, (_, layer) => ofLayer(layer)),
      );
    }
  }
  return products;
}

/** Where two products are nearly the same, rounding is left of their difference: some 1e-8 of their own norm. */
async function normsOf(
  one: Changes,
  other: Changes,
  place: LayerOfLeaf,
  readBase: ReadBase | null,
): Promise<LayerNorms> {
  const { leaf, layer } = place;
  const size = layerSize(leaf);
  const rootMean = (squares: number) => Math.sqrt(Math.max(0, squares) / size);
  const [x, y] = [one, other].map(({ products }) => products.get(leaf.path)?.[layer]);
  const [xx, yy] = [inner(x, x), inner(y, y)];
  const [isWhole, isOtherWhole] = [one.whole(leaf.path), other.whole(leaf.path)];
  if (!isWhole && !isOtherWhole)
    return { first: rootMean(xx), second: rootMean(yy), apart: rootMean(xx + yy - 2 * inner(x, y)) };
  const base = readBase && (await readBase(leaf, layer));
  const from = base ?? new Float32Array(size); // of which nothing is left where both trained it whole
  const [mine, theirs] = [one.merged(place, from), other.merged(place, from)];
  const change = (weights: Float32Array) => base && rootMean(squaredDistance(weights, base));
  return {
    first: isWhole ? change(mine) : rootMean(xx),
    second: isOtherWhole ? change(theirs) : rootMean(yy),
    apart: base || (isWhole && isOtherWhole) ? rootMean(squaredDistance(mine, theirs)) : null,
  };
}

/** ⟨s·A·B, s′·A′·B′⟩ = s·s′·tr((AᵀA′)(B′Bᵀ)), in double precision: nothing larger than rank by rank is formed. Without a product, of zero. */
function inner(x: Product | undefined, y: Product | undefined): number {
  if (!x || !y) return 0;
  const { groups, inputs, outputs, rank: R } = x;
  const { rank: S } = y;
  let sum = 0;
  for (let g = 0; g < groups; g++) {
    for (let r = 0; r < R; r++) {
      for (let s = 0; s < S; s++) {
        let [byA, byB] = [0, 0];
        for (let i = g * inputs; i < (g + 1) * inputs; i++) byA += x.a[i * R + r]! * y.a[i * S + s]!;
        const [atX, atY] = [(g * R + r) * outputs, (g * S + s) * outputs];
        for (let o = 0; o < outputs; o++) byB += x.b[atX + o]! * y.b[atY + o]!;
        sum += byA * byB;
      }
    }
  }
  return x.scale * y.scale * sum;
}

const squaredDistance = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, n) => sum + (value - other[n]!) ** 2, 0);
