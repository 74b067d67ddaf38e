export interface Mp4Sample {
  readonly data: Uint8Array;
  readonly key: boolean;
  /** Ticks after decoding at which it is shown. */
  readonly delay?: number;
}

export interface Mp4Options {
  readonly kind: 'avc1' | 'av01' | 'mp4v' | 'mp4a';
  /** Content of the avcC or av1C box. */
  readonly description: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Ticks a second; a sample lasts one tick. */
  readonly rate: number;
  /** Where presentation begins, ticks. */
  readonly editStart?: number;
  readonly tablesLast?: boolean;
}

/** A video of so many frames of nothing in particular, a keyframe every fourth. */
export const film = (frames: number, rate: number, kind: Mp4Options['kind'] = 'avc1') =>
  new Blob([
    mp4(
      Array.from({ length: frames }, (_, i) => ({ data: new Uint8Array(200).fill(i), key: i % 4 === 0 })),
      { kind, description: Uint8Array.from([1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]), width: 64, height: 48, rate },
    ),
  ]);

type Part = Uint8Array | readonly number[] | string;

const bytesOf = (part: Part) =>
  typeof part === 'string' ? new TextEncoder().encode(part) : part instanceof Uint8Array ? part : Uint8Array.from(part);

function join(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const all = parts.map(bytesOf);
  const joined = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const u16 = (value: number) => [(value >> 8) & 255, value & 255];
const u32 = (value: number) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const zeros = (count: number) => Array.from({ length: count }, () => 0);

function box(type: string, ...parts: Part[]) {
  const content = join(parts);
  return join([u32(content.length + 8), type, content]);
}
const fullBox = (type: string, ...parts: Part[]) => box(type, zeros(4), ...parts);
/** @param flags its last two bytes */
const flagged = (type: string, flags: readonly [number, number], ...parts: Part[]) =>
  box(type, zeros(2), flags, ...parts);

const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);

/** An .mp4 of one video track in one chunk, as short as the format allows. */
export function mp4(samples: readonly Mp4Sample[], options: Mp4Options): Uint8Array<ArrayBuffer> {
  const head = box('ftyp', 'isom', u32(512), 'isomiso2');
  const pictures = box('mdat', ...samples.map(({ data }) => data));
  const sizeOfTables = tables(samples, options, 0).length;
  const first = head.length + 8 + (options.tablesLast ? 0 : sizeOfTables);
  const described = tables(samples, options, first);
  return join(options.tablesLast ? [head, pictures, described] : [head, described, pictures]);
}

/** A video of fragments: each has its own table of samples, before its pictures. */
export function fragmented(fragments: readonly (readonly Mp4Sample[])[], options: Mp4Options): Uint8Array<ArrayBuffer> {
  const parts = fragments.map((samples, n) => {
    const sizes = samples.map(({ data }) => u32(data.length));
    const run = (offset: number) => flagged('trun', [2, 1], u32(samples.length), u32(offset), ...sizes);
    return join([fragment(n, run(fragment(n, run(0)).length + 8)), box('mdat', ...samples.map(({ data }) => data))]);
  });
  return join([box('ftyp', 'isom', u32(512), 'isomiso2'), emptyMovie(options), ...parts]);
}

/** A short file whose tables claim that so many runs have so many samples each, of whose sizes no table tells. */
export const claimingRuns = (runs: number, samples: number, options: Mp4Options): Uint8Array<ArrayBuffer> =>
  join([
    box('ftyp', 'isom', u32(512), 'isomiso2'),
    emptyMovie(options),
    fragment(0, ...Array.from({ length: runs }, () => fullBox('trun', u32(samples)))),
  ]);

const emptyMovie = (options: Mp4Options) =>
  tables([], options, 0, box('mvex', fullBox('trex', u32(1), u32(1), u32(1), u32(1), u32(0))));

function fragment(n: number, ...runs: Part[]) {
  const track = box('traf', fullBox('tfhd', u32(1)), fullBox('tfdt', u32(n)), ...runs);
  return box('moof', fullBox('mfhd', u32(n + 1)), track);
}

function tables(samples: readonly Mp4Sample[], options: Mp4Options, firstOffset: number, ...more: Part[]) {
  const { kind, description, width, height, rate, editStart } = options;
  const count = samples.length;
  const keys = samples.flatMap(({ key }, sample) => (key ? [sample + 1] : []));
  const entry = box(
    kind,
    zeros(6),
    u16(1),
    zeros(16),
    u16(width),
    u16(height),
    u32(0x480000),
    u32(0x480000),
    zeros(4),
    u16(1),
    zeros(32),
    u16(24),
    u16(0xffff),
    box({ avc1: 'avcC', av01: 'av1C', mp4v: 'esds', mp4a: 'esds' }[kind], description),
  );
  const table = box(
    'stbl',
    fullBox('stsd', u32(1), entry),
    fullBox('stts', u32(1), u32(count), u32(1)),
    fullBox('stss', u32(keys.length), ...keys.map(u32)),
    fullBox('ctts', u32(count), ...samples.map(({ delay }) => [...u32(1), ...u32(delay ?? 0)])),
    fullBox('stsc', u32(1), u32(1), u32(count), u32(1)),
    fullBox('stsz', u32(0), u32(count), ...samples.map(({ data }) => u32(data.length))),
    fullBox('stco', u32(1), u32(firstOffset)),
  );
  const media = box(
    'mdia',
    fullBox('mdhd', zeros(8), u32(rate), u32(count), u16(0x55c4), u16(0)),
    fullBox('hdlr', zeros(4), 'vide', zeros(12), 'video\0'),
    box('minf', fullBox('vmhd', zeros(8)), box('dinf', fullBox('dref', u32(1), box('url ', u32(1)))), table),
  );
  const track = fullBox(
    'tkhd',
    zeros(8),
    u32(1),
    zeros(4),
    u32(count),
    zeros(16),
    MATRIX,
    u32(width << 16),
    u32(height << 16),
  );
  const edits =
    editStart === undefined ? [] : [box('edts', fullBox('elst', u32(1), u32(count), u32(editStart), u32(0x10000)))];
  return box(
    'moov',
    fullBox('mvhd', zeros(8), u32(rate), u32(count), u32(0x10000), u16(0x100), zeros(10), MATRIX, zeros(24), u32(2)),
    box('trak', track, ...edits, media),
    ...more,
  );
}
