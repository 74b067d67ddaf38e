import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { isPointer } from './files';
import { counted, named, reported } from './problems';
import type { Camera, Episode, VideoStretch } from './recording';
import { isSupported } from './video_frames';
import { openVideo, type VideoIndex } from './video_index';

/** What a recording shows. */
interface Filmed {
  readonly episodes: readonly Episode[];
  readonly cameras: readonly Camera[];
  /** Frames a second. */
  readonly fps: number;
}

/** An episode and where it was filmed. */
interface Shot {
  readonly episode: number;
  readonly stretch: VideoStretch;
}

/** Most videos of a camera that are looked into. */
const MOST_OPENED = 200;

/** Codecs that some browser decodes, as the first letters of their names. */
const DECODABLE = /^(av01|avc[13]|hvc1|hev1|vp0?[89])/;
const TO_H264 = 'ffmpeg -i IN.mp4 -c:v libx264 OUT.mp4';
/** What the others are called. */
const NAMES: Readonly<Record<string, string>> = {
  mp4v: 'MPEG-4 Part 2 (mp4v)',
  hvc1: 'HEVC (hvc1)',
  hev1: 'HEVC (hev1)',
  jpeg: 'Motion JPEG (jpeg)',
  mjpg: 'Motion JPEG (mjpg)',
};

/**
 * Looks into the videos of each camera: those that are not here, cannot be opened or cannot be decoded are masked, and that is told in one
 * problem for each fault; where a video and the rows differ in number, that is told too. Of very many videos some are looked into.
 */
export async function checkCameras(filmed: Filmed, problems: Problem[]): Promise<Filmed> {
  const footage = filmed.episodes.map((episode) => [...episode.footage]);
  const cameras: Camera[] = [];
  for (const [c, camera] of filmed.cameras.entries()) {
    const shots = filmed.episodes.flatMap(({ index, footage: found }) =>
      isVideo(found[c]) ? [{ episode: index, stretch: found[c] }] : [],
    );
    const stored = filmed.episodes.some(({ footage: found }) => found[c] && !isVideo(found[c]));
    const { masked, codec, why, command, told } = await lookInto(camera.name.slice(0, 80), shots, filmed.fps);
    problems.push(...told);
    for (const row of footage) if (isVideo(row[c]) && masked.has(row[c].file.path)) row[c] = null;
    const available = footage.some((row) => row[c] != null);
    cameras.push({
      ...camera,
      available,
      ...(codec || stored ? { codec: codec ?? 'image' } : {}),
      ...(available ? {} : { why: why ?? 'There is no video of it.', ...(command ? { command } : {}) }),
    });
  }
  return { ...filmed, episodes: filmed.episodes.map((episode, e) => ({ ...episode, footage: footage[e]! })), cameras };
}

const isVideo = (found: Episode['footage'][number] | undefined): found is VideoStretch =>
  found != null && 'from' in found;

/** What was found in the videos of a camera. */
interface Look {
  /** Paths of videos that show nothing. */
  readonly masked: ReadonlySet<string>;
  /** As most are coded. */
  readonly codec: string | undefined;
  /** Why none shows anything, where that is so. */
  readonly why: string | undefined;
  /** What to type in a terminal to have it. */
  readonly command: string | undefined;
  readonly told: readonly Problem[];
}

async function lookInto(name: string, shots: readonly Shot[], fps: number): Promise<Look> {
  const files = [...new Map(shots.map(({ stretch: { file } }) => [file.path, file])).values()];
  const pointers: StoredFile[] = [];
  for (const file of files) if (await isPointer(file)) pointers.push(file);
  const whole = files.filter((file) => !pointers.includes(file));
  const [videos, broken] = await openAll(spread(whole));
  const codecs = [...videos.values()].map(({ codec }) => codec).sort();
  const most = codecs[codecs.length >> 1]; // what more than half are, sorted, is in the middle
  const faults = new Map<string, string>();
  for (const video of videos.values())
    if (!faults.has(video.codec)) faults.set(video.codec, (await faultOf(video)) ?? '');
  const undecodable = whole.filter((file) => faults.get(videos.get(file.path)?.codec ?? most ?? ''));
  const why = (most && faults.get(most)) || undefined;
  const masking = { name, shots, of: files.length };
  const coded = undecodable[0] && `Its videos are ${faults.get(videos.get(undecodable[0].path)?.codec ?? most ?? '')}.`;
  return {
    masked: new Set([...pointers, ...undecodable, ...broken.keys()].map(({ path }) => path)),
    codec: most,
    command: why ? TO_H264 : pointers.length > 0 ? 'git lfs pull' : undefined,
    why: why
      ? coded
      : pointers.length > 0
        ? 'Its videos are Git LFS pointers.'
        : broken.size > 0
          ? 'Its videos cannot be opened.'
          : undefined,
    told: [
      ...pointerProblem(masking, pointers),
      ...brokenProblem(masking, broken),
      ...codecProblem(masking, undecodable, coded ?? ''),
      ...countProblem(masking, videos, fps),
    ],
  };
}

