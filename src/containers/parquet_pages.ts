import { type ColumnMetaData, type Compressors, type SchemaTree, snappyUncompress } from 'hyparquet';

/*
 * The reader of parquet believes the counts that it meets in a page; a damaged one would have it fill the memory and never come back.
 * Here they are checked first. Names of fields and numbers of encodings are those of the format's own definition.
 */

const MAX_PAGE_BYTES = 2 ** 30;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const DICTIONARY_ENCODINGS = [2, 8];

interface Levels {
  readonly repetition: number;
  readonly definition: number;
}

/** Checks the lists of a footer. @throws Error where a count cannot be true */
export function checkFooter(bytes: Uint8Array): void {
  readStruct(bytes, 0, 0);
}

/** Checks the pages of one column of one row group. @throws Error where a count cannot be true */
export function checkPages(bytes: Uint8Array, column: ColumnMetaData, levels: Levels, compressors: Compressors) {
  const promised = Number(column.num_values);
  let at = 0;
  let seen = 0;
  while (at < bytes.length - 1 && seen < promised) {
    const header = readStruct(bytes, at, 0);
    const kind = numberAt(header.fields, 1);
    const unpacked = numberAt(header.fields, 2);
    const packed = numberAt(header.fields, 3);
    const end = header.end + packed;
    if (packed < 0 || unpacked < 0 || unpacked > MAX_PAGE_BYTES || end > bytes.length)
      throw new Error(`a page claims ${packed} of ${bytes.length - header.end} bytes`);
    const content = bytes.subarray(header.end, end);
    if (kind === DICTIONARY_PAGE) checkCount(numberAt(structAt(header.fields, 7), 1), unpacked);
    else {
      const details = structAt(header.fields, kind === DATA_PAGE_V2 ? 8 : 5);
      const count = checkCount(numberAt(details, 1), promised - seen);
      seen += count;
      if (kind === DATA_PAGE_V2) checkSecondForm(content, details, count, unpacked, levels, column, compressors);
      else if (kind === DATA_PAGE) {
        const page = unpack(content, unpacked, column.codec, compressors);
        const start = [levels.repetition, levels.definition].reduce((from, level) => {
          if (level === 0) return from;
          const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(from, true);
          checkRuns(page, from + 4, bitsOf(level), count);
          return from + 4 + length;
        }, 0);
        checkIndices(page, start, numberAt(details, 2), count, column);
      }
    }
    at = end;
  }
}

/** How deep a column is nested, from the schema. */
export function levelsOf(schema: SchemaTree, path: readonly string[]): Levels {
  let node = schema;
  let repetition = 0;
  let definition = 0;
  for (const name of path) {
    const child = node.children.find(({ element }) => element.name === name);
    if (!child) throw new Error('its schema lacks one of its columns');
    if (child.element.repetition_type === 'REPEATED') repetition++;
    if (child.element.repetition_type !== 'REQUIRED') definition++;
    node = child;
  }
  return { repetition, definition };
}

/** Pages of the second form keep their levels outside of what is compressed. */
function checkSecondForm(
  content: Uint8Array,
  details: Fields,
  count: number,
  unpacked: number,
  levels: Levels,
  column: ColumnMetaData,
  compressors: Compressors,
) {
  const definitionBytes = numberAt(details, 5);
  const repetitionBytes = numberAt(details, 6);
  const levelBytes = definitionBytes + repetitionBytes;
  if (definitionBytes < 0 || repetitionBytes < 0 || levelBytes > Math.min(content.length, unpacked))
    throw new Error(`a page claims ${levelBytes} bytes of levels`);
  checkCount(numberAt(details, 2), count);
  checkCount(numberAt(details, 3), count);
  if (repetitionBytes > 0) checkRuns(content, 0, bitsOf(levels.repetition), count);
  if (definitionBytes > 0) checkRuns(content, repetitionBytes, bitsOf(levels.definition), count);
  const values = content.subarray(levelBytes);
  const plain = details.get(7) === 0;
  const page = plain ? values : unpack(values, unpacked - levelBytes, column.codec, compressors);
  checkIndices(page, 0, numberAt(details, 4), count - numberAt(details, 2), column);
}

/** Values that are kept as places in a dictionary are written in runs, too. */
function checkIndices(page: Uint8Array, at: number, encoding: number, count: number, { type }: ColumnMetaData) {
  if (!DICTIONARY_ENCODINGS.includes(encoding) || type === 'BOOLEAN' || at >= page.length) return;
  const width = page[at]!;
  if (width > 32) throw new Error(`a dictionary claims ${width} bits`);
  // how many are null is not known here, so runs may end early
  if (width > 0) checkRuns(page, at + 1, width, count, true);
}

