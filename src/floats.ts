/** Floating-point formats of 16 bits, of which JavaScript has no arrays everywhere. */

/** Upper halves of float32s, rounded to the nearest, ties to even. NaN stays NaN. */
export function toBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const notANumber = (word & 0x7fffffff) > 0x7f800000;
    // Rounding could carry a NaN's mantissa over into infinity: keep its upper half and set the quiet bit instead.
    bits[i] = notANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return bits;
}

/** bfloat16 bits as float32; exact. */
export function fromBf16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** Half floats' bits, rounded to the nearest, ties to even; from 65520 on infinity. NaN stays NaN. */
export function toF16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++)
    bits[i] = ((words[i]! >>> 16) & 0x8000) | unsignedF16(words[i]! & 0x7fffffff, values[i]!);
  return bits;
}

/** @param word The bits of |value| as a float32 */
function unsignedF16(word: number, value: number): number {
  if (word > 0x7f800000) return 0x7e00; // not a number
  if (word >= 0x47800000) return 0x7c00; // 2^16
  // The exponent's bias falls from 127 to 15; a carry out of the fraction goes on into the exponent, as it must.
  if (word >= 0x38800000) return (word - 0x38000000 + 0xfff + ((word >>> 13) & 1)) >>> 13;
  const steps = Math.abs(value) * 2 ** 24; // below 2^-14 halves are multiples of 2^-24
  const below = Math.floor(steps);
  const isUp = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1);
  return isUp ? below + 1 : below;
}

/** The numbers that half floats' bits say, as float32; exact. */
export function f16Values(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    const exponent = half & 0x7c00;
    if (exponent === 0) values[i] = fromF16(half);
    // The exponent's bias rises from 15 to 127; all ones stay all ones.
    else
      words[i] = ((half & 0x8000) << 16) | (((half & 0x7fff) << 13) + (exponent === 0x7c00 ? 0x70000000 : 0x38000000));
  }
  return values;
}

/** The number that the bits of a half float say; exact. */
export function fromF16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
