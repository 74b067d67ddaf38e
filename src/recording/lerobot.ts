import { openParquet } from '../containers/parquet';
import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { problem, severalProblems } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import { type EpisodeBuilder, episodeBuilder } from './episodes';
import { type Columns, chooseColumns, type Feature, isCamera, joined, jointNames } from './features';
import { readText } from './files';
import { filmEpisodes, type MotionFile } from './footage';
import { type Info, readInfo } from './info';
import { countOf, parseJson } from './json';
import { type EpisodeRecord, readEpisodeRecords } from './lerobot_episodes';
import { missingRanges, named, ranges, reported } from './problems';
import { MAX_JOINTS, type Recording } from './recording';
import { readTasks, taskList } from './tasks';

const INFO = 'meta/info.json';

export interface ReadOptions {
  readonly columns?: RecordingColumns;
  /** Called as work goes on: files of motion read, the one under way as its share, and how many there are. What it throws ends the reading. */
  onProgress?(done: number, of: number): void;
}

/**
 * Reads a LeRobot recording of layout v2.0, v2.1 or v3.0 from its files, by their path from the recording's own folder. What is
 * damaged or absent is reported and left out.
 *
 * @throws ProblemError where nothing can be learned from what is there
 */
export async function readLeRobot(
  files: ReadonlyMap<string, StoredFile>,
  options: ReadOptions,
  problems: Problem[],
): Promise<Recording> {
  const infoFile = files.get(INFO)!;
  const info = readInfo(parseJson(await readText(infoFile), infoFile.path), infoFile.path, problems);
  const names = await readTasks(files, problems);
  const records = await readEpisodeRecords(files, info, problems);
  const tasks = taskList();
  const taskAt = (index: unknown, episode: number) => {
    const number = countOf(index);
    return tasks.place((number === null ? undefined : names.get(number)) ?? records.get(episode)?.task ?? '');
  };
  const dataFiles = findDataFiles(files, info, infoFile.path);
  const builder = episodeBuilder();
  const sources = new Map<number, MotionFile>();
  let columns: Columns | null = null;
  for (const [done, { file, episode }] of dataFiles.entries()) {
    const onShare = (share: number) => options.onProgress?.(done + share, dataFiles.length);
    onShare(0);
    try {
      columns = await readFrames(
        { file, ownEpisode: episode, onShare, sources },
        columns ?? options.columns ?? {},
        builder,
        taskAt,
      );
    } catch (error) {
      problems.push(reported(error));
    }
  }
  const widths = builder.widths();
  const motions = builder.finish(info.fps, 'the motion', problems);
  if (columns === null || widths === null || motions.length === 0) throw nothingLeft(problems, infoFile.path);
  checkWidths(widths, infoFile.path);
  reportMissing(info, records, motions, infoFile.path, problems);
  if (tasks.texts.includes(''))
    problems.push({
      what: 'Some frames do not say what the task is; they are learned without a prompt.',
      where: 'meta',
      fix: 'Copy the file of tasks along with the rest, or type a prompt.',
    });
  const { episodes, cameras } = filmEpisodes(motions, { files, sources, info, records }, problems);
  return {
    info: {
      layout: info.layout,
      robot: info.robot,
      promisedEpisodes: info.promisedEpisodes,
      stateColumn: columns.state.join(', '),
      actionColumn: columns.action.join(', '),
    },
    fps: info.fps,
    episodes,
    jointNames: {
      state: namesOf(info, columns.state, widths.state, 'state'),
      action: namesOf(info, columns.action, widths.action, 'action'),
    },
    cameras,
    tasks: tasks.texts,
    problems,
  };
}

/** Files of motion in the order of their numbers; for a file of one episode, that episode's number. */
function findDataFiles(files: ReadonlyMap<string, StoredFile>, info: Info, where: string) {
  const found = [...files].flatMap(([path, file]) => {
    const numbers = info.data.match(path);
    if (!numbers) return [];
    const episode = numbers.get('episode_index') ?? null;
    return [{ file, episode, order: [numbers.get('chunk_index') ?? 0, numbers.get('file_index') ?? episode ?? 0] }];
  });
  if (found.length === 0)
    throw problem(
      'None of the files of motion that meta/info.json names are here.',
      where,
      'Choose the whole folder of the recording, with meta and data in it.',
    );
  return found.sort((a, b) => a.order[0]! - b.order[0]! || a.order[1]! - b.order[1]!);
}

