/**
 * The index of a prefix store: a page that says what the store is for, then an entry of 16 bytes for each slot of the data
 * file. An entry of zeros is a free slot. Numbers are little-endian.
 *
 * Page: [0, 4080) the header as JSON, filled up with spaces; its CRC-32; when it was last used (float64, milliseconds since
 * 1970); the CRC-32 of that. Entry: sample, cameras that saw it, CRC-32 of the record, CRC-32 of (that of the header, slot, and
 * these three): an entry of another store or of another slot is none.
 */
import { crc32 } from '../containers/crc32';

/** Of the layout of both files. A store of another one is begun anew. */
export const FORMAT = 2;

/** Bytes of the page. */
export const PAGE = 4096;

/** Bytes of an entry. */
export const ENTRY = 16;

/** Where the parts of the page lie. */
const HEADER_SUM = 4080;
export const LAST_USED = 4084;
const LAST_USED_SUM = 4092;

/** What the records of a store depend on. */
export interface PrefixStoreKey {
  /** Hash of the frozen weights. */
  readonly weights: string;
  /** Hash of all else: recording, prompts, cameras, size of the pictures. */
  readonly data: string;
  readonly precision: 'bf16' | 'f32';
  readonly layers: number;
  /** Bytes of the keys and values of one layer, for one sample. */
  readonly layerBytes: number;
}

/** What a store is for, in a person's words: names of the model and of the recording. */
export interface StoreLabel {
  readonly model: string;
  readonly recording: string;
}

export interface StoreHeader {
  readonly format: number;
  readonly key: PrefixStoreKey;
  readonly label: StoreLabel;
}

/** Which sample's record lies in a slot, and the CRC-32 of its bytes. */
export interface Entry {
  readonly sample: number;
  /** Cameras that had a picture of it: of each a bit, the first one's the lowest. */
  readonly seen: number;
  readonly checksum: number;
}

/** The page of a new store, which was not used yet. @throws Error where hashes or names are too long for it */
export function pageBytes(header: StoreHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PAGE).fill(' '.charCodeAt(0), 0, HEADER_SUM);
  const text = new TextEncoder().encode(JSON.stringify(header));
  if (text.length > HEADER_SUM) throw new Error(`The header of a prefix store has ${text.length} bytes.`);
  bytes.set(text);
  viewOf(bytes).setUint32(HEADER_SUM, crc32(bytes.subarray(0, HEADER_SUM)), true);
  return bytes;
}

/** The header, and what entries are tied to it by; null where it is damaged. @param index from the start of the file */
export function readHeader(index: Uint8Array): { readonly header: StoreHeader; readonly seal: number } | null {
  if (index.length < PAGE) return null;
  const text = index.subarray(0, HEADER_SUM);
  const seal = viewOf(index).getUint32(HEADER_SUM, true);
  if (crc32(text) !== seal) return null;
  return { header: JSON.parse(new TextDecoder().decode(text)) as StoreHeader, seal };
}

/** As it lies at LAST_USED. @param time milliseconds since 1970 */
export function lastUsedBytes(time: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PAGE - LAST_USED);
  const view = viewOf(bytes);
  view.setFloat64(0, time, true);
  view.setUint32(LAST_USED_SUM - LAST_USED, crc32(bytes.subarray(0, 8)), true);
  return bytes;
}

/** Milliseconds since 1970; null where that is damaged. @param index from the start of the file */
export function readLastUsed(index: Uint8Array): number | null {
  if (index.length < PAGE) return null;
  const view = viewOf(index);
  const isWhole = crc32(index.subarray(LAST_USED, LAST_USED_SUM)) === view.getUint32(LAST_USED_SUM, true);
  return isWhole ? view.getFloat64(LAST_USED, true) : null;
}

/** Where the entry of a slot lies. */
export const entryAt = (slot: number) => PAGE + slot * ENTRY;

export function entryBytes(slot: number, entry: Entry, seal: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ENTRY);
  const view = viewOf(bytes);
  view.setUint32(0, entry.sample, true);
  view.setUint32(4, entry.seen, true);
  view.setUint32(8, entry.checksum, true);
  view.setUint32(12, entrySum(slot, entry, seal), true);
  return bytes;
}

/** What lies in each slot: null where it is free. @param index from the start of the file, with a header @param seal of that */
export function readEntries(index: Uint8Array, seal: number): (Entry | 'damaged' | null)[] {
  const view = viewOf(index);
  return Array.from({ length: Math.ceil((index.length - PAGE) / ENTRY) }, (_, slot) => {
    const at = entryAt(slot);
    if (index.subarray(at, at + ENTRY).every((byte) => byte === 0)) return null;
    if (index.length < at + ENTRY) return 'damaged';
    const [sample, seen, checksum] = [0, 4, 8].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
    ];
    const entry = { sample, seen, checksum };
    return view.getUint32(at + 12, true) === entrySum(slot, entry, seal) ? entry : 'damaged';
  });
}

const entrySum = (slot: number, { sample, seen, checksum }: Entry, seal: number) =>
  crc32(new Uint8Array(Uint32Array.of(seal, slot, sample, seen, checksum).buffer));

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
