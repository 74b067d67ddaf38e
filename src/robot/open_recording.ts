import type { StoredFile } from '../containers/stored_file';
import { problem } from '../problem';
import type { Problem } from '../worker/api';
import { addArrays, readNpyFiles, readNpz } from './arrays';
import { episodeBuilder } from './episodes';
import { type Columns, jointNames } from './features';
import { collectFiles, type GivenFile } from './files';
import { checkWidths, nothingLeft, type ReadOptions, readLeRobot } from './lerobot';
import { reported } from './problems';
import type { Recording } from './recording';
import { addTable } from './table';
import { taskList } from './tasks';

/** Frames a second where neither the file nor the person says. */
const USUAL_FPS = 30;

export interface OpenOptions extends ReadOptions {
  /** Frames a second, for arrays and tables that hold no times. */
  readonly fps?: number;
}

/**
 * Opens a recording out of the files of a folder picker, a drop or a .zip: LeRobot v2.0, v2.1 and v3.0, .npz and .npy arrays, .csv and .tsv
 * tables. What cannot be read is in `problems`; throws a ProblemError where nothing is left to learn from.
 */
export async function openRecording(given: readonly GivenFile[], options: OpenOptions = {}): Promise<Recording> {
  const problems: Problem[] = [];
  const files = await collectFiles(given, problems);
  const roots = files
    .map(({ path }) => /^(|.*\/)meta\/info\.json$/.exec(path)?.[1])
    .filter((root) => root !== undefined)
    .sort((a, b) => a.length - b.length);
  const root = roots[0];
  if (root === undefined) return openPlainFiles(files, options, problems);
  if (roots.length > 1)
    problems.push({
      what: `${roots.length} recordings are here; ${root === '' ? 'the outermost' : `"${root}"`} is read.`,
      where: `${roots[1]}meta/info.json`,
      fix: 'Choose the folder of the recording that you want.',
    });
  const inside = files.filter(({ path }) => path.startsWith(root));
  const tree = new Map(inside.map((file) => [file.path.slice(root.length), file]));
  return readLeRobot(tree, options, problems);
}

/** A recording out of arrays and tables: an episode a file, unless the file itself tells episodes apart. */
async function openPlainFiles(
  files: readonly StoredFile[],
  options: OpenOptions,
  problems: Problem[],
): Promise<Recording> {
  const ending = (...endings: string[]) =>
    files.filter(({ path }) => endings.some((e) => path.toLowerCase().endsWith(e)));
  const builder = episodeBuilder();
  const tasks = taskList();
  const choice = options.columns ?? {};
  let next = 0;
  let columns: Columns = { state: ['state'], action: ['action'] };
  let names: Recording['jointNames'] = { state: [], action: [] };
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      problems.push(reported(error));
    }
  };
  const [packed, tables] = [ending('.npz'), ending('.csv', '.tsv')];
  let done = 0;
  const onFile = () => options.onProgress?.(done++, packed.length + tables.length);
  for (const file of packed)
    await attempt(async () => {
      onFile();
      ({ next, columns } = addArrays(await readNpz(file), file.path, choice, next, builder, tasks));
    });
  await attempt(async () => {
    for (const [name, arrays] of await readNpyFiles(ending('.npy')))
      await attempt(async () => {
        ({ next, columns } = addArrays(arrays, `${name}*.npy`, choice, next, builder, tasks));
      });
  });
  for (const file of tables)
    await attempt(async () => {
      onFile();
      ({ next, names } = await addTable({ file, choice }, next, builder, tasks, problems));
    });
  const widths = builder.widths();
  const fps = options.fps ?? USUAL_FPS;
  const motions = builder.finish(fps, 'the recording', problems);
  if (widths === null || motions.length === 0)
    throw problems.length > 0 ? nothingLeft(problems, 'the files') : unknownFiles(files);
  checkWidths(widths, 'the recording');
  return {
    info: {
      layout: ending('.csv', '.tsv').length > 0 ? 'table' : 'NumPy arrays',
      robot: '',
      promisedEpisodes: null,
      stateColumn: columns.state.join(', '),
      actionColumn: columns.action.join(', '),
    },
    fps: measuredFps(motions[0]!.timestamps) ?? fps,
    episodes: motions.map((motion) => ({ ...motion, footage: [] })),
    jointNames: {
      state: jointNames(names.state, widths.state, 'state'),
      action: jointNames(names.action, widths.action, 'action'),
    },
    cameras: [],
    tasks: tasks.texts,
    problems,
  };
}

/** Frames a second out of the middle distance between two frames. */
function measuredFps(timestamps: Float32Array): number | null {
  const steps = timestamps.slice(1).map((time, i) => time - timestamps[i]!);
  const middle = steps.sort()[steps.length >> 1];
  return middle !== undefined && middle > 0 ? Math.round((1 / middle) * 100) / 100 : null;
}

function unknownFiles(files: readonly StoredFile[]) {
  const parquet = files.find(({ path }) => path.endsWith('.parquet'));
  return problem(
    parquet
      ? 'The description of the recording, meta/info.json, is not among the files.'
      : 'No recording is among the files.',
    parquet?.path ?? files[0]?.path,
    'Choose the whole folder of a LeRobot recording, a .zip of it, or .npz, .npy or .csv files of state and action.',
  );
}
