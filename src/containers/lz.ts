/** Two simple compressions of bytes, LZ4 blocks and LZF: literal bytes, and copies of what came before. */

/** @throws Error where the bytes are damaged or give another length */
export function unpackLz4(bytes: Uint8Array, length: number): Uint8Array {
  const out = output(length);
  let at = 0;
  const more = (start: number) => {
    let sum = start;
    if (start === 15) {
      for (let next = 255; next === 255; ) {
        next = byteAt(bytes, at++);
        sum += next;
      }
    }
    return sum;
  };
  while (at < bytes.length) {
    const token = byteAt(bytes, at++);
    const literals = more(token >> 4);
    out.take(bytes, at, literals);
    at += literals;
    if (at >= bytes.length) break; // the last sequence has no copy
    const distance = byteAt(bytes, at) + 256 * byteAt(bytes, at + 1);
    at += 2;
    out.copy(distance, more(token & 15) + 4);
  }
  return out.whole();
}

/** @throws Error where the bytes are damaged or give another length */
export function unpackLzf(bytes: Uint8Array, length: number): Uint8Array {
  const out = output(length);
  for (let at = 0; at < bytes.length; ) {
    const control = byteAt(bytes, at++);
    if (control < 32) {
      out.take(bytes, at, control + 1);
      at += control + 1;
      continue;
    }
    const more = control >> 5 === 7 ? byteAt(bytes, at++) : 0;
    out.copy(((control & 31) << 8) + byteAt(bytes, at++) + 1, (control >> 5) + more + 2);
  }
  return out.whole();
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Error('a compressed piece ends too early');
  return byte;
}

/** `length` bytes that are filled from the start. */
function output(length: number) {
  const bytes = new Uint8Array(length);
  let filled = 0;
  const room = (count: number) => {
    if (filled + count > length) throw new Error('a compressed piece holds more than it says');
  };
  return {
    take(from: Uint8Array, at: number, count: number) {
      room(count);
      if (at + count > from.length) throw new Error('a compressed piece ends too early');
      bytes.set(from.subarray(at, at + count), filled);
      filled += count;
    },
    /** Again what was written `distance` bytes before, which may run into what is being written. */
    copy(distance: number, count: number) {
      room(count);
      if (distance < 1 || distance > filled) throw new Error('a compressed piece points before its start');
      for (const end = filled + count; filled < end; filled++) bytes[filled] = bytes[filled - distance]!;
    },
    whole() {
      if (filled !== length) throw new Error(`a compressed piece gives ${filled} of ${length} bytes`);
      return bytes;
    },
  };
}
