import { bind, type Dispatch, encode } from '../gpu/dispatches';
import type { Memory } from '../gpu/memory';
import { submitAndRead } from '../gpu/read_back';
import { bytesOf } from '../gpu/tensor';
import { Uniform } from '../gpu/uniform';
import { adamwKernels } from '../ops/adamw';
import { STATE_NUMBERS } from '../ops/gradient_norm';
import { bufferIn } from '../plan/plan';
import { ProblemError } from '../problem';
import type { LossOutputs, RecordedStep } from './record';

/** What a step reports. */
export interface StepResult {
  /** Mean over what counts: nats a token, or squares of action elements. */
  readonly loss: number;
  /** Global norm before clipping. */
  readonly gradNorm: number;
  /** False: loss or gradient was not finite, and nothing was updated. */
  readonly applied: boolean;
}

/** What was computed before is damaged. Nothing has been updated; when it has been computed again, the step can be made. */
export class DamagedInputError extends ProblemError {}

/** Inputs that need not be computed again: something else puts them where the step reads them. */
export interface InputCache<B> {
  /** @throws DamagedInputError */
  readonly fill: (batch: B) => Promise<void>;
  /** Weights have changed: what was computed counts no more. Absent where none that counts ever does. */
  readonly clear?: () => void;
  /** This batch will be asked for next: a good moment to read for it is while the GPU works. */
  readonly expect?: (batch: B) => void;
}

/** A recorded step on a device: buffers, pipelines and bind groups made once, then one submit a step. */
export class TrainingStep<B, Outputs extends LossOutputs = LossOutputs> {
  readonly recorded: RecordedStep<B, Outputs>;
  readonly #memory: Memory;
  readonly #forward: readonly Dispatch[];
  readonly #backward: readonly Dispatch[];
  readonly #update: readonly Dispatch[];
  readonly #uniform: Uniform;
  readonly #uploadBytes: ArrayBuffer;
  readonly #cache: InputCache<B> | undefined;
  #ring = 0;

  private constructor(
    memory: Memory,
    recorded: RecordedStep<B, Outputs>,
    bound: readonly Dispatch[],
    cache: InputCache<B> | undefined,
  ) {
    this.#memory = memory;
    this.recorded = recorded;
    this.#cache = cache;
    const backwardStart = recorded.forward.length;
    const updateStart = backwardStart + recorded.backward.length;
    this.#forward = bound.slice(0, backwardStart);
    this.#backward = bound.slice(backwardStart, updateStart);
    this.#update = bound.slice(updateStart);
    this.#uniform = new Uniform(adamwKernels.update, 'step');
    this.#uploadBytes = new ArrayBuffer(recorded.staging.upload.bytes);
  }

  /** Allocates what the plan says, compiles and binds. Parameters are uploaded by the caller. */
  static async create<B, Outputs extends LossOutputs>(
    memory: Memory,
    recorded: RecordedStep<B, Outputs>,
    onCompiled?: (done: number, of: number) => void,
    cache?: InputCache<B>,
  ): Promise<TrainingStep<B, Outputs>> {
    const { plan, forward, backward, update, inputs } = recorded;
    const bound = await bind(memory.device, [...forward, ...backward, ...update], bufferIn(memory, plan), onCompiled);
    for (const storage of plan.persistent) memory.buffer(storage);
    for (const [input, values] of inputs.constants()) memory.upload(input, values);
    const step = new TrainingStep(memory, recorded, bound, cache);
    step.resetOptimizer();
    return step;
  }

