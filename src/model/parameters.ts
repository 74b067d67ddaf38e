import { NO_GPU_YET } from '../gpu/facts';
import {
  byteLength,
  count,
  isInt8,
  OFFSET_ALIGNMENT,
  type Sizes,
  type Storage,
  type Tensor,
  tensor,
  type WeightType,
} from '../gpu/tensor';
import { READERS } from '../leaves/row';
import { TILE_UNIT } from '../ops/cross_entropy';
import { elements, type Leaf } from './tree';

/** A part of a leaf, and where it lives: one layer, where it is stacked; a piece of its rows, where no binding holds all; else the whole. */
export interface Slice {
  readonly leaf: Leaf;
  /** 0 for a leaf that is not stacked. */
  readonly layer: number;
  /** Its first element within the leaf. */
  readonly first: number;
  readonly elements: number;
  /** Of a frozen slice: its own buffer, and how its elements are stored there. */
  readonly storage?: Storage;
  readonly type?: WeightType;
  /** Of a trainable slice: its arena and the first element there. */
  readonly arena?: number;
  readonly start?: number;
}

/** One piece of the trainables' memory: weights, gradients and both moments, element by element. */
export interface Arena {
  readonly weights: Tensor<'P'>;
  readonly gradient: Tensor<'P'>;
  readonly moment1: Tensor<'P'>;
  readonly moment2: Tensor<'P'>;
}

export interface ParametersOptions {
  readonly arenaBytes?: number;
  readonly shared?: Parameters;
  readonly wasTrained?: (path: string) => boolean;
  readonly storedAs?: (path: string) => WeightType;
  readonly elsewhere?: (path: string) => boolean;
}

const FLOATS_PER_OFFSET = OFFSET_ALIGNMENT / 4;

/**
 * Where every parameter lives. Frozen leaves: as they are stored, packed bf16 mostly, one read-only buffer a layer; those that were trained before
 * they were frozen: float32, so that nothing of it is rounded off. Trainable leaves: float32, side by side in arenas (one, where the largest binding allows), so
 * that clipping and AdamW are one dispatch each. A table of the vocabulary that no binding holds is in pieces of whole rows.
 */
export class Parameters {
  readonly leaves: readonly Leaf[];
  readonly slices: readonly Slice[];
  readonly arenas: readonly Arena[];
  /** How a leaf lies that is frozen and has never trained. */
  readonly typeWhenFrozen: (path: string) => WeightType;
  readonly #frozen: ReadonlySet<string>;
  readonly #wasTrained: (path: string) => boolean;
  readonly #byLayer: ReadonlyMap<string, readonly Slice[]>;

