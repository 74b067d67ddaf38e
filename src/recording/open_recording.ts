import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { chooseJoints } from './choose_joints';
import { collectFiles, type GivenFile } from './files';
import { jitterProblems } from './jitter';
import { joinRecordings, leftOut, type NamedRecording, noneLeft } from './join';
import type { LayoutReader, OpenOptions } from './layout_reader';
import { readLeRobot } from './lerobot';
import { MOTION_READERS } from './motion_readers';
import { plainFiles } from './plain_files';
import { counted, reported } from './problems';
import type { Recording } from './recording';
import { withPrompt } from './tasks';
import { foreignProblems } from './unknown_files';

const leRobot: LayoutReader = {
  id: 'LeRobot',
  matches: (files) => rootsIn(files).length > 0,
  async read(files, options, problems) {
    const roots = outermost(rootsIn(files), problems);
    problems.push(...besideProblems(files.filter(({ path }) => !roots.some((root) => path.startsWith(root)))));
    if (roots.length === 1) return readLeRobot(treeBelow(files, roots[0]!), options, problems);
    const found: NamedRecording[] = [];
    const failed: Problem[] = [];
    for (const [n, root] of roots.entries()) {
      const own: Problem[] = [];
      const onProgress = (done: number, of: number) => options.onProgress?.(n + done / of, roots.length);
      try {
        const recording = await readLeRobot(treeBelow(files, root), { ...options, onProgress }, own);
        found.push({ name: nameOf(root), recording });
        problems.push(...own.map((one) => placed(one, root)));
      } catch (error) {
        const { what, fix = 'Go on without it.', ...rest } = placed(reported(error), root);
        failed.push({ ...rest, ...leftOut(nameOf(root), what, fix) });
      }
    }
    const [first, ...others] = found;
    if (!first) throw noneLeft(failed);
    problems.push(...failed);
    return joinRecordings([first, ...others], problems);
  },
};

/** Motion beside the folders of recordings, which is not read with them. */
function besideProblems(files: readonly StoredFile[]): Problem[] {
  const motion = files.filter((file) => MOTION_READERS.some((reader) => reader.matches(file)));
  const [first] = motion;
  const other = first && {
    what: `${counted(motion.length, 'file')} beside the LeRobot recording ${motion.length === 1 ? 'is' : 'are'} not read.`,
    where: first.path,
    fix: 'Open such files by themselves, or convert them to LeRobot too.',
  };
  return [...(other ? [other] : []), ...foreignProblems(files)];
}

/** As the folder or archive of a recording is called. */
const nameOf = (root: string) => root.replace(/\/$/, '');

/** A problem of one recording among several: its place says which. */
const placed = ({ where = '', ...rest }: Problem, root: string): Problem => ({
  ...rest,
  where: where.startsWith(root) ? where : `${root}${where}`,
});

/** The files of one recording, by their path from its folder. */
const treeBelow = (files: readonly StoredFile[], root: string) =>
  new Map(files.filter(({ path }) => path.startsWith(root)).map((file) => [file.path.slice(root.length), file]));

/** Those folders that lie in none of the others; what lies inside of a recording is no part of it. */
function outermost(roots: readonly string[], problems: Problem[]): string[] {
  const inside = roots.filter((root) => roots.some((other) => other !== root && root.startsWith(other)));
  for (const root of inside)
    problems.push({
      what: `The recording "${nameOf(root)}" lies inside of another one, and is left out.`,
      where: `${root}meta/info.json`,
      fix: 'Choose its folder, or move it beside the other.',
    });
  return roots.filter((root) => !inside.includes(root)).sort();
}

/** Every layout of recordings. The first row that matches reads all files; the last takes whatever is left. */
export const LAYOUT_READERS: readonly LayoutReader[] = [leRobot, plainFiles];

/**
 * Opens a recording out of the files of a folder picker, a drop or a .zip: LeRobot v2.0, v2.1 and v3.0, .npz and .npy arrays, .csv and .tsv
 * tables, HDF5 and Zarr files. Several recordings of one robot are read as one. What cannot be read is in the recording's `problems`.
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

/** A folder of a program's own, such as the Hub's .cache, in which nobody records. */
const HIDDEN = /(^|\/)(\.[^/]+|__MACOSX)\//;

/** Folders with the description of a recording. */
const rootsIn = (files: readonly StoredFile[]) =>
  files
    .map(({ path }) => (HIDDEN.test(path) ? undefined : /^(|.*\/)meta\/info\.json$/.exec(path)?.[1]))
    .filter((root) => root !== undefined);
