/** What is asked of a tensor's elements as they pass by, and what is done to them. Words are little-endian, as all devices are that have WebGPU. */

import type { WeightType } from '../gpu/tensor';

/** Formats of elements that are trained on as they are stored, by their names in files. */
export const FLOAT_TYPES = { BF16: 'bf16', F16: 'f16', F32: 'f32' } as const satisfies Readonly<
  Record<string, WeightType>
>;
export type FloatDtype = keyof typeof FLOAT_TYPES;

export const isFloat = (dtype: string): dtype is FloatDtype => Object.hasOwn(FLOAT_TYPES, dtype);

/** Bits of the exponent: where all are set, the number is NaN or infinite. */
const EXPONENT: Readonly<Record<FloatDtype, number>> = { BF16: 0x7f80, F16: 0x7c00, F32: 0x7f800000 };

/** The first element that is NaN or infinite; −1 where there is none. */
export function firstNotFinite(bytes: Uint8Array<ArrayBuffer>, dtype: FloatDtype): number {
  const words = wordsOf(bytes, dtype);
  const exponent = EXPONENT[dtype];
  for (let i = 0; i < words.length; i++) if ((words[i]! & exponent) === exponent) return i;
  return -1;
}

/** Whether all float32 are the same in bfloat16. */
export function areExactInBf16(bytes: Uint8Array<ArrayBuffer>): boolean {
  const words = wordsOf(bytes, 'F32');
  for (let i = 0; i < words.length; i++) if ((words[i]! & 0xffff) !== 0) return false;
  return true;
}

/** Upper halves of float32s, written over the first half of their own bytes. */
export function toUpperHalves(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const words = wordsOf(bytes, 'F32');
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, words.length);
  for (let i = 0; i < words.length; i++) halves[i] = words[i]! >>> 16; // what is written over has been read already
  return new Uint8Array(bytes.buffer, bytes.byteOffset, halves.byteLength);
}

function wordsOf(bytes: Uint8Array<ArrayBuffer>, dtype: FloatDtype): Uint16Array | Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  return dtype === 'F32'
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint16Array(buffer, byteOffset, byteLength / 2);
}
