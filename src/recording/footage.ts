import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import type { Motion } from './episodes';
import { type Feature, isCamera } from './features';
import type { Info } from './info';
import type { EpisodeRecord } from './lerobot_episodes';
import { named } from './problems';
import type { Camera, Episode, Footage } from './recording';

/** A file of motion, and what it holds. */
export interface MotionFile {
  readonly file: StoredFile;
  readonly columns: readonly string[];
}

/** Where pictures can be. */
interface Archive {
  readonly files: ReadonlyMap<string, StoredFile>;
  /** By episode, the file of its motion: some recordings keep pictures there. */
  readonly sources: ReadonlyMap<number, MotionFile>;
  readonly info: Info;
  readonly records: ReadonlyMap<number, EpisodeRecord>;
  /** Rows that the files of motion have under the number of each episode. */
  readonly rowsOf: ReadonlyMap<number, number>;
}

/** Finds each episode's pictures of each camera. Episodes without are reported, once a camera, and masked there. */
export function filmEpisodes(
  motions: readonly Motion[],
  found: Omit<Archive, 'rowsOf'>,
  problems: Problem[],
): { readonly episodes: Episode[]; readonly cameras: Camera[] } {
  const { info } = found;
  const archive = { ...found, rowsOf: countRows(motions) };
  const features = info.features.filter(isCamera);
  const footage = features.map((feature) =>
    motions.map((motion) =>
      feature.dtype === 'image' ? findStored(motion, feature, archive) : findVideo(motion, feature, archive),
    ),
  );
  for (const [c, feature] of features.entries()) report(feature, motions, footage[c]!, info, problems);
  return {
    episodes: motions.map(({ origin: _, ...motion }, e) => ({ ...motion, footage: footage.map((found) => found[e]!) })),
    cameras: features.map((feature, c) => ({
      name: feature.name,
      ...pictureSize(feature),
      available: footage[c]!.some((found) => found !== null),
    })),
  };
}

function countRows(motions: readonly Motion[]): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (const { origin, length } of motions)
    rows.set(origin.episode, Math.max(rows.get(origin.episode) ?? 0, origin.row + length));
  return rows;
}

function findStored({ origin }: Motion, { name: column }: Feature, { sources }: Archive): Footage | null {
  const { episode, row } = origin;
  const source = sources.get(episode);
  return source?.columns.includes(column) ? { file: source.file, column, episode, row } : null;
}

function findVideo(motion: Motion, { name }: Feature, archive: Archive): Footage | null {
  const { files, info, records } = archive;
  if (!info.video) return null;
  const { episode, row, rows } = filmedAs(motion, archive);
  const place = records.get(episode)?.videos.get(name);
  if (info.shared && !place) return null;
  const path = info.video.fill({
    video_key: name,
    episode_chunk: Math.floor(episode / info.chunkSize),
    episode_index: episode,
    chunk_index: place?.chunk ?? 0,
    file_index: place?.file ?? 0,
  });
  const file = files.get(path);
  if (!file) return null;
  const to = place?.to ?? motion.timestamps.at(-1)! + 1 / info.fps;
  return { file, from: place?.from ?? 0, to, whole: !place, row, rows };
}

/** Of a take, the episode under whose number it was filmed: its own, where meta knows one of that length. */
function filmedAs({ index, length, origin }: Motion, { records, rowsOf }: Archive) {
  if (records.get(index)?.length === length) return { episode: index, row: 0, rows: length };
  return { ...origin, rows: rowsOf.get(origin.episode) ?? length };
}

function report(
  { name, dtype }: Feature,
  motions: readonly Motion[],
  footage: readonly (Footage | null)[],
  info: Info,
  problems: Problem[],
) {
  const masked = motions.filter((_, e) => footage[e] === null).map(({ index }) => index);
  if (masked.length === 0) return;
  const all = masked.length === motions.length;
  const which = all ? 'every episode' : named(masked);
  const stored =
    dtype === 'image'
      ? 'Its pictures are not in the files of motion.'
      : info.video
        ? 'The video is not here.'
        : 'meta/info.json names no videos.';
  problems.push({
    what: `Camera "${name.slice(0, 80)}" is masked in ${which}. ${stored}`,
    where: `${dtype === 'image' ? 'pictures' : 'videos'} of ${name.slice(0, 80)}`,
    fix:
      dtype === 'image'
        ? 'Copy the recording again, or go on without this camera.'
        : 'Add the folder "videos" and choose the recording again, or go on without this camera.',
  });
}

/** Height and width stand in whichever order the feature's names say; height comes first where they say nothing. */
function pictureSize({ shape, names }: Feature) {
  const order = Array.isArray(names) ? names.map(String) : [];
  const channelsFirst = order.length === 0 && shape[0] === 3 && (shape[2] ?? 0) > 4;
  const at = (name: string, usual: number) => shape[order.indexOf(name) < 0 ? usual : order.indexOf(name)] ?? 0;
  const first = channelsFirst ? 1 : 0;
  return { width: at('width', first + 1), height: at('height', first) };
}
