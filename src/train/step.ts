import type { Memory } from '../gpu/memory';
import { bind, type Dispatch, run } from '../gpu/program';
import { bytesOf, type Storage } from '../gpu/tensor';
import { uniformView } from '../gpu/uniform';
import { rotationAngles } from '../model/angles';
import { adamwKernels } from '../ops/adamw';
import { type Batch, countedTokens, type PreparedBatch, prepare } from './batch';
import { batchInputs, type RecordedStep, STATE_SIZE } from './record';

/** What a step reports. */
export interface StepResult {
  /** Mean over counted tokens, nats a token. */
  readonly loss: number;
  /** Global norm before clipping. */
  readonly gradNorm: number;
  /** False: loss or gradient was not finite, and nothing was updated. */
  readonly applied: boolean;
}

/** A recorded step on a device: buffers, pipelines and bind groups made once, then one submit a step. */
export class TrainingStep {
  readonly recorded: RecordedStep;
  private readonly memory: Memory;
  private readonly forward: readonly Dispatch[];
  private readonly backward: readonly Dispatch[];
  private readonly update: readonly Dispatch[];
  private readonly uniform: ReturnType<typeof uniformView>;
  private readonly uploadBytes: ArrayBuffer;
  private ring = 0;

  private constructor(memory: Memory, recorded: RecordedStep, bound: readonly Dispatch[]) {
    this.memory = memory;
    this.recorded = recorded;
    const backwardStart = recorded.forward.length;
    const updateStart = backwardStart + recorded.backward.length;
    this.forward = bound.slice(0, backwardStart);
    this.backward = bound.slice(backwardStart, updateStart);
    this.update = bound.slice(updateStart);
    this.uniform = uniformView(adamwKernels.update.source, 'step');
    this.uploadBytes = new ArrayBuffer(recorded.staging.upload.bytes);
  }

  /** Allocates what the plan says, compiles and binds. Parameters are uploaded by the caller. */
  static async create(
    memory: Memory,
    recorded: RecordedStep,
    onCompiled?: (done: number, of: number) => void,
  ): Promise<TrainingStep> {
    const { plan, forward, backward, update, inputs, shape } = recorded;
    const bufferOf = (storage: Storage) => memory.buffer(plan.slotOf.get(storage) ?? storage);
    const bound = await bind(memory.device, [...forward, ...backward, ...update], bufferOf, onCompiled);
    for (const storage of plan.persistent) memory.buffer(storage);
    const { M, H } = inputs.angles.sizes;
    memory.upload(inputs.angles, rotationAngles(M, H));
    const slots = Uint32Array.from({ length: shape.B * shape.T }, (_, n) => n % shape.T);
    memory.upload(inputs.slot, slots);
    const step = new TrainingStep(memory, recorded, bound);
    step.resetOptimizer();
    return step;
  }

  /** Moments to zero, step count to zero. */
  resetOptimizer(): void {
    const { parameters, optimizer } = this.recorded;
    const encoder = this.memory.device.createCommandEncoder();
    for (const { moment1, moment2 } of parameters.pages) {
      encoder.clearBuffer(this.memory.buffer(moment1.storage));
      encoder.clearBuffer(this.memory.buffer(moment2.storage));
    }
    this.memory.device.queue.submit([encoder.finish()]);
    const state = new Float32Array(STATE_SIZE);
    state[2] = 1; // beta1 ^ 0
    state[3] = 1; // beta2 ^ 0
    this.memory.upload(optimizer.state, state);
  }

  /** One optimizer step over M micro-batches. Resolves when its loss has been read. */
  async train(batches: readonly Batch[], learningRate: number): Promise<StepResult> {
    const { shape, parameters, optimizer } = this.recorded;
    if (batches.length !== shape.M) throw new Error(`${batches.length} micro-batches given, ${shape.M} planned`);
    this.upload(batches);
    this.uniform.set({ learning_rate: learningRate });
    const { device } = this.memory;
    device.queue.writeBuffer(this.memory.buffer(optimizer.step.storage), 0, this.uniform.arrayBuffer);

    const encoder = device.createCommandEncoder();
    for (const { gradient } of parameters.pages) encoder.clearBuffer(this.memory.buffer(gradient.storage));
    this.clearLoss(encoder);
    for (let m = 0; m < shape.M; m++) {
      this.copyInputs(encoder, m);
      encode(encoder, this.forward, this.backward, m === shape.M - 1 ? this.update : []);
    }
    const [loss, gradNorm, , , , finite] = await this.submit(encoder);
    return { loss: loss as number, gradNorm: gradNorm as number, applied: finite === 1 };
  }

