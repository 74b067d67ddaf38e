import type { Problem } from '../worker/api';
import type { FramePlace } from './chunks';
import { reported } from './problems';
import type { Footage, Recording } from './recording';
import { decodeFrames } from './video_frames';
import { openVideo } from './video_index';

/** What a camera saw at N frames. */
export interface Pictures {
  /** (N, P, P, 3): red, green, blue, 0 to 255; a picture that is not square has black bars, as openpi pads it. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** (N): 1 where there is a picture, 0 where the camera must be masked. */
  readonly mask: Uint8Array<ArrayBuffer>;
  /** Samples that went through a decoder. */
  readonly decoded: number;
  readonly problems: readonly Problem[];
}

/**
 * What one camera saw at these frames, resized to P × P pixels. Every video is read once, from front to back, and no frame is decoded twice.
 * Frames without a picture are masked; where that is a fault it is in `problems`.
 */
export async function readPictures(
  recording: Recording,
  camera: number,
  places: readonly FramePlace[],
  size: number,
  onProgress?: (done: number, of: number) => void,
): Promise<Pictures> {
  const rgb = new Uint8Array(places.length * size * size * 3);
  const mask = new Uint8Array(places.length);
  const problems: Problem[] = [];
  const draw = resizer(size);
  let decoded = 0;
  let done = 0;
  for (const { footage, wanted } of byFile(recording, camera, places)) {
    try {
      const video = await openVideo(footage.file);
      const times = wanted.map(({ seconds }) => seconds);
      const result = await decodeFrames(video, times, 0.5 / recording.fps, (frame, found) => {
        const picture = draw(frame);
        for (const at of found) rgb.set(picture, wanted[at]!.place * picture.length);
        done += found.length;
        onProgress?.(done, places.length);
      });
      for (const [at, { place }] of wanted.entries()) mask[place] = result.found[at]!;
      decoded += result.decoded;
      problems.push(...result.problems);
    } catch (error) {
      problems.push(reported(error));
    }
  }
  return { rgb, mask, decoded, problems };
}

interface Wanted {
  /** Place in the list that was asked for. */
  readonly place: number;
  /** In the video. */
  readonly seconds: number;
}

/** Frames by the video that they are in. */
function byFile(recording: Recording, camera: number, places: readonly FramePlace[]) {
  const files = new Map<string, { readonly footage: Footage; readonly wanted: Wanted[] }>();
  for (const [place, { episode: e, frame }] of places.entries()) {
    const episode = recording.episodes[e]!;
    const footage = episode.footage[camera];
    if (!footage) continue;
    const file = files.get(footage.file.path) ?? { footage, wanted: [] };
    file.wanted.push({ place, seconds: footage.from + episode.timestamps[frame]! });
    files.set(footage.file.path, file);
  }
  return files.values();
}

/** Draws a frame into a square, whole and centred on black. The result is overwritten by the next. */
function resizer(size: number): (frame: VideoFrame) => Uint8Array<ArrayBuffer> {
  const context = new OffscreenCanvas(size, size).getContext('2d', { alpha: false, willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  const rgb = new Uint8Array(size * size * 3);
  return (frame) => {
    const scale = size / Math.max(frame.displayWidth, frame.displayHeight);
    const width = Math.max(1, Math.round(frame.displayWidth * scale));
    const height = Math.max(1, Math.round(frame.displayHeight * scale));
    context.fillStyle = 'black';
    context.fillRect(0, 0, size, size);
    context.drawImage(frame, Math.floor((size - width) / 2), Math.floor((size - height) / 2), width, height);
    const { data } = context.getImageData(0, 0, size, size);
    for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
      rgb[to] = data[from]!;
      rgb[to + 1] = data[from + 1]!;
      rgb[to + 2] = data[from + 2]!;
    }
    return rgb;
  };
}
