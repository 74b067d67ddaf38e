import type { Problem } from '../../problem';
import type { FramePlace } from '../../recording/chunks';
import { OpenVideos } from '../../recording/open_videos';
import type { Recording } from '../../recording/recording';
import { type Pictures, readPictures } from '../../recording/video';
import { type ActionsData, filesOf, type OpenedRecording } from './data';

/** What the cameras of a run saw, frame by frame, wherever that is. Frames are counted through the whole recording. */
export interface Sight {
  /** Whether the camera has a picture of the frame; where it has none, it is masked. */
  has(camera: number, frame: number): boolean;
  /** (P, P, 3): 0 to 255; black where there is no picture. @throws Error where it is not at hand */
  rgb(camera: number, frame: number): Uint8Array;
}

/** Pictures of N frames of each camera, in memory. @param placeOf the frame's place among them, −1 where it has none */
export const heldSight = (
  cameras: readonly Partial<Pick<Pictures, 'rgb' | 'mask'>>[],
  placeOf: (frame: number) => number,
): Sight => ({
  has: (camera, frame) => cameras[camera]?.mask?.[placeOf(frame)] === 1,
  rgb(camera, frame) {
    const { rgb, mask } = cameras[camera] ?? {};
    const place = placeOf(frame);
    if (!rgb || !mask || place < 0) throw new Error(`the pictures of frame ${frame} are not in memory`);
    const size = rgb.length / mask.length;
    return rgb.subarray(place * size, (place + 1) * size);
  },
});

/** Reads what each camera of a run saw at some frames, in the order of the run's cameras. */
export type ReadPictures = (
  places: readonly FramePlace[],
) => Promise<readonly (Pick<Pictures, 'rgb' | 'mask'> & { readonly problems: readonly Problem[] })[]>;

/**
 * Reads pictures for a run out of the recording that is open.
 * @param size P
 * @returns null where none is open, or none with these files
 */
export function pictureReader(data: ActionsData, opened: OpenedRecording | null, size: number): ReadPictures | null {
  if (!opened) return null;
  const { recording } = opened;
  const cameras = data.cameras.map(({ name }) => recording.cameras.findIndex((one) => one.name === name));
  const files = cameras.map((camera) => filesOf(recording, camera));
  const filesThen = data.cameras.map((camera) => camera.files);
  if (footage(recording, files) !== footage(data.recording, filesThen)) return null;
  const videos = new OpenVideos();
  const options = { open: videos.open.bind(videos) };
  return async (places) => {
    const read: Pictures[] = [];
    for (const camera of cameras) read.push(await readPictures(recording, camera, places, size, undefined, options));
    return read;
  };
}

/** Which picture belongs to which frame, as a text: two recordings for which it is the same have the same pictures. */
const footage = ({ fps, episodes }: Recording, files: readonly (readonly string[] | undefined)[]): string =>
  JSON.stringify([fps, episodes.map(({ index, length }) => [index, length]), files]);