  /** Moments to zero, step count to zero. */
  resetOptimizer(): void {
    const { parameters, optimizer } = this.recorded;
    const encoder = this.#memory.device.createCommandEncoder();
    for (const { moment1, moment2 } of parameters.arenas) {
      encoder.clearBuffer(this.#memory.buffer(moment1.storage));
      encoder.clearBuffer(this.#memory.buffer(moment2.storage));
    }
    this.#memory.device.queue.submit([encoder.finish()]);
    const state = new Float32Array(STATE_NUMBERS);
    state[2] = 1; // beta1 ^ 0
    state[3] = 1; // beta2 ^ 0
    this.#memory.upload(optimizer.state, state);
  }

  /** To be called after frozen weights have been changed. */
  forgetInputs(): void {
    this.#cache?.clear?.();
  }

  /**
   * One optimizer step over M micro-batches. Resolves when its loss has been read.
   * @param next the batch after these
   */
  async train(batches: readonly B[], learningRate: number, next?: () => B | undefined): Promise<StepResult> {
    const { microBatches, parameters, optimizer } = this.recorded;
    if (batches.length !== microBatches) {
      throw new Error(`${batches.length} micro-batches given, ${microBatches} planned`);
    }
    this.#upload(batches);
    const { device } = this.#memory;
    const values = this.#uniform.set({ learning_rate: learningRate });
    device.queue.writeBuffer(this.#memory.buffer(optimizer.step.storage), 0, values);

    let encoder = device.createCommandEncoder();
    for (const { gradient } of parameters.arenas) encoder.clearBuffer(this.#memory.buffer(gradient.storage));
    this.#clearLoss(encoder);
    for (const [m, batch] of batches.entries()) {
      encoder = await this.#begin(encoder, m, batch);
      encode(encoder, this.#forward, this.#backward, m === microBatches - 1 ? this.#update : []);
    }
    const submitted = this.#submit(encoder);
    const following = this.#cache?.expect && next?.();
    if (following) this.#cache?.expect?.(following);
    const [loss, gradNorm, , , , finite] = await submitted;
    return { loss: loss as number, gradNorm: gradNorm as number, applied: finite === 1 };
  }

  /** Mean loss over what counts in these batches; forward only, nothing is updated. */
  async evaluate(batches: Iterable<B>): Promise<number> {
    const all = [...batches];
    const counted = this.#countedIn(all);
    const { microBatches } = this.recorded;
    let total = 0;
    for (let first = 0; first < all.length; first += microBatches) {
      const some = all.slice(first, first + microBatches);
      this.#upload(some, counted);
      let encoder = this.#memory.device.createCommandEncoder();
      this.#clearLoss(encoder);
      for (const [m, batch] of some.entries()) {
        encoder = await this.#begin(encoder, m, batch);
        encode(encoder, this.#forward);
      }
      const [loss] = await this.#submit(encoder);
      total += loss as number;
    }
    return total;
  }

  /** Runs forward and backward once and leaves every gradient in its arena. Returns the loss. */
  async differentiate(batch: B): Promise<number> {
    this.#upload([batch]);
    let encoder = this.#memory.device.createCommandEncoder();
    for (const { gradient } of this.recorded.parameters.arenas) {
      encoder.clearBuffer(this.#memory.buffer(gradient.storage));
    }
    this.#clearLoss(encoder);
    encoder = await this.#begin(encoder, 0, batch);
    encode(encoder, this.#forward, this.#backward);
    const [loss] = await this.#submit(encoder);
    return loss as number;
  }

  #countedIn(batches: readonly B[]): number {
    return batches.reduce((sum, batch) => sum + this.recorded.inputs.counted(batch), 0);
  }

  #upload(batches: readonly B[], counted = this.#countedIn(batches)): void {
    const { inputs, staging } = this.recorded;
    const bytes = new Uint8Array(this.#uploadBytes);
    let at = 0;
    for (const batch of batches) {
      const prepared = inputs.prepare(batch, counted);
      for (const [name, input] of Object.entries(inputs.tensors)) {
        const values = prepared[name];
        if (values?.byteLength !== bytesOf(input)) {
          throw new Error(`${name}: ${values?.byteLength ?? 'no'} bytes given, ${bytesOf(input)} expected`);
        }
        bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
        at += values.byteLength;
      }
    }
    this.#memory.device.queue.writeBuffer(this.#memory.buffer(staging.upload), 0, this.#uploadBytes, 0, at);
  }

  /**
   * Copies a micro-batch's inputs. A cache writes at once, so what is encoded by now has to run before it does; and while the GPU does
   * that, the cache reads.
   */
  async #begin(encoded: GPUCommandEncoder, m: number, batch: B): Promise<GPUCommandEncoder> {
    const { device } = this.#memory;
    let encoder = encoded;
    if (this.#cache) {
      device.queue.submit([encoded.finish()]);
      await this.#cache.fill(batch);
      encoder = device.createCommandEncoder();
    }
    const tensors = Object.values(this.recorded.inputs.tensors);
    const upload = this.#memory.buffer(this.recorded.staging.upload);
    let at = m * tensors.reduce((sum, input) => sum + bytesOf(input), 0);
    for (const input of tensors) {
      encoder.copyBufferToBuffer(upload, at, this.#memory.buffer(input.storage), 0, bytesOf(input));
      at += bytesOf(input);
    }
    return encoder;
  }

  #clearLoss(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.#memory.buffer(this.recorded.outputs.loss.storage));
  }

  /** Submits, then reads [loss, ...optimizer state] through the next buffer of the ring. */
  async #submit(encoder: GPUCommandEncoder): Promise<Float32Array> {
    const { staging, outputs, optimizer } = this.recorded;
    const target = this.#memory.buffer(staging.metrics[this.#ring]!);
    this.#ring = (this.#ring + 1) % staging.metrics.length;
    const parts = [outputs.loss, optimizer.state].map((t) => ({
      buffer: this.#memory.buffer(t.storage),
      offset: 0,
      bytes: bytesOf(t),
    }));
    return new Float32Array(await submitAndRead(this.#memory.device, encoder, parts, target));
  }
}
