import { unpackLz4 } from './lz';
import { unshuffled } from './shuffle_bytes';

/** Flags of the third byte. */
const SHUFFLED = 1;
const COPIED = 2;
const BIT_SHUFFLED = 4;
const NOT_SPLIT = 16;
const HEAD = 16;

type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;

/** By the number that the flags hold. */
const CODECS = ['blosclz', 'lz4', 'snappy', 'zlib', 'zstd'];

/**
 * What Blosc packed: a head of 16 bytes, the places of blocks, and blocks whose bytes may be shuffled and split by their place in a value.
 * @throws Error where it is damaged, claims more than `maxBytes`, or is packed by a codec that is not read here
 */
export async function unpackBlosc(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  if (bytes.length < HEAD) throw new Error('a compressed piece ends too early');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [flags, size] = [bytes[2]!, Math.max(1, bytes[3]!)];
  const [length, blockLength] = [view.getUint32(4, true), view.getUint32(8, true)];
  if (length > maxBytes) throw new Error(`it would unpack to ${length} bytes`);
  if (flags & COPIED) return bytes.subarray(HEAD, HEAD + length);
  if (length > 0 && blockLength === 0) throw new Error('a compressed piece is damaged');
  const unpack = await codecOf(CODECS[flags >> 5] ?? `codec ${flags >> 5}`);
  const whole = new Uint8Array(length);
  for (let block = 0; block * blockLength < length; block++) {
    const from = block * blockLength;
    const own = Math.min(blockLength, length - from);
    const isSplit = !(flags & NOT_SPLIT) && own === blockLength;
    const packed = { bytes, view, start: intAt(view, HEAD + 4 * block) };
    const content = unpackBlock(packed, own, isSplit ? size : 1, unpack);
    whole.set(
      flags & SHUFFLED ? unshuffled(content, size) : flags & BIT_SHUFFLED ? bitsUnshuffled(content, size) : content,
      from,
    );
  }
  return whole;
}

async function codecOf(name: string): Promise<Unpack> {
  if (name === 'lz4') return unpackLz4;
  if (name === 'zlib') {
    const { unzlibSync } = await import('fflate');
    return (bytes, length) => unzlibSync(bytes, { out: new Uint8Array(length) });
  }
  if (name === 'zstd') {
    const { decompress } = await import('fzstd');
    return (bytes, length) => decompress(bytes, new Uint8Array(length));
  }
  throw new Error(`it is compressed with Blosc's ${name}, which is not read here`);
}

interface Packed {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
}

/** A block of `length` bytes: parts, each with how many bytes it has; one that could not be made smaller is as it was. */
function unpackBlock({ bytes, view, start }: Packed, length: number, parts: number, unpack: Unpack): Uint8Array {
  const block = new Uint8Array(length);
  const partLength = Math.floor(length / parts);
  let at = start;
  for (let part = 0; part < parts; part++) {
    const packed = intAt(view, at);
    const content = bytes.subarray(at + 4, at + 4 + packed);
    if (packed < 0 || content.length < packed) throw new Error('a compressed piece ends too early');
    block.set(packed === partLength ? content : unpack(content, partLength).subarray(0, partLength), part * partLength);
    at += 4 + packed;
  }
  return block;
}

function intAt(view: DataView, at: number): number {
  if (at < 0 || at + 4 > view.byteLength) throw new Error('a compressed piece ends too early');
  return view.getInt32(at, true);
}

/** Undoes the shuffling of bits, which puts the first bits of all values together, then their second ones; only where eights of values fill the block. */
function bitsUnshuffled(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (count % 8 !== 0) return bytes;
  const groups = count / 8;
  const values = bytes.slice();
  values.fill(0, 0, count * size);
  for (let byte = 0; byte < size; byte++) {
    for (let bit = 0; bit < 8; bit++) {
      const row = (byte * 8 + bit) * groups;
      for (let group = 0; group < groups; group++) {
        const stored = bytes[row + group]!;
        for (let n = 0; n < 8; n++) values[(group * 8 + n) * size + byte]! |= ((stored >> n) & 1) << bit;
      }
    }
  }
  return values;
}
