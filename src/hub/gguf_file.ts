import { blobSource, readSlice } from '../containers/byte_source';
import { tensorBytes } from '../containers/gguf_types';
import type { GgufValue } from '../containers/gguf_write';
import { placeOf } from '../containers/safetensors';
import { Sha256 } from '../containers/sha256';
import { folderOf, nameOf, type StoredFile, type StreamedFile } from '../containers/stored_file';
import { toBf16 } from '../floats';
import { q8Rows, scalesIn } from '../gpu/int8_rows';
import { byteOffset, type FloatType, isInt8, Q8_BLOCK, type WeightType } from '../gpu/tensor';
import { excerpt, type Problem, problem } from '../problem';
import { refusePointer } from '../recording/files';
import { FLOAT_TYPES, type FloatDtype, isFloat } from './elements';
import { shown } from './fields';
import { changedGguf } from './gguf_merge';
import { type GgufModel, openGguf } from './gguf_model';
import { scalarIn } from './gguf_refusals';
import type { HubTensor } from './gguf_tensors';
import { asLicence } from './licence';
import type {
  ControlIds,
  FileHash,
  ModelSource,
  ModelTensor,
  RowsChange,
  StreamOptions,
  TokenizerFiles,
  WeightSink,
} from './source';
import { checkFinite, SLICE_BYTES, UNSETTLED_BYTES, write } from './stream';
import { JOIN_PARTS } from './ways_out';

/**
 * A model in a GGUF: its header read and checked, no weight touched.
 *
 * BF16, F16, F32 and Q8_0 stay as they are stored. Other quantised tensors are handed over in float32, which holds each of their
 * values; of rounded() in bfloat16, which takes half the memory and has 8 bits of a value's fraction.
 */
export class GgufFile implements ModelSource {
  readonly name: string;
  readonly config: ModelSource['config'];
  readonly licence: string | null;
  readonly ids: ControlIds;
  readonly warnings: readonly Problem[];
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly texts: TokenizerFiles;
  readonly bytes: number;
  /** The file by rows, for those who write another one. */
  readonly model: GgufModel;
  readonly #path: string;

  private constructor(model: GgufModel, path: string, texts: TokenizerFiles, quantised: FloatType) {
    this.#path = path;
    this.model = model;
    this.name = nameOf(path).replace(/\.gguf$/i, '');
    this.config = model.config;
    this.licence = asLicence(scalarIn(model.header.metadata, 'general.license'));
    this.texts = texts;
    this.bytes = model.source.size;
    const { ids, warnings } = checkedIds(model, path);
    this.ids = ids;
    this.warnings = warnings;
    this.tensors = new Map(
      [...model.tensors].map(([name, tensor]) => [
        name,
        { shape: tensor.shape, type: handedOver(tensor, quantised), stored: tensor.type, file: path },
      ]),
    );
  }

  /**
   * Finds the GGUF among files, and opens it.
   * @throws ProblemError that says what keeps it from being trained, and the way out
   */
  static async open(given: readonly StoredFile[]): Promise<GgufFile> {
    const file = findGguf(given);
    await refusePointer(file);
    const model = await openGguf(blobSource(await file.open()), file.path);
    return new GgufFile(model, file.path, textsBeside(file.path, given, model), 'f32');
  }

  /** Whether rounded() would save memory. */
  get isQuantised(): boolean {
    return [...this.tensors.values()].some(isUnpacked);
  }

