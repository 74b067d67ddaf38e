import { fromBf16, toBf16 } from '../floats';
import type { Memory } from '../gpu/memory';
import type { Progress } from '../hub/source';
import { GEMMA } from '../leaves/gemma';
import { floatsOf, type LeafValues, uploadParameters, uploadSlice } from '../model/load';
import type { Parameters, Slice } from '../model/parameters';
import { type Leaf, layerSize } from '../model/tree';
import { problem } from '../problem';

export interface LoadOptions {
  readonly onRead?: (progress: Progress) => void;
  /** As a run goes on that has frozen them until now: with the values that it computed with. */
  readonly asFrozen?: boolean;
}

/** Where a base's weights come from. */
export interface BaseWeights {
  /**
   * Puts leaves of the base on the GPU, as `parameters` has them. Where no leaf is wanted nothing is read.
   * @throws ProblemError where a leaf is not there, or a file cannot be read
   */
  load(memory: Memory, parameters: Parameters, wanted: (leaf: Leaf) => boolean, options?: LoadOptions): Promise<void>;
  /**
   * One layer of a leaf, or all of one that is not stacked, as float32 in memory.
   * @throws ProblemError as load() does
   */
  read(leaf: Leaf, layer: number): Promise<Float32Array<ArrayBuffer>>;
}

/** Weights that can be read one layer after another. */
export interface LayerWeights {
  /**
   * Puts slices of frozen leaves on the GPU.
   * @param words rows of the token embedding that its slice has, in their order
   * @throws ProblemError where a leaf is not there, or a file cannot be read
   */
  loadSlices(memory: Memory, slices: readonly Slice[], words: readonly number[]): Promise<void>;
}

/** Weights that are in memory whole. @param where name of the base, for messages */
export function heldWeights(values: ReadonlyMap<string, LeafValues>, where: string): BaseWeights & LayerWeights {
  const valuesOf = ({ path }: Leaf): LeafValues => {
    const found = values.get(path);
    if (!found) throw problem(`The base has no values for ${path}.`, where);
    return found;
  };
  return {
    async load(memory, parameters, wanted, { asFrozen = false } = {}) {
      const asWanted = (leaf: Leaf) => {
        const found = valuesOf(leaf);
        return asFrozen && found instanceof Float32Array ? fromBf16(toBf16(found)) : found;
      };
      uploadParameters(memory, parameters, asWanted, wanted);
    },
    async read(leaf, layer) {
      const size = layerSize(leaf);
      return floatsOf(valuesOf(leaf).subarray(layer * size, (layer + 1) * size));
    },
    async loadSlices(memory, slices, words) {
      for (const slice of slices) {
        const { leaf, first, elements } = slice;
        const whole = leaf.row === GEMMA.embedding ? rowsOf(valuesOf(leaf), words, leaf.shape[1]!) : valuesOf(leaf);
        uploadSlice(memory, { arenas: [] }, slice, whole.subarray(first, first + elements));
      }
    },
  };
}

/** Some rows of a matrix, one after the other. */
function rowsOf(matrix: LeafValues, rows: readonly number[], columns: number): LeafValues {
  const taken =
    matrix instanceof Uint16Array ? new Uint16Array(rows.length * columns) : new Float32Array(rows.length * columns);
  for (const [n, row] of rows.entries()) taken.set(matrix.subarray(row * columns, (row + 1) * columns), n * columns);
  return taken;
}
