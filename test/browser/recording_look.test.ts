import { afterEach, expect, test, vi } from 'vitest';
import { curvesOf, Looker } from '../../src/recording/look';
import { openRecording } from '../../src/recording/open_recording';
import type { SeenPicture } from '../../src/recording/report';
import { RecordingReader } from '../../src/tasks/actions/recording_reader';
import { brightness, CODECS, recordingOf, video, WIDTH } from '../recording/grey_recording';
import { sampleV30 } from '../recording/sample';

/* What a person looks at of a recording: the frames that they ask for, and no others. */

const CAMERA = 'top';
const here = () => false;

/** Brightness in the middle. */
function middleOf({ picture }: SeenPicture): number {
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!;
  context.drawImage(picture, 0, 0);
  return context.getImageData(picture.width >> 1, picture.height >> 1, 1, 1).data[0]!;
}

afterEach(() => vi.restoreAllMocks());

test.each(CODECS)(
  '%s: frames of an episode come for the rows that were asked for, in their proportions',
  async (...codec) => {
    const looker = new Looker(recordingOf(await video(20, codec), [12, 8]));
    const decode = vi.spyOn(VideoDecoder.prototype, 'decode');
    const { pictures, problems } = await looker.look(
      { episode: 1, frames: [6, 1], cameras: [CAMERA], maxWidth: 32 },
      here,
    );
    expect(problems).toEqual([]);
    expect(pictures.map(({ camera, frame }) => `${camera} ${frame}`).sort()).toEqual(['top 1', 'top 6']);
    for (const seen of pictures) {
      expect([seen.picture.width, seen.picture.height]).toEqual([32, 24]);
      expect(Math.abs(middleOf(seen) - brightness(12 + seen.frame))).toBeLessThan(5);
    }
    expect(decode.mock.calls.length).toBeLessThanOrEqual(9); // from the keyframe before the first to the last, not all 20
  },
);

test('a picture is not made larger; a video is opened once for many looks', async () => {
  const content = await video(20, CODECS[0]);
  const recording = recordingOf(content, [12, 8]);
  const { file } = recording.episodes[0]!.footage[0]!;
  const open = vi.spyOn(file, 'open');
  const looker = new Looker(recording);
  for (const frame of [0, 3, 11]) {
    const { pictures } = await looker.look({ episode: 0, frames: [frame], cameras: [CAMERA], maxWidth: 900 }, here);
    expect(pictures[0]?.picture.width).toBe(WIDTH);
    expect(Math.abs(middleOf(pictures[0]!) - brightness(frame))).toBeLessThan(5);
  }
  expect(open).toHaveBeenCalledTimes(1);
});

test('where nothing is filmed, or no such frame or camera is there, nothing comes and nothing is decoded', async () => {
  const looker = new Looker(recordingOf(await video(20, CODECS[0]), [12, 8]));
  const decode = vi.spyOn(VideoDecoder.prototype, 'decode');
  const ask = (episode: number, frames: number[], camera = CAMERA) =>
    looker.look({ episode, frames, cameras: [camera], maxWidth: 64 }, here);
  for (const seen of [await ask(2, [0]), await ask(0, [-1, 12, 99]), await ask(7, [0]), await ask(0, [0], 'other')])
    expect(seen).toMatchObject({ pictures: [], problems: [] });
  expect(decode).not.toHaveBeenCalled();
});

test('a look that is overtaken ends early and complains of nothing', async () => {
  const looker = new Looker(recordingOf(await video(20, CODECS[0]), [12, 8]));
  const decode = vi.spyOn(VideoDecoder.prototype, 'decode');
  let asked = 0;
  const frames = Array.from({ length: 12 }, (_, frame) => frame);
  const request = { episode: 0, frames, cameras: [CAMERA], maxWidth: 64 };
  const { problems } = await looker.look(request, () => ++asked > 4);
  expect(problems).toEqual([]);
  expect(decode.mock.calls.length).toBeLessThanOrEqual(4);
});

test('a video that cannot be read is told, and the other camera is seen', async () => {
  const good = recordingOf(await video(20, CODECS[0]), [12, 8]);
  const spoiled = { path: 'b.mp4', bytes: 100, open: async () => new Blob([new Uint8Array(100)]) };
  const episodes = good.episodes.map((episode) => {
    const [footage = null] = episode.footage;
    return { ...episode, footage: [footage, footage && { ...footage, file: spoiled }] };
  });
  const cameras = [...good.cameras, { ...good.cameras[0]!, name: 'bad' }];
  const looker = new Looker({ ...good, episodes, cameras });
  const seen = await looker.look({ episode: 0, frames: [2], cameras: ['bad', CAMERA], maxWidth: 64 }, here);
  expect(seen.pictures.map(({ camera }) => camera)).toEqual([CAMERA]);
  expect(seen.problems.map(({ where }) => where)).toEqual(['b.mp4']);
});

test('of pictures inside the files of motion, those of the asked frames alone are decoded', async () => {
  const context = new OffscreenCanvas(64, 48).getContext('2d')!;
  const pictures: Uint8Array[] = [];
  for (let row = 0; row < 28; row++) {
    context.fillStyle = `rgb(${brightness(row)},0,0)`;
    context.fillRect(0, 0, 64, 48);
    pictures.push(new Uint8Array(await (await context.canvas.convertToBlob()).arrayBuffer()));
  }
  const recording = await openRecording(sampleV30({ pictures: { top: pictures }, rowGroup: 5 }));
  const decode = vi.spyOn(globalThis, 'createImageBitmap');
  const seen = await new Looker(recording).look({ episode: 1, frames: [3], cameras: ['top'], maxWidth: 64 }, here);
  expect(seen.pictures.map(middleOf)).toEqual([brightness(12 + 3)]);
  expect(decode).toHaveBeenCalledTimes(1);
});

test('curves are copies of the episode that is asked for; of one that is not open it is said', async () => {
  const recording = await openRecording(sampleV30({ joints: 2 }));
  const curves = curvesOf(recording, 1)!;
  const { state, action, timestamps } = recording.episodes[1]!;
  expect([...curves.state]).toEqual([...state]);
  expect([...curves.action]).toEqual([...action]);
  expect([...curves.times]).toEqual([...timestamps]);
  expect(curves.state.buffer).not.toBe(state.buffer);
  expect(curvesOf(recording, 8)).toBe(null);
  expect(() => new RecordingReader().curves(0)).toThrow('no longer open');
});
