import { readFileSync } from 'node:fs';
import { type ByteSource, blobSource } from '../../../src/containers/byte_source';
import type { GgufHeader, GgufPair } from '../../../src/containers/gguf';
import { ggufValues } from '../../../src/containers/gguf';
import type { GgufScalar } from '../../../src/containers/gguf_types';
import type { StreamedFile } from '../../../src/containers/stored_file';

const GOLDEN = new URL('../../fixtures/golden/gguf_gemma3/', import.meta.url);

export const goldenBytes = (name: string) => Uint8Array.from(readFileSync(new URL(name, GOLDEN)));

/** A file that gguf-py wrote: see make.py beside it. */
export const fixture = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../../fixtures/gguf/${name}`, import.meta.url)));

/** A file in memory, as a page has it. */
export const sourceOf = (bytes: Uint8Array<ArrayBuffer>): ByteSource => blobSource(new Blob([bytes]));

/** A source that counts what is read of it. */
export function counted(source: ByteSource) {
  const count = { bytes: 0, largest: 0 };
  return {
    count,
    size: source.size,
    read(begin: number, end: number) {
      count.bytes += end - begin;
      count.largest = Math.max(count.largest, end - begin);
      return source.read(begin, end);
    },
  };
}

/** Every value of the metadata, arrays as lists. */
export async function valuesOf(source: ByteSource, { metadata }: GgufHeader): Promise<Record<string, unknown>> {
  const entries = [...metadata].map(async ([key, pair]) => [key, await pairValue(source, pair)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function pairValue(source: ByteSource, pair: GgufPair): Promise<GgufScalar | GgufScalar[]> {
  if (pair.type !== 'array') return pair.value;
  const values: GgufScalar[] = [];
  for await (const batch of ggufValues(source, pair.array, 'a.gguf')) values.push(...batch);
  return values;
}

/** A stream's bytes; fails where their number is not what it promised. */
export async function collected({
  bytes,
  chunks,
}: Pick<StreamedFile, 'bytes' | 'chunks'>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks()) parts.push(chunk);
  const file = new Uint8Array(await new Blob(parts).arrayBuffer());
  if (file.byteLength !== bytes) throw new Error(`${file.byteLength} bytes were written, and ${bytes} promised`);
  return file;
}

/** A header, byte by byte, so that it can say what no writer would. */
export class Bytes {
  readonly #parts: number[] = [];

  text(value: string, length = new TextEncoder().encode(value).length): this {
    return this.u64(length).raw(...new TextEncoder().encode(value));
  }

  raw(...bytes: number[]): this {
    for (const byte of bytes) this.#parts.push(byte); // a spread of many would overflow the stack
    return this;
  }

  u32(value: number): this {
    return this.raw(...new Uint8Array(new Uint32Array([value]).buffer));
  }

  u64(value: number | bigint): this {
    return this.raw(...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
  }

  /** "GGUF", the version, and both counts. */
  start(tensors: number | bigint, pairs: number | bigint, version = 3): this {
    return this.raw(...new TextEncoder().encode('GGUF'))
      .u32(version)
      .u64(tensors)
      .u64(pairs);
  }

  /** A tensor's entry. @param lengths from the fastest axis to the slowest */
  tensor(name: string, lengths: readonly (number | bigint)[], type: number, offset: number | bigint): this {
    this.text(name).u32(lengths.length);
    for (const length of lengths) this.u64(length);
    return this.u32(type).u64(offset);
  }

  /** Zeros up to a multiple of 32, then so many more. */
  data(bytes: number): this {
    const padding = (32 - (this.#parts.length % 32)) % 32;
    return this.raw(...new Array<number>(padding + bytes).fill(0));
  }

  get source(): ByteSource {
    return sourceOf(this.bytes);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#parts);
  }
}
