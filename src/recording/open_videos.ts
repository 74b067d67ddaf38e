import type { StoredFile } from '../containers/stored_file';
import { openVideo, type VideoIndex } from './video_index';

/** Videos that stay open: one for each camera that is looked through. */
const MAX_OPEN = 6;

/** The tables of videos, each read once while it is among the last that were asked for. */
export class OpenVideos {
  readonly #videos = new Map<string, Promise<VideoIndex>>();

  open(file: StoredFile): Promise<VideoIndex> {
    const opened = this.#videos.get(file.path) ?? openVideo(file);
    opened.catch(() => this.#videos.delete(file.path));
    this.#videos.delete(file.path);
    this.#videos.set(file.path, opened);
    for (const oldest of this.#videos.keys()) {
      if (this.#videos.size <= MAX_OPEN) break;
      this.#videos.delete(oldest);
    }
    return opened;
  }
}