  /**
   * @param isFrozen what the freeze filter says of a path
   * @param arenaBytes largest binding that the device allows
   * @param shared another model on the same base: what both freeze has one buffer
   * @param wasTrained frozen leaves that stay in float32, because they have trained
   * @param storedAs how the other frozen leaves lie: as in their files, or in bf16
   * @param elsewhere frozen leaves that are of the model and not in this memory: what reads them is another program
   * @throws Error where a leaf trains that is elsewhere
   */
  constructor(leaves: readonly Leaf[], isFrozen: (path: string) => boolean, options: ParametersOptions = {}) {
    this.leaves = leaves;
    this.#wasTrained = options.wasTrained ?? (() => false);
    this.typeWhenFrozen = options.storedAs ?? inBf16;
    this.#frozen = new Set(leaves.filter(({ path }) => isFrozen(path)).map(({ path }) => path));
    const { slices, arenaElements } = layOut(leaves, this.#frozen, options);
    this.slices = slices;
    this.arenas = arenaElements.map((P, n) => ({
      weights: tensor(`trainable weights ${n}`, 'P', { P }, { kind: 'trainable' }),
      gradient: tensor(`gradients ${n}`, 'P', { P }, { kind: 'gradients' }),
      moment1: tensor(`first moments ${n}`, 'P', { P }, { kind: 'moments' }),
      moment2: tensor(`second moments ${n}`, 'P', { P }, { kind: 'moments' }),
    }));
    this.#byLayer = byLayer(slices);
  }

  isFrozen(path: string): boolean {
    return this.#frozen.has(path);
  }

  /**
   * The leaf (one layer of it, if stacked) as a tensor of the given shape.
   * @throws Error where the model does not have it, it has not that many elements, or it is in pieces
   */
  tensor<const S extends string>(path: string, layer: number, shape: S, sizes: Sizes<S>): Tensor<S> {
    const slices = this.#slicesFor(path, layer, shape, sizes);
    if (slices.length > 1) throw new Error(`${path} is in ${slices.length} pieces: no binding holds it`);
    return this.#tensorOf(slices[0]!, shape, sizes);
  }

  /**
   * A table of the vocabulary, in the pieces in which it is stored: one, where a binding holds it. Their rows follow each
   * other, and each but the last has a multiple of TILE_UNIT.
   * @throws Error where the model does not have it, or it has not that many elements
   */
  pieces(path: string, sizes: Sizes<'V C'>): Tensor<'V C'>[] {
    const { C } = sizes;
    return this.#slicesFor(path, 0, 'V C', sizes).map((slice) =>
      this.#tensorOf(slice, 'V C', { V: slice.elements / C, C }),
    );
  }

  /** Has the leaf trained before it was frozen? */
  hasTrained(path: string): boolean {
    return this.isFrozen(path) && this.#wasTrained(path);
  }

  /** Where one layer of a leaf lives; none if the model does not have it. */
  slicesOf(path: string, layer: number): readonly Slice[] {
    return this.#byLayer.get(key(path, layer)) ?? [];
  }

  #slicesFor<S extends string>(path: string, layer: number, shape: S, sizes: Sizes<S>): readonly Slice[] {
    const slices = this.slicesOf(path, layer);
    if (slices.length === 0) throw new Error(`there is no parameter ${path}, layer ${layer}`);
    const size = slices.reduce((sum, slice) => sum + slice.elements, 0);
    if (count(shape, sizes) !== size) {
      throw new Error(`${path} has ${size} elements a layer, (${shape}) has ${count(shape, sizes)}`);
    }
    return slices;
  }

  #tensorOf<const S extends string>(slice: Slice, shape: S, sizes: Sizes<S>): Tensor<S> {
    const label = labelOf(slice);
    if (slice.storage) return { label, shape, sizes, type: slice.type ?? 'bf16', storage: slice.storage, offset: 0 };
    const { arena, start } = slice as { arena: number; start: number };
    const { weights, gradient } = this.arenas[arena]!;
    const at = { label, shape, sizes, type: 'f32', offset: start * 4 } as const;
    return { ...at, storage: weights.storage, gradient: { ...at, storage: gradient.storage } };
  }

  /** Leaves and parameters that stay as they are, and those that train. */
  counts() {
    const sum = (some: readonly Leaf[]) => some.reduce((total, { shape }) => total + elements(shape), 0);
    const frozen = this.leaves.filter(({ path }) => this.isFrozen(path));
    const trainable = this.leaves.filter(({ path }) => !this.isFrozen(path));
    return {
      frozenLeaves: frozen.length,
      frozenParameters: sum(frozen),
      trainableLeaves: trainable.length,
      trainableParameters: sum(trainable),
    };
  }
}

const inBf16 = (): WeightType => 'bf16';

const key = (path: string, layer: number) => `${path} ${layer}`;

function byLayer(slices: readonly Slice[]): Map<string, Slice[]> {
  const found = new Map<string, Slice[]>();
  for (const slice of slices) {
    const name = key(slice.leaf.path, slice.layer);
    const known = found.get(name);
    if (known) known.push(slice);
    else found.set(name, [slice]);
  }
  return found;
}

