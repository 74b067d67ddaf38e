import type { EpisodeCurves, PicturesRequest, Problem } from '../../worker/api';
import { attempt, type Desk } from '../bench/desk';
import { Store } from '../state/store';

/** Pictures that are kept, of all cameras together; the oldest goes first. */
const MAX_PICTURES = 40;
/** Small pictures that are kept: the strip of one episode. */
const MAX_SMALL = 8;
const WIDTH = 480;
const SMALL_WIDTH = 96;
/** Episodes whose curves are kept. */
const MAX_CURVES = 3;

/** What a person looks at. */
export interface Look {
  /** Number of the episode in the recording. */
  readonly episode: number;
  readonly frame: number;
  /** Frames of the episode. */
  readonly frames: number;
  /** Names of the cameras that are shown. */
  readonly cameras: readonly string[];
  /** Frames of the first camera that are shown small. */
  readonly strip: readonly number[];
  /** Whether frames behind this one will be looked at next. */
  readonly playing: boolean;
}

/** What is being asked for, and what will be kept of the answer. */
interface Asked extends PicturesRequest {
  readonly small: boolean;
}

/**
 * What is seen of the open recording: curves of an episode, and the few pictures around the place that is looked at. One
 * request is under way at a time; one that nobody waits for any more is overtaken by the next.
 */
export class LookDesk extends Store {
  /** Why pictures are missing that should be there. */
  problems: readonly Problem[] = [];

  readonly #desk: Desk;
  readonly #curves = new Map<number, EpisodeCurves | null>();
  readonly #pictures = new Map<string, ImageBitmap>();
  readonly #small = new Map<string, ImageBitmap>();
  /** Pictures that were asked for and do not exist. */
  readonly #absent = new Set<string>();
  #look: Look | null = null;
  #asked: Asked | null = null;
  #recording = 0;

  constructor(desk: Desk) {
    super();
    this.#desk = desk;
  }

  /** The curves of an episode; null until they are here: the first call asks for them. */
  curves(episode: number): EpisodeCurves | null {
    const known = this.#curves.get(episode);
    if (known === undefined) void this.#askCurves(episode);
    return known ?? null;
  }

  /** The picture of a frame; null where there is none, undefined while it is not here. */
  picture(camera: string, episode: number, frame: number): ImageBitmap | null | undefined {
    const key = keyOf(camera, episode, frame);
    return this.#pictures.get(key) ?? (this.#absent.has(key) ? null : undefined);
  }

  /** The same, small: of the strip. */
  small(camera: string, episode: number, frame: number): ImageBitmap | undefined {
    return this.#small.get(keyOf(camera, episode, frame));
  }

  /** Has the pictures of a place fetched, and what will be looked at next. */
  at(look: Look): void {
    this.#look = look;
    if (!this.#asked || this.#urgent(look, this.#asked)) void this.#askPictures();
  }

  /** Nobody looks any more: pictures are given back. */
  leave(): void {
    this.#look = null;
    this.#asked = null;
    for (const kept of [this.#pictures, this.#small]) {
      for (const picture of kept.values()) picture.close();
      kept.clear();
    }
  }

  /** Another recording is open. */
  forget(): void {
    this.leave();
    this.#recording += 1;
    this.#curves.clear();
    this.#absent.clear();
    this.problems = [];
    this.changed();
  }

  /** Whether what is being asked for has to give way: it is of another episode, or keeps the place itself waiting. */
  #urgent({ episode, frame, cameras }: Look, asked: Asked): boolean {
    if (asked.episode !== episode) return true;
    if (cameras.every((camera) => this.picture(camera, episode, frame) !== undefined)) return false;
    return asked.small || (asked.frames.length > 1 && !asked.frames.includes(frame));
  }

  async #askCurves(episode: number): Promise<void> {
    const recording = this.#recording;
    this.#curves.set(episode, null);
    const answer = await attempt(() => this.#desk.trainer.recordingCurves(episode));
    if (recording !== this.#recording) return;
    if (answer.ok) {
      this.#curves.delete(episode);
      this.#curves.set(episode, answer.value);
      for (const oldest of [...this.#curves.keys()].slice(0, -MAX_CURVES)) this.#curves.delete(oldest);
    } else this.#desk.report('data', 'curves', answer.problem);
    this.changed();
  }

  /** Asks for what is wanted most: the place itself, frames behind it, the strip; goes on until nothing is missing. */
  async #askPictures(): Promise<void> {
    const asked = this.#next();
    this.#asked = asked;
    if (!asked) return;
    const recording = this.#recording;
    const { small, ...request } = asked;
    const answer = await attempt(() => this.#desk.trainer.recordingPictures(request));
    const overtaken = asked !== this.#asked;
    if (recording !== this.#recording || this.#look?.episode !== asked.episode) {
      if (answer.ok) for (const { picture } of answer.value.pictures) picture.close();
      return;
    }
    const kept = small ? this.#small : this.#pictures;
    const most = small ? MAX_SMALL : MAX_PICTURES;
    if (answer.ok)
      for (const { camera, frame, picture } of answer.value.pictures)
        keep(kept, keyOf(camera, asked.episode, frame), picture, most);
    if (!overtaken) {
      for (const key of keysOf(asked)) if (!kept.has(key)) this.#absent.add(key);
      this.problems = answer.ok ? answer.value.problems : [answer.problem];
    }
    this.changed();
    if (!overtaken) await this.#askPictures();
  }

  #next(): Asked | null {
    const look = this.#look;
    if (!look || look.cameras.length === 0) return null;
    const { episode, frame, cameras } = look;
    const missing = (frames: readonly number[]) =>
      frames.filter((one) =>
        cameras.some((camera) => this.picture(camera, episode, one) === undefined && one < look.frames),
      );
    const ahead = look.playing ? Math.max(1, Math.floor(MAX_PICTURES / (3 * cameras.length))) : 1;
    const frames = missing(Array.from({ length: ahead }, (_, n) => frame + n));
    if (frames.includes(frame) || frames.length > ahead / 2)
      return { episode, frames, cameras, maxWidth: WIDTH, small: false };
    const [first] = cameras as [string];
    const strip = look.strip.filter((one) => {
      const key = keyOf(first, episode, one);
      return !this.#small.has(key) && !this.#absent.has(key);
    });
    return strip.length > 0 ? { episode, frames: strip, cameras: [first], maxWidth: SMALL_WIDTH, small: true } : null;
  }
}

const keyOf = (camera: string, episode: number, frame: number): string => `${episode} ${frame} ${camera}`;

const keysOf = ({ cameras, frames, episode }: Asked): string[] =>
  cameras.flatMap((camera) => frames.map((frame) => keyOf(camera, episode, frame)));

/** Keeps a picture as the newest; what is too much is closed, the oldest first. */
function keep(kept: Map<string, ImageBitmap>, key: string, picture: ImageBitmap, most: number): void {
  kept.get(key)?.close();
  kept.delete(key);
  kept.set(key, picture);
  for (const [oldest, old] of kept) {
    if (kept.size <= most) break;
    old.close();
    kept.delete(oldest);
  }
}
