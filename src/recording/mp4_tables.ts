import { partOf } from '../containers/part';
import { bytesOf } from './files';

/** A stretch of an .mp4 as a demuxer may see it. */
export interface Mp4Part {
  /** Bytes from the start of the file. */
  readonly at: number;
  readonly bytes: ArrayBuffer;
}

/** Bytes of tables that a video can need; the pictures are not read here. */
const MOST_TABLE_BYTES = 2 ** 28;
/** Two hours at 50 frames a second, whatever they take: a demuxer lists them in a second and in 64 MiB. */
const MOST_SMALL = 400_000;
/** Of pictures that take as many bytes as any that show something. */
const MOST_SAMPLES = 1_000_000;
const PICTURE_BYTES = 100;
const MOST_BOXES = 1_000_000;
/** Boxes are looked for in so much at once. */
const BLOCK_BYTES = 2 ** 18;

/** Boxes that are read, by the box that they lie in. Whatever else a file holds, a demuxer would believe its counts too. */
const READ = new Map(
  Object.entries({
    file: ['ftyp', 'moov', 'moof'],
    moov: ['mvhd', 'trak', 'mvex'],
    mvex: ['trex'],
    trak: ['tkhd', 'edts', 'mdia'],
    edts: ['elst'],
    mdia: ['mdhd', 'hdlr', 'minf'],
    minf: ['stbl'],
    stbl: ['stsd', 'stts', 'ctts', 'stss', 'stsc', 'stsz', 'stz2', 'stco', 'co64'],
    moof: ['mfhd', 'traf'],
    traf: ['tfhd', 'tfdt', 'trun'],
    entry: ['avcC', 'hvcC', 'av1C', 'vpcC', 'esds'],
  }).map(([type, inside]) => [type, new Set(inside)]),
);
/** Kinds of picture, as a track names them. */
const VISUAL = /^(avc[1-4]|h(vc|ev)[12]|av01|vp0[89]|mp4v|mjpg|mjp2|encv|dvh[1e]|vv[ci]1)$/;
/** Where the boxes inside of a description of pictures begin. */
const ENTRY_HEAD = 86;

/** Bytes of an entry of a table, whose number stands 4 bytes into its content. */
const ENTRY_BYTES = new Map([
  ['stts', 8],
  ['ctts', 8],
  ['stsc', 12],
  ['stss', 4],
  ['stco', 4],
  ['co64', 8],
  ['elst', 12],
]);

interface Box {
  readonly type: string;
  readonly at: number;
  /** Where its content begins, and where it ends. */
  readonly from: number;
  readonly to: number;
}

/** What a box tells of a track. */
interface Track {
  id: number;
  /** Of what its descriptions say it is. */
  readonly kinds: string[];
  samples: number;
}

/**
 * The tables of an .mp4 that belong to its first track of pictures, in the file's order: all other boxes are shown as if they held nothing.
 * A demuxer makes a list of the samples before anybody can look at it, so their number is looked at here.
 *
 * @throws Error where tables claim more than they hold, or more samples than any video has
 */
export async function* tablesOf(blob: Blob, path: string): AsyncGenerator<Mp4Part> {
  const read = blocksOf(blob, path);
  const seen: Seen = { track: null, samples: 0, fileBytes: blob.size };
  let [gap, at, tableBytes] = [0, 0, 0];
  for (let boxes = 0; at + 8 <= blob.size; boxes++) {
    if (boxes === MOST_BOXES) throw new Error('it has too many parts');
    const head = boxAt(await read(at, Math.min(at + 16, blob.size)), 0, blob.size - at);
    if (!head || at + head.to > blob.size) break;
    const end = at + head.to;
    if (READ.get('file')?.has(head.type)) {
      tableBytes += head.to;
      if (tableBytes > MOST_TABLE_BYTES) throw new Error('its tables are too large');
      if (gap < at) yield skipped(gap, at);
      const view = await read(at, end);
      look(view, { ...head, at: 0 }, seen);
      yield { at, bytes: view.buffer };
      gap = end;
    }
    at = end;
  }
}

/** Bytes of a file, of which a block is read at once. */
function blocksOf(blob: Blob, path: string) {
  let [start, block] = [0, new ArrayBuffer(0)];
  return async (from: number, to: number): Promise<DataView<ArrayBuffer>> => {
    if (from < start || to > start + block.byteLength) {
      block = await bytesOf(partOf(blob, from, Math.max(to, Math.min(from + BLOCK_BYTES, blob.size))), path);
      start = from;
    }
    return new DataView(block.slice(from - start, to - start));
  };
}

/** The head of one box in place of all that lies there: a demuxer jumps over it. */
function skipped(from: number, to: number): Mp4Part {
  const isLong = to - from >= 2 ** 32;
  const view = new DataView(new ArrayBuffer(isLong ? 16 : 8));
  view.setUint32(0, isLong ? 1 : to - from);
  rename(view, 0, 'mdat');
  if (isLong) view.setBigUint64(8, BigInt(to - from));
  return { at: from, bytes: view.buffer };
}

