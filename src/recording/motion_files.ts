import { openParquet } from '../containers/parquet';
import type { StoredFile } from '../containers/stored_file';
import { type Problem, problem } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import type { EpisodeBuilder } from './episodes';
import { type Columns, chooseColumns, joined } from './features';
import { refusePointer } from './files';
import type { MotionFile } from './footage';
import type { Info } from './info';
import { countOf, scalarOf } from './json';
import { counted, named, reported } from './problems';
import { TASK_NAMES } from './tasks';

/** A file of a LeRobot recording that holds frames. */
export interface DataFile {
  readonly file: StoredFile;
  /** Of a file of one episode, its number. */
  readonly episode: number | null;
}

/** Files of motion in the order of their numbers. @throws ProblemError where there is none, which says what is there instead */
export function findDataFiles(files: ReadonlyMap<string, StoredFile>, info: Info, where: string): DataFile[] {
  const found = [...files].flatMap(([path, file]) => {
    const numbers = info.data.match(path);
    if (!numbers) return [];
    const episode = numbers.get('episode_index') ?? null;
    return [{ file, episode, order: [numbers.get('chunk_index') ?? 0, numbers.get('file_index') ?? episode ?? 0] }];
  });
  if (found.length > 0) return found.sort((a, b) => a.order[0]! - b.order[0]! || a.order[1]! - b.order[1]!);
  const others = [...files.keys()].filter((path) => path.endsWith('.parquet') && !path.startsWith('meta/'));
  const wanted = info.data.fill({ episode_chunk: 0, episode_index: 0, chunk_index: 0, file_index: 0 });
  if (others.length > 0) {
    const more = others.length > 1 ? ` and ${others.length - 1} more .parquet` : '';
    throw problem(
      `No file of motion lies where meta/info.json says: "${wanted}" was looked for, and "${others[0]}"${more} ${others.length > 1 ? 'are' : 'is'} there.`,
      where,
      howToMend(others[0]!, info),
    );
  }
  const videos = [...files.keys()].filter((path) => /\.(mp4|mkv|avi|webm)$/i.test(path)).length;
  throw problem(
    `${videos > 0 ? `There ${videos === 1 ? 'is' : 'are'} ${counted(videos, 'video')}` : 'There is a description'}, but no file of motion: "${wanted}" was looked for.`,
    where,
    'Choose the whole folder of the recording, with meta and data in it; data/ may have been left out by .gitignore.',
  );
}

/** What to do where files of motion lie elsewhere: in the manner of another version, or in another folder. */
function howToMend(path: string, { shared, layout }: Info): string {
  const asShared = /(^|\/)file-\d+\.parquet$/.test(path);
  const asOwn = /(^|\/)episode_\d+\.parquet$/.test(path);
  if ((asShared && !shared) || (asOwn && shared))
    return `The files lie as in v${asShared ? '3.0' : '2.1'}, and meta/info.json says ${layout}: correct "codebase_version" and "data_path" there.`;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const moved = `${folder}${shared ? 'file-{file_index:03d}' : 'episode_{episode_index:06d}'}.parquet`;
  return `Put the files where "data_path" of meta/info.json says, or write there where they are: "${moved}".`;
}

export interface Frames {
  readonly columns: Columns | null;
  /** Of each episode, the file that its motion is in. */
  readonly sources: ReadonlyMap<number, MotionFile>;
  /** Episodes whose own file cannot be read, which is told already. */
  readonly lost: readonly number[];
}

export interface FrameSink {
  readonly builder: EpisodeBuilder;
  /** The place of a task: by a text beside the frame, or by its number. */
  taskAt(text: unknown, index: unknown, episode: number): number;
  onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Reads all files of motion. What is wrong with several of them in the same way is told once. */
export async function readMotion(
  files: readonly DataFile[],
  choice: RecordingColumns,
  sink: FrameSink,
  problems: Problem[],
): Promise<Frames> {
  const sources = new Map<number, MotionFile>();
  const failed: { readonly episode: number | null; readonly fault: Problem }[] = [];
  let columns: Columns | null = null;
  for (const [done, { file, episode }] of files.entries()) {
    const onShare = (share: number) => sink.onProgress?.(done + share, files.length);
    onShare(0);
    try {
      await refusePointer(file);
      columns = await readFrames({ file, episode, onShare, sources }, columns ?? choice, sink);
    } catch (error) {
      failed.push({ episode, fault: reported(error) });
    }
  }
  problems.push(...together(failed, files.length));
  return { columns, sources, lost: failed.flatMap(({ episode }) => episode ?? []) };
}

/** One problem for each fault, however many files have it. */
function together(
  failed: readonly { readonly episode: number | null; readonly fault: Problem }[],
  of: number,
): Problem[] {
  const kinds = new Map<string, { readonly fault: Problem; readonly count: number; readonly episodes: number[] }>();
  for (const { episode, fault } of failed) {
    const before = kinds.get(fault.what);
    const episodes = [...(before?.episodes ?? []), ...(episode === null ? [] : [episode])];
    kinds.set(fault.what, { fault: before?.fault ?? fault, count: (before?.count ?? 0) + 1, episodes });
  }
  return [...kinds.values()].map(({ fault, count, episodes }) => {
    const which = episodes.length > 0 ? ` (${named(episodes)})` : '';
    if (count === 1) return fault;
    const what = /Git LFS pointer/.test(fault.what)
      ? `${count} of ${of} files of motion are Git LFS pointers, not the data${which}.`
      : `${count} of ${of} files of motion cannot be used${which}: ${fault.what}`;
    return { ...fault, what, count };
  });
}

interface Reading extends DataFile {
  /** Hears how much of the file is read. */
  readonly onShare: (share: number) => void;
  /** Learns which file each episode is in. */
  readonly sources: Map<number, MotionFile>;
}

async function readFrames(
  { file, episode: own, onShare, sources }: Reading,
  choice: RecordingColumns,
  sink: FrameSink,
) {
  const parquet = await openParquet(file);
  const columns = chooseColumns(parquet.columns, choice, file.path);
  const text = TASK_NAMES.find((name) => parquet.columns.includes(name)) ?? '';
  const others = ['timestamp', 'frame_index', 'episode_index', 'task_index', text];
  let done = 0;
  for await (const group of parquet.rowGroups([...columns.state, ...columns.action, ...others])) {
    const of = (names: readonly string[]) => names.map((name) => group.column(name));
    const [state, action] = [of(columns.state), of(columns.action)];
    const [timestamp, frame, episode, task, texts] = of(others);
    for (let row = 0; row < group.rows; row++) {
      const index = countOf(scalarOf(episode![row])) ?? own;
      if (index === null)
        throw problem(
          `Row ${done + row} does not say which episode it belongs to.`,
          file.path,
          'Record "episode_index", a whole number a row.',
        );
      if (!sources.has(index)) sources.set(index, { file, columns: parquet.columns });
      sink.builder.add(index, {
        state: joined(state, row),
        action: joined(action, row),
        timestamp: timestamp![row],
        frame: frame![row],
        task: sink.taskAt(scalarOf(texts![row]), scalarOf(task![row]), index),
      });
    }
    done += group.rows;
    onShare(done / parquet.rows);
  }
  return columns;
}
