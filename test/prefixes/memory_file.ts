import type { InPlaceFile } from '../../src/kept/own_files';
import type { StoreFiles } from '../../src/prefixes/slots';

/** What changes a file. */
export type Change =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number }
  | { readonly kind: 'flush' };

/** Hears of each change before it is made; one that throws keeps it from being made. */
export type BeforeChange = (name: 'index' | 'data', change: Change, size: number) => void;

/** A file in memory, which knows what is on its disk and what a crash may still undo. */
export class MemoryFile implements InPlaceFile {
  content: Uint8Array<ArrayBuffer>;
  /** As it was when it was flushed last. */
  flushed: Uint8Array<ArrayBuffer>;
  unflushed: Change[] = [];
  readonly #before: (change: Change, size: number) => void;

  constructor(content: Uint8Array<ArrayBuffer>, before: (change: Change, size: number) => void) {
    this.content = content.slice();
    this.flushed = content.slice();
    this.#before = before;
  }

  getSize(): number {
    return this.content.length;
  }

  read(into: Uint8Array<ArrayBuffer>, { at }: { readonly at: number }): number {
    const there = this.content.subarray(at, at + into.length);
    into.set(there);
    return there.length;
  }

  write(bytes: Uint8Array<ArrayBuffer>, { at }: { readonly at: number }): number {
    this.#change({ kind: 'write', at, bytes: bytes.slice() });
    return bytes.length;
  }

  truncate(size: number): void {
    this.#change({ kind: 'truncate', size });
  }

  flush(): void {
    this.#change({ kind: 'flush' });
    this.flushed = this.content.slice();
    this.unflushed = [];
  }

  close(): void {
    // nobody else wants it
  }

  /** Changes a byte where it lies. */
  damage(at: number, bits = 1): void {
    this.content[at]! ^= bits;
    this.flushed = this.content.slice();
  }

  #change(change: Change): void {
    this.#before(change, sizeAfter(this.content, change));
    this.content = changed(this.content, change);
    this.unflushed.push(change);
  }
}

export interface MemoryFiles extends StoreFiles {
  readonly index: MemoryFile;
  readonly data: MemoryFile;
}

/** What two files hold. */
export interface Contents {
  readonly index: Uint8Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
}

export const NOTHING: Contents = { index: new Uint8Array(0), data: new Uint8Array(0) };

export const memoryFiles = (contents = NOTHING, before: BeforeChange = () => undefined): MemoryFiles => ({
  index: new MemoryFile(contents.index, (change, size) => before('index', change, size)),
  data: new MemoryFile(contents.data, (change, size) => before('data', change, size)),
  close: async () => undefined,
});

/** What the files hold now. */
export const contentsOf = ({ index, data }: MemoryFiles): Contents => ({ index: index.content, data: data.content });

/** The bytes of a file after a change. */
export function changed(content: Uint8Array<ArrayBuffer>, change: Change): Uint8Array<ArrayBuffer> {
  if (change.kind === 'flush') return content;
  const after = new Uint8Array(sizeAfter(content, change));
  after.set(content.subarray(0, after.length));
  if (change.kind === 'write') after.set(change.bytes, change.at);
  return after;
}

function sizeAfter(content: Uint8Array, change: Change): number {
  if (change.kind === 'truncate') return change.size;
  return change.kind === 'flush' ? content.length : Math.max(content.length, change.at + change.bytes.length);
}
