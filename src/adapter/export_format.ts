import type { Adapter } from './adapter';
import type { BaseTerms } from './peft_zip';
import type { AdapterSummary, ExportFormat } from './summary';

/** What a format may ask for besides the adapter. */
export interface ExportContext {
  /** The terms of the adapter's base; asked for where they are written, since the base is loaded for them. */
  base(): Promise<BaseTerms>;
}

/** A form in which an adapter can be taken away: one row of the table in exports.ts. */
export interface AdapterExport {
  readonly id: ExportFormat;
  /** Whether adapters of this kind have the form at all; a single one may still be refused when it is written. */
  appliesTo(summary: AdapterSummary): boolean;
  fileName(adapter: Adapter): string;
  /**
   * The file's bytes.
   * @throws ProblemError where the form cannot hold this adapter
   */
  write(adapter: Adapter, context: ExportContext): Bytes | Promise<Bytes>;
}

type Bytes = Uint8Array<ArrayBuffer>;
