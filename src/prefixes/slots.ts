import { grow, type InPlaceFile, writeWhole } from '../kept/own_files';
import { ENTRY, type Entry, entryAt, entryBytes, LAST_USED, lastUsedBytes } from './index_file';
import { noRoom } from './problems';

/** The two files of a store, open to nobody else. */
export interface StoreFiles {
  readonly index: InPlaceFile;
  readonly data: InPlaceFile;
  /** Closes both; others can have them when its promise is kept. */
  close(): Promise<void>;
}

/** Which sample's record lies in which slot of the data file, here and on the disk. Slot n lies at n × recordBytes. */
export class Slots {
  readonly #files: StoreFiles;
  readonly #recordBytes: number;
  readonly #seal: number;
  readonly #used = new Map<number, Pick<Entry, 'seen' | 'checksum'> & { readonly slot: number }>();
  readonly #free = new Set<number>();
  /** Slots for which both files are long enough. */
  #end: number;
  /** Entries that were there and told nothing. */
  readonly damaged: number;

  /** @param entries what lies in each slot @param seal what ties entries to the header */
  constructor(files: StoreFiles, recordBytes: number, seal: number, entries: readonly (Entry | 'damaged' | null)[]) {
    this.#files = files;
    this.#recordBytes = recordBytes;
    this.#seal = seal;
    this.#end = entries.length;
    const there = Math.floor(files.data.getSize() / recordBytes);
    const bad: number[] = [];
    for (const [slot, entry] of entries.entries()) {
      const isUsed = entry !== null && entry !== 'damaged' && slot < there && !this.#used.has(entry.sample);
      if (isUsed) this.#used.set(entry.sample, { slot, seen: entry.seen, checksum: entry.checksum });
      else this.#free.add(slot);
      if (!isUsed && entry !== null) bad.push(slot);
    }
    this.damaged = bad.length;
    if (bad.length > 0) this.erase(bad);
    this.#trim();
  }

  get count(): number {
    return this.#used.size;
  }

  /** Bytes of both files. */
  get bytes(): number {
    return entryAt(this.#end) + this.#end * this.#recordBytes;
  }

  of(sample: number) {
    return this.#used.get(sample);
  }

  /** Where the record in a slot begins. */
  at(slot: number): number {
    return slot * this.#recordBytes;
  }

  /** Takes free slots, and new ones at the end, for which room is made in both files. @throws ProblemError where there is none */
  take(count: number): number[] {
    const free = [...this.#free].sort((a, b) => a - b).slice(0, count);
    const grown = this.#end + count - free.length;
    const { index, data } = this.#files;
    if (grown > this.#end && !(grow(data, this.at(grown)) && grow(index, entryAt(grown)))) {
      this.#cut();
      throw noRoom((grown - this.#end) * this.#recordBytes);
    }
    for (const slot of free) this.#free.delete(slot);
    const fresh = Array.from({ length: grown - this.#end }, (_, n) => this.#end + n);
    this.#end = grown;
    return [...free, ...fresh];
  }

  /** Gives slots back that hold no record. */
  release(slots: readonly number[]): void {
    for (const slot of slots) this.#free.add(slot);
    this.#trim();
  }

  /**
   * Says what lies in slots. The records are on the disk before an entry tells of them, and the entries are there when this
   * returns.
   * @throws ProblemError where there is no room
   */
  enter(entries: readonly (Entry & { readonly slot: number })[]): void {
    const { index, data } = this.#files;
    data.flush();
    for (const { slot, ...entry } of entries)
      if (!writeWhole(index, entryBytes(slot, entry, this.#seal), entryAt(slot))) throw noRoom(ENTRY * entries.length);
    index.flush();
    for (const { slot, sample, seen, checksum } of entries) this.#used.set(sample, { slot, seen, checksum });
  }

  /** Forgets what entries say. On the disk first: a slot that is written again must not be believed to hold what it held. */
  erase(slots: readonly number[]): void {
    for (const slot of slots) this.#files.index.write(new Uint8Array(ENTRY), { at: entryAt(slot) });
    this.#files.index.flush();
  }

  /** Forgets a record that is there. */
  forget(sample: number): void {
    const { slot } = this.#used.get(sample)!;
    this.erase([slot]);
    this.#used.delete(sample);
    this.#free.add(slot);
  }

  /** Writes down that the store is in use. */
  touch(): void {
    this.#files.index.write(lastUsedBytes(Date.now()), { at: LAST_USED });
    this.#files.index.flush();
  }

  /** Gives free slots at the end back to the disk. */
  #trim(): void {
    while (this.#free.delete(this.#end - 1)) this.#end -= 1;
    this.#cut();
  }

  #cut(): void {
    this.#files.index.truncate(entryAt(this.#end));
    this.#files.data.truncate(this.at(this.#end));
  }
}
