/** Tokens that are single bytes of UTF-8, which tokenizers fall back on for characters that they have no token for. */

/** The byte that each of those tokens is, by id. */
export function bytesOfVocabulary(vocab: Readonly<Record<string, number>>): ReadonlyMap<number, number> {
  const bytes = new Map<number, number>();
  for (let byte = 0; byte < 256; byte++) {
    const id = vocab[`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`];
    if (id !== undefined) bytes.set(id, byte);
  }
  return bytes;
}

type ByteOf = (id: number) => number | undefined;

/**
 * The ids without bytes that make no whole character: the first bytes of one that is still being written, or that a window cut off,
 * and what a model wrote that is no UTF-8. Decoded they would show as replacement characters.
 */
export function wholeCharacters(ids: readonly number[], byteOf: ByteOf): number[] {
  const kept: number[] = [];
  for (let at = 0; at < ids.length; ) {
    const first = byteOf(ids[at]!);
    const length = first === undefined ? 1 : characterLength(first);
    const character = ids.slice(at, at + length);
    if (first === undefined || isCharacter(character, length, byteOf)) {
      kept.push(...character);
      at += length;
    } else at++;
  }
  return kept;
}

/** Bytes of the character that a byte begins; 1 too for a byte that begins none. */
function characterLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isCharacter(ids: readonly number[], length: number, byteOf: ByteOf): boolean {
  const bytes = ids.flatMap((id) => byteOf(id) ?? []);
  if (bytes.length !== length) return false;
  if (length === 1) return bytes[0]! < 0x80;
  try {
    decoder.decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false; // too long a form, half of a pair, or beyond Unicode
  }
}

/** The text of bytes, whole characters alone. */
export const textOfBytes = (bytes: readonly number[]): string =>
  decoder.decode(Uint8Array.from(wholeCharacters(bytes, (byte) => byte)));

/**
 * The characters that byte-level vocabularies are written with (as GPT-2's is): a byte that prints stands for itself, and the others, in order, for the
 * characters from U+0100 on.
 */
export const byteOfLetter: ReadonlyMap<string, number> = (() => {
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    letters.set(String.fromCharCode(prints ? byte : next++), byte);
  }
  return letters;
})();
