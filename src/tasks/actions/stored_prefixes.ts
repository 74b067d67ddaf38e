import { fromBf16 } from '../../floats';
import type { Memory } from '../../gpu/memory';
import { bytesOf, type Tensor } from '../../gpu/tensor';
import type { Outcome } from '../../problem';
import { DamagedInputError, type InputCache } from '../../train/step';
import type { ActionsBatch, Seen } from './batch';
import type { Precision } from './prefix_pass';

/** Where prefixes are that have been computed before. */
export interface PrefixReader {
  readonly precision: Precision;
  /** Keys and values of one sample: of each layer, one behind the other, (P, D, H). */
  read(sample: number): Outcome<Uint8Array<ArrayBuffer>>;
}

/** Puts the prefixes of samples at their places among the keys and values that a program reads. */
export class StoredPrefixes implements InputCache<ActionsBatch> {
  readonly #memory: Memory;
  readonly #kv: readonly Tensor<'B S D H'>[];
  readonly #reader: PrefixReader;
  /** Read already, for the batch that comes next. */
  readonly #ahead = new Map<number, Outcome<Uint8Array<ArrayBuffer>>>();

  constructor(memory: Memory, kv: readonly Tensor<'B S D H'>[], reader: PrefixReader) {
    this.#memory = memory;
    this.#kv = kv;
    this.#reader = reader;
  }

  /** @throws DamagedInputError where a prefix is damaged */
  async fill({ samples }: Pick<Seen, 'samples'>): Promise<void> {
    const { device } = this.#memory;
    for (const [place, sample] of samples.entries()) {
      const read = this.#ahead.get(sample) ?? this.#read(sample);
      if (!read.ok) throw new DamagedInputError(read.problem);
      const values = read.value;
      const size = values.byteLength / this.#kv.length;
      for (const [layer, kv] of this.#kv.entries()) {
        const at = kv.offset + (place * bytesOf(kv)) / kv.sizes.B;
        device.queue.writeBuffer(this.#memory.buffer(kv.storage), at, values, layer * size, size);
      }
    }
    this.#ahead.clear();
  }

  /** Reads a batch that will be asked for next. What cannot be read is told when it is asked for. */
  expect({ samples }: Pick<Seen, 'samples'>): void {
    for (const sample of samples) if (!this.#ahead.has(sample)) this.#ahead.set(sample, this.#read(sample));
  }

  /** In float32. */
  #read(sample: number): Outcome<Uint8Array<ArrayBuffer>> {
    const read = this.#reader.read(sample);
    return read.ok && this.#reader.precision === 'bf16' ? { ok: true, value: widened(read.value) } : read;
  }
}

const widened = (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(fromBf16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)).buffer);
