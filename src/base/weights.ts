import { fromBf16, toBf16 } from '../floats';
import type { Memory } from '../gpu/memory';
import type { Progress } from '../hub/source';
import { type LeafValues, uploadParameters } from '../model/load';
import type { Parameters } from '../model/parameters';
import type { Leaf } from '../model/tree';
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
}

/** Weights that are in memory whole. @param where name of the base, for messages */
export const heldWeights = (values: ReadonlyMap<string, LeafValues>, where: string): BaseWeights => ({
  async load(memory, parameters, wanted, { asFrozen = false } = {}) {
    const valuesOf = ({ path }: Leaf) => {
      const found = values.get(path);
      if (!found) throw problem(`The base has no values for ${path}.`, where);
      return asFrozen && found instanceof Float32Array ? fromBf16(toBf16(found)) : found;
    };
    uploadParameters(memory, parameters, valuesOf, wanted);
  },
});
