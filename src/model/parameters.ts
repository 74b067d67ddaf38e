import { NO_GPU_YET } from '../gpu/facts';
import { count, OFFSET_ALIGNMENT, type Sizes, type Storage, type Tensor, tensor } from '../gpu/tensor';
import { elements, type Leaf } from './tree';

/** One layer of one leaf (or a whole leaf that is not stacked), and where it lives. */
export interface Slice {
  readonly leaf: Leaf;
  /** 0 for a leaf that is not stacked. */
  readonly layer: number;
  readonly elements: number;
  /** Of a frozen slice: its own buffer, and how its elements are stored there. */
  readonly storage?: Storage;
  readonly type?: 'bf16' | 'f32';
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
}

const FLOATS_PER_OFFSET = OFFSET_ALIGNMENT / 4;

/**
 * Where every parameter lives. Frozen leaves: packed bf16, one read-only buffer a layer; those that were trained before
 * they were frozen: float32, so that nothing of it is rounded off. Trainable leaves: float32, side by side in arenas (one, where the largest binding allows), so
 * that clipping and AdamW are one dispatch each.
 */
export class Parameters {
  readonly leaves: readonly Leaf[];
  readonly slices: readonly Slice[];
  readonly arenas: readonly Arena[];
  readonly #frozen: ReadonlySet<string>;
  readonly #byName: ReadonlyMap<string, Slice>;

  /**
   * @param isFrozen what the freeze filter says of a path
   * @param arenaBytes largest binding that the device allows
   * @param shared another model on the same base: what both freeze has one buffer
   * @param wasTrained frozen leaves that stay in float32
   */
  constructor(leaves: readonly Leaf[], isFrozen: (path: string) => boolean, options: ParametersOptions = {}) {
    this.leaves = leaves;
    this.#frozen = new Set(leaves.filter(({ path }) => isFrozen(path)).map(({ path }) => path));
    const { slices, arenaElements } = layOut(leaves, this.#frozen, options);
    this.slices = slices;
    this.arenas = arenaElements.map((P, n) => ({
      weights: tensor(`trainable weights ${n}`, 'P', { P }, { kind: 'trainable' }),
      gradient: tensor(`gradients ${n}`, 'P', { P }, { kind: 'gradients' }),
      moment1: tensor(`first moments ${n}`, 'P', { P }, { kind: 'moments' }),
      moment2: tensor(`second moments ${n}`, 'P', { P }, { kind: 'moments' }),
    }));
    this.#byName = new Map(slices.map((slice) => [key(slice.leaf.path, slice.layer), slice]));
  }

  isFrozen(path: string): boolean {
    return this.#frozen.has(path);
  }

  /** The leaf (one layer of it, if stacked) as a tensor of the given shape. */
  tensor<const S extends string>(path: string, layer: number, shape: S, sizes: Sizes<S>): Tensor<S> {
    const slice = this.#byName.get(key(path, layer));
    if (!slice) throw new Error(`there is no parameter ${path}, layer ${layer}`);
    if (count(shape, sizes) !== slice.elements) {
      throw new Error(`${path} has ${slice.elements} elements a layer, (${shape}) has ${count(shape, sizes)}`);
    }
    const label = slice.leaf.stacked ? `${path} layer ${layer}` : path;
    if (slice.storage) return { label, shape, sizes, type: slice.type ?? 'bf16', storage: slice.storage, offset: 0 };
    const { arena, start } = slice as { arena: number; start: number };
    const { weights, gradient } = this.arenas[arena]!;
    const at = { label, shape, sizes, type: 'f32', offset: start * 4 } as const;
    return { ...at, storage: weights.storage, gradient: { ...at, storage: gradient.storage } };
  }

  /** Is the leaf frozen in float32? */
  isFrozenExactly(path: string): boolean {
    return this.#byName.get(key(path, 0))?.type === 'f32';
  }

  /** Where one layer of a leaf lives, if the model has it. */
  slice(path: string, layer: number): Slice | undefined {
    return this.#byName.get(key(path, layer));
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

const key = (path: string, layer: number) => `${path} ${layer}`;

/** Gives each trainable slice its place; slices begin where a binding may begin, and never straddle two arenas. */
function layOut(
  leaves: readonly Leaf[],
  frozen: ReadonlySet<string>,
  { arenaBytes = NO_GPU_YET.bindingBytes, shared, wasTrained = () => false }: ParametersOptions,
) {
  const arenaLimit = Math.floor(arenaBytes / 4);
  const slices: Slice[] = [];
  const arenaElements: number[] = [];
  for (const leaf of leaves) {
    const layers = leaf.stacked ? leaf.shape[0]! : 1;
    const size = elements(leaf.shape) / layers;
    for (let layer = 0; layer < layers; layer++) {
      if (frozen.has(leaf.path)) {
        const label = `${leaf.path} ${layer}`;
        const type = wasTrained(leaf.path) ? 'f32' : 'bf16';
        const own = tensor(label, 'P', { P: size }, { type, kind: 'frozen' });
        const known = shared?.slice(leaf.path, layer);
        const storage = (known?.type === type ? known.storage : undefined) ?? own.storage;
        slices.push({ leaf, layer, elements: size, storage, type });
        continue;
      }
      const room = Math.ceil(size / FLOATS_PER_OFFSET) * FLOATS_PER_OFFSET;
      if (room > arenaLimit)
        throw new Error(`${leaf.path}: one layer takes ${room * 4} bytes, more than one binding may`);
      const last = arenaElements.at(-1);
      if (last === undefined || last + room > arenaLimit) arenaElements.push(0);
      const arena = arenaElements.length - 1;
      const start = arenaElements[arena]!;
      slices.push({ leaf, layer, elements: size, arena, start });
      arenaElements[arena] = start + room;
    }
  }
  return { slices, arenaElements };
}
