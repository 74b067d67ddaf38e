import { afterEach, expect, test, vi } from 'vitest';
import { framesOf } from '../../src/recording/chunks';
import { openRecording } from '../../src/recording/open_recording';
import { readPictures } from '../../src/recording/video';
import robomimic from '../fixtures/arrays/robomimic.hdf5?url';
import { EPISODES, sampleV21, sampleV30, text } from '../recording/sample';

const CAMERA = 'observation.images.top';
const SIZE = 16;
const FRAMES = EPISODES.reduce((sum, { frames }) => sum + frames, 0);

const brightness = (row: number) => 20 + 8 * row;

/** A grey picture of 64 × 48 for each frame, .png and .jpg in turns. */
async function pictures(): Promise<Uint8Array[]> {
  const context = new OffscreenCanvas(64, 48).getContext('2d')!;
  const all: Uint8Array[] = [];
  for (let row = 0; row < FRAMES; row++) {
    const level = brightness(row);
    context.fillStyle = `rgb(${level},${level},${level})`;
    context.fillRect(0, 0, 64, 48);
    const blob = await context.canvas.convertToBlob({ type: row % 2 === 0 ? 'image/png' : 'image/jpeg', quality: 1 });
    all.push(new Uint8Array(await blob.arrayBuffer()));
  }
  return all;
}

const middles = (rgb: Uint8Array) =>
  Array.from({ length: rgb.length / (SIZE * SIZE * 3) }, (_, n) => rgb[((n * SIZE + SIZE / 2) * SIZE + SIZE / 2) * 3]!);

afterEach(() => vi.restoreAllMocks());

test.each([
  ['v3.0', sampleV30],
  ['v2.1', sampleV21],
] as const)(
  'pictures inside the files of motion, %s: each is that of its frame, and decoded once',
  async (_, sample) => {
    const recording = await openRecording(sample({ pictures: { [CAMERA]: await pictures() }, rowGroup: 10 }));
    expect(recording.problems).toEqual([]);
    expect(recording.cameras).toEqual([{ name: CAMERA, width: 64, height: 48, available: true, codec: 'image' }]);
    const decode = vi.spyOn(globalThis, 'createImageBitmap');
    const told: number[] = [];
    const places = framesOf(recording, [2, 0, 1]);
    const { rgb, mask, decoded, problems } = await readPictures(
      recording,
      0,
      places,
      SIZE,
      (done) => void told.push(done),
    );
    expect(problems).toEqual([]);
    expect(mask.every((is) => is === 1)).toBe(true);
    expect([decoded, decode.mock.calls.length, told.at(-1)]).toEqual([FRAMES, FRAMES, FRAMES]);
    const [first = 0, second = 0] = EPISODES.map(({ frames }) => frames);
    const rows = [...Array(FRAMES).keys()];
    const shown = [...rows.slice(first + second), ...rows.slice(0, first + second)];
    for (const [n, row] of shown.entries()) expect(Math.abs(middles(rgb)[n]! - brightness(row))).toBeLessThan(3);
    expect(rgb.slice(0, SIZE * 3).every((value) => value === 0)).toBe(true); // 4:3 has a black bar above
  },
);

test('pictures that are absent or damaged are masked and told; nobody decodes what nobody wants', async () => {
  const all: (Uint8Array | null)[] = await pictures();
  all[1] = null;
  all[2] = Uint8Array.from([1, 2, 3]);
  const recording = await openRecording(sampleV30({ pictures: { [CAMERA]: all } }));
  const places = framesOf(recording, [0]).slice(0, 5);
  const { mask, decoded, problems } = await readPictures(recording, 0, places, SIZE);
  expect([...mask]).toEqual([1, 0, 0, 1, 1]);
  expect(decoded).toBe(3);
  expect(problems).toEqual([
    {
      what: `2 pictures of 5 in "${CAMERA}" could not be read; the camera is masked there.`,
      where: 'data/chunk-000/file-000.parquet',
      fix: expect.any(String),
    },
  ]);
});

/** An array of a Zarr store in one piece, as bytes. */
const zarrBytes = (path: string, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>) => [
  text(
    `${path}/.zarray`,
    JSON.stringify({ zarr_format: 2, shape, chunks: shape, dtype: '|u1', compressor: null, filters: null, order: 'C' }),
  ),
  { path: `${path}/${shape.map(() => 0).join('.')}`, file: new Blob([bytes]) },
];

test('pictures in arrays: pixels, and .jpg and .png with zeros behind them', async () => {
  const encoded = (await pictures()).slice(0, 4);
  const longest = Math.max(...encoded.map(({ length }) => length));
  const rows = new Uint8Array(4 * longest);
  for (const [row, bytes] of encoded.entries()) rows.set(bytes, row * longest);
  const pixels = Uint8Array.from({ length: 4 * 48 * 64 * 3 }, (_, n) => brightness(Math.floor(n / (48 * 64 * 3))));
  const recording = await openRecording(
    [
      ...zarrBytes('a.zarr/data/state', [4], Uint8Array.from([0, 1, 2, 3])),
      ...zarrBytes('a.zarr/data/action', [4], Uint8Array.from([1, 2, 3, 4])),
      ...zarrBytes('a.zarr/meta/episode_ends', [2], Uint8Array.from([1, 4])),
      ...zarrBytes('a.zarr/data/images/wrist', [4, longest], rows),
      ...zarrBytes('a.zarr/data/img', [4, 48, 64, 3], pixels),
    ],
    { fps: 10 },
  );
  expect(recording.problems).toEqual([]);
  expect(recording.cameras.map(({ name }) => name).sort()).toEqual(['img', 'wrist']);
  for (const camera of [0, 1]) {
    const { rgb, mask, problems } = await readPictures(recording, camera, framesOf(recording, [1, 0]), SIZE);
    expect(problems).toEqual([]);
    expect([...mask]).toEqual([1, 1, 1, 1]);
    for (const [n, row] of [1, 2, 3, 0].entries()) expect(Math.abs(middles(rgb)[n]! - brightness(row))).toBeLessThan(3);
  }
});

test('pictures in an HDF5 file, read by the browser', async () => {
  const file = await (await fetch(robomimic)).blob();
  const recording = await openRecording([{ path: 'low_dim.hdf5', file }]);
  expect(recording.problems).toEqual([]);
  const places = framesOf(recording, [1]);
  const { rgb, mask, problems } = await readPictures(recording, 0, places, 3);
  expect(problems).toEqual([]);
  expect([...mask]).toEqual(places.map(() => 1));
  // 2 × 3 pixels in a square of 3: red is the frame, blue the column
  const at = (n: number, column: number) => [
    ...rgb.subarray(((n * 3 + 1) * 3 + column) * 3, ((n * 3 + 1) * 3 + column + 1) * 3),
  ];
  for (const n of places.keys())
    for (const column of [0, 1, 2]) expect([at(n, column)[0], at(n, column)[2]]).toEqual([n, column]);
});
