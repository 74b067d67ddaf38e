import { afterEach, expect, test, vi } from 'vitest';
import { framesOf } from '../../src/recording/chunks';
import { openRecording } from '../../src/recording/open_recording';
import { readPictures } from '../../src/recording/video';
import { EPISODES, sampleV21, sampleV30 } from '../recording/sample';

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
