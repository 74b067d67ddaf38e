import type { Problem } from '../problem';
import type { ProblemLog } from './problem_log';

/** A single line of more bytes than this is refused. */
export const MAX_LINE_BYTES = 8 * 2 ** 20;
/** Blocks are cut at places that depend on the bytes alone, so a file gives the same tokens in every browser. */
const BLOCK_BYTES = 2 ** 18;

/** The last is what is meant by Latin-1 in practice. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface SourceFormat {
  readonly encoding: Encoding;
  /** Bytes of the byte-order mark. */
  readonly markBytes: number;
  /** Carriage returns alone end the lines (old Macintosh files). */
  readonly newline: '\n' | '\r';
}

/** Decoded text, with '\n' between lines. */
export interface TextBlock {
  /** Line of the first character, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What to say of a file that the browser no longer hands out. */
export const CANNOT_BE_READ = [
  'The file can no longer be read: it was moved, changed or removed after it was chosen.',
  'Choose it again.',
] as const;

const NOT_UTF8 = 'This line holds bytes that are not UTF-8: it was probably saved in another encoding.';

/** Says of a problem that it comes of another encoding. */
export const isOfEncoding = ({ choice }: Problem): boolean => choice === 'encoding';
const SAVE_AS_UTF8 = 'Save the file as UTF-8 in a text editor and choose it again.';

/**
 * Streams a file as blocks of whole lines, about 256 KiB each. Lines that are not UTF-8, that hold NUL or that are longer than
 * MAX_LINE_BYTES go to `problems` and are left out.
 */
export async function* lineBlocks(file: Blob, source: SourceFormat, problems: ProblemLog) {
  const decode = strictDecoder();
  const newline = source.newline.charCodeAt(0);
  let line = 1;
  for await (const { bytes, tooLong } of cutAtNewlines(utf8Chunks(file, source, problems), newline)) {
    if (tooLong) {
      problems.atLine(
        line,
        `This line is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB.`,
        'Break it into shorter lines.',
      );
      line++;
      continue;
    }
    const text = decode(bytes);
    if (text !== null && !text.includes('\0')) {
      yield { line, text: unixNewlines(text, source) };
      line += countNewlines(bytes, newline);
      continue;
    }
    for (const single of splitLines(bytes, newline)) {
      const own = decode(single);
      if (own === null) problems.atLine(line, NOT_UTF8, SAVE_AS_UTF8, 'encoding');
      else if (own.includes('\0'))
        problems.atLine(line, 'This line holds NUL bytes: it is not text.', 'Remove the line.');
      else yield { line, text: unixNewlines(own, source) };
      line++;
    }
  }
}

/** The same without regard to lines, for formats in which a line may be as long as the file. Bytes that are not UTF-8 become U+FFFD and their lines are added to `broken`. */
export async function* freeBlocks(file: Blob, source: SourceFormat, problems: ProblemLog, broken: Set<number>) {
  const strict = strictDecoder();
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const newline = source.newline.charCodeAt(0);
  let line = 1;
  for await (const bytes of cutAtCharacters(utf8Chunks(file, source, problems))) {
    const text = strict(bytes);
    if (text === null) {
      let at = line;
      for (const single of splitLines(bytes, newline)) {
        if (strict(single) === null) broken.add(at);
        at++;
      }
    }
    yield { line, text: unixNewlines(text ?? lenient.decode(bytes), source) };
    line += countNewlines(bytes, newline);
  }
}

/** The file's bytes as UTF-8, without a byte-order mark. A UTF-16 unit that pairs with nothing becomes the byte 0xff, which no UTF-8 holds. */
async function* utf8Chunks(file: Blob, { encoding, markBytes }: SourceFormat, problems: ProblemLog) {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of chunks(file.slice(markBytes), problems)) {
    yield encoding === 'utf-8' ? chunk : markBroken(encoder, decoder.decode(chunk, { stream: true }));
  }
  if (encoding !== 'utf-8') yield markBroken(encoder, decoder.decode());
}

