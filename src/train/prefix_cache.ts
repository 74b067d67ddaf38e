import type { Memory } from '../gpu/memory';
import { bind, type Dispatch, run } from '../gpu/program';
import { readBack } from '../gpu/read_back';
import { bytesOf, type Storage, type Tensor } from '../gpu/tensor';
import { tokensOf } from '../model/pi0';
import { bufferIn } from '../plan/plan';
import { type Observations, type Pi0Batch, preparePrefix } from './pi0_batch';
import { type ConstantPrefix, prefixConstants, prefixTensors, type RecordedPi0Step } from './pi0_step';
import { type InputCache, TrainingStep } from './step';

/**
 * Keys and values of prefixes, each computed once for its sample: on the GPU while there are rows, else in host memory.
 * Which samples got a row never changes: with samples in random order, no other choice serves better.
 */
export class PrefixCache implements InputCache<Pi0Batch> {
  private readonly memory: Memory;
  private readonly prefix: ConstantPrefix;
  private readonly dispatches: readonly Dispatch[];
  private readonly rowOf = new Map<number, number>();
  /** Of a sample without a row: the bytes of each layer. */
  private readonly host = new Map<number, readonly Uint8Array<ArrayBuffer>[]>();

  private constructor(memory: Memory, prefix: ConstantPrefix, dispatches: readonly Dispatch[]) {
    this.memory = memory;
    this.prefix = prefix;
    this.dispatches = dispatches;
  }

  static async create(memory: Memory, prefix: ConstantPrefix, bufferOf: (storage: Storage) => GPUBuffer) {
    const dispatches = await bind(memory.device, prefix.calls, bufferOf);
    for (const [input, values] of prefixConstants(prefix.inputs)) memory.upload(input, values);
    return new PrefixCache(memory, prefix, dispatches);
  }

  /** Puts the prefix of every sample of this batch at its place in the step's keys and values. */
  async fill(batch: Pi0Batch): Promise<void> {
    const unknown = new Map<number, number>();
    for (const [b, sample] of batch.samples.entries()) {
      if (!this.rowOf.has(sample) && !this.host.has(sample)) unknown.set(sample, b);
    }
    if (unknown.size > 0) await this.compute(batch, [...unknown]);
    const encoder = this.memory.device.createCommandEncoder();
    for (const [b, sample] of batch.samples.entries()) {
      const row = this.rowOf.get(sample);
      if (row !== undefined) this.copy(encoder, row, b, 'from row');
      else this.restore(sample, b);
    }
    this.memory.device.queue.submit([encoder.finish()]);
  }

  /** Runs the prefix's program on samples of a batch, given as name and place, and keeps what it gives. */
  private async compute(batch: Pi0Batch, samples: readonly (readonly [number, number])[]): Promise<void> {
    const { config, shape, inputs } = this.prefix;
    const { device } = this.memory;
    const observations = pick(batch, samples, shape.B);
    const values = preparePrefix(config, shape, tokensOf(config, shape).all, observations);
    for (const [n, input] of prefixTensors(inputs).entries()) {
      this.memory.upload(input, values[n] as ArrayBufferView<ArrayBuffer>);
    }
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    run(pass, this.dispatches);
    pass.end();
    const withoutRow: [number, number][] = [];
    for (const [place, [sample]] of samples.entries()) {
      const row = this.rowOf.size;
      if (row < this.prefix.rows) {
        this.copy(encoder, row, place, 'to row');
        this.rowOf.set(sample, row);
      } else withoutRow.push([sample, place]);
    }
    device.queue.submit([encoder.finish()]);
    if (withoutRow.length > 0) await this.keepInHost(withoutRow);
  }

  private async keepInHost(samples: readonly (readonly [number, number])[]): Promise<void> {
    const layers = await Promise.all(this.prefix.kv.map((kv) => readBack(this.memory, kv)));
    for (const [sample, place] of samples) {
      const bytes = this.prefix.kv.map((kv, layer) => {
        const first = place * sampleBytes(kv);
        return new Uint8Array((layers[layer] as ArrayBuffer).slice(first, first + this.prefix.bytes));
      });
      this.host.set(sample, bytes);
    }
  }

  private copy(encoder: GPUCommandEncoder, row: number, place: number, way: 'to row' | 'from row'): void {
    const { kv, cache, bytes } = this.prefix;
    for (const [layer, own] of kv.entries()) {
      const rows = { buffer: this.memory.buffer(cache[layer] as Storage), offset: row * bytes };
      const ours = { buffer: this.memory.buffer(own.storage), offset: place * sampleBytes(own) };
      const [from, to] = way === 'to row' ? [ours, rows] : [rows, ours];
      encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);
    }
  }

  private restore(sample: number, place: number): void {
    const layers = this.host.get(sample) as readonly Uint8Array<ArrayBuffer>[];
    for (const [layer, kv] of this.prefix.kv.entries()) {
      const target = this.memory.buffer(kv.storage);
      this.memory.device.queue.writeBuffer(target, place * sampleBytes(kv), layers[layer] as Uint8Array<ArrayBuffer>);
    }
  }
}

/** Bytes of one sample in a step's keys and values of one layer. */
const sampleBytes = (kv: Tensor<'B S D H'>) => bytesOf(kv) / kv.sizes.B;

/** A recorded step of the action task on a device, with its prefix cache if it has one. */
export async function createPi0Step(
  memory: Memory,
  recorded: RecordedPi0Step,
  onCompiled?: (done: number, of: number) => void,
) {
  const { prefix, plan } = recorded;
  const cache = prefix ? await PrefixCache.create(memory, prefix, bufferIn(memory, plan)) : undefined;
  return TrainingStep.create(memory, recorded, onCompiled, cache);
}

/** The observations of these samples of a batch; the last is repeated to make it B. */
function pick(batch: Pi0Batch, samples: readonly (readonly [number, number])[], B: number): Observations {
  const places = Array.from({ length: B }, (_, b) => (samples[b] ?? (samples.at(-1) as readonly [number, number]))[1]);
  const of = (values: ArrayLike<number>) => {
    const floats = values instanceof Float32Array ? values : Float32Array.from(values);
    const size = floats.length / batch.samples.length;
    const picked = new Float32Array(B * size);
    for (const [b, place] of places.entries()) picked.set(floats.subarray(place * size, (place + 1) * size), b * size);
    return picked;
  };
  const { images, imageMask, promptTokens, promptMask } = batch;
  return {
    images: of(images),
    imageMask: of(imageMask),
    promptTokens: of(promptTokens),
    promptMask: of(promptMask),
  };
}
