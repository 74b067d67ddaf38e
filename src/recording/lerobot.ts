import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { problem, severalProblems } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import { checkCameras } from './cameras';
import { episodeBuilder } from './episodes';
import { type Feature, isCamera, jointNames, modalityNames } from './features';
import { readText } from './files';
import { filmEpisodes } from './footage';
import { type Info, readInfo } from './info';
import { countOf, type Fields, fieldsOf, parseJson, textOf } from './json';
import { type EpisodeRecord, readEpisodeRecords } from './lerobot_episodes';
import { findDataFiles, readMotion } from './motion_files';
import { missingRanges, named, ranges, reported } from './problems';
import type { Recording } from './recording';
import { readTasks, taskList } from './tasks';

const INFO = 'meta/info.json';

export interface ReadOptions {
  readonly columns?: RecordingColumns;
  /** What the robot was asked for, where the recording does not say. */
  readonly prompt?: string;
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
  const taskAt = (text: unknown, index: unknown, episode: number) => {
    const number = countOf(index);
    const told = number === null ? undefined : names.get(number);
    return tasks.place(textOf(text, 500) ?? told ?? records.get(episode)?.task ?? '');
  };
  const modality = await readModality(files, problems);
  const builder = episodeBuilder();
  const dataFiles = findDataFiles(files, info, infoFile.path);
  const sink = { builder, taskAt, onProgress: options.onProgress };
  const { columns, sources, lost } = await readMotion(dataFiles, options.columns ?? {}, sink, problems);
  const widths = builder.widths();
  const motions = builder.finish({ fps: info.fps, known: true }, 'the motion', problems);
  if (columns === null || widths === null || motions.length === 0) throw nothingLeft(problems, infoFile.path);
  reportMissing({ info, records, told: [...lost, ...sources.keys()] }, motions, infoFile.path, problems);
  if (!options.prompt?.trim() && tasks.texts.includes(''))
    problems.push({
      what: 'Some frames do not say what the task is; they are learned without a prompt.',
      where: 'meta',
      fix: 'Copy the file of tasks along with the rest, or type a prompt.',
    });
  const filmed = filmEpisodes(motions, { files, sources, info, records }, problems);
  const { episodes, cameras } = await checkCameras({ ...filmed, fps: info.fps }, problems);
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
      state: namesOf(info, columns.state, widths.state, 'state', modality),
      action: namesOf(info, columns.action, widths.action, 'action', modality),
    },
    cameras,
    tasks: tasks.texts,
    problems,
  };
}

/** What meta/modality.json says of the parts of state and action; empty without it. */
async function readModality(files: ReadonlyMap<string, StoredFile>, problems: Problem[]): Promise<Fields> {
  const file = files.get('meta/modality.json');
  try {
    return fieldsOf(file && parseJson(await readText(file), file.path));
  } catch (error) {
    problems.push(reported(error));
    return new Map();
  }
}

/** Where nothing could be read, a person has to hear everything that went wrong. */
export function nothingLeft(found: readonly Problem[], where: string) {
  const [first, ...others] = found.filter(({ fix }) => fix !== undefined);
  const what = 'No episode could be read.';
  if (first) return severalProblems([first, ...others], what);
  return problem(what, where, 'Choose a recording with at least one whole episode.');
}

interface Promised {
  readonly info: Info;
  readonly records: ReadonlyMap<number, EpisodeRecord>;
  /** Episodes whose motion is here, or of which it is told that it cannot be read. */
  readonly told: readonly number[];
}

function reportMissing(
  { info, records, told }: Promised,
  motions: readonly { readonly index: number; readonly length: number }[],
  where: string,
  problems: Problem[],
) {
  const present = motions.map(({ index }) => index);
  const here = new Set([...present, ...told]);
  const known = [...here].sort((a, b) => a - b);
  const promised = info.promisedEpisodes ?? 0;
  const listed = [...records.keys()].filter((index) => !here.has(index)).sort((a, b) => a - b);
  // numbers may have gaps: where meta lists as many as were promised, or as many are here, only what it lists can be missing
  const isListed = Math.max(records.size, known.length) >= promised;
  const missing = isListed ? ranges(listed) : missingRanges(known, promised);
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

function namesOf(info: Info, columns: readonly string[], width: number, role: 'state' | 'action', modality: Fields) {
  const described = columns.map((column) => info.features.find(({ name }) => name === column)).filter(isOfJoints);
  const names = described.map((feature) => feature.names);
  return jointNames(names.length === 1 ? names[0] : names, width, role, modalityNames(modality.get(role)));
}

const isOfJoints = (feature: Feature | undefined): feature is Feature => feature !== undefined && !isCamera(feature);
