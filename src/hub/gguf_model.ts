/** A model in a GGUF: its configuration, and its tensors under the names and in the form of the hub, a few rows at a time. */
import type { ByteSource } from '../containers/byte_source';
import { type GgufHeader, readGgufHeader, readTensorRows } from '../containers/gguf';
import { dequantise, quantise, type WritableType } from '../containers/gguf_blocks';
import { tensorBytes } from '../containers/gguf_types';
import { placeOf } from '../containers/safetensors';
import type { DecoderConfig } from '../model/decoder_config';
import { numberOf } from '../recording/json';
import { readGgufConfig } from './gguf_config';
import { scalarIn } from './gguf_refusals';
import { type HubTensor, halvesFromPairs, hubTensors, pairsFromHalves } from './gguf_tensors';
import type { ControlIds } from './source';

/** A model in a GGUF. Rows are those of a matrix; what has one axis is one row. */
export interface GgufModel {
  readonly config: DecoderConfig;
  /** Every leaf of the model without adapters, by its path. */
  readonly tensors: ReadonlyMap<string, HubTensor>;
  /** Of its tokenizer no more is read: a GGUF has no merges of SentencePiece, so tokens come from tokenizer.json. */
  readonly ids: ControlIds;
  /** Jinja; absent where the file has none. */
  readonly chatTemplate?: string;
  /** For copies of the file. */
  readonly header: GgufHeader;
  readonly source: ByteSource;
  /**
   * Rows as float32, as the hub has them. @throws ProblemError where the file cannot be read
   */
  readRows(path: string, first: number, count: number): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Rows in the type that the file has, in the hub's order. @throws ProblemError where the file cannot be read
   * @throws RangeError of a norm that holds 1 + w, whose bytes are not the hub's
   */
  readStored(path: string, first: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Stored rows in the hub's order: of q and k of a llama rows of whole heads. */
  ordered(path: string, stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Stored rows as float32, as the hub has them: of q and k of a llama rows of whole heads. */
  decode(path: string, stored: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /**
   * Values that were read, and changed, as a file like this one has them: the way back from readRows.
   * @param values Whole rows; of q and k of a llama, rows of whole heads
   * @throws ProblemError where the type cannot hold a value
   */
  encode(path: string, values: Float32Array, type: WritableType): Uint8Array<ArrayBuffer>;
}

/**
 * Reads a GGUF's header and checks that it is a model which can be trained here, before a weight is read.
 * @param where Name of the file, for error messages
 * @throws ProblemError for all that readGgufHeader, readGgufConfig and hubTensors refuse
 */
export async function openGguf(source: ByteSource, where: string): Promise<GgufModel> {
  const header = await readGgufHeader(source, where);
  const config = await readGgufConfig(source, header, where);
  const tensors = hubTensors(header, config, where);
  const template = scalarIn(header.metadata, 'tokenizer.chat_template');
  const tensorOf = (path: string) => {
    const tensor = tensors.get(path);
    if (!tensor) throw new RangeError(`The model has no ${path}.`);
    return tensor;
  };
  const ordered = (path: string, stored: Uint8Array<ArrayBuffer>) => inOrder(tensorOf(path), config.headDim, stored);
  const values = (path: string, rows: Uint8Array<ArrayBuffer>) => {
    const { type, name, transform } = tensorOf(path);
    const decoded = dequantise(type, rows, placeOf(name, where));
    return transform === 'plus one' ? decoded.map((value) => value - 1) : decoded;
  };
  const read = (path: string, first: number, count: number) =>
    readInOrder(source, tensorOf(path), config.headDim, { first, count }, where);
  return {
    config,
    tensors,
    ids: idsOf(header),
    ...(typeof template === 'string' ? { chatTemplate: template } : {}),
    header,
    source,
    ordered,
    decode: (path, stored) => values(path, ordered(path, stored)),
    readRows: async (path, first, count) => values(path, await read(path, first, count)),
    readStored(path, first, count) {
      if (tensorOf(path).transform === 'plus one') throw new RangeError(`${path} is stored with 1 added.`);
      return read(path, first, count);
    },
    encode: (path, values, type) => encodeRows(tensorOf(path), config.headDim, values, type, where),
  };
}

interface Rows {
  readonly first: number;
  readonly count: number;
}

/** Bytes of what changes its place: a row, or an element of a vector. */
const movedBytes = ({ type, shape }: HubTensor) => tensorBytes(type, shape.length === 1 ? 1 : shape.at(-1)!);

/** Whole heads, in the hub's order. */
const inOrder = (tensor: HubTensor, headDim: number, stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  tensor.transform === 'pairs' ? halvesFromPairs(stored, { headDim, bytes: movedBytes(tensor) }) : stored;

/** Any rows, in the hub's order. */
async function readInOrder(source: ByteSource, tensor: HubTensor, headDim: number, rows: Rows, where: string) {
  const { first, count } = rows;
  const isMoved = tensor.transform === 'pairs' && tensor.shape.length > 1;
  if (!isMoved) return inOrder(tensor, headDim, await readTensorRows(source, tensor, rows, where));
  // A row of ours may be any row of its head: whole heads are read.
  const from = Math.floor(first / headDim) * headDim;
  const to = Math.ceil((first + count) / headDim) * headDim;
  const heads = await readTensorRows(source, tensor, { first: from, count: to - from }, where);
  const row = movedBytes(tensor);
  return inOrder(tensor, headDim, heads).subarray((first - from) * row, (first - from + count) * row);
}

function encodeRows(tensor: HubTensor, headDim: number, values: Float32Array, type: WritableType, where: string) {
  const { name, shape, transform } = tensor;
  if (values.length % shape.at(-1)! !== 0) throw new RangeError('Part of a row was given.');
  const shifted = transform === 'plus one' ? values.map((value) => value + 1) : values;
  const bytes = quantise(type, shifted, placeOf(name, where));
  return transform === 'pairs' ? pairsFromHalves(bytes, { headDim, bytes: movedBytes({ ...tensor, type }) }) : bytes;
}

function idsOf({ metadata }: GgufHeader): ControlIds {
  const id = (name: string) => numberOf(scalarIn(metadata, `tokenizer.ggml.${name}_token_id`));
  const ends = [id('eos'), id('eot'), id('eom')].filter((one) => one !== null);
  return { bos: id('bos'), eos: [...new Set(ends)], pad: id('padding') };
}
