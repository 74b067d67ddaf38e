import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { decodeArray, type PlacedRow } from './array_pictures';
import type { FramePlace } from './chunks';
import { reported } from './problems';
import type { ArrayPictures, Recording, StoredPictures } from './recording';
import { type Pixels, resizeWithPad } from './resize';
import { decodeStored, type WantedRow } from './stored_pictures';
import { decodeFrames } from './video_frames';
import { openVideo, type VideoIndex } from './video_index';
import { timesOfFrames, type WantedFrame } from './video_plan';

/** What a camera saw at N frames. */
export interface Pictures {
  /** (N, P, P, 3): red, green, blue, 0 to 255; a picture that is not square has black bars, as openpi pads it. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** (N): 1 where there is a picture, 0 where the camera must be masked. */
  readonly mask: Uint8Array<ArrayBuffer>;
  /** Samples of video and stored pictures that went through a decoder. */
  readonly decoded: number;
  readonly problems: readonly Problem[];
}

/**
 * What one camera saw at these frames, resized to P × P pixels. Every file is read once, from front to back, and no frame is decoded twice.
 * Frames without a picture are masked; where that is a fault it is in `problems`.
 */
export async function readPictures(
  recording: Recording,
  camera: number,
  places: readonly FramePlace[],
  size: number,
  onProgress?: (done: number, of: number) => void,
  options?: DecodeOptions,
): Promise<Pictures> {
  const rgb = new Uint8Array(places.length * size * size * 3);
  const mask = new Uint8Array(places.length);
  const problems: Problem[] = [];
  const pixelsOf = pixelReader();
  let decoded = 0;
  let done = 0;
  const show = (picture: VideoFrame | ImageBitmap, shownAt: readonly number[]) => {
    const pixels = resizeWithPad(pixelsOf(picture), size);
    for (const place of shownAt) {
      rgb.set(pixels, place * pixels.length);
      mask[place] = 1;
    }
    done += shownAt.length;
    onProgress?.(done, places.length);
  };
  for (const decode of decoders(recording, camera, places, options)) {
    try {
      const result = await decode(show);
      decoded += result.decoded;
      problems.push(...result.problems);
    } catch (error) {
      problems.push(reported(error));
    }
  }
  return { rgb, mask, decoded, problems };
}

/** Takes a picture, which is closed afterwards, with the places in the list that it serves. */
export type Show = (picture: VideoFrame | ImageBitmap, places: readonly number[]) => void;
export type Decode = (show: Show) => Promise<Pick<Pictures, 'decoded' | 'problems'>>;

/** How files are read, where not each of them once and to the end. */
export interface DecodeOptions {
  /** Opens a video: one that is looked into again and again need not be opened each time. */
  readonly open?: (file: StoredFile) => Promise<VideoIndex>;
  /** Asked between two pictures: true where nobody waits for them any more. */
  readonly overtaken?: () => boolean;
}

/** The work for each file that holds pictures which are wanted. */
export function decoders(
  recording: Recording,
  camera: number,
  places: readonly FramePlace[],
  options: DecodeOptions = {},
): Decode[] {
  const videos = new Map<string, { readonly file: StoredFile; readonly wanted: PlacedFrame[] }>();
  const stored = new Map<string, { readonly pictures: StoredPictures; readonly wanted: WantedRow[] }>();
  const arrays = new Map<string, { readonly pictures: ArrayPictures; readonly wanted: PlacedRow[] }>();
  for (const [place, { episode: e, frame }] of places.entries()) {
    const episode = recording.episodes[e]!;
    const footage = episode.footage[camera];
    if (!footage) continue;
    const { file } = footage;
    if ('array' in footage) {
      const key = `${file.path} ${footage.array}`;
      const group = arrays.get(key) ?? { pictures: footage, wanted: [] };
      group.wanted.push({ row: footage.row + frame, place });
      arrays.set(key, group);
    } else if ('column' in footage) {
      const group = stored.get(file.path) ?? { pictures: footage, wanted: [] };
      group.wanted.push({ episode: footage.episode, frame: footage.row + frame, place });
      stored.set(file.path, group);
    } else {
      const group = videos.get(file.path) ?? { file, wanted: [] };
      const seconds = footage.from + episode.timestamps[frame]!;
      group.wanted.push({ place, seconds, stretch: footage, row: footage.row + frame });
      videos.set(file.path, group);
    }
  }
  return [
    ...[...videos.values()].map(
      ({ file, wanted }) =>
        (show: Show) =>
          decodeVideo(file, wanted, recording.fps, show, options),
    ),
    ...[...stored.values()].map(
      ({ pictures, wanted }) =>
        (show: Show) =>
          decodeStored(pictures, wanted, show, options.overtaken),
    ),
    ...[...arrays.values()].map(
      ({ pictures, wanted }) =>
        (show: Show) =>
          decodeArray(pictures, wanted, show),
    ),
  ];
}

interface PlacedFrame extends WantedFrame {
  /** Place in the list that was asked for. */
  readonly place: number;
}

async function decodeVideo(
  file: StoredFile,
  wanted: readonly PlacedFrame[],
  fps: number,
  show: Show,
  { open = openVideo, overtaken }: DecodeOptions,
) {
  const video = await open(file);
  const times = timesOfFrames(video, wanted, fps);
  const placesOf = (found: readonly number[]) => found.map((at) => wanted[at]!.place);
  return decodeFrames(video, times, 0.5 / fps, (frame, found) => show(frame, placesOf(found)), overtaken);
}

/** Reads a picture's pixels, as large as it is. */
function pixelReader(): (picture: VideoFrame | ImageBitmap) => Pixels {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { alpha: false, willReadFrequently: true })!;
  const { canvas } = context;
  return (picture) => {
    const [width, height] =
      'displayWidth' in picture ? [picture.displayWidth, picture.displayHeight] : [picture.width, picture.height];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.globalCompositeOperation = 'copy'; // what is transparent shows black, not the picture before
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, width, height);
  };
}
