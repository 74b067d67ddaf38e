import type { ProblemError } from '../problem';
import { type ByteSource, readSlice } from './byte_source';

/** Bytes that are read at once, where less is asked for. */
const WINDOW = 1 << 20;

/**
 * Reads a file from front to back and keeps a window of it, so that what is passed over is not read. Numbers are little-endian.
 * Before numbers are taken, `has` or `need` says that their bytes are here.
 */
export class ByteCursor {
  /** Name of the file, for error messages. */
  readonly where: string;
  /** Counted from the start of the file. */
  position: number;
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #beyond: (end: number) => ProblemError;
  #window = new DataView(new ArrayBuffer(0));
  #start: number;

  /** @param beyond What is thrown where something asks for bytes up to `end`, and there are fewer */
  constructor(
    source: ByteSource,
    where: string,
    range: { readonly begin: number; readonly end: number },
    beyond: (end: number) => ProblemError,
  ) {
    this.where = where;
    this.position = range.begin;
    this.#source = source;
    this.#end = range.end;
    this.#beyond = beyond;
    this.#start = range.begin;
  }

  /** Whether so many bytes can be taken without waiting; where not, `need` fetches them. */
  has(bytes: number): boolean {
    return this.position + bytes <= this.#start + this.#window.byteLength;
  }

  /** @throws ProblemError where the range has no such bytes */
  async need(bytes: number): Promise<void> {
    if (this.has(bytes)) return;
    const end = this.#checked(bytes);
    const until = Math.min(this.#end, Math.max(end, this.position + WINDOW));
    const read = await readSlice(this.#source, this.position, until, this.where);
    this.#start = this.position;
    this.#window = new DataView(read.buffer, read.byteOffset, read.byteLength);
  }

  /** Passes over bytes, unread. @throws ProblemError where the range has no such bytes */
  skip(bytes: number): void {
    this.position = this.#checked(bytes);
  }

  u32(): number {
    return this.take(4, (view, at) => view.getUint32(at, true));
  }

  /** Exact up to 2^53; what is larger stays larger than any file. */
  u64(): number {
    return this.take(8, (view, at) => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32);
  }

  take<T>(bytes: number, read: (view: DataView, at: number) => T): T {
    const value = read(this.#window, this.position - this.#start);
    this.position += bytes;
    return value;
  }

  /** A view of the window: valid until the next `need`. */
  bytes(count: number): Uint8Array {
    return this.take(count, (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, count));
  }

  #checked(bytes: number): number {
    const end = this.position + bytes;
    if (end <= this.#end) return end;
    throw this.#beyond(end);
  }
}
