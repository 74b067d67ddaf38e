import type { ModelSource } from '../hub/source';
import type { PolicySource } from '../policy/source';
import type { Recording } from '../recording/recording';
import type { TokenDataset } from '../tokens/batches';
import type { Adapter } from './adapter';
import type { ShippedBase } from './base_folder';
import type { BaseTerms } from './peft_zip';
import type { AdapterSummary, ExportFormat } from './summary';

/** What a format may ask for besides the adapter. */
export interface ExportContext {
  /** The terms of the adapter's base; asked for where they are written, since the base is loaded for them. */
  base(): Promise<BaseTerms>;
  /** The same base, whole. @throws Error of one that a person has opened */
  shipped(): Promise<ShippedBase>;
  /**
   * The model of the hub that the adapter was trained on, by its weights' hash, for which its files are read where nothing has read
   * them yet. @throws ProblemError where it is not open, or has other weights
   */
  model(): Promise<ModelSource>;
  /** A policy of the name and sizes of the adapter's: for what takes no weight of it. @throws ProblemError where none is open */
  policy(): PolicySource;
  /** The policy that the adapter was trained on, by its weights' hash. Reads and throws as model() does. */
  policyWeights(): Promise<PolicySource>;
  /** The text that is open, as windows. @throws ProblemError where none is */
  windows(): TokenDataset;
  /** The recording that is open. @throws ProblemError where none is */
  recording(): Recording;
}

/** A form in which an adapter can be taken away: one row of the table in exports.ts. */
export interface AdapterExport {
  readonly id: ExportFormat;
  /** Whether adapters of this kind have the form at all; a single one may still be refused when it is written. */
  appliesTo(summary: AdapterSummary): boolean;
  fileName(adapter: Adapter): string;
  /**
   * What is in the file.
   * @throws ProblemError where the form cannot hold this adapter
   */
  write(adapter: Adapter, context: ExportContext): FileContent | Promise<FileContent>;
}

/** A file's bytes; or, of what may be larger than the memory, a stream that makes them while it is read, and may fail with a ProblemError. */
export type FileContent = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
