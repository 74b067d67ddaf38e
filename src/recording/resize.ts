/** A picture: red, green, blue and a byte that is not looked at, for each pixel, in rows. */
export interface Pixels {
  /** (height, width, 4) */
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Bits behind the point of a weight: with the 8 of a number that it weighs, and 2 to spare, they are 32. */
const POINT = 22;
const HALF = 2 ** (POINT - 1);

/**
 * A picture in a square, whole and centred on black, as openpi's training and its clients have it: through Pillow's bilinear filter,
 * bit for bit. Rows first, rounded to 8 bits, then columns. A picture that fills the square already stays as it is.
 * @param size pixels of a side
 * @returns (size, size, 3)
 */
export function resizeWithPad(picture: Pixels, size: number): Uint8Array<ArrayBuffer> {
  const ratio = Math.max(picture.width / size, picture.height / size);
  const width = Math.max(1, Math.floor(picture.width / ratio));
  const height = Math.max(1, Math.floor(picture.height / ratio));
  const line = width * 3;
  const whole = downColumns(acrossRows(picture, width), line, picture.height, height);
  const square = new Uint8Array(size * size * 3);
  const left = Math.floor((size - width) / 2);
  const top = Math.floor((size - height) / 2);
  for (let y = 0; y < height; y++) {
    square.set(whole.subarray(y * line, (y + 1) * line), ((top + y) * size + left) * 3);
  }
  return square;
}

/** What a pixel is made of: the pixels from `first` on, by weights in fixed point whose sum is 1. */
interface Mixture {
  readonly first: number;
  readonly weights: Int32Array;
}

/**
 * How `from` pixels in a line become `to`: each from those under a triangle around its middle, which is as wide as two pixels of the
 * coarser line.
 */
function mixtures(from: number, to: number): Mixture[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, pixel) => {
    const middle = (pixel + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(from, Math.floor(middle + reach + 0.5));
    const shares = Array.from({ length: end - first }, (_, n) =>
      Math.max(0, 1 - Math.abs((n + first - middle + 0.5) * (1 / reach))),
    );
    const all = shares.reduce((sum, share) => sum + share, 0);
    return { first, weights: Int32Array.from(shares, (share) => Math.floor(0.5 + (share / all) * 2 ** POINT)) };
  });
}

/** (height, to, 3) */
function acrossRows({ data, width, height }: Pixels, to: number): Uint8Array {
  const pixels = mixtures(width, to);
  const rows = new Uint8Array(height * to * 3);
  let written = 0;
  for (let y = 0; y < height; y++) {
    for (const { first, weights } of pixels) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let at = (y * width + first) * 4;
      for (let n = 0; n < weights.length; n++, at += 4) {
        const weight = weights[n]!;
        red += data[at]! * weight;
        green += data[at + 1]! * weight;
        blue += data[at + 2]! * weight;
      }
      rows[written++] = red >> POINT;
      rows[written++] = green >> POINT;
      rows[written++] = blue >> POINT;
    }
  }
  return rows;
}

/** (from, line) → (to, line) */
function downColumns(rows: Uint8Array, line: number, from: number, to: number): Uint8Array {
  const columns = new Uint8Array(to * line);
  const sums = new Int32Array(line);
  for (const [y, { first, weights }] of mixtures(from, to).entries()) {
    sums.fill(HALF);
    for (let n = 0; n < weights.length; n++) {
      const weight = weights[n]!;
      const start = (first + n) * line;
      for (let i = 0; i < line; i++) sums[i]! += rows[start + i]! * weight;
    }
    for (let i = 0; i < line; i++) columns[y * line + i] = sums[i]! >> POINT;
  }
  return columns;
}
