import { zipSync } from 'fflate';

const SIZES = { f4: 4, f8: 8, i8: 8, u1: 1 } as const;

/** A .npy file, written as numpy does. */
export function npy(
  shape: readonly number[],
  values: readonly number[],
  kind: keyof typeof SIZES = 'f4',
  order: '<' | '>' = '<',
  fortran = false,
): Uint8Array<ArrayBuffer> {
  const head = `{'descr': '${order}${kind}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  return withHead(head, values.length * SIZES[kind], (view, start) => {
    const little = order === '<';
    for (const [i, value] of values.entries()) {
      const at = start + i * SIZES[kind];
      if (kind === 'f4') view.setFloat32(at, value, little);
      else if (kind === 'f8') view.setFloat64(at, value, little);
      else if (kind === 'i8') view.setBigInt64(at, BigInt(value), little);
      else view.setUint8(at, value);
    }
  });
}

/** A .npy file of one text. */
export const npyText = (text: string) =>
  withHead(`{'descr': '<U${text.length}', 'fortran_order': False, 'shape': (), }`, text.length * 4, (view, start) => {
    for (let i = 0; i < text.length; i++) view.setUint32(start + i * 4, text.charCodeAt(i), true);
  });

export const npz = (arrays: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 0) =>
  new Blob([
    Uint8Array.from(
      zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])), { level }),
    ),
  ]);

export function withHead(head: string, bytes: number, fill: (view: DataView, start: number) => void) {
  const padded = `${head.padEnd(117)}\n`;
  const file = new Uint8Array(10 + padded.length + bytes);
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  file.set(new TextEncoder().encode(padded), 10);
  fill(new DataView(file.buffer), 10 + padded.length);
  return file;
}