  /** The same model with the tensors that are unpacked in bfloat16, each value rounded to the nearest. */
  rounded(): GgufFile {
    return new GgufFile(this.model, this.#path, this.texts, 'bf16');
  }

  copy(changes: ReadonlyMap<string, RowsChange>, name: string): StreamedFile[] {
    const named: readonly (readonly [string, GgufValue])[] = [['general.name', { type: 'string', value: name }]];
    return [{ path: nameOf(this.#path), ...changedGguf(this.model, this.#path, changes, new Map(named)) }];
  }

  async stream(
    sink: WeightSink,
    { wanted = () => true, hash: isHashed = false, progress, signal }: StreamOptions = {},
  ): Promise<FileHash[]> {
    const hash = isHashed ? new Sha256() : null;
    let unsettled = 0;
    for (const { begin, end, part } of slicesOf(this.model)) {
      signal?.throwIfAborted();
      const taken = part && wanted(part.path) ? part : null;
      if (hash || taken) {
        const bytes = await readSlice(this.model.source, begin, end, this.#path);
        hash?.update(bytes);
        if (taken) unsettled += this.#handOver(taken, bytes, sink);
      }
      if (unsettled >= UNSETTLED_BYTES || end === this.bytes) {
        await sink.settled();
        unsettled = 0;
      }
      progress?.({ done: end, total: this.bytes });
    }
    return hash ? [{ name: nameOf(this.#path), bytes: this.bytes, sha256: hash.digest() }] : [];
  }

  /** @returns bytes that were handed over @throws ProblemError for a number that is none */
  #handOver({ path, tensor, first }: Part, stored: Uint8Array<ArrayBuffer>, sink: WeightSink): number {
    const { type } = this.tensors.get(path)!;
    const columns = tensor.shape.at(-1)!;
    const element = first * columns;
    const where = placeOf(tensor.name, this.#path);
    let bytes: Uint8Array<ArrayBuffer>;
    if (isInt8(type)) {
      checkFinite(scalesIn(stored), 'F16', element, where, Q8_BLOCK);
      bytes = q8Rows(this.model.ordered(path, stored), columns);
    } else {
      bytes = this.#floats(path, type, stored);
      checkFinite(bytes, DTYPE[type], element, where);
    }
    write(sink, path, byteOffset(type, element, columns), bytes);
    return bytes.byteLength;
  }

  #floats(path: string, type: FloatType, stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (isAsStored(this.model.tensors.get(path)!)) return this.model.ordered(path, stored);
    const values = this.model.decode(path, stored);
    return new Uint8Array(type === 'f32' ? values.buffer : toBf16(values).buffer);
  }
}

/** What is handed over as it is stored, element by element. */
const isAsStored = ({ type, transform }: HubTensor) => transform !== 'plus one' && isFloat(type);

/** Norms are float32, as they are in files: 1 is subtracted from each value. */
function handedOver(tensor: HubTensor, quantised: FloatType): WeightType {
  if (tensor.transform === 'plus one') return 'f32';
  if (tensor.type === 'Q8_0') return 'q8_0';
  return isFloat(tensor.type) ? FLOAT_TYPES[tensor.type] : quantised;
}

/** Is a tensor handed over in another form than it has in the file? */
export const isUnpacked = ({ stored, type }: Pick<ModelTensor, 'stored' | 'type'>) => !isFloat(stored) && !isInt8(type);

const DTYPE: Readonly<Record<FloatType, FloatDtype>> = { bf16: 'BF16', f16: 'F16', f32: 'F32' };

export const isGguf = ({ path }: Pick<StoredFile, 'path'>) => /\.gguf$/i.test(path);

function findGguf(given: readonly StoredFile[]): StoredFile {
  const all = given.filter(isGguf);
  // What sees or hears for a model lies beside its text, under this name.
  const ofText = all.filter(({ path }) => !/^mmproj/i.test(nameOf(path)));
  const found = ofText.length > 0 ? ofText : all;
  const [only, ...others] = found;
  if (!only) throw problem('There is no GGUF among the files.', undefined, 'Choose a file that ends in .gguf.');
  if (others.length === 0) return only;
  const names = found.map(({ path }) => nameOf(path));
  const isSplit = names.every((name) => /-of-\d+\.gguf$/i.test(name));
  throw problem(
    `There are ${found.length} GGUF files here: ${excerpt(names.join(', '), 200)}.`,
    undefined,
    isSplit ? JOIN_PARTS : 'Choose one of them.',
  );
}

/** The tokenizer's files that lie in the same folder; the template may be the file's own. */
function textsBeside(path: string, given: readonly StoredFile[], { chatTemplate }: GgufModel): TokenizerFiles {
  const beside = (name: string) => given.find((file) => file.path === folderOf(path) + name) ?? null;
  const own = chatTemplate === undefined ? null : new Blob([chatTemplate]);
  return {
    tokenizer: beside('tokenizer.json'),
    config: beside('tokenizer_config.json'),
    template: own ? { path, bytes: own.size, open: async () => own } : beside('chat_template.jinja'),
  };
}

/** Ids of control tokens that the model has; others are left out, with a warning. */
function checkedIds({ ids: said, config }: GgufModel, where: string) {
  const warnings: Problem[] = [];
  const isToken = (id: number | null): id is number => {
    if (id === null || id === -1) return false; // minus one is how some write that there is none
    if (Number.isInteger(id) && id >= 0 && id < config.vocabSize) return true;
    warnings.push({ what: `A control token is ${shown(id)}, which is no token of the model.`, where });
    return false;
  };
  const { bos, eos, pad } = said;
  const ids = { bos: isToken(bos) ? bos : null, eos: eos.filter(isToken), pad: isToken(pad) ? pad : null };
  return { ids, warnings };
}

/** Rows of a tensor. */
interface Part {
  readonly path: string;
  readonly tensor: HubTensor;
  /** The first of the rows. */
  readonly first: number;
}

/** Bytes of the file that are read at once: rows of one tensor, or what lies between tensors. */
interface Slice {
  readonly begin: number;
  readonly end: number;
  readonly part?: Part;
}

/** The file from its first byte to its last. */
export function* slicesOf({
  tensors,
  source,
  config,
}: Pick<GgufModel, 'tensors' | 'source' | 'config'>): Generator<Slice> {
  let at = 0;
  for (const [path, tensor] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin)) {
    yield* between(at, tensor.begin);
    yield* rowsOf(path, tensor, config.headDim);
    at = tensor.end;
  }
  yield* between(at, source.size);
}

function* between(begin: number, end: number): Generator<Slice> {
  for (let at = begin; at < end; at += SLICE_BYTES) yield { begin: at, end: Math.min(at + SLICE_BYTES, end) };
}

/** As many rows as are at most a slice in float32: of whole heads, whose rows may have changed places, and an even number. */
function* rowsOf(path: string, tensor: HubTensor, headDim: number): Generator<Slice> {
  const { type, shape, begin, end, transform } = tensor;
  const columns = shape.at(-1)!;
  const rows = shape.length === 1 ? 1 : shape[0]!;
  const unit = transform === 'pairs' ? headDim : 2;
  const count = Math.max(1, Math.floor(SLICE_BYTES / (4 * columns * unit))) * unit;
  const row = tensorBytes(type, columns);
  for (let first = 0; first < rows; first += count)
    yield {
      begin: begin + first * row,
      end: Math.min(end, begin + (first + count) * row),
      part: { path, tensor, first },
    };
}
