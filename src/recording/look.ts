import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { OpenVideos } from './open_videos';
import { reported, toldOnce } from './problems';
import type { Recording } from './recording';
import type { EpisodeCurves, EpisodePictures, PicturesRequest, SeenPicture } from './report';
import { decoders } from './video';

/** The joints of an episode over its whole length, as copies that may be given away. Null where there is no such episode. */
export function curvesOf({ episodes }: Recording, index: number): EpisodeCurves | null {
  const episode = episodes.find((one) => one.index === index);
  if (!episode) return null;
  const { timestamps, state, action } = episode;
  return { episode: index, times: timestamps.slice(), state: state.slice(), action: action.slice() };
}

/** Looks into the videos and pictures of one recording, a few frames at a time. */
export class Looker {
  readonly #recording: Recording;
  readonly #videos = new OpenVideos();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /**
   * What cameras saw at frames of an episode, in their own proportions. Frames without a picture are left out; where that is a fault
   * it is in `problems`.
   * @param overtaken asked between two pictures: true ends the work, with what there is so far
   */
  async look(
    { episode: index, frames, cameras, maxWidth }: PicturesRequest,
    overtaken: () => boolean,
  ): Promise<EpisodePictures> {
    const recording = this.#recording;
    const episode = recording.episodes.findIndex((one) => one.index === index);
    const length = recording.episodes[episode]?.length ?? 0;
    const places = frames.filter((frame) => frame >= 0 && frame < length).map((frame) => ({ episode, frame }));
    const pictures: SeenPicture[] = [];
    const problems: Problem[] = [];
    for (const camera of cameras) {
      const number = recording.cameras.findIndex(({ name }) => name === camera);
      const open = (file: StoredFile) => this.#videos.open(file);
      for (const decode of decoders(recording, number, places, { open, overtaken })) {
        try {
          const found = await decode((picture, shownAt) => {
            for (const place of shownAt)
              pictures.push({ camera, frame: places[place]!.frame, picture: copied(picture, maxWidth) });
          });
          problems.push(...found.problems);
        } catch (error) {
          problems.push(reported(error));
        }
      }
    }
    return { episode: index, pictures, problems: overtaken() ? [] : toldOnce(problems) };
  }
}

/** A copy that outlives the picture, at most `maxWidth` pixels wide. */
function copied(picture: VideoFrame | ImageBitmap, maxWidth: number): ImageBitmap {
  const [ownWidth, ownHeight] =
    'displayWidth' in picture ? [picture.displayWidth, picture.displayHeight] : [picture.width, picture.height];
  const scale = Math.min(1, maxWidth / ownWidth);
  const [width, height] = [ownWidth, ownHeight].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false })!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}