  /** Mean loss over counted tokens of these batches; forward only, nothing is updated. */
  async evaluate(batches: Iterable<Batch>): Promise<number> {
    const all = [...batches];
    const counted = all.reduce((sum, batch) => sum + countedTokens(batch), 0);
    let total = 0;
    for (let first = 0; first < all.length; first += this.recorded.shape.M) {
      const some = all.slice(first, first + this.recorded.shape.M);
      this.upload(some, counted);
      const encoder = this.memory.device.createCommandEncoder();
      this.clearLoss(encoder);
      some.forEach((_, m) => {
        this.copyInputs(encoder, m);
        encode(encoder, this.forward);
      });
      const [loss] = await this.submit(encoder);
      total += loss as number;
    }
    return total;
  }

  /** Runs forward and backward once and leaves every gradient in its page. Returns the loss. */
  async differentiate(batch: Batch): Promise<number> {
    this.upload([batch]);
    const encoder = this.memory.device.createCommandEncoder();
    for (const { gradient } of this.recorded.parameters.pages) {
      encoder.clearBuffer(this.memory.buffer(gradient.storage));
    }
    this.clearLoss(encoder);
    this.copyInputs(encoder, 0);
    encode(encoder, this.forward, this.backward);
    const [loss] = await this.submit(encoder);
    return loss as number;
  }

  private upload(batches: readonly Batch[], counted = batches.reduce((sum, b) => sum + countedTokens(b), 0)): void {
    const { T } = this.recorded.shape;
    const bytes = new Uint8Array(this.uploadBytes);
    let at = 0;
    for (const batch of batches) {
      const prepared: PreparedBatch = prepare(batch, T, counted);
      // The order of batchInputs().
      for (const values of [
        prepared.tokens,
        prepared.targets,
        prepared.weight,
        prepared.position,
        prepared.queryBlock,
        prepared.keyBlock,
      ]) {
        bytes.set(new Uint8Array(values.buffer), at);
        at += values.byteLength;
      }
    }
    this.memory.device.queue.writeBuffer(this.memory.buffer(this.recorded.staging.upload), 0, this.uploadBytes, 0, at);
  }

  private copyInputs(encoder: GPUCommandEncoder, m: number): void {
    const inputs = batchInputs(this.recorded.inputs);
    const upload = this.memory.buffer(this.recorded.staging.upload);
    let at = m * inputs.reduce((sum, input) => sum + bytesOf(input), 0);
    for (const input of inputs) {
      encoder.copyBufferToBuffer(upload, at, this.memory.buffer(input.storage), 0, bytesOf(input));
      at += bytesOf(input);
    }
  }

  private clearLoss(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.memory.buffer(this.recorded.outputs.loss.storage));
  }

  /** Submits, then reads [loss, ...optimizer state] through the next buffer of the ring. */
  private async submit(encoder: GPUCommandEncoder): Promise<Float32Array> {
    const { staging, outputs, optimizer } = this.recorded;
    const target = this.memory.buffer(staging.metrics[this.ring] as Storage);
    this.ring = (this.ring + 1) % staging.metrics.length;
    encoder.copyBufferToBuffer(this.memory.buffer(outputs.loss.storage), 0, target, 0, 4);
    encoder.copyBufferToBuffer(this.memory.buffer(optimizer.state.storage), 0, target, 4, 4 * STATE_SIZE);
    this.memory.device.queue.submit([encoder.finish()]);
    await target.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(target.getMappedRange().slice(0));
    target.unmap();
    return values;
  }
}

function encode(encoder: GPUCommandEncoder, ...lists: (readonly Dispatch[])[]): void {
  const pass = encoder.beginComputePass();
  for (const list of lists) run(pass, list);
  pass.end();
}
