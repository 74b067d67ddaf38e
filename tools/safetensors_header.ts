import { elements } from '../src/model/tree';

/** Bytes of an element. */
const SIZES = { BF16: 2, F32: 4 } as const;

/** The beginning of a safetensors file whose tensors, all of one format, follow in order. */
export function safetensorsHeader(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  dtype: keyof typeof SIZES,
): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const { name, shape } of tensors) {
    const begin = end;
    end += SIZES[dtype] * elements(shape);
    entries[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const header = new Uint8Array(Math.ceil((8 + json.length) / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  return header;
}
