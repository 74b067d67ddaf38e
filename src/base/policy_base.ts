/** A π0 or π0.5 that a person has brought: planned from its sizes, its weights read from its files one layer after another. */
import type { PolicyOrigin } from '../adapter/summary';
import type { Memory } from '../gpu/memory';
import type { FileHash, Progress } from '../hub/source';
import { GEMMA } from '../leaves/gemma';
import { type LeafValues, uploadSlice } from '../model/load';
import type { Parameters, Slice } from '../model/parameters';
import { countParameters, type Leaf, layerSize, leavesOf } from '../model/tree';
import type { PolicySource } from '../policy/source';
import { type Base, hashOf } from './base';
import type { ActionsForm, BaseSummary } from './catalogue';
import { hashOfFiles, type OpenedName, tokenizerFilesOf } from './opened';
import type { BaseWeights, LayerWeights } from './weights';

/** What suits a model of its size better than the defaults, which are those of a small base. */
const SUGGESTED: NonNullable<BaseSummary['suggested']> = {
  loraRank: 32,
  loraAlpha: 32,
  batchSize: 1,
  accumulation: 4,
  learningRate: 2.5e-5,
  endLearningRate: 2.5e-6,
  recompute: true,
};

/** Its hash is known once its files have been read for it. */
export class PolicyBase implements Base {
  readonly summary: Base['summary'];
  readonly config: PolicySource['config'];
  readonly source: PolicySource;
  readonly actions: ActionsForm;
  readonly weights: BaseWeights;
  readonly layers: LayerWeights;
  /** A hash for each file; null until they have been read for it. */
  files: readonly FileHash[] | null = null;

  constructor(source: PolicySource, { id, licence }: OpenedName) {
    const { config, name, cameras, horizon, promptLength, normalization, stateInPrompt, stats } = source;
    this.source = source;
    this.config = config;
    const fed = { cameras, horizon, promptLength, normalization, stateInPrompt };
    this.actions = { ...fed, ...(stats ? { stats } : {}), state: 'measured', streamed: true };
    this.weights = {
      load: (memory, parameters, wanted) => this.#load(memory, parameters, wanted),
      read: (leaf, layer) => this.#read(leaf, layer),
    };
    this.layers = { loadSlices: (memory, slices, words) => this.#loadSlices(memory, { arenas: [] }, slices, words) };
    this.summary = {
      id,
      name,
      description: '',
      parameters: countParameters(leavesOf(config)),
      vocabularySize: config.vocabSize,
      context: promptLength,
      cameras: cameras.length,
      heldoutBitsPerByte: Number.NaN,
      licence,
      suggested: SUGGESTED,
      actions: this.actions,
    };
  }

  readonly tokenizerFiles = () => tokenizerFilesOf(this.source.tokenizer, this.source.name);

  get policy(): PolicyOrigin {
    const { name, naming, config } = this.source;
    return { name, kind: config.pi05 ? 'π0.5' : 'π0', naming, files: this.files ?? [] };
  }

  get hash(): string | null {
    return this.files && hashOfFiles(this.files);
  }

  readonly identify = async (progress?: (progress: Progress) => void): Promise<string> => {
    this.files ??= await this.source.hash(progress ? { progress } : {});
    return hashOf(this);
  };

  #load(memory: Memory, parameters: Parameters, wanted: (leaf: Leaf) => boolean): Promise<void> {
    const slices = parameters.slices.filter(({ leaf }) => wanted(leaf));
    return this.#loadSlices(memory, parameters, slices, []);
  }

  async #loadSlices(
    memory: Memory,
    parameters: Pick<Parameters, 'arenas'>,
    slices: readonly Slice[],
    words: readonly number[],
  ): Promise<void> {
    for (const slice of slices) uploadSlice(memory, parameters, slice, await this.#valuesOf(slice, words));
  }

  async #read(leaf: Leaf, layer: number): Promise<Float32Array<ArrayBuffer>> {
    const floats = new Float32Array(layerSize(leaf));
    await this.source.read(leaf.path, layer, 'f32', (at, values) => floats.set(values, at));
    return floats;
  }

  async #valuesOf(
    { leaf, layer, first, elements, storage, type = 'bf16' }: Slice,
    words: readonly number[],
  ): Promise<LeafValues> {
    if (leaf.row === GEMMA.embedding) {
      const columns = leaf.shape[1]!;
      return this.source.readRows(words.slice(first / columns, (first + elements) / columns));
    }
    if (storage && type === 'bf16') {
      const bits = new Uint16Array(elements);
      await this.source.read(leaf.path, layer, 'bf16', (at, values) => bits.set(values, at));
      return bits;
    }
    const floats = new Float32Array(elements);
    await this.source.read(leaf.path, layer, 'f32', (at, values) => floats.set(values, at));
    return floats;
  }
}
