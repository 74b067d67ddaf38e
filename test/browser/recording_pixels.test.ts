import { expect, test } from 'vitest';
import { framesOf } from '../../src/recording/chunks';
import { openRecording } from '../../src/recording/open_recording';
import { resizeWithPad } from '../../src/recording/resize';
import { readPictures } from '../../src/recording/video';
import { EPISODES, sampleV30 } from '../recording/sample';

const CAMERA = 'observation.images.top';
const FRAMES = EPISODES.reduce((sum, { frames }) => sum + frames, 0);

/** Noise, 30 wide and 20 high, of its own for each frame; in every third the left half is transparent. */
function noise(row: number): ImageData {
  const picture = new ImageData(30, 20);
  for (let i = 0; i < picture.data.length; i++)
    picture.data[i] = i % 4 === 3 ? 255 : ((i + 9973 * row) * 2654435761) >>> 24;
  if (row % 3 === 0) for (let i = 0; i < 30 * 20; i++) if (i % 30 < 15) picture.data.fill(0, i * 4, i * 4 + 4);
  return picture;
}

test.each([12, 30, 40])(
  'pictures of 30 × 20 in %i: what Pillow would make of each, and nothing of the one before',
  async (size) => {
    const png = async (row: number) => {
      const context = new OffscreenCanvas(30, 20).getContext('2d')!;
      context.putImageData(noise(row), 0, 0);
      return new Uint8Array(await (await context.canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    };
    const all = await Promise.all(Array.from({ length: FRAMES }, (_, row) => png(row)));
    const recording = await openRecording(sampleV30({ pictures: { [CAMERA]: all } }));
    const { rgb } = await readPictures(recording, 0, framesOf(recording, [0]), size);
    const each = size * size * 3;
    for (let row = 0; row < EPISODES[0]!.frames; row++) {
      expect(rgb.subarray(row * each, (row + 1) * each), `frame ${row}`).toEqual(resizeWithPad(noise(row), size));
    }
  },
);
