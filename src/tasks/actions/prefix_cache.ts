import { bind, type Dispatch, encode } from '../../gpu/dispatches';
import type { Memory } from '../../gpu/memory';
import { readBack } from '../../gpu/read_back';
import { bytesOf, type Storage, type Tensor } from '../../gpu/tensor';
import { tokensOf } from '../../model/pi0';
import { bufferIn } from '../../plan/plan';
import { type InputCache, TrainingStep } from '../../train/step';
import { type ActionsBatch, preparePrefix } from './batch';
import { type ConstantPrefix, prefixConstants, prefixTensors, type RecordedActionsStep } from './step';
import { type PrefixReader, StoredPrefixes } from './stored_prefixes';

/** Most bytes of prefixes in host memory. */
export const HOST_BYTES = 2 ** 29;

/** Samples whose prefix is kept in host memory when there are no more rows on the GPU. */
export const hostRows = ({ bytes, kv }: ConstantPrefix, hostBytes = HOST_BYTES) =>
  Math.floor(hostBytes / (bytes * kv.length));

interface Parts {
  readonly memory: Memory;
  readonly prefix: ConstantPrefix;
  readonly dispatches: readonly Dispatch[];
  /** Planned; what goes to host memory passes through it. */
  readonly staging: Storage;
  readonly hostRows: number;
}

/**
 * Keys and values of prefixes, each computed once for its sample: on the GPU while there are rows, then in host memory
 * while that is within its bound; the prefix of any other sample is computed whenever a batch has it. Which samples
 * are kept never changes: with samples in random order, no other choice serves better.
 */
export class PrefixCache implements InputCache<ActionsBatch> {
  readonly #parts: Parts;
  readonly #rowOf = new Map<number, number>();
  /** Of a sample without a row: the bytes of all layers, one behind the other. */
  readonly #host = new Map<number, Uint8Array<ArrayBuffer>>();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param hostBytes most bytes of prefixes in host memory */
  static async create(memory: Memory, recorded: RecordedActionsStep, prefix: ConstantPrefix, hostBytes = HOST_BYTES) {
    const dispatches = await bind(memory.device, prefix.calls, bufferIn(memory, recorded.plan));
    for (const [input, values] of prefixConstants(prefix.inputs)) memory.upload(input, values);
    const { arenas: staging } = recorded.staging;
    return new PrefixCache({ memory, prefix, dispatches, staging, hostRows: hostRows(prefix, hostBytes) });
  }

  /** Puts the prefix of every sample of this batch at its place in the step's keys and values. */
  async fill(batch: ActionsBatch): Promise<void> {
    const isKept = (sample: number) => this.#rowOf.has(sample) || this.#host.has(sample);
    if (!batch.samples.every(isKept)) {
      await this.#compute(batch); // of all: its program has B places, and one unknown sample needs it
      return;
    }
    const { device } = this.#parts.memory;
    const encoder = device.createCommandEncoder();
    for (const [place, sample] of batch.samples.entries()) {
      const row = this.#rowOf.get(sample);
      if (row !== undefined) this.#copy(encoder, row, place, 'from row');
      else this.#restore(this.#host.get(sample)!, place);
    }
    device.queue.submit([encoder.finish()]);
  }

  clear(): void {
    this.#rowOf.clear();
    this.#host.clear();
  }

  /** Runs the prefix's program on a batch, and keeps of what it gives as much as there is room for. */
  async #compute(batch: ActionsBatch): Promise<void> {
    const { memory, prefix, dispatches } = this.#parts;
    const { config, shape, inputs } = prefix;
    memory.uploadAll(prefixTensors(inputs), preparePrefix(config, shape, tokensOf(config, shape).all, batch));
    const encoder = memory.device.createCommandEncoder();
    encode(encoder, dispatches);
    const withoutRow = new Map<number, number>();
    for (const [place, sample] of batch.samples.entries()) {
      if (this.#rowOf.has(sample) || this.#host.has(sample)) continue;
      const row = this.#rowOf.size;
      if (row < prefix.rows) {
        this.#copy(encoder, row, place, 'to row');
        this.#rowOf.set(sample, row);
      } else withoutRow.set(sample, place);
    }
    memory.device.queue.submit([encoder.finish()]);
    for (const [sample, place] of withoutRow) {
      if (this.#host.size < this.#parts.hostRows) this.#host.set(sample, await this.#readSample(place));
    }
  }

  async #readSample(place: number): Promise<Uint8Array<ArrayBuffer>> {
    const { memory, prefix, staging } = this.#parts;
    const all = new Uint8Array(prefix.bytes * prefix.kv.length);
    for (const [layer, kv] of prefix.kv.entries()) {
      const { type, storage } = kv;
      const offset = kv.offset + place * sampleBytes(kv);
      const sizes = { P: prefix.bytes / 4 };
      const own: Tensor<'P'> = { label: kv.label, shape: 'P', sizes, type, storage, offset };
      all.set(new Uint8Array(await readBack(memory, own, staging)), layer * prefix.bytes);
    }
    return all;
  }

  #copy(encoder: GPUCommandEncoder, row: number, place: number, way: 'to row' | 'from row'): void {
    const { memory, prefix } = this.#parts;
    const { kv, cache, bytes } = prefix;
    for (const [layer, own] of kv.entries()) {
      const rows = { buffer: memory.buffer(cache[layer]!), offset: row * bytes };
      const ours = { buffer: memory.buffer(own.storage), offset: place * sampleBytes(own) };
      const [from, to] = way === 'to row' ? [ours, rows] : [rows, ours];
      encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);
    }
  }

  #restore(all: Uint8Array<ArrayBuffer>, place: number): void {
    const { memory, prefix } = this.#parts;
    for (const [layer, kv] of prefix.kv.entries()) {
      const bytes = all.subarray(layer * prefix.bytes, (layer + 1) * prefix.bytes);
      memory.device.queue.writeBuffer(memory.buffer(kv.storage), place * sampleBytes(kv), bytes);
    }
  }
}

/** Bytes of one sample in a step's keys and values of one layer. */
const sampleBytes = (kv: Tensor<'B S D H'>) => bytesOf(kv) / kv.sizes.B;

/**
 * A recorded step of the action task on a device, with its prefix cache if it has one.
 * @param source most bytes of prefixes in host memory; of a step whose prefix is stored, where from
 */
export async function createActionsStep(
  memory: Memory,
  recorded: RecordedActionsStep,
  onCompiled?: (done: number, of: number) => void,
  source: { readonly hostBytes?: number; readonly reader?: PrefixReader | undefined } = {},
) {
  const { prefix, stored, outputs } = recorded;
  const { hostBytes, reader } = source;
  if (stored && !reader) throw new Error('the prefix is stored, and nothing says where');
  const cache = prefix
    ? await PrefixCache.create(memory, recorded, prefix, hostBytes)
    : stored && reader
      ? new StoredPrefixes(memory, outputs.kv, reader)
      : undefined;
  return TrainingStep.create(memory, recorded, onCompiled, cache);
}