/** All, or as many as are looked into, evenly spread from the first to the last. */
function spread(files: readonly StoredFile[]): readonly StoredFile[] {
  if (files.length <= MOST_OPENED) return files;
  const step = (files.length - 1) / (MOST_OPENED - 1);
  return Array.from({ length: MOST_OPENED }, (_, n) => files[Math.round(n * step)]!);
}

/** Those that can be opened, by their path, and why the others cannot. */
async function openAll(files: readonly StoredFile[]) {
  const videos = new Map<string, VideoIndex>();
  const broken = new Map<StoredFile, Problem>();
  for (const file of files) {
    try {
      videos.set(file.path, await openVideo(file));
    } catch (error) {
      broken.set(file, reported(error));
    }
  }
  return [videos, broken] as const;
}

/** What a video is, and who does not decode it; null where it can be decoded. */
async function faultOf(video: VideoIndex): Promise<string | null> {
  const { codec } = video;
  const known = DECODABLE.test(codec);
  const inBrowser = 'VideoDecoder' in globalThis;
  if (known && (!inBrowser || (await isSupported(configOf(video))))) return null;
  const who = known ? 'this browser does not decode' : 'no browser decodes';
  return `${NAMES[codec.slice(0, 4)] ?? codec.slice(0, 40)}, which ${who}`;
}

const configOf = ({ codec, width, height, description }: VideoIndex): VideoDecoderConfig => ({
  codec,
  codedWidth: width,
  codedHeight: height,
  ...(description ? { description } : {}),
});

interface Masking {
  readonly name: string;
  readonly shots: readonly Shot[];
  /** Videos of the camera. */
  readonly of: number;
}

const several = (count: number) => (count > 1 ? { count } : {});
const episodesIn = ({ shots }: Masking, files: readonly StoredFile[]) =>
  named(
    shots.filter(({ stretch }) => files.some(({ path }) => path === stretch.file.path)).map(({ episode }) => episode),
  );

function pointerProblem({ name, of }: Masking, pointers: readonly StoredFile[]): Problem[] {
  const [first] = pointers;
  if (!first) return [];
  return [
    {
      what: `${pointers.length} of ${counted(of, 'video')} of camera "${name}" are Git LFS pointers, not the data; it is masked there.`,
      where: first.path,
      fix: 'Run "git lfs pull" in the folder they came from, and choose it again, or go on without this camera.',
      ...several(pointers.length),
    },
  ];
}

function brokenProblem(masking: Masking, broken: ReadonlyMap<StoredFile, Problem>): Problem[] {
  const [first] = broken;
  if (!first) return [];
  const [file, { what }] = first;
  const { name, of } = masking;
  return [
    {
      what: `${broken.size} of ${counted(of, 'video')} of camera "${name}" cannot be opened; it is masked in ${episodesIn(masking, [...broken.keys()])}. ${what}`,
      where: file.path,
      fix: 'Copy the file again from where it was recorded, or go on: these frames are learned without this camera.',
      ...several(broken.size),
    },
  ];
}

function codecProblem(masking: Masking, undecodable: readonly StoredFile[], coded: string): Problem[] {
  const [first] = undecodable;
  if (!first) return [];
  const { name, of } = masking;
  const where = undecodable.length === of ? '' : ` in ${episodesIn(masking, undecodable)}`;
  return [
    {
      what: `Camera "${name}" is masked${where}. ${coded}`,
      where: first.path,
      fix: `Convert each to H.264 or AV1, for example: ${TO_H264}`,
    },
  ];
}

/** Where videos have more or fewer frames than there are rows. */
function countProblem({ name, shots }: Masking, videos: ReadonlyMap<string, VideoIndex>, fps: number): Problem[] {
  const differing = shots.flatMap(({ episode, stretch }) => {
    const video = videos.get(stretch.file.path);
    const more = video ? framesOf(video, stretch, fps) - stretch.rows : 0;
    return more === 0 ? [] : [{ episode, more, path: stretch.file.path }];
  });
  const [first] = differing;
  if (!first) return [];
  const numbers = differing.map(({ more }) => more);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const by = least === most ? moreOrFewer(most) : `${moreOrFewer(least)} to ${moreOrFewer(most)}`;
  return [
    {
      what: `The video of camera "${name}" has ${by} than there are rows in ${named(differing.map(({ episode }) => episode))}; there each row has the picture that is nearest in time, or none.`,
      where: first.path,
      fix: 'Go on where the times are right, or record these episodes again.',
      ...several(differing.length),
    },
  ];
}

const moreOrFewer = (count: number) => `${counted(Math.abs(count), 'frame')} ${count > 0 ? 'more' : 'fewer'}`;

/** Frames of a video that an episode has: all of its own; of a shared one those between its seconds, as far as the video goes. */
function framesOf({ length, cut }: VideoIndex, { whole, from, to }: VideoStretch, fps: number): number {
  if (whole) return length + cut;
  const first = Math.round(from * fps);
  return Math.max(0, Math.min(Math.round(to * fps), length + cut) - first);
}
