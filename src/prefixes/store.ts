/**
 * What a frozen backbone gives for frames of a recording, kept on the disk: the keys and values of all its layers, so that an
 * action expert is trained without it. One file has the records, which all have one size; another says which lie where.
 */
import { crc32 } from '../containers/crc32';
import { writeWhole } from '../kept/own_files';
import { excerpt, type Outcome, type Problem } from '../problem';
import { Block } from './block';
import { FORMAT, type PrefixStoreKey, pageBytes, readEntries, readHeader, type StoreLabel } from './index_file';
import { damagedEntries, damagedRecord, droppedStore, noRoom } from './problems';
import { Slots, type StoreFiles } from './slots';

/** Characters that are kept of a name: a page of the index has room for them. */
const NAME = 200;

/** A store, and what was there and could not be used. */
export interface OpenedStore {
  readonly store: PrefixStore;
  readonly dropped: readonly Problem[];
}

/** Whatever moment the tab ends at, a record is there whole or not at all, and no more is lost than the block on its way. */
export class PrefixStore {
  readonly key: PrefixStoreKey;
  readonly #files: StoreFiles;
  readonly #slots: Slots;
  #block: Block | null = null;

  private constructor(key: PrefixStoreKey, files: StoreFiles, slots: Slots) {
    this.key = key;
    this.#files = files;
    this.#slots = slots;
  }

  /**
   * Opens what the files hold for this key, or begins them anew.
   * @param label what a new store is for
   * @throws ProblemError where there is no room
   */
  static open(key: PrefixStoreKey, label: StoreLabel, files: StoreFiles): OpenedStore {
    const dropped: Problem[] = [];
    let index = contentOf(files);
    const unusable = index.length > 0 ? whyUnusable(index, key) : null;
    if (unusable) dropped.push(droppedStore(unusable, label));
    if (unusable || index.length === 0) {
      beginAnew(key, label, files);
      index = contentOf(files);
    }
    const { seal } = readHeader(index)!;
    const slots = new Slots(files, key.layers * key.layerBytes, seal, readEntries(index, seal));
    if (slots.damaged > 0) dropped.push(damagedEntries(slots.damaged, label));
    slots.touch();
    return { store: new PrefixStore(key, files, slots), dropped };
  }

  /** Records that are there. */
  get count(): number {
    return this.#slots.count;
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return this.#slots.bytes;
  }

  /** Bytes of a record: of its layers, one after the other. */
  get recordBytes(): number {
    return this.key.layers * this.key.layerBytes;
  }

  has(sample: number): boolean {
    return this.#slots.of(sample) !== undefined;
  }

  /** Cameras that had a picture of a sample: of each a bit, the first one's the lowest. None of a sample that is not there. */
  seen(sample: number): number {
    return this.#slots.of(sample)?.seen ?? 0;
  }

  /**
   * Begins to write records of samples that are not there; one block at a time.
   * @param samples numbers from 0 to 2³² − 1
   * @param seen of each of them, as `seen` will give it
   * @throws ProblemError where there is no room for them
   */
  begin(samples: readonly number[], seen: readonly number[] = []): Block {
    if (this.#block?.ended === false) throw new Error('Another block of this store is being written.');
    const isNew = (sample: number) => sample >>> 0 === sample && !this.has(sample);
    if (!samples.every(isNew) || new Set(samples).size < samples.length)
      throw new Error('Only samples that are not there are written, each once.');
    const entries = samples.map((sample, n) => ({ sample, seen: seen[n] ?? 0 }));
    this.#block = new Block(entries, this.#files.data, this.#slots, this.key);
    return this.#block;
  }

  /**
   * Reads a record and checks it. One that is damaged is forgotten: `has` is false from then on, and it is to be computed again.
   * @param into of recordBytes
   * @throws Error where there is none
   */
  read(sample: number, into = new Uint8Array(this.recordBytes)): Outcome<Uint8Array<ArrayBuffer>> {
    const found = this.#slots.of(sample);
    if (!found || into.length !== this.recordBytes)
      throw new Error(`There is no record of sample ${sample} of ${into.length} bytes.`);
    const read = this.#files.data.read(into, { at: this.#slots.at(found.slot) });
    if (read === into.length && crc32(into) === found.checksum) return { ok: true, value: into };
    this.#slots.forget(sample);
    return { ok: false, problem: damagedRecord(sample) };
  }

  /** Gives up the block that is being written; others can have the store when the promise is kept. */
  close(): Promise<void> {
    this.#block?.giveUp();
    this.#slots.touch();
    return this.#files.close();
  }
}

function contentOf({ index }: StoreFiles): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(index.getSize());
  return bytes.subarray(0, index.read(bytes, { at: 0 }));
}

/** Why a store holds nothing for this key, as a sentence; null where it does. */
function whyUnusable(index: Uint8Array, key: PrefixStoreKey): string | null {
  const found = readHeader(index)?.header;
  if (!found) return 'What says which frames are kept is damaged.';
  if (found.format !== FORMAT) return 'The frames were kept by another version of this page.';
  if (found.key.weights !== key.weights) return 'The frames that are kept belong to other weights.';
  const names = ['data', 'precision', 'layers', 'layerBytes'] as const;
  if (names.every((name) => found.key[name] === key[name])) return null;
  return 'The frames that are kept belong to other data.';
}

function beginAnew(key: PrefixStoreKey, { model, recording }: StoreLabel, { index, data }: StoreFiles): void {
  index.truncate(0);
  data.truncate(0);
  const label = { model: excerpt(model, NAME), recording: excerpt(recording, NAME) };
  const page = pageBytes({ format: FORMAT, key, label });
  if (!writeWhole(index, page, 0)) throw noRoom(page.length);
}
