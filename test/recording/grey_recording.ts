import type { Recording } from '../../src/recording/recording';
import { descriptionOf, encodeGrey, samplesOf } from './encode';
import { type Mp4Sample, mp4 } from './mp4';

export const WIDTH = 64;
export const HEIGHT = 48;
export const FPS = 20;
const KEY_EVERY = 5;
export const CODECS = [
  ['avc1', 'avc1.42001f'],
  ['av01', 'av01.0.00M.08'],
] as const;
type Kind = (typeof CODECS)[number][0];

/** Each frame is grey of its own brightness, so that a picture tells which frame it is. */
export const brightness = (frame: number) => 40 + 8 * frame;

/** An .mp4 of grey frames. */
export async function video(
  frames: number,
  [kind, codec]: readonly [Kind, string],
  change = (samples: Mp4Sample[]) => samples,
) {
  const look = { width: WIDTH, height: HEIGHT, fps: FPS, keyEvery: KEY_EVERY };
  const encoded = await encodeGrey({ ...look, frames, codec, levels: [brightness(0), brightness(1) - brightness(0)] });
  return mp4(change(samplesOf(encoded)), {
    kind,
    description: descriptionOf(encoded),
    width: WIDTH,
    height: HEIGHT,
    rate: FPS,
  });
}

/** Two episodes in one video, and a third that has none. */
export function recordingOf(content: Uint8Array<ArrayBuffer>, lengths: readonly [number, number]): Recording {
  const file = { path: 'a.mp4', bytes: content.length, open: async () => new Blob([content]) };
  const episode = (index: number, length: number, from: number | null) => ({
    index,
    length,
    state: new Float32Array(length),
    action: new Float32Array(length),
    timestamps: Float32Array.from({ length }, (_, frame) => frame / FPS),
    task: new Uint16Array(length),
    footage: [from === null ? null : { file, from, to: from + length / FPS, whole: false, rows: length, row: 0 }],
  });
  return {
    info: { layout: 'LeRobot v3.0', robot: '', promisedEpisodes: 3, stateColumn: 'state', actionColumn: 'action' },
    fps: FPS,
    episodes: [episode(0, lengths[0], 0), episode(1, lengths[1], lengths[0] / FPS), episode(2, 2, null)],
    jointNames: { state: ['a'], action: ['a'] },
    cameras: [{ name: 'top', width: WIDTH, height: HEIGHT, available: true }],
    tasks: [''],
    problems: [],
  };
}
