import { crc32 } from '../containers/crc32';
import { type InPlaceFile, writeWhole } from '../kept/own_files';
import type { Entry, PrefixStoreKey } from './index_file';
import { noRoom } from './problems';
import type { Slots } from './slots';

/** How far a record is written. */
interface Writing {
  readonly sample: number;
  readonly seen: number;
  readonly slot: number;
  /** Layers that are there. */
  layers: number;
  /** CRC-32 of those. */
  checksum: number;
}

/** Records of some samples on their way: none of them counts before all are whole and committed. */
export class Block {
  readonly #data: InPlaceFile;
  readonly #slots: Slots;
  readonly #key: PrefixStoreKey;
  readonly #records: readonly Writing[];
  #ended = false;

  /** Use PrefixStore.begin(). @throws ProblemError where there is no room */
  constructor(
    samples: readonly Pick<Entry, 'sample' | 'seen'>[],
    data: InPlaceFile,
    slots: Slots,
    key: PrefixStoreKey,
  ) {
    this.#data = data;
    this.#slots = slots;
    this.#key = key;
    const taken = slots.take(samples.length);
    this.#records = samples.map(({ sample, seen }, n) => ({ sample, seen, slot: taken[n]!, layers: 0, checksum: 0 }));
  }

  /** It was committed or given up. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Writes a layer of the n-th sample of the block. Layers of a sample come in order.
   * @throws ProblemError where there is no room; the block is given up then
   * @throws Error where it is not that layer's turn, or not a layer's bytes
   */
  write(n: number, layer: number, bytes: Uint8Array<ArrayBuffer>): void {
    const record = this.#records[n];
    const { layers, layerBytes } = this.#key;
    if (this.#ended || record?.layers !== layer || layer >= layers)
      throw new Error(`Layer ${layer} of sample ${n} of the block cannot be written now.`);
    if (bytes.length !== layerBytes) throw new Error(`A layer has ${layerBytes} bytes, not ${bytes.length}.`);
    if (!writeWhole(this.#data, bytes, this.#slots.at(record.slot) + layer * layerBytes)) {
      const missing = this.#records.reduce((sum, one) => sum + (layers - one.layers) * layerBytes, 0);
      this.giveUp();
      throw noRoom(missing);
    }
    record.checksum = crc32(bytes, record.checksum);
    record.layers += 1;
  }

  /**
   * The records are on the disk, and count, when this returns.
   * @throws ProblemError where there is no room; the block is given up then
   * @throws Error where a layer is missing
   */
  commit(): void {
    if (this.#ended || this.#records.some((record) => record.layers < this.#key.layers))
      throw new Error('A block is committed once, when all its layers are written.');
    try {
      this.#slots.enter(this.#records);
    } catch (error) {
      this.#slots.erase(this.#records.map(({ slot }) => slot));
      this.giveUp();
      throw error;
    }
    this.#ended = true;
  }

  /** Nothing of it is kept. Without effect on a block that has ended. */
  giveUp(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#slots.release(this.#records.map(({ slot }) => slot));
  }
}
