import type { Memory } from '../gpu/memory';
import { bind, type Dispatch, run } from '../gpu/program';
import { readBack } from '../gpu/read_back';
import type { Storage, Tensor } from '../gpu/tensor';
import { tokensOf } from '../model/pi0';
import { type Observations, type Pi0Batch, preparePrefix } from './pi0_batch';
import { type ConstantPrefix, prefixConstants, prefixTensors, type RecordedPi0Step, rowBytes } from './pi0_step';
import { type Copy, type InputCache, TrainingStep } from './step';

/** A sample whose prefix is wanted: its name, and where to find it. */
interface Wanted {
  readonly sample: number;
  readonly batch: Pi0Batch;
  /** Its place in that batch. */
  readonly index: number;
}

/**
 * Keys and values of prefixes, each computed once for its sample. As many as there are rows stay on the GPU; those
 * that have to make room go to host memory, and come back from there.
 */
export class PrefixCache implements InputCache<Pi0Batch> {
  private readonly memory: Memory;
  private readonly prefix: ConstantPrefix;
  private readonly dispatches: readonly Dispatch[];
  /** Row of each sample that is on the GPU, the one that waited longest first. */
  private readonly rowOf = new Map<number, number>();
  /** All layers of a sample, one after the other. */
  private readonly host = new Map<number, Uint8Array<ArrayBuffer>>();

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

  /** Brings every sample of these batches to a row. */
  async fill(batches: readonly Pi0Batch[]): Promise<void> {
    const wanted = new Map<number, Wanted>();
    for (const batch of batches) {
      for (const [index, sample] of batch.samples.entries()) wanted.set(sample, { sample, batch, index });
    }
    const missing: Wanted[] = [];
    for (const one of wanted.values()) {
      const row = this.rowOf.get(one.sample);
      if (row === undefined) missing.push(one);
      else {
        this.rowOf.delete(one.sample); // and to the end of the queue
        this.rowOf.set(one.sample, row);
      }
    }
    if (missing.length === 0) return;
    await this.makeRoom(wanted, missing.length);
    const free = this.freeRows();
    const known = missing.filter(({ sample }) => this.host.has(sample));
    for (const { sample } of known) this.restore(sample, free.pop() as number);
    const unknown = missing.filter(({ sample }) => !this.host.has(sample));
    const { B } = this.prefix.shape;
    for (let first = 0; first < unknown.length; first += B) this.compute(unknown.slice(first, first + B), free);
  }

  /** From each sample's row to its place in the step's keys and values. */
  copies({ samples }: Pi0Batch): Copy[] {
    return samples.flatMap((sample, b) => this.copiesOf(b, this.rowOf.get(sample) as number));
  }

  private copiesOf(b: number, row: number): Copy[] {
    return this.prefix.kv.map((kv, layer) => {
      const rows = this.prefix.rows[layer] as Tensor<'B S D H'>;
      const bytes = rowBytes(rows);
      return { from: rows.storage, fromOffset: row * bytes, to: kv.storage, toOffset: b * rowBytes(kv), bytes };
    });
  }

  private freeRows(): number[] {
    const used = new Set(this.rowOf.values());
    const { B } = (this.prefix.rows[0] as Tensor<'B S D H'>).sizes;
    return Array.from({ length: B }, (_, row) => row).filter((row) => !used.has(row));
  }

  /** Frees rows of samples that are not wanted now; their values go to host memory unless they are there already. */
  private async makeRoom(wanted: ReadonlyMap<number, unknown>, needed: number): Promise<void> {
    const excess = needed - this.freeRows().length;
    const leaving = [...this.rowOf].filter(([sample]) => !wanted.has(sample)).slice(0, Math.max(0, excess));
    if (leaving.length < excess) {
      throw new Error(`the prefix cache has too few rows: ${excess - leaving.length} more are wanted at once`);
    }
    for (const [sample, row] of leaving) {
      if (!this.host.has(sample)) this.host.set(sample, await this.read(row));
      this.rowOf.delete(sample);
    }
  }

