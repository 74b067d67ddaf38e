import { expect, test } from 'vitest';
import { openVideo } from '../../src/recording/video_index';
import { type Mp4Options, type Mp4Sample, mp4 } from './mp4';

const OPTIONS: Mp4Options = {
  kind: 'avc1',
  description: Uint8Array.from([1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]),
  width: 64,
  height: 48,
  rate: 20,
};
const SAMPLES: Mp4Sample[] = [5, 3, 4, 7].map((bytes, i) => ({
  data: new Uint8Array(bytes).fill(i),
  key: i % 2 === 0,
}));

const open = (content: Uint8Array<ArrayBuffer>) =>
  openVideo({ path: 'a.mp4', bytes: content.length, open: async () => new Blob([content]) });

test('samples, keyframes, times and the decoder description, tables first or last', async () => {
  for (const tablesLast of [false, true]) {
    const video = await open(mp4(SAMPLES, { ...OPTIONS, tablesLast }));
    expect(video).toMatchObject({ codec: 'avc1.42001f', width: 64, height: 48, length: 4, cut: 0 });
    expect([...video.time]).toEqual([0, 0.05, 0.1, 0.15]);
    expect([...video.key]).toEqual([1, 0, 1, 0]);
    expect([...video.bytes]).toEqual([5, 3, 4, 7]);
    expect([...new Uint8Array(video.description!)]).toEqual([...OPTIONS.description]);
    for (let sample = 0; sample < 4; sample++) {
      const at = video.offset[sample]!;
      const data = new Uint8Array(await video.blob.slice(at, at + video.bytes[sample]!).arrayBuffer());
      expect(data).toEqual(SAMPLES[sample]!.data);
    }
  }
});

test('frames in another order, on a clock that starts late', async () => {
  const delayed = SAMPLES.map((sample, i) => ({ ...sample, delay: [1, 3, 0, 0][i]! }));
  const video = await open(mp4(delayed, { ...OPTIONS, editStart: 1 }));
  expect([...video.time].map((time) => Math.round(time * 20))).toEqual([0, 3, 1, 2]);
});

test('pictures are jumped over', async () => {
  const large = [{ data: new Uint8Array(8 * 2 ** 20), key: true }];
  const content = mp4(large, { ...OPTIONS, tablesLast: true });
  const blob = new Blob([content]);
  let read = 0;
  const slice = blob.slice.bind(blob);
  Object.defineProperty(blob, 'slice', {
    value: (from: number, to: number) => {
      read += Math.min(to, blob.size) - from;
      return slice(from, to);
    },
  });
  await openVideo({ path: 'a.mp4', bytes: blob.size, open: async () => blob });
  expect(read).toBeLessThan(2 * 2 ** 20);
});

test('a file that was cut off keeps the samples before the cut', async () => {
  const content = mp4(SAMPLES, OPTIONS);
  const video = await open(content.slice(0, content.length - 8));
  expect(video).toMatchObject({ length: 2, cut: 2 });
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['no video', new TextEncoder().encode('this is some text, and no video at all')],
  ['a head alone', mp4(SAMPLES, OPTIONS).slice(0, 60)],
  ['no samples', mp4([], OPTIONS)],
])('%s is named as a video that cannot be opened', async (_, content) => {
  await expect(open(content)).rejects.toMatchObject({
    problem: { what: expect.stringMatching(/^The video cannot be opened: /), where: 'a.mp4' },
  });
});

test('a table that claims more samples than the file has bytes is refused before a list of them is made', async () => {
  const content = mp4(SAMPLES, OPTIONS);
  const at = new TextDecoder('latin1').decode(content).indexOf('stsz') + 8;
  const view = new DataView(content.buffer);
  for (const claimed of [2 ** 32 - 1, 2 ** 31, 10_000_001]) {
    view.setUint32(at, 1); // each of one byte
    view.setUint32(at + 4, claimed);
    await expect(open(content)).rejects.toMatchObject({
      problem: { what: `The video cannot be opened: it claims ${claimed} frames.`, where: 'a.mp4' },
    });
  }
});