function rename(view: DataView, at: number, type: string) {
  for (let n = 0; n < 4; n++) view.setUint8(at + 4 + n, type.charCodeAt(n));
}

/** The box at a place of `to` bytes; null where there can be none. Inside of another a size of 0 goes on to the end. */
function boxAt(view: DataView, at: number, to: number): Box | null {
  if (at + 8 > to) return null;
  const short = view.getUint32(at);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(at + n)));
  if (short === 1 && (at + 16 > to || at + 16 > view.byteLength)) return null;
  const [header, size] = short === 1 ? [16, Number(view.getBigUint64(at + 8))] : [8, short || to - at];
  return size >= header ? { type, at, from: at + header, to: at + size } : null;
}

/** What was met so far. */
interface Seen {
  /** The first track of pictures. */
  track: number | null;
  samples: number;
  readonly fileBytes: number;
}

/** Looks at what lies in a box, and hides what is not read. */
function look(view: DataView, box: Box, seen: Seen, of?: Track): void {
  for (const inside of boxesIn(view, box)) {
    const { type, at } = inside;
    const track = of ?? { id: 0, kinds: [], samples: 0 };
    if (!READ.get(box.type)?.has(type)) rename(view, at, 'free');
    else if (type === 'trak' || type === 'traf') {
      look(view, inside, seen, track);
      if (!isWanted(track, type, seen)) rename(view, at, 'free');
      else count(track.samples, seen);
    } else if (READ.has(type)) look(view, inside, seen, track);
    else lookAtTable(view, inside, seen.fileBytes, track);
  }
}

function* boxesIn(view: DataView, { from, to }: Box): Generator<Box> {
  for (let at = from; ; ) {
    const box = boxAt(view, at, to);
    if (!box || box.to > to) return;
    yield box;
    at = box.to;
  }
}

/** Of several tracks of pictures the first is read, and the fragments that belong to it. */
function isWanted({ id, kinds }: Track, type: string, seen: Seen): boolean {
  if (type === 'traf') return id === seen.track;
  const isFirst = seen.track === null && kinds.length > 0 && kinds.every((kind) => VISUAL.test(kind));
  if (isFirst) seen.track = id;
  return isFirst;
}

function count(samples: number, seen: Seen): void {
  seen.samples += samples;
  const most = Math.min(MOST_SAMPLES, Math.max(MOST_SMALL, seen.fileBytes / PICTURE_BYTES), seen.fileBytes);
  if (seen.samples > most) throw claims(seen.samples);
}

const claims = (samples: number) => new Error(`it claims ${samples} frames`);

function lookAtTable(view: DataView, box: Box, fileBytes: number, track: Track): void {
  const { type, from, to } = box;
  const number = (at: number) => (from + at + 4 <= to ? view.getUint32(from + at) : 0);
  const entryBytes = ENTRY_BYTES.get(type);
  if (entryBytes !== undefined && 8 + number(4) * entryBytes > to - from)
    throw new Error(`its table "${type}" claims ${number(4)} entries`);
  if (type === 'tkhd') track.id = number(view.getUint8(from) === 1 ? 20 : 12);
  else if (type === 'tfhd') track.id = number(4);
  else if (type === 'stsd') track.kinds.push(firstDescription(view, box));
  else track.samples += samplesIn(type, number, to - from, fileBytes);
}

/** Leaves one description, with what a decoder must know. @returns its kind */
function firstDescription(view: DataView, { from, to }: Box): string {
  const entry = boxAt(view, from + 8, to);
  if (!entry || entry.to > to || entry.at + ENTRY_HEAD > entry.to) return '';
  view.setUint32(from + 4, 1);
  for (const inside of boxesIn(view, { ...entry, from: entry.at + ENTRY_HEAD })) {
    if (!READ.get('entry')?.has(inside.type)) rename(view, inside.at, 'free');
    // Only its head says which codec it is; its lists are read from the file.
    else if (inside.type === 'hvcC' && inside.from + 22 < inside.to) view.setUint8(inside.from + 22, 0);
  }
  return entry.type;
}

/** Samples that a table tells of. @throws Error where it cannot hold so many, or the file cannot */
function samplesIn(type: string, number: (at: number) => number, tableBytes: number, fileBytes: number): number {
  if (type === 'stsz' || type === 'stz2') {
    const bytesOfAll = type === 'stsz' ? number(4) : 0;
    const entryBytes = type === 'stsz' ? 4 : (number(4) & 255) / 8;
    const samples = number(8);
    const most = bytesOfAll > 0 ? fileBytes / bytesOfAll : (tableBytes - 12) / entryBytes;
    if (samples > most) throw claims(samples);
    return samples;
  }
  if (type !== 'trun') return 0;
  const flags = number(0);
  const bits = (...all: readonly number[]) => all.filter((bit) => flags & bit).length;
  const samples = number(4);
  const needed = 8 + 4 * bits(1, 4) + 4 * bits(0x100, 0x200, 0x400, 0x800) * samples;
  if (needed > tableBytes) throw claims(samples);
  return Math.max(1, samples); // a run takes room, too
}
