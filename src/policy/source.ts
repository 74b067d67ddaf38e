import type { StoredFile, StreamedFile } from '../containers/stored_file';
import type { FloatDtype } from '../hub/elements';
import type { FileHash, StreamOptions, TokenizerFiles } from '../hub/source';
import type { ModelConfig } from '../model/config';
import type { Problem } from '../problem';
import type { NormStats } from '../recording/normalize';
import type { NormalizationKind } from '../settings/actions';
import type { Naming } from './naming';

/** Values of a leaf by the type in which they are asked for: bits of bfloat16, or float32. */
export interface ValuesOf {
  readonly bf16: Uint16Array<ArrayBuffer>;
  readonly f32: Float32Array<ArrayBuffer>;
}

/**
 * Changes values of one layer of a leaf, in place, in openpi's layout.
 * @param values whole groups of its matrices, or all of it
 * @param layer 0 of a leaf that is not stacked
 * @param first which of the layer's values they begin with
 */
export type LeafChange = (values: Float32Array<ArrayBuffer>, layer: number, first: number) => void;

/** A π0 or π0.5 that a person brought, opened as far as can be without reading a weight. */
export interface PolicySource {
  /** What the person knows it by: the name of its folder. */
  readonly name: string;
  /** Without adapters. */
  readonly config: ModelConfig;
  readonly naming: Naming;
  /** What its config.json holds; undefined where there is none. */
  readonly json: unknown;
  /** Names by which its config.json knows its pictures; openpi's three where it names none. */
  readonly cameras: readonly string[];
  /** Actions of a chunk. */
  readonly horizon: number;
  /** Tokens of a prompt, padding included. */
  readonly promptLength: number;
  readonly normalization: NormalizationKind;
  /** Whether its prompts tell the state: those of a π0.5, unless it was trained without. */
  readonly stateInPrompt: boolean;
  /** Those that it was trained with; null where none lie beside it. */
  readonly stats: NormStats | null;
  readonly tokenizer: TokenizerFiles;
  /** Its files of weights. */
  readonly files: readonly Pick<StoredFile, 'path' | 'bytes'>[];
  /** Bytes of them. */
  readonly bytes: number;
  /** What a person should know of it. */
  readonly warnings: readonly Problem[];
  /** The widest form in which the files have values of a leaf. @throws Error where the model has no such leaf */
  storedAs(path: string): FloatDtype;
  /**
   * One layer of a leaf, or all of one that is not stacked, in openpi's layout, its parts one after the other; a part is at most one matrix.
   * To bf16, float32 is rounded to the nearest, ties to even; to f32 nothing is.
   * @param write takes a part, whose first value is the `first` of the layer; the values are gone once it returns
   * @throws ProblemError where a file cannot be read, or a value is NaN or infinite
   * @throws Error where the model has no such leaf
   */
  read<T extends keyof ValuesOf>(
    path: string,
    layer: number,
    type: T,
    write: (first: number, values: ValuesOf[T]) => void,
  ): Promise<void>;
  /** Rows of the token embedding, one behind the other, as bf16. @throws ProblemError as `read` does */
  readRows(rows: readonly number[]): Promise<Uint16Array<ArrayBuffer>>;
  /** SHA-256 of each file, which is read once for it from front to back. @throws ProblemError as `read` does, and the signal's reason */
  hash(options?: Pick<StreamOptions, 'progress' | 'signal'>): Promise<readonly FileHash[]>;
  /**
   * Its files with some leaves changed, each tensor in the format that it has, and what lies beside them but for statistics of
   * processors. Nothing is read before its chunks are asked for.
   * @param changes by the path of the leaf
   * @param metadata what the headers of its weights say in place of theirs
   */
  copy(changes: ReadonlyMap<string, LeafChange>, metadata: Readonly<Record<string, string>>): readonly StreamedFile[];
}
