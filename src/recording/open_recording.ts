import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { chooseJoints } from './choose_joints';
import { collectFiles, type GivenFile } from './files';
import { jitterProblems } from './jitter';
import type { LayoutReader, OpenOptions } from './layout_reader';
import { readLeRobot } from './lerobot';
import { plainFiles } from './plain_files';
import type { Recording } from './recording';
import { withPrompt } from './tasks';

const leRobot: LayoutReader = {
  id: 'LeRobot',
  matches: (files) => rootsIn(files).length > 0,
  read(files, options, problems) {
    const roots = rootsIn(files);
    const root = roots[0]!;
    if (roots.length > 1)
      problems.push({
        what: `${roots.length} recordings are here; ${root === '' ? 'the outermost' : `"${root}"`} is read.`,
        where: `${roots[1]}meta/info.json`,
        fix: 'Choose the folder of the recording that you want.',
      });
    const inside = files.filter(({ path }) => path.startsWith(root));
    const tree = new Map(inside.map((file) => [file.path.slice(root.length), file]));
    return readLeRobot(tree, options, problems);
  },
};

/** Every layout of recordings. The first row that matches reads all files; the last takes whatever is left. */
export const LAYOUT_READERS: readonly LayoutReader[] = [leRobot, plainFiles];

/**
 * Opens a recording out of the files of a folder picker, a drop or a .zip: LeRobot v2.0, v2.1 and v3.0, .npz and .npy arrays, .csv and .tsv
 * tables. What cannot be read is in the recording's `problems`.
 *
 * @throws ProblemError where nothing is left to learn from
 */
export async function openRecording(given: readonly GivenFile[], options: OpenOptions = {}): Promise<Recording> {
  const problems: Problem[] = [];
  const files = await collectFiles(given, problems);
  const reader = LAYOUT_READERS.find((one) => one.matches(files))!; // the last takes whatever is left
  const recording = await reader.read(files, options, problems);
  const chosen = chooseJoints(recording, options.joints ?? null, problems);
  problems.push(...jitterProblems(chosen.joints ?? []));
  return withPrompt(chosen, options.prompt);
}

/** Folders with the description of a recording, the outermost first. */
const rootsIn = (files: readonly StoredFile[]) =>
  files
    .map(({ path }) => /^(|.*\/)meta\/info\.json$/.exec(path)?.[1])
    .filter((root) => root !== undefined)
    .sort((a, b) => a.length - b.length);
