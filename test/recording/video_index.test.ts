import { expect, test } from 'vitest';
import { openVideo } from '../../src/recording/video_index';
import { claimingRuns, fragmented, type Mp4Options, type Mp4Sample, mp4 } from './mp4';

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

test('a video of fragments', async () => {
  const video = await open(fragmented([SAMPLES, SAMPLES.slice(0, 2)], OPTIONS));
  expect(video).toMatchObject({ codec: 'avc1.42001f', length: 6, cut: 0 });
  expect([...video.time].map((time) => Math.round(time * 20))).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...video.bytes]).toEqual([5, 3, 4, 7, 5, 3]);
  expect(new Uint8Array(await video.blob.slice(video.offset[5], video.offset[5]! + 3).arrayBuffer())).toEqual(
    SAMPLES[1]!.data,
  );
});

const placeOf = (content: Uint8Array, type: string) => new TextDecoder('latin1').decode(content).indexOf(type);

/** A video whose samples are said to have this many bytes each, and to be so many. */
function claiming(bytesOfEach: number, samples: number, fileBytes = 0): Uint8Array<ArrayBuffer> {
  const content = mp4(SAMPLES, OPTIONS);
  const padded = new Uint8Array(Math.max(content.length, fileBytes));
  padded.set(content);
  const view = new DataView(padded.buffer);
  const at = placeOf(content, 'stsz') + 8;
  view.setUint32(at, bytesOfEach);
  view.setUint32(at + 4, samples);
  return padded;
}

test.each([
  ['a table of its own for every one', claiming(0, 5), 5],
  ['one size for all, in a short file', claiming(1, 2 ** 32 - 1), 2 ** 32 - 1],
  ['one size for all, of which there is no room', claiming(11, 10_000, 100_000), 10_000],
  ['one size for all, in a file that is long enough', claiming(1, 10_000_000, 10_000_000), 10_000_000],
  ['runs, each of them no more than others have', claimingRuns(5_000, 1_000_000, OPTIONS), 5e9],
])('more samples than a video can have are refused before a list of them is made: %s', async (_, content, claimed) => {
  await expect(open(content)).rejects.toMatchObject({
    problem: { what: `The video cannot be opened: it claims ${claimed} frames.`, where: 'a.mp4' },
  });
});

test.each(['stts', 'ctts', 'stss', 'stsc', 'stco'])(
  'a table "%s" that claims more entries than it holds is refused',
  async (type) => {
    const content = mp4(SAMPLES, OPTIONS);
    new DataView(content.buffer).setUint32(placeOf(content, type) + 8, 10_000);
    await expect(open(content)).rejects.toMatchObject({
      problem: { what: `The video cannot be opened: its table "${type}" claims 10000 entries.`, where: 'a.mp4' },
    });
  },
);

/** A box of one size for all of 2³² − 1 samples. */
const BOX = Uint8Array.from([
  0,
  0,
  0,
  20,
  ...new TextEncoder().encode('stsz'),
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  255,
  255,
  255,
  255,
]);

test('tables that belong to no track of pictures are passed over', async () => {
  const content = mp4(SAMPLES, { ...OPTIONS, tablesLast: true });
  const inMovie = new Uint8Array(content.length + BOX.length);
  inMovie.set(content);
  inMovie.set(BOX, content.length);
  const at = placeOf(content, 'moov') - 4;
  const view = new DataView(inMovie.buffer);
  view.setUint32(at, view.getUint32(at) + BOX.length);
  const before = Uint8Array.from([...mp4(SAMPLES, OPTIONS).subarray(0, 24), ...BOX, ...content.subarray(24)]);
  for (const file of [inMovie, before]) expect((await open(file)).length).toBe(4);
  const sound = mp4(SAMPLES, { ...OPTIONS, kind: 'mp4a' });
  const problem = { what: 'The video cannot be opened: it holds no video.', where: 'a.mp4' };
  await expect(open(sound)).rejects.toMatchObject({ problem });
});