/** Blob.stream() by its reader, as not every browser can iterate over a stream. A file that was moved or changed since it was chosen ends early, with a problem. */
async function* chunks(file: Blob, problems: ProblemLog) {
  const reader = file.stream().getReader();
  const read = async () => {
    try {
      return await reader.read();
    } catch {
      problems.ofFile(...CANNOT_BE_READ);
      return { done: true, value: undefined } as const;
    }
  };
  let next = await read();
  try {
    for (; !next.done; next = await read()) yield next.value;
  } finally {
    if (!next.done) await reader.cancel(); // the caller has seen enough
  }
}

function markBroken(encoder: TextEncoder, text: string) {
  const bytes = encoder.encode(text);
  // U+FFFD is ef bf bd in UTF-8.
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd) bytes[i] = 0xff;
  }
  return bytes;
}

async function* cutAtNewlines(source: AsyncIterable<Uint8Array>, newline: number) {
  const buffer = byteBuffer();
  let skipping = false;
  for await (const chunk of source) {
    buffer.append(chunk);
    for (;;) {
      if (skipping) {
        const end = buffer.indexOf(newline, 0);
        if (end < 0) {
          buffer.take(buffer.length());
          break;
        }
        buffer.take(end + 1);
        skipping = false;
      }
      if (buffer.length() < BLOCK_BYTES) break;
      const last = buffer.lastIndexOf(newline, BLOCK_BYTES - 1);
      const cut = last >= 0 ? last : buffer.indexOf(newline, BLOCK_BYTES);
      if (cut >= 0 && cut < MAX_LINE_BYTES) yield { bytes: buffer.take(cut + 1), tooLong: false };
      else if (buffer.length() <= MAX_LINE_BYTES) break;
      else {
        yield { bytes: new Uint8Array(0), tooLong: true };
        skipping = true;
      }
    }
  }
  if (!skipping && buffer.length() > 0) yield { bytes: buffer.take(buffer.length()), tooLong: false };
}

async function* cutAtCharacters(source: AsyncIterable<Uint8Array>) {
  const buffer = byteBuffer();
  for await (const chunk of source) {
    buffer.append(chunk);
    while (buffer.length() > BLOCK_BYTES) {
      let cut = BLOCK_BYTES;
      // Continuation bytes are 10xxxxxx, at most three in a row; a carriage return stays with its line feed.
      while (cut > BLOCK_BYTES - 3 && (buffer.at(cut) & 0xc0) === 0x80) cut--;
      if (buffer.at(cut - 1) === 0x0d) cut--;
      yield buffer.take(cut);
    }
  }
  if (buffer.length() > 0) yield buffer.take(buffer.length());
}

/** A queue of bytes: append at the end, take from the front. What is taken is a copy. */
function byteBuffer() {
  let bytes = new Uint8Array(0);
  let start = 0;
  let end = 0;
  return {
    length: () => end - start,
    at: (index: number) => bytes[start + index]!,
    indexOf: (byte: number, from: number) => bytes.subarray(start, end).indexOf(byte, from),
    lastIndexOf: (byte: number, from: number) => bytes.subarray(start, end).lastIndexOf(byte, from),
    append(chunk: Uint8Array) {
      if (end + chunk.length > bytes.length) {
        const used = end - start;
        const target = used + chunk.length > bytes.length ? new Uint8Array(2 * (used + chunk.length)) : bytes;
        target.set(bytes.subarray(start, end));
        [bytes, start, end] = [target, 0, used];
      }
      bytes.set(chunk, end);
      end += chunk.length;
    },
    take(count: number) {
      const taken = bytes.slice(start, start + count);
      start += count;
      return taken;
    },
  };
}

function strictDecoder() {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Null where the bytes are not UTF-8. */
  return (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  };
}

function* splitLines(bytes: Uint8Array, newline: number) {
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

function countNewlines(bytes: Uint8Array, newline: number) {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

const unixNewlines = (text: string, { newline }: SourceFormat) =>
  newline === '\r' ? text.replaceAll('\r', '\n') : text.replaceAll('\r\n', '\n');
