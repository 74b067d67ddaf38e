import { bytesOf, type MemoryKind, type Storage, type Tensor, type ValuesOf } from './tensor';

/** Every GPU buffer of the program passes through here, so that what is allocated can be counted. */
export class Memory {
  readonly device: GPUDevice;
  readonly #buffers = new Map<Storage, GPUBuffer>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** The buffer of a storage, made when first asked for. */
  buffer(storage: Storage): GPUBuffer {
    const existing = this.#buffers.get(storage);
    if (existing) return existing;
    const { label, bytes: size, contents } = storage;
    const mappedAtCreation = contents !== undefined;
    const buffer = this.device.createBuffer({ label, size, usage: usageOf(storage), mappedAtCreation });
    if (contents) {
      new Uint32Array(buffer.getMappedRange()).set(contents);
      buffer.unmap();
    }
    this.#buffers.set(storage, buffer);
    return buffer;
  }

  /**
   * Writes values to a tensor; their bytes must be the tensor's.
   * @throws Error where their bytes are not the tensor’s
   */
  upload(t: Tensor<string>, values: ArrayBufferView<ArrayBuffer>): void {
    if (values.byteLength !== bytesOf(t)) {
      throw new Error(`${t.label}: ${values.byteLength} bytes given, ${bytesOf(t)} expected`);
    }
    this.device.queue.writeBuffer(this.buffer(t.storage), t.offset, values);
  }

  /** Writes a part of a storage. @param offset first byte; a multiple of 4, as the number of bytes is */
  write(storage: Storage, offset: number, values: ArrayBufferView<ArrayBuffer>): void {
    this.device.queue.writeBuffer(this.buffer(storage), offset, values);
  }

  /**
   * Writes values to each of these tensors, by name.
   * @throws Error that names the tensor which has no values, or not its bytes
   */
  uploadAll<const T extends Readonly<Record<string, Tensor<string>>>>(tensors: T, values: ValuesOf<NoInfer<T>>): void {
    for (const [name, t] of Object.entries(tensors)) {
      const given = values[name];
      if (!given) throw new Error(`${name} has no values`);
      this.upload(t, given);
    }
  }

  /** Resolves once all that was written until now is on the GPU. */
  settled(): Promise<undefined> {
    return this.device.queue.onSubmittedWorkDone();
  }

  /** Frees these storages; others keep their buffers. */
  release(storages: Iterable<Storage>): void {
    for (const storage of storages) {
      this.#buffers.get(storage)?.destroy();
      this.#buffers.delete(storage);
    }
  }

  destroy(): void {
    this.release([...this.#buffers.keys()]);
  }

  /** Bytes allocated now, by what they are for. */
  bytesByKind(): Record<MemoryKind, number> {
    const total = emptyBytes();
    for (const storage of this.#buffers.keys()) total[storage.kind] += storage.bytes;
    return total;
  }
}

/** No byte of any kind. */
export const emptyBytes = (): Record<MemoryKind, number> => ({
  frozen: 0,
  trainable: 0,
  gradients: 0,
  moments: 0,
  activations: 0,
  workspace: 0,
  prefix: 0,
  inputs: 0,
  staging: 0,
  sampler: 0,
});

function usageOf({ kind, use }: Storage): GPUBufferUsageFlags {
  if (use === 'uniform') return GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  if (use === 'read back') return GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  if (kind === 'staging') return GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
}
