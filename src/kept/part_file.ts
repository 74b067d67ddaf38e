import { Sha256 } from '../containers/sha256';
import { problem } from '../problem';
import { type InPlaceFile, ifThere, type WorkerHandle, workerHandle, writeWhole } from './own_files';

/** Bytes that are read at once. */
const BLOCK = 2 ** 23;

/** What a file is called before it is whole. */
export const partName = (name: string) => `${name}.part`;

/**
 * A file that grows where it lies: what has been written stays, whatever becomes of the tab. Only a worker can open one.
 * Its hash goes along; of what an earlier tab wrote it is made anew, so that nothing is believed that is not on the disk.
 */
export class PartFile {
  readonly #handle: WorkerHandle;
  readonly #file: InPlaceFile;
  readonly #name: string;
  #hash = new Sha256();
  #bytes = 0;

  private constructor(handle: WorkerHandle, file: InPlaceFile, name: string) {
    this.#handle = handle;
    this.#file = file;
    this.#name = name;
  }

  /**
   * Opens what there is of a file, whole or in part, or begins it.
   * @param onRead hears how much of it was read again; what it throws ends that
   * @throws DOMException where another thread has it open
   */
  static async open(
    folder: FileSystemDirectoryHandle,
    name: string,
    onRead: (bytes: number) => void = () => undefined,
  ): Promise<PartFile> {
    const whole = await ifThere(folder.getFileHandle(name));
    if (whole) await (whole as WorkerHandle).move(partName(name));
    const handle = await workerHandle(folder, partName(name));
    const part = new PartFile(handle, await handle.createSyncAccessHandle(), name);
    try {
      await part.#readAgain(onRead);
    } catch (error) {
      part.close();
      throw error;
    }
    return part;
  }

  async #readAgain(onRead: (bytes: number) => void): Promise<void> {
    const block = new Uint8Array(BLOCK);
    const end = this.#file.getSize();
    while (this.#bytes < end) {
      const read = this.#file.read(block, { at: this.#bytes });
      this.#hash.update(block.subarray(0, read));
      this.#bytes += read;
      onRead(this.#bytes);
      await new Promise((resolve) => setTimeout(resolve)); // a gigabyte takes seconds: what else is asked comes between
    }
  }

  /** Bytes that are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws ProblemError where there is no room for them */
  append(bytes: Uint8Array<ArrayBuffer>): void {
    if (!writeWhole(this.#file, bytes, this.#bytes)) throw noRoom(this.#name);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Begins again with nothing. */
  clear(): void {
    this.#file.truncate(0);
    this.#hash = new Sha256();
    this.#bytes = 0;
  }

  /** The SHA-256 of what is there, in hexadecimal. Nothing may be appended after it. */
  digest(): string {
    return this.#hash.digest();
  }

  /** Gives the file its name: it is whole. */
  async finish(): Promise<void> {
    this.#file.close();
    await this.#handle.move(this.#name);
  }

  /** Leaves it as it is, to be gone on with. */
  close(): void {
    this.#file.close();
  }
}

const noRoom = (name: string) =>
  problem(
    `There is no room left in this browser's storage for ${name}.`,
    'browser storage',
    'Delete models or adapters that are kept here, or free space on the disk; what has come so far stays.',
  );
