/** What happens to files on their way, and what is done to them to do harm. A seed decides all of it. */
import { randomStream } from '../../src/random';
import { mutatedJson } from './mutate_json';

export type Bytes = Uint8Array<ArrayBuffer>;
type Random = () => number;

/** Numbers that a count, a length or an offset is replaced by. */
const ODD = [0n, 1n, 31n, 255n, 65536n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 60n, 2n ** 63n, 2n ** 64n - 1n];

/** What means something in one text or another. */
const WORDS = [
  ...['{', '}', '[', ']', '(', ')', '"', "'", '\\', ',', ':', ';', '|', '\n', '\r', '\t', '\0', '<', '>', '&', '='],
  ...['"""', '\\ud800', '\ud83d\ude00', '\ufeff', 'null', 'NaN', '-1', '1e308', '1e999', '9'.repeat(30)],
  ...[
    '__proto__',
    'constructor',
    '../',
    '<img src=x onerror=alert(1)>',
    '(a+)+$',
    '<|im_start|>',
    '{{',
    '{% for a in b %}',
  ],
];

const place = (random: Random, most: number) => Math.floor(random() * most);
const one = <T>(random: Random, list: readonly T[]): T => list[place(random, list.length)]!;

/**
 * A file with one to three changes. JSON, JSON Lines and the header of safetensors files are changed as what they say, too.
 * @param name tells what the file is
 */
export function mutatedFile(name: string, content: Bytes, ...seed: readonly (number | string)[]): Bytes {
  const random = randomStream('mutation', ...seed);
  let bytes = random() < 0.7 ? structured(name, content, random) : null;
  if (bytes && random() < 0.9) return bytes;
  bytes ??= content;
  for (let times = 1 + place(random, 3); times > 0 && bytes.length > 0; times--) bytes = changed(bytes, random);
  return bytes;
}

/** Null for a file that is no JSON, as a whole or in part. */
function structured(name: string, content: Bytes, random: Random): Bytes | null {
  if (name.endsWith('.safetensors')) return withHeader(content, random);
  if (name.endsWith('.jsonl')) return withLine(content, random);
  const json = parsed(content);
  return json === null ? null : encode(mutatedJson(json, random));
}

function parsed(content: Bytes): object | null {
  if (content.length > 2 ** 20 || (content[0] !== 0x7b && content[0] !== 0x5b)) return null;
  try {
    return JSON.parse(new TextDecoder().decode(content)) as object;
  } catch {
    return null;
  }
}

const encode = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));

/** A safetensors file with another header, and as much data as before. */
function withHeader(file: Bytes, random: Random): Bytes {
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = encode(mutatedJson(parsed(file.slice(8, end))!, random));
  const rest = file.subarray(end);
  const bytes = new Uint8Array(8 + header.length + rest.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(rest, 8 + header.length);
  return bytes;
}

function withLine(file: Bytes, random: Random): Bytes {
  const lines = new TextDecoder().decode(file).split('\n');
  const at = place(random, lines.length - 1);
  const json = parsed(encode(lines[at]!));
  if (json) lines[at] = mutatedJson(json, random);
  return encode(lines.join('\n'));
}

/** Where a change is made: half of them at the ends, where tables and heads are. */
function placeIn(bytes: Bytes, random: Random): number {
  const near = Math.min(bytes.length, 300);
  const where = random();
  if (where < 0.25) return place(random, near);
  return where < 0.5 ? bytes.length - 1 - place(random, near) : place(random, bytes.length);
}

type Change = (bytes: Bytes, at: number, random: Random) => Bytes;

const set =
  (size: number, write: (view: DataView, at: number, little: boolean, random: Random) => void): Change =>
  (bytes, at, random) => {
    const copy = bytes.slice();
    if (at + size <= copy.length) write(new DataView(copy.buffer), at, random() < 0.6, random);
    return copy;
  };

const CHANGES: readonly Change[] = [
  set(1, (view, at, _, random) => view.setUint8(at, view.getUint8(at) ^ (1 << place(random, 8)))),
  set(1, (view, at, _, random) => view.setUint8(at, place(random, 256))),
  set(8, (view, at, little, random) => view.setBigUint64(at, one(random, ODD), little)),
  set(4, (view, at, little, random) => view.setUint32(at, Number(one(random, ODD) & 0xffffffffn), little)),
  set(2, (view, at, little, random) => view.setUint16(at, Number(one(random, ODD) & 0xffffn), little)),
  set(4, (view, at, little, random) => view.setUint32(at, place(random, 16), little)),
  (bytes, at) => bytes.slice(0, at),
  (bytes, at, random) => joined(bytes.subarray(0, at), bytes.subarray(at + 1 + place(random, 9))),
  (bytes, at, random) => joined(bytes.subarray(0, at), encode(one(random, WORDS)), bytes.subarray(at)),
  (bytes, at, random) => {
    const part = bytes.subarray(at, at + 1 + place(random, 64));
    const times = Math.min(1 + place(random, 3) ** 9, Math.ceil(2 ** 15 / (part.length + 1)));
    return joined(bytes.subarray(0, at), ...Array.from({ length: times }, () => part), bytes.subarray(at));
  },
];

const changed = (bytes: Bytes, random: Random): Bytes => one(random, CHANGES)(bytes, placeIn(bytes, random), random);

function joined(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