  private async read(row: number): Promise<Uint8Array<ArrayBuffer>> {
    const layers = await Promise.all(this.prefix.rows.map((rows) => readBack(this.memory, oneRow(rows, row))));
    const whole = new Uint8Array(layers.reduce((sum, { byteLength }) => sum + byteLength, 0));
    layers.forEach((layer, n) => {
      whole.set(new Uint8Array(layer), n * layer.byteLength);
    });
    return whole;
  }

  private restore(sample: number, row: number): void {
    const whole = this.host.get(sample) as Uint8Array<ArrayBuffer>;
    this.prefix.rows.forEach((rows, layer) => {
      const bytes = rowBytes(rows);
      this.memory.upload(oneRow(rows, row), whole.subarray(layer * bytes, (layer + 1) * bytes));
    });
    this.rowOf.set(sample, row);
  }

  /** Runs the prefix's program for up to B samples, and keeps what it gives. */
  private compute(wanted: readonly Wanted[], free: number[]): void {
    const { config, shape, inputs } = this.prefix;
    const last = wanted.at(-1) as Wanted;
    const full = Array.from({ length: shape.B }, (_, b) => wanted[b] ?? last); // the program's batch has one size
    const values = preparePrefix(config, shape, tokensOf(config, shape).all, gather(full));
    for (const [n, input] of prefixTensors(inputs).entries()) {
      this.memory.upload(input, values[n] as ArrayBufferView<ArrayBuffer>);
    }
    const encoder = this.memory.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    run(pass, this.dispatches);
    pass.end();
    for (const [b, { sample }] of wanted.entries()) {
      const row = free.pop() as number;
      for (const { from, fromOffset, to, toOffset, bytes } of this.copiesOf(b, row)) {
        encoder.copyBufferToBuffer(this.memory.buffer(to), toOffset, this.memory.buffer(from), fromOffset, bytes);
      }
      this.rowOf.set(sample, row);
    }
    this.memory.device.queue.submit([encoder.finish()]);
  }
}

/** A recorded step of the action task on a device, with its prefix cache if it has one. */
export async function createPi0Step(
  memory: Memory,
  recorded: RecordedPi0Step,
  onCompiled?: (done: number, of: number) => void,
) {
  const { prefix, plan } = recorded;
  const bufferOf = (storage: Storage) => memory.buffer(plan.slotOf.get(storage) ?? storage);
  const cache = prefix ? await PrefixCache.create(memory, prefix, bufferOf) : undefined;
  return TrainingStep.create(memory, recorded, onCompiled, cache);
}

/** One row as a tensor. */
const oneRow = (rows: Tensor<'B S D H'>, row: number): Tensor<'B S D H'> => ({
  ...rows,
  sizes: { ...rows.sizes, B: 1 },
  offset: rows.offset + row * rowBytes(rows),
});

/** The observations of these samples, as one batch. */
function gather(wanted: readonly Wanted[]): Observations {
  const join = (of: (batch: Pi0Batch) => ArrayLike<number>): Float32Array => {
    const parts = wanted.map(({ batch, index }) => {
      const all = of(batch);
      const values = all instanceof Float32Array ? all : Float32Array.from(all);
      const size = values.length / batch.samples.length;
      return values.subarray(index * size, (index + 1) * size);
    });
    const [{ length: size }] = parts as [Float32Array];
    const joined = new Float32Array(parts.length * size);
    parts.forEach((part, n) => {
      joined.set(part, n * size);
    });
    return joined;
  };
  return {
    images: join(({ images }) => images),
    imageMask: join(({ imageMask }) => imageMask),
    promptTokens: join(({ promptTokens }) => promptTokens),
    promptMask: join(({ promptMask }) => promptMask),
  };
}
