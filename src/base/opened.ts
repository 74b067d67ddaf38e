/** A base that a person has brought: planned from its configuration, its weights streamed from its files to the GPU. */
import type { HubBase } from '../adapter/summary';
import { sha256Of } from '../containers/sha256';
import type { Memory } from '../gpu/memory';
import { elementsIn, isInt8, type WeightType } from '../gpu/tensor';
import { readModelJson } from '../hub/shards';
import type { FileHash, ModelSource, StreamOptions, WeightSink } from '../hub/source';
import type { DecoderConfig } from '../model/decoder_config';
import { floatsOf, uploadPart } from '../model/load_part';
import type { Parameters } from '../model/parameters';
import { countParameters, elements, type Leaf, leavesOf } from '../model/tree';
import { problem } from '../problem';
import { readText } from '../recording/files';
import type { TokenizerFiles } from '../tokens/tokenizer_json';
import { type Base, hashOf } from './base';
import type { BaseSummary } from './catalogue';
import type { BaseWeights, LoadOptions } from './weights';

/** What a base that was opened is known by. */
export interface OpenedName {
  readonly id: string;
  readonly licence: string;
}

/** What suits a model of its size better than the defaults, which are those of a small base. */
const SUGGESTED: BaseSummary['suggested'] = {
  loraAlpha: 16,
  batchSize: 1,
  accumulation: 4,
  learningRate: 2e-4,
  endLearningRate: 2e-5,
  recompute: true,
};

/** What is told of a model of the hub as of a base. */
export const summaryOfModel = (config: DecoderConfig, name: string, id: string, licence: string): BaseSummary => ({
  id,
  name,
  description: '',
  parameters: countParameters(leavesOf(config)),
  vocabularySize: config.vocabSize,
  context: config.positions,
  cameras: 0,
  heldoutBitsPerByte: Number.NaN,
  licence,
  suggested: SUGGESTED,
});

/** How leaves of a model of the hub lie that are frozen. @param stored how its files have them */
export const frozenTypes =
  (config: DecoderConfig, stored: (path: string) => WeightType): NonNullable<Base['storedAs']> =>
  (weights) => {
    if (weights !== 'int8') return stored;
    const isMatrix = ({ row, shape }: Leaf) => row.start === undefined && shape.length === 2; // what a run begins is LoRA
    const matrices = new Set(
      leavesOf(config)
        .filter(isMatrix)
        .map(({ path }) => path),
    );
    return (path) => (matrices.has(path) && !isInt8(stored(path)) ? 'int8' : stored(path));
  };

/** Of one file its own SHA-256; of several, that of their list. */
export function hashOfFiles(files: readonly FileHash[]): string {
  const [only, ...others] = files;
  if (only && others.length === 0) return only.sha256;
  return sha256Of(files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
}

/** What says how a model that a person has brought reads and writes text. @throws ProblemError where it has no tokenizer.json */
export async function tokenizerFilesOf(texts: ModelSource['texts'], name: string): Promise<TokenizerFiles> {
  if (texts.tokenizer === null) {
    const what = 'There is no tokenizer.json: nothing says how text becomes tokens.';
    throw problem(what, name, 'Add the tokenizer.json of the model, from the folder that its makers publish.');
  }
  return {
    tokenizer: await readModelJson(texts.tokenizer),
    ...(texts.config ? { tokenizerConfig: await readModelJson(texts.config) } : {}),
    chatTemplate: texts.template ? await readText(texts.template) : undefined,
  };
}

/** A base that a person has brought; its hash is known once its files have been read. */
export class OpenedBase implements Base {
  readonly summary: Base['summary'];
  readonly config: ModelSource['config'];
  readonly source: ModelSource;
  readonly weights: BaseWeights;
  readonly storedAs: NonNullable<Base['storedAs']>;
  /** What was read, a hash for each file; null until then. */
  files: readonly FileHash[] | null = null;

  constructor(source: ModelSource, { id, licence }: OpenedName) {
    this.source = source;
    this.config = source.config;
    this.storedAs = frozenTypes(source.config, (path) => source.tensors.get(path)?.type ?? 'f32'); // of no file: LoRA
    this.weights = {
      load: (memory, parameters, wanted, options) => this.#load(memory, parameters, wanted, options),
      read: (leaf) => this.#read(leaf),
    };
    this.summary = summaryOfModel(source.config, source.name, id, licence);
  }

  /** As a field, since whoever reads them may not have the base at hand. */
  readonly tokenizerFiles = async (): Promise<TokenizerFiles> => {
    const { texts, ids, name } = this.source;
    const generationConfig = { bos_token_id: ids.bos, eos_token_id: ids.eos, pad_token_id: ids.pad };
    return { ...(await tokenizerFilesOf(texts, name)), generationConfig };
  };

  get hub(): HubBase {
    const { name, config, licence } = this.source;
    const files = this.files ?? [];
    return { name, nameOrPath: name, family: config.family, files, ...(licence ? { licence } : {}) };
  }

  /** Reads the files for their hash alone, where nothing has read them yet. */
  async identify(): Promise<string> {
    const nowhere: WeightSink = { write: () => undefined, settled: () => Promise.resolve() };
    if (this.files === null) await this.#stream(nowhere, { wanted: () => false });
    return hashOf(this);
  }

  get hash(): string | null {
    return this.files && hashOfFiles(this.files);
  }

  async #load(
    memory: Memory,
    parameters: Parameters,
    wanted: (leaf: Leaf) => boolean,
    { onRead, asFrozen }: LoadOptions = {},
  ): Promise<void> {
    const leaves = new Map(parameters.leaves.filter(wanted).map((leaf) => [leaf.path, leaf]));
    if (leaves.size === 0) return;
    const sink: WeightSink = {
      write: (name, offset, bytes) => {
        const { type, shape } = this.source.tensors.get(name)!;
        const first = elementsIn(type, offset, shape.at(-1)!);
        uploadPart(memory, parameters, leaves.get(name)!, { type, first, bytes }, asFrozen);
      },
      settled: () => memory.settled(),
    };
    await this.#stream(sink, { wanted: (name) => leaves.has(name), ...(onRead ? { progress: onRead } : {}) });
  }

  async #read({ path, shape }: Leaf): Promise<Float32Array<ArrayBuffer>> {
    const { type } = this.source.tensors.get(path)!;
    const columns = shape.at(-1)!;
    const floats = new Float32Array(elements(shape));
    const sink: WeightSink = {
      write: (_, offset, bytes) => {
        const first = elementsIn(type, offset, columns);
        floats.set(floatsOf(type, bytes, columns).subarray(0, floats.length - first), first);
      },
      settled: () => Promise.resolve(),
    };
    await this.source.stream(sink, { wanted: (name) => name === path });
    return floats;
  }

  /** Hashes what it reads, where it is not known yet: the browser refuses to read a file that has changed since. */
  async #stream(sink: WeightSink, options: StreamOptions): Promise<void> {
    const files = await this.source.stream(sink, { ...options, hash: this.files === null });
    this.files ??= files;
  }
}
