import type { StoredFile } from '../containers/stored_file';
import { type Problem, ProblemError } from '../problem';
import { isPointer } from './files';
import { counted } from './problems';
import type { Camera, Episode, VideoStretch } from './recording';
import { isSupported } from './video_frames';
import { openVideo, type VideoIndex } from './video_index';

/** What a recording shows. */
interface Filmed {
  readonly episodes: readonly Episode[];
  readonly cameras: readonly Camera[];
}

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
 * Looks into the videos of each camera once: a camera whose videos cannot be decoded, or are not here, is no longer available, and that is
 * told in one problem. A video that is damaged is told by the run that reads it.
 */
export async function checkCameras(filmed: Filmed, problems: Problem[]): Promise<Filmed> {
  const footage = filmed.episodes.map((episode) => [...episode.footage]);
  const cameras: Camera[] = [];
  for (const [c, camera] of filmed.cameras.entries()) {
    const stretches = filmed.episodes.flatMap(({ footage: found }) => (isVideo(found[c]) ? [found[c]] : []));
    const files = [...new Map(stretches.map(({ file }) => [file.path, file])).values()];
    const stored = filmed.episodes.some(({ footage: found }) => found[c] && !isVideo(found[c]));
    const pointers = await pointersAmong(files);
    const { codec, fault } = await codecOf(files.filter((file) => !pointers.has(file.path)));
    for (const row of footage) {
      const found = row[c];
      if (isVideo(found) && (fault || pointers.has(found.file.path))) row[c] = null;
    }
    if (pointers.size > 0) problems.push(pointerProblem(camera.name, files, pointers));
    if (fault)
      problems.push({
        what: `Camera "${camera.name.slice(0, 80)}" is masked. ${fault.what}`,
        where: fault.where,
        fix: fault.fix,
      });
    const available = footage.some((row) => row[c] != null);
    const why = fault?.what ?? (pointers.size > 0 ? 'Its videos are Git LFS pointers.' : 'There is no video of it.');
    const command = fault ? TO_H264 : pointers.size > 0 ? 'git lfs pull' : null;
    cameras.push({
      ...camera,
      available,
      ...(codec || stored ? { codec: codec ?? 'image' } : {}),
      ...(available ? {} : { why, ...(command ? { command } : {}) }),
    });
  }
  return { episodes: filmed.episodes.map((episode, e) => ({ ...episode, footage: footage[e]! })), cameras };
}

const isVideo = (found: Episode['footage'][number] | undefined): found is VideoStretch =>
  found != null && 'from' in found;

async function pointersAmong(files: readonly StoredFile[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const file of files) if (await isPointer(file)) found.add(file.path);
  return found;
}

const pointerProblem = (name: string, files: readonly StoredFile[], pointers: ReadonlySet<string>): Problem => ({
  what: `${pointers.size} of ${counted(files.length, 'video')} of camera "${name.slice(0, 80)}" are Git LFS pointers, not the data; it is masked there.`,
  where: [...pointers][0]!,
  fix: 'Run "git lfs pull" in the folder they came from, and choose it again, or go on without this camera.',
  ...(pointers.size > 1 ? { count: pointers.size } : {}),
});

interface Fault {
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

/** How the first video that can be opened is coded, and why it cannot be decoded, where that is so. */
async function codecOf(files: readonly StoredFile[]): Promise<{ readonly codec?: string; readonly fault?: Fault }> {
  const file = files[0];
  const video = file && (await opened(file));
  if (!video) return {};
  const { codec } = video;
  const known = DECODABLE.test(codec);
  const inBrowser = 'VideoDecoder' in globalThis;
  if (known && (!inBrowser || (await isSupported(configOf(video))))) return { codec };
  const who = known ? 'this browser does not decode' : 'no browser decodes';
  const what = `Its videos are ${NAMES[codec.slice(0, 4)] ?? codec.slice(0, 40)}, which ${who}.`;
  const fix = `Convert each to H.264 or AV1, for example: ${TO_H264}`;
  return { codec, fault: { what, where: file.path, fix } };
}

const configOf = ({ codec, width, height, description }: VideoIndex): VideoDecoderConfig => ({
  codec,
  codedWidth: width,
  codedHeight: height,
  ...(description ? { description } : {}),
});

/** Null for a file that cannot be opened, which the run tells where it needs its frames. */
async function opened(file: StoredFile): Promise<VideoIndex | null> {
  try {
    return await openVideo(file);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