function labelOf({ leaf, layer, first }: Pick<Slice, 'leaf' | 'layer' | 'first'>): string {
  if (leaf.stacked) return `${leaf.path} layer ${layer}`;
  return first === 0 ? leaf.path : `${leaf.path} from element ${first}`;
}

/** Gives each slice its place; those that train begin where a binding may begin, and never straddle two arenas. */
function layOut(
  leaves: readonly Leaf[],
  frozen: ReadonlySet<string>,
  {
    arenaBytes = NO_GPU_YET.bindingBytes,
    shared,
    wasTrained = () => false,
    storedAs = inBf16,
    elsewhere = () => false,
  }: ParametersOptions,
) {
  const arenaLimit = Math.floor(arenaBytes / 4);
  const slices: Slice[] = [];
  const arenaElements: number[] = [];
  for (const leaf of leaves) {
    const isFrozen = frozen.has(leaf.path);
    if (elsewhere(leaf.path)) {
      if (!isFrozen) throw new Error(`${leaf.path} trains, and is not in this memory`);
      continue;
    }
    const type = isFrozen && !wasTrained(leaf.path) ? storedAs(leaf.path) : 'f32';
    for (const part of partsOf(leaf, type, arenaBytes)) {
      const { elements: size } = part;
      if (isFrozen) {
        const bytes = byteLength(type, size, leaf.shape.at(-1));
        const own: Storage = { label: labelOf(part), bytes, kind: 'frozen', planned: false };
        const known = shared?.slicesOf(leaf.path, part.layer).find((slice) => isAlike(slice, { ...part, type }));
        slices.push({ ...part, storage: known?.storage ?? own, type });
        continue;
      }
      const room = roomFor(size);
      if (room > arenaLimit) throw new Error(`${labelOf(part)} takes ${room * 4} bytes, more than one binding may`);
      const last = arenaElements.at(-1);
      if (last === undefined || last + room > arenaLimit) arenaElements.push(0);
      const arena = arenaElements.length - 1;
      const start = arenaElements[arena]!;
      slices.push({ ...part, arena, start });
      arenaElements[arena] = start + room;
    }
  }
  return { slices, arenaElements };
}

/** Elements of an arena until a binding may begin again. */
const roomFor = (size: number) => Math.ceil(size / FLOATS_PER_OFFSET) * FLOATS_PER_OFFSET;

type Part = Pick<Slice, 'leaf' | 'layer' | 'first' | 'elements'>;

const isAlike = (slice: Slice, { first, elements: size, type }: Part & Pick<Slice, 'type'>) =>
  slice.first === first && slice.elements === size && slice.type === type;

/**
 * A leaf's layers; of a table of the vocabulary, pieces of whole rows that each fit a binding. What reads such a table
 * takes it piece by piece.
 */
function partsOf(leaf: Leaf, type: WeightType, bindingBytes: number): Part[] {
  const layers = leaf.stacked ? leaf.shape[0]! : 1;
  const size = elements(leaf.shape) / layers;
  const fits = byteLength(type, isInt8(type) ? size : roomFor(size), leaf.shape.at(-1)) <= bindingBytes;
  const piece = fits || READERS[leaf.row.reader] !== 'V C' ? size : pieceOf(leaf, type, bindingBytes);
  const inLayer = Math.ceil(size / piece);
  return Array.from({ length: layers * inLayer }, (_, n) => {
    const layer = Math.floor(n / inLayer);
    const begin = (n % inLayer) * piece;
    return { leaf, layer, first: layer * size + begin, elements: Math.min(piece, size - begin) };
  });
}

/** Elements of the most rows that a binding holds, in multiples of what a tile of cross-entropy may begin at. */
function pieceOf({ shape }: Leaf, type: WeightType, bindingBytes: number): number {
  const columns = shape.at(-1)!;
  const unit = TILE_UNIT * columns;
  return unit * Math.max(1, Math.floor(bindingBytes / byteLength(type, unit, columns)));
}
