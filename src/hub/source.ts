import type { StoredFile, StreamedFile } from '../containers/stored_file';
import type { WeightType } from '../gpu/tensor';
import type { DecoderConfig } from '../model/decoder_config';
import type { Problem } from '../problem';

/** A tensor of a model as its stream gives it. */
export interface ModelTensor {
  /** As the hub stores it: a linear's is [out, in]. */
  readonly shape: readonly number[];
  readonly type: WeightType;
  /** The form in which the file has it, as `BF16` or `Q4_K`. */
  readonly stored: string;
  /** The file's path. */
  readonly file: string;
}

/** Takes weights as they come off the disk. */
export interface WeightSink {
  /**
   * A part of a tensor, its parts one after the other, of a matrix whole rows. The bytes are gone once this returns.
   * @param offset byte of the tensor at which they begin, a multiple of 4
   * @param bytes little-endian, in a multiple of 4: an odd number of 16-bit elements ends in two bytes of zero; q8_0 as in int8_rows.ts
   */
  write(name: string, offset: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** Resolves once memory of what was written is free again: after every 64 MiB the stream waits for it, and at the end. */
  settled(): Promise<void>;
}

/** Bytes that have been read, of all. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface StreamOptions {
  /** Tensors that are handed over; absent: all. */
  readonly wanted?: (name: string) => boolean;
  /** Files are hashed, and read whole for that. Without it, what holds nothing that is wanted is passed over. */
  readonly hash?: boolean;
  readonly progress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface FileHash {
  /** Without folders. */
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal; the hub has the same for what it keeps in Git LFS. */
  readonly sha256: string;
}

/** Ids of control tokens, by the model's configuration. */
export interface ControlIds {
  /** Begins a text; null where the model has none. */
  readonly bos: number | null;
  /** Any of them ends one. */
  readonly eos: readonly number[];
  readonly pad: number | null;
}

/** The files that say how texts become tokens; null where there is none. */
export interface TokenizerFiles {
  /** tokenizer.json. */
  readonly tokenizer: StoredFile | null;
  /** tokenizer_config.json. */
  readonly config: StoredFile | null;
  /** chat_template.jinja. */
  readonly template: StoredFile | null;
}

/**
 * Changes rows as the hub has them, in place.
 * @param rows float32, row-major
 * @param first which row of the tensor they begin with
 */
export type RowsChange = (rows: Float32Array, first: number) => void;

/** A model that a person brought, opened as far as can be without reading a weight. */
export interface ModelSource {
  /** What the person knows it by: the name of its folder or file. */
  readonly name: string;
  readonly config: DecoderConfig;
  /** By the hub's identifier, as `apache-2.0`; null where its files do not tell it. */
  readonly licence: string | null;
  readonly ids: ControlIds;
  /** What a person should know of it. */
  readonly warnings: readonly Problem[];
  /** Every leaf of the model without adapters, by its path. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly texts: TokenizerFiles;
  /** Bytes of the files that a stream reads. */
  readonly bytes: number;
  /**
   * Reads the weights once, a slice of at most 8 MiB in memory at a time.
   * @returns a hash for each file, where options ask for it; else none
   * @throws ProblemError where a file cannot be read to its end, or a value is NaN or infinite
   * @throws the signal's reason where it was given up
   */
  stream(sink: WeightSink, options?: StreamOptions): Promise<readonly FileHash[]>;
  /**
   * The model's files with some of its tensors changed, in the form that they have, and what belongs to them beside. Nothing is
   * read before its chunks are asked for.
   * @param changes By the path of the leaf; one of a single axis is one row
   * @param name What the copy is called, where the form has a place for it
   */
  copy(changes: ReadonlyMap<string, RowsChange>, name: string): readonly StreamedFile[];
}
