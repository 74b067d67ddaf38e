import { fromF16 } from '../floats';
import { problem } from '../problem';

/** An array of a .npy file, in C order. */
export interface NumpyArray {
  readonly shape: readonly number[];
  /** Numbers, or texts for arrays of strings. */
  readonly values: Float64Array<ArrayBuffer> | readonly string[];
}

const MAGIC = '\x93NUMPY';
/** NumPy's own limit. */
const MAX_AXES = 64;
const FIX = 'Save it with numpy.save or numpy.savez as an array of numbers.';

/** Reads a .npy file: numbers of any size and byte order, and strings. @throws ProblemError that names the file */
export function readNpy(bytes: ArrayBuffer, where: string): NumpyArray {
  const { header, start } = readHeader(bytes, where);
  const [, order, kind, digits] = /'descr':\s*'([<>|=]?)([a-zA-Z])(\d+)'/.exec(header) ?? [];
  const shapeText = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (kind === undefined || shapeText === undefined)
    throw problem('The array is of a kind that is not read here (structures and Python objects are not).', where, FIX);
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Number.parseInt(part, 10));
  if (shape.length > MAX_AXES) throw problem('The head of the NumPy array is damaged.', where, FIX);
  const count = shape.reduce((product, size) => product * size, 1);
  const size = Number(digits) * (kind === 'U' ? 4 : 1);
  if (!Number.isSafeInteger(count) || count * size > bytes.byteLength - start)
    throw problem(
      `The file ends too early: an array of ${shape.join(' × ')} does not fit in it.`,
      where,
      'Copy the file again from where it was recorded.',
    );
  const view = new DataView(bytes, start, count * size);
  const numbers = numberKind(`${order}${kind}${digits}`);
  const isText = kind === 'U' || kind === 'S';
  if (!isText && !numbers) throw problem(`Numbers of the kind "${kind}${digits}" are not read here.`, where, FIX);
  const values = numbers ? readNumbers(view, numbers, count) : readTexts(view, kind, count, size, order);
  const fortran = /'fortran_order':\s*True/.test(header);
  return { shape, values: fortran && values instanceof Float64Array ? toRowOrder(values, shape) : values };
}

/** The text that describes the array, and where its values start. */
function readHeader(bytes: ArrayBuffer, where: string) {
  const head = new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength));
  const magic = String.fromCharCode(...head.subarray(0, 6));
  if (head.length < 12 || magic !== MAGIC) throw problem('The file is no NumPy array.', where, FIX);
  const view = new DataView(bytes);
  const wide = head[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.byteLength || length > 2 ** 20)
    throw problem('The head of the NumPy array is damaged.', where, FIX);
  return { header: new TextDecoder('latin1').decode(new Uint8Array(bytes, start, length)), start: start + length };
}

type Read = (view: DataView, at: number, little: boolean) => number;

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['f2', (view, at, little) => fromF16(view.getUint16(at, little))],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
  ['i1', (view, at) => view.getInt8(at)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['u1', (view, at) => view.getUint8(at)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['b1', (view, at) => view.getUint8(at)],
]);

/** How a number is written. */
export interface NumberKind {
  /** Bytes. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
}

/** What NumPy calls "<f4", "|u1", ">i8"; null for a kind that is not read here. */
export function numberKind(dtype: string): NumberKind | null {
  const [, order, kind = '', digits] = /^([<>|=]?)([a-z])(\d)$/.exec(dtype) ?? [];
  const read = READERS.get(`${kind}${digits}`);
  return read ? { size: Number(digits), read: (view, at) => read(view, at, order !== '>') } : null;
}

/** As many numbers from the start of a view. */
export function readNumbers(view: DataView, { size, read }: NumberKind, count: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i * size);
  return values;
}

function readTexts(view: DataView, kind: string, count: number, size: number, order: string | undefined) {
  return Array.from({ length: Math.min(count, 2 ** 20) }, (_, i) => {
    let text = '';
    for (let at = i * size; at < (i + 1) * size; at += kind === 'U' ? 4 : 1) {
      const point = kind === 'U' ? view.getUint32(at, order !== '>') : view.getUint8(at);
      if (point === 0 || point > 0x10ffff) break;
      text += String.fromCodePoint(point);
    }
    return text;
  });
}

/** Column order to row order, for any number of axes. */
function toRowOrder(values: Float64Array<ArrayBuffer>, shape: readonly number[]): Float64Array<ArrayBuffer> {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    sorted[i] = values[from]!;
  }
  return sorted;
}