interface DataFile {
  readonly file: StoredFile;
  /** Of a file of one episode, its number. */
  readonly ownEpisode: number | null;
  /** Hears how much of the file is read. */
  readonly onShare: (share: number) => void;
  /** Learns which file each episode is in. */
  readonly sources: Map<number, MotionFile>;
}

async function readFrames(
  { file, ownEpisode, onShare, sources }: DataFile,
  choice: RecordingColumns,
  builder: EpisodeBuilder,
  taskAt: (index: unknown, episode: number) => number,
): Promise<Columns> {
  const parquet = await openParquet(file);
  const columns = chooseColumns(parquet.columns, choice, file.path);
  const others = ['timestamp', 'frame_index', 'episode_index', 'task_index'];
  let done = 0;
  for await (const group of parquet.rowGroups([...columns.state, ...columns.action, ...others])) {
    const of = (names: readonly string[]) => names.map((name) => group.column(name));
    const [state, action] = [of(columns.state), of(columns.action)];
    const [timestamp, frame, episode, task] = of(others);
    for (let row = 0; row < group.rows; row++) {
      const index = countOf(episode![row]) ?? ownEpisode;
      if (index === null)
        throw problem(`Row ${row} does not say which episode it belongs to.`, file.path, 'Record "episode_index".');
      if (!sources.has(index)) sources.set(index, { file, columns: parquet.columns });
      builder.add(index, {
        state: joined(state, row),
        action: joined(action, row),
        timestamp: timestamp![row],
        frame: frame![row],
        task: taskAt(task![row], index),
      });
    }
    done += group.rows;
    onShare(done / parquet.rows);
  }
  return columns;
}

/** @throws ProblemError where there are no joints or more than the model has room for */
export function checkWidths(widths: { readonly state: number; readonly action: number }, where: string) {
  for (const [role, width] of Object.entries(widths)) {
    if (width < 1 || width > MAX_JOINTS)
      throw problem(
        `The ${role} has ${width} numbers a frame; 1 to ${MAX_JOINTS} can be learned.`,
        where,
        'Choose another column, or record fewer joints.',
      );
  }
}

/** Where nothing could be read, a person has to hear everything that went wrong. */
export function nothingLeft(found: readonly Problem[], where: string) {
  const [first, ...others] = found.filter(({ fix }) => fix !== undefined);
  const what = 'No episode could be read.';
  if (first) return severalProblems([first, ...others], what);
  return problem(what, where, 'Choose a recording with at least one whole episode.');
}

function reportMissing(
  info: Info,
  records: ReadonlyMap<number, EpisodeRecord>,
  motions: readonly { readonly index: number; readonly length: number }[],
  where: string,
  problems: Problem[],
) {
  const present = motions.map(({ index }) => index);
  const here = new Set(present);
  const promised = info.promisedEpisodes ?? 0;
  const listed = [...records.keys()].filter((index) => !here.has(index)).sort((a, b) => a - b);
  const missing = promised > 0 ? missingRanges(present, promised) : ranges(listed);
  if (missing !== '')
    problems.push({
      what: `${promised || records.size} episodes are promised, ${present.length} can be used (${ranges(present)}). Missing: ${missing}.`,
      where,
      fix: 'Add the missing files and choose the folder again, or go on with what is here.',
    });
  const short = motions.filter(({ index, length }) => (records.get(index)?.length ?? length) !== length);
  if (short.length > 0)
    problems.push({
      what: `The number of frames of ${named(short.map(({ index }) => index))} is not the one that meta says.`,
      where: 'meta/episodes',
      fix: 'Check that the files of motion are whole; what is here is used.',
    });
}

function namesOf(info: Info, columns: readonly string[], width: number, role: string) {
  const described = columns.map((column) => info.features.find(({ name }) => name === column)).filter(isOfJoints);
  const names = described.map((feature) => feature.names);
  return jointNames(names.length === 1 ? names[0] : names, width, role);
}

const isOfJoints = (feature: Feature | undefined): feature is Feature => feature !== undefined && !isCamera(feature);
