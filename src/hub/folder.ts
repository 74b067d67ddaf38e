import type { StoredFile, StreamedFile } from '../containers/stored_file';
import type { WeightType } from '../gpu/tensor';
import { type HubConfig, readConfig } from './config';
import { FLOAT_TYPES } from './elements';
import { findModel, type ModelFiles } from './files';
import { copyFolder, withTiedHead } from './folder_merge';
import { CARD, licenceInCard } from './licence';
import { openShards, readModelJson, type WeightsFile } from './shards';
import type { FileHash, ModelSource, ModelTensor, RowsChange, StreamOptions, WeightSink } from './source';
import { exactTensors, streamFiles } from './stream';
import { type PlacedTensor, placeTensors } from './tensors';

/**
 * A model in a folder of the hub: its configuration read, the headers of its weights checked, no weight touched.
 *
 * BF16 and F16 stay as they are stored. F32 stays float32, unless narrowed() has found all of a tensor's values exact in bfloat16.
 */
export class HubFolder implements ModelSource {
  readonly name: string;
  readonly config: HubConfig['config'];
  readonly licence: string | null;
  readonly ids: ModelSource['ids'];
  readonly warnings: ModelSource['warnings'];
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly texts: ModelSource['texts'];
  readonly bytes: number;
  readonly #opened: Opened;
  readonly #types: ReadonlyMap<string, WeightType>;

  /** @param narrow float32 tensors that are handed over in bfloat16 */
  private constructor(opened: Opened, narrow: ReadonlySet<string>) {
    const { files, said, weights, places, licence } = opened;
    const { config, warnings, ...ids } = said;
    this.#opened = opened;
    this.name = files.name || config.family;
    this.config = config;
    this.licence = licence;
    this.ids = ids;
    this.warnings = warnings;
    this.texts = files.texts;
    this.bytes = weights.reduce((sum, { source }) => sum + source.size, 0);
    this.#types = new Map(
      [...places].map(([name, place]) => [name, narrow.has(name) ? 'bf16' : FLOAT_TYPES[place.dtype]]),
    );
    this.tensors = new Map(
      [...places].map(([name, { shape, dtype, file }]) => [
        name,
        { shape, type: this.#types.get(name)!, stored: dtype, file: file.path },
      ]),
    );
  }

  /**
   * Finds the model among files, and opens it.
   * @throws ProblemError that says what keeps it from being trained, and the way out
   */
  static async open(given: readonly StoredFile[]): Promise<HubFolder> {
    const files = await findModel(given);
    const generation = files.generation ? await readModelJson(files.generation) : undefined;
    const said = readConfig(await readModelJson(files.config), files.config.path, generation);
    const weights = await openShards(files);
    const licence = await licenceInCard(files.beside.get(CARD));
    return new HubFolder({ files, said, weights, places: placeTensors(said.config, weights), licence }, new Set());
  }

  /** Whether anything is stored in float32, so that narrowed() could save memory. */
  get isWide(): boolean {
    return [...this.tensors.values()].some(({ type }) => type === 'f32');
  }

  /**
   * The same model with float32 tensors in bfloat16 where not one value changes. It has to be known before the run is planned, so
   * the tensors are read for it, each until its first value that would be rounded.
   * @throws ProblemError and the signal's reason as stream() does
   */
  async narrowed(options?: Pick<StreamOptions, 'progress' | 'signal'>): Promise<HubFolder> {
    return new HubFolder(this.#opened, await exactTensors(this.#opened.places, options));
  }

  stream(sink: WeightSink, options?: StreamOptions): Promise<FileHash[]> {
    const { weights, places } = this.#opened;
    const tensors = new Map([...places].map(([name, place]) => [name, { ...place, type: this.#types.get(name)! }]));
    return streamFiles(weights, tensors, sink, options);
  }

  copy(changes: ReadonlyMap<string, RowsChange>): StreamedFile[] {
    const { files, weights } = this.#opened;
    return copyFolder(files, weights, this.config.tied ? withTiedHead(changes) : changes);
  }
}

/** What is known of a folder. */
interface Opened {
  readonly files: ModelFiles;
  readonly said: HubConfig;
  readonly weights: readonly WeightsFile[];
  readonly places: ReadonlyMap<string, PlacedTensor>;
  readonly licence: string | null;
}