/** Runs of equal or of packed numbers, until there are `count`: no run may say that it holds more. */
function checkRuns(page: Uint8Array, start: number, width: number, count: number, endsEarly = false) {
  let at = start;
  for (let seen = 0; seen < count; ) {
    if (endsEarly && at >= page.length) return;
    const run = readVarint(page, at);
    const length = Math.floor(run.value / 2);
    if (run.value % 2 === 0) {
      if (length > count - seen) throw new Error(`a run claims ${length} of ${count - seen} values`);
      seen += length;
      at = run.end + Math.ceil(width / 8);
    } else {
      if (length * 8 > count - seen + 512) throw new Error(`a run claims ${length * 8} of ${count - seen} values`);
      seen += length * 8;
      at = run.end + length * width;
    }
  }
}

function unpack(content: Uint8Array, bytes: number, codec: ColumnMetaData['codec'], compressors: Compressors) {
  if (codec === 'UNCOMPRESSED') return content;
  const decompress = compressors[codec];
  if (decompress) return decompress(content, bytes);
  if (codec !== 'SNAPPY') throw new Error(`its compression, ${codec}, is not read here`);
  const page = new Uint8Array(bytes);
  snappyUncompress(content, page);
  return page;
}

function checkCount(count: number, most: number): number {
  if (count < 0 || count > most) throw new Error(`a page claims ${count} values where there are at most ${most}`);
  return count;
}

const bitsOf = (level: number) => 32 - Math.clz32(level);

type Fields = ReadonlyMap<number, number | Fields>;

const NO_FIELDS: Fields = new Map();

const numberAt = (fields: Fields, id: number) => {
  const value = fields.get(id);
  return typeof value === 'number' ? value : 0;
};

function structAt(fields: Fields, id: number): Fields {
  const value = fields.get(id);
  return typeof value === 'object' ? value : NO_FIELDS;
}

/** Whole numbers, flags and structures of a structure in Thrift's compact form; the rest is passed over. */
function readStruct(
  bytes: Uint8Array,
  start: number,
  depth: number,
): { readonly fields: Fields; readonly end: number } {
  if (depth > 16) throw new Error('the head of a page or the footer is nested too deep');
  const fields = new Map<number, number | Fields>();
  let id = 0;
  for (let at = start; ; ) {
    const head = byteAt(bytes, at++);
    if ((head & 15) === 0) return { fields, end: at };
    if (head >> 4) id += head >> 4;
    else {
      const long = readVarint(bytes, at);
      id = zigzag(long.value);
      at = long.end;
    }
    const { value, end } = readValue(bytes, at, head & 15, depth);
    if (value !== null) fields.set(id, value);
    at = end;
  }
}

function readValue(
  bytes: Uint8Array,
  at: number,
  type: number,
  depth: number,
): { readonly value: number | Fields | null; readonly end: number } {
  if (type === 1 || type === 2) return { value: type === 1 ? 1 : 0, end: at };
  if (type === 3) return { value: byteAt(bytes, at), end: at + 1 };
  if (type <= 6) {
    const { value, end } = readVarint(bytes, at);
    return { value: zigzag(value), end };
  }
  if (type === 7) return { value: null, end: at + 8 };
  if (type === 8) {
    const { value: length, end } = readVarint(bytes, at);
    return { value: null, end: end + length };
  }
  if (type === 9 || type === 10) return { value: null, end: endOfList(bytes, at, depth) };
  if (type === 12) {
    const { fields, end } = readStruct(bytes, at, depth + 1);
    return { value: fields, end };
  }
  throw new Error('the head of a page or the footer is damaged');
}

/** An element of a list takes a byte at least. */
function endOfList(bytes: Uint8Array, start: number, depth: number): number {
  const head = byteAt(bytes, start);
  const { value: count, end } = head >> 4 === 15 ? readVarint(bytes, start + 1) : { value: head >> 4, end: start + 1 };
  if (count > bytes.length - end) throw new Error(`a list claims ${count} of ${bytes.length - end} bytes`);
  const type = head & 15;
  let at = end;
  for (let n = 0; n < count; n++) at = type <= 2 ? at + 1 : readValue(bytes, at, type, depth).end;
  return at;
}

const zigzag = (value: number) => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, place = 1; at < start + 8; at++, place *= 128) {
    const byte = byteAt(bytes, at);
    value += (byte & 127) * place;
    if (byte < 128) return { value, end: at + 1 };
  }
  throw new Error('a count in a page has no end');
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Error('a page ends too early');
  return byte;
}
