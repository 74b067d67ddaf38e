import type { StoredFile } from '../containers/stored_file';
import { type Problem, type ProblemError, problem, severalProblems } from '../problem';
import { counted } from './problems';

/** A kind of file in which robots are recorded, but which is not read here. */
interface ForeignKind {
  readonly matches: RegExp;
  /** As a sentence has it: "a ROS bag". */
  readonly called: string;
  readonly plural: string;
  readonly fix: string;
}

const ARRAYS = 'or save its arrays with numpy.savez as state (F, S), action (F, A) and episode_ends (E)';

const FOREIGN: readonly ForeignKind[] = [
  {
    matches: /\.(bag|db3)$/i,
    called: 'a ROS bag',
    plural: 'ROS bags',
    fix: `Read it with the Python package "rosbags" and write it as LeRobot, ${ARRAYS}.`,
  },
  {
    matches: /\.mcap$/i,
    called: 'an MCAP recording',
    plural: 'MCAP recordings',
    fix: `Read it with the Python package "mcap" and write it as LeRobot, ${ARRAYS}.`,
  },
  {
    matches: /\.tfrecord(-\d+-of-\d+)?$/i,
    called: 'TFRecords (RLDS)',
    plural: 'TFRecords (RLDS)',
    fix: `Convert it to LeRobot, as convert_libero_data_to_lerobot.py of openpi does, ${ARRAYS}.`,
  },
];

/** One problem for each kind of robot recording that is not read here. */
export const foreignProblems = (files: readonly StoredFile[]): Problem[] =>
  FOREIGN.flatMap(({ matches, called, plural, fix }) => {
    const found = files.filter(({ path }) => matches.test(path));
    const first = found[0];
    if (!first) return [];
    const several = found.length > 1;
    const what = several
      ? `${counted(found.length, 'file')} are ${plural}, which are not read here.`
      : `The file is ${called}, which is not read here.`;
    return [{ what, where: first.path, fix, ...(several ? { count: found.length } : {}) }];
  });

/** Why there is nothing to read in these files. */
export function unknownFiles(files: readonly StoredFile[]): ProblemError {
  const old = files.find(({ path }) => /(^|\/)meta_data\/info\.json$/.test(path));
  if (old)
    return problem(
      'The recording is of LeRobot v1.x, which is not read here; v2.0, v2.1 and v3.0 are.',
      old.path,
      'Convert it with the tools of LeRobot, from v1 with convert_dataset_v1_to_v2.py.',
    );
  const [first, ...others] = foreignProblems(files);
  if (first) return severalProblems([first, ...others]);
  const parquet = files.find(({ path }) => path.endsWith('.parquet'));
  return problem(
    parquet
      ? 'The description of the recording, meta/info.json, is not among the files.'
      : 'No recording is among the files.',
    parquet?.path ?? files[0]?.path,
    'Choose the whole folder of a LeRobot recording, a .zip of it, or HDF5 or Zarr files, .npz, .npy or .csv files of state and action.',
  );
}
