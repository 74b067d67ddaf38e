import { afterEach, expect, test, vi } from 'vitest';
import { framesOf } from '../../src/recording/chunks';
import { readPictures } from '../../src/recording/video';
import { brightness, CODECS, recordingOf, video } from '../recording/grey_recording';

const SIZE = 16;

/** Brightness in the middle of each picture. */
const middles = (rgb: Uint8Array) =>
  Array.from({ length: rgb.length / (SIZE * SIZE * 3) }, (_, n) => rgb[((n * SIZE + SIZE / 2) * SIZE + SIZE / 2) * 3]!);

afterEach(() => vi.restoreAllMocks());

test.each(CODECS)('%s: every picture is the frame of its time, each decoded once', async (...codec) => {
  const recording = recordingOf(await video(20, codec), [12, 8]);
  const decode = vi.spyOn(VideoDecoder.prototype, 'decode');
  const places = framesOf(recording, [1, 0, 2]);
  const { rgb, mask, decoded, problems } = await readPictures(recording, 0, places, SIZE);
  expect(problems).toEqual([]);
  expect([...mask]).toEqual([...Array(20).fill(1), 0, 0]);
  const shown = [...Array.from({ length: 8 }, (_, i) => 12 + i), ...Array.from({ length: 12 }, (_, i) => i)];
  for (const [n, frame] of shown.entries()) expect(Math.abs(middles(rgb)[n]! - brightness(frame))).toBeLessThan(5);
  const times = decode.mock.calls.map(([chunk]) => chunk.timestamp);
  expect(decoded).toBe(20);
  expect(new Set(times).size).toBe(20);
  expect(times).toHaveLength(20);
  expect(rgb.slice(0, SIZE * 3).every((value) => value === 0)).toBe(true); // 4:3 has a black bar above
});

test('row k has frame k where a video has a frame for each row, however slow the clock was', async () => {
  const usual = recordingOf(await video(20, CODECS[0]), [20, 0]);
  const [first] = usual.episodes;
  const footage = first!.footage.map((found) => found && { ...found, whole: true });
  const timestamps = first!.timestamps.map((seconds) => 1.15 * seconds);
  const recording = { ...usual, episodes: [{ ...first!, footage, timestamps }] };
  const { rgb, mask, problems } = await readPictures(recording, 0, framesOf(recording, [0]), SIZE);
  expect(problems).toEqual([]);
  expect(mask.every((is) => is === 1)).toBe(true);
  for (let row = 0; row < 20; row++) expect(Math.abs(middles(rgb)[row]! - brightness(row))).toBeLessThan(5);
});

test('few frames: decoding starts at a keyframe and passes over what nobody wants', async () => {
  const recording = recordingOf(await video(20, CODECS[0]), [12, 8]);
  const places = [
    { episode: 0, frame: 1 },
    { episode: 1, frame: 5 },
  ];
  const { rgb, decoded, problems } = await readPictures(recording, 0, places, SIZE);
  expect(problems).toEqual([]);
  expect(decoded).toBe(2 + 3); // frames 0 and 1, then 15 to 17
  for (const [n, frame] of [1, 17].entries()) expect(Math.abs(middles(rgb)[n]! - brightness(frame))).toBeLessThan(5);
});

test('a damaged stretch is masked and told; frames behind it are read', async () => {
  const content = await video(20, CODECS[0], (samples) =>
    samples.map((sample, i) =>
      i >= 5 && i < 10 ? { ...sample, data: sample.data.map((byte) => byte ^ 0xff) } : sample,
    ),
  );
  const recording = recordingOf(content, [12, 8]);
  const { rgb, mask, problems } = await readPictures(recording, 0, framesOf(recording, [0, 1]), SIZE);
  for (let frame = 0; frame < 20; frame++) {
    if (mask[frame]) expect(Math.abs(middles(rgb)[frame]! - brightness(frame))).toBeLessThan(5);
  }
  expect(mask.slice(5, 10)).toEqual(new Uint8Array(5));
  expect([...mask.slice(15)]).toEqual([1, 1, 1, 1, 1]);
  expect(problems.map(({ what, where }) => `${where} ${what}`)).toEqual([
    expect.stringMatching(/^a\.mp4 The video is damaged: /),
    expect.stringMatching(/^a\.mp4 \d+ frames of 20 could not be read from the video; the camera is masked there\.$/),
  ]);
});

test('a video that was cut off, one of an unknown format, one that is none', async () => {
  const whole = await video(20, CODECS[1]);
  const cut = recordingOf(whole.slice(0, whole.length - 40), [12, 8]);
  const places = framesOf(cut, [0, 1]);
  const short = await readPictures(cut, 0, places, SIZE);
  expect(short.mask[0]).toBe(1);
  expect(short.mask[19]).toBe(0);
  expect(short.problems[0]!.what).toMatch(/ of 20 could not be read from the video; .* The file was cut off\.$/);

  vi.spyOn(VideoDecoder, 'isConfigSupported').mockResolvedValue({ supported: false, config: { codec: '' } });
  const unknown = await readPictures(recordingOf(whole, [12, 8]), 0, places, SIZE);
  expect(unknown.mask.every((is) => is === 0)).toBe(true);
  expect(unknown.problems[0]!.what).toMatch(/^This browser cannot decode the video's format, av01\./);

  const none = await readPictures(recordingOf(new Uint8Array(100), [12, 8]), 0, places, SIZE);
  expect(none.mask.every((is) => is === 0)).toBe(true);
  expect(none.problems[0]).toMatchObject({
    where: 'a.mp4',
    what: expect.stringMatching(/^The video cannot be opened: /),
  });
});
