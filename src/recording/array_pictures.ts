import { type ChunkedArray, readRowNumbers, readRows } from '../containers/chunked_array';
import { type Problem, problem } from '../problem';
import type { ArrayPictures } from './recording';
import { decodePicture, lostPictures } from './stored_pictures';

/** A row that is wanted, and its place in the list that was asked for. */
export interface PlacedRow {
  readonly row: number;
  readonly place: number;
}

/** Bytes that .jpg and .png begin with. */
const STARTS = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
];

/**
 * How many pixels the pictures of an array have: frames (F, H, W, 3) of numbers, or .jpg or .png a row, whose size is 0 × 0 here. Null where its
 * rows are no pictures.
 * @throws Error where the first row cannot be read
 */
export async function pictureSize(
  array: ChunkedArray,
): Promise<{ readonly width: number; readonly height: number } | null> {
  const { shape, dtype } = array;
  if (shape.length === 4 && shape[3] === 3) return { height: shape[1]!, width: shape[2]! };
  if (shape.length !== 2 || !/^[|<>=]?u1$/.test(dtype) || shape[0] === 0) return null;
  const start = await readRows(array, 0, 1);
  return STARTS.some((bytes) => bytes.every((byte, n) => start[n] === byte)) ? { width: 0, height: 0 } : null;
}

/** Gives out the pictures of the rows that are wanted, each read once, with the places that it serves. What cannot be decoded is told. */
export async function decodeArray(
  { file, array: name, open }: ArrayPictures,
  wanted: readonly PlacedRow[],
  onPicture: (picture: ImageBitmap, places: readonly number[]) => void,
): Promise<{ readonly decoded: number; readonly problems: readonly Problem[] }> {
  const array = withLastPiece(await open());
  const byRow = new Map<number, number[]>();
  for (const { row, place } of wanted) byRow.set(row, [...(byRow.get(row) ?? []), place]);
  let decoded = 0;
  let lost = 0;
  for (const [row, places] of [...byRow].sort(([a], [b]) => a - b)) {
    const picture = row < (array.shape[0] ?? 0) ? await pictureAt(array, row, `${file.path}, ${name}`) : null;
    if (picture) {
      onPicture(picture, places);
      picture.close();
      decoded++;
    } else lost += places.length;
  }
  return { decoded, problems: lost > 0 ? [lostPictures(lost, wanted.length, name, file.path)] : [] };
}

/** The same array, which keeps the piece that was read last: several rows may lie in one. */
function withLastPiece(array: ChunkedArray): ChunkedArray {
  const last = { place: '', piece: null as Uint8Array | null };
  return {
    ...array,
    async read(place) {
      const key = place.join();
      if (last.place !== key) Object.assign(last, { piece: await array.read(place), place: key });
      return last.piece;
    },
  };
}

async function pictureAt(array: ChunkedArray, row: number, where: string): Promise<ImageBitmap | null> {
  try {
    if (array.shape.length === 2) return await decodePicture(await readRows(array, row, row + 1));
    const [, height = 0, width = 0] = array.shape;
    return await createImageBitmap(new ImageData(rgbaOf(await readRowNumbers(array, row, row + 1)), width, height));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw problem(`The pictures cannot be read: ${why}.`, where, 'Copy the file again, or go on without this camera.');
  }
}

/** Pixels (H, W, 4) of (H, W, 3); numbers up to 1 are shares of 255. */
export function rgbaOf(rgb: Float64Array): Uint8ClampedArray<ArrayBuffer> {
  const scale = rgb.every((value) => value <= 1) && rgb.some((value) => value % 1 !== 0) ? 255 : 1;
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4)
    for (let c = 0; c < 3; c++) rgba[to + c] = rgb[from + c]! * scale;
  return rgba;
}
