import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Pixels, resizeWithPad } from '../../src/recording/resize';

/** Stripes, ramps and blocks, the same that Pillow was given. */
function picture(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(77);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const level = x * x * 7 + y * 13 + x * y * 3 + Math.floor(x / 9) * Math.floor(y / 7) * 40;
      for (let c = 0; c < 3; c++) data[(y * width + x) * 4 + c] = (level + c * 85) % 256;
    }
  }
  return { data, width, height };
}

/** The same in float64 and both directions at once, nothing rounded in between; written to be obviously right. (size, size, 3) */
function reference({ data, width, height }: Pixels, size: number): number[] {
  const ratio = Math.max(width / size, height / size);
  const [w, h] = [Math.max(1, Math.floor(width / ratio)), Math.max(1, Math.floor(height / ratio))];
  const [left, top] = [Math.floor((size - w) / 2), Math.floor((size - h) / 2)];
  const share = (from: number, to: number, at: number, pixel: number) =>
    Math.max(0, 1 - Math.abs(pixel + 0.5 - ((at + 0.5) * from) / to) / Math.max(1, from / to));
  return Array.from({ length: size * size * 3 }, (_, i) => {
    const [x, y, c] = [(Math.floor(i / 3) % size) - left, Math.floor(i / (size * 3)) - top, i % 3];
    if (x < 0 || y < 0 || x >= w || y >= h) return 0;
    let [sum, all] = [0, 0];
    for (let q = 0; q < height; q++) {
      const down = share(height, h, y, q);
      if (down === 0) continue;
      for (let p = 0; p < width; p++) {
        const weight = down * share(width, w, x, p);
        sum += weight * data[(q * width + p) * 4 + c]!;
        all += weight;
      }
    }
    return sum / all;
  });
}

test.each([
  [80, 60, 32],
  [60, 81, 32],
  [17, 31, 40],
  [5, 3, 16],
  [33, 32, 32],
  [200, 3, 24],
] as const)('%i × %i in %i: no further from the exact mixture than two roundings', (width, height, size) => {
  const exact = reference(picture(width, height), size);
  const found = resizeWithPad(picture(width, height), size);
  expect(found).toHaveLength(exact.length);
  for (const [i, value] of exact.entries()) expect(Math.abs(found[i]! - value), `number ${i}`).toBeLessThan(1.01);
});

// SHA-256 of what openpi's resize_with_pad makes of these pictures, with Pillow 12.3.0; its first 16 digits.
test.each([
  [640, 480, 224, 'd5d64ca954dbbedb'],
  [480, 640, 224, '303221fe0e20989b'],
  [1280, 720, 224, '6a9b886380cf655b'],
  [641, 359, 224, '37ca5dd41c0d944e'],
  [96, 96, 224, '27d3dde7d6beb5c5'],
  [17, 31, 224, '8cf846a51aa3d48b'],
  [224, 224, 224, '6da70d3ab0f76ec9'],
  [224, 100, 224, 'aceb8777641069b9'],
  [320, 240, 64, '1adaabf61cb6afd8'],
  [5, 3, 8, 'bbf5e588096ff455'],
] as const)('%i × %i in %i: bit for bit what Pillow makes of it', (width, height, size, hash) => {
  const found = resizeWithPad(picture(width, height), size);
  expect(createHash('sha256').update(found).digest('hex').slice(0, 16)).toBe(hash);
});

test('a picture of the right size stays as it is', () => {
  const { data, ...size } = picture(64, 64);
  expect([...resizeWithPad({ data, ...size }, 64)]).toEqual([...data.filter((_, i) => i % 4 < 3)]);
});
