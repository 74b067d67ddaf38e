import type { ZipEntry } from 'unzipit';
import type { StoredFile } from '../containers/stored_file';
import { openZip, unpackEntry } from '../containers/zip';
import { type Problem, problem } from '../problem';
import { isInside } from './path_template';
import { reported } from './problems';

/** A file as a folder picker, a drop or a form gives it. */
export interface GivenFile {
  /** With the folders that it lies in, where they are known. */
  readonly path: string;
  readonly file: Blob;
}

/** Most bytes that one compressed file of an archive may unpack to, and all of them. */
const MAX_UNPACKED_BYTES = 2 ** 30;
const MAX_ARCHIVE_BYTES = 2 ** 33;
const MAX_FILES = 1_000_000;

/**
 * Every file that was given, those inside .zip archives too, by path; where something was given beside an archive, the paths inside begin with its name.
 * @throws ProblemError for an archive that cannot be opened, where it is all that was given
 */
export async function collectFiles(given: readonly GivenFile[], problems: Problem[]): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  const failed = (error: unknown) => {
    if (given.length === 1) throw error;
    problems.push(reported(error));
    return [];
  };
  for (const { path, file } of given) {
    if (isArchive(path)) files.push(...(await openArchive(path, file, given.length > 1, problems).catch(failed)));
    else files.push({ path: plainPath(path), bytes: file.size, open: async () => file });
  }
  if (files.length > MAX_FILES)
    throw problem(`There are ${files.length} files.`, undefined, 'Choose the folder of one recording.');
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** The whole text of a file. @throws ProblemError where it is larger than `maxBytes`, a Git LFS pointer or no UTF-8 */
export async function readText(file: StoredFile, maxBytes = 256 * 2 ** 20): Promise<string> {
  if (file.bytes > maxBytes)
    throw problem(
      `The file has ${file.bytes} bytes; at most ${maxBytes} can be read.`,
      file.path,
      'Split it into smaller files.',
    );
  await refusePointer(file);
  const bytes = await bytesOf(await file.open(), file.path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problem('The file is not text in UTF-8.', file.path, 'Save it as UTF-8, or copy it again.');
  }
}

/** The bytes of a blob. @throws ProblemError where the file has gone or may not be read */
export async function bytesOf(blob: Blob, path: string): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch {
    throw problem('The file cannot be read.', path, 'Check that it is still there, then choose it again.');
  }
}

/** How the few lines begin that Git keeps in place of a large file. */
const POINTER = 'version https://git-lfs';

/** Whether a file is a Git LFS pointer, not the data that it should be. */
export async function isPointer(file: StoredFile): Promise<boolean> {
  if (file.bytes > 1024) return false;
  const start = (await file.open()).slice(0, POINTER.length);
  return new TextDecoder().decode(await bytesOf(start, file.path)) === POINTER;
}

/** @throws ProblemError where a file is a Git LFS pointer */
export async function refusePointer(file: StoredFile): Promise<void> {
  if (!(await isPointer(file))) return;
  const what = 'The file is a Git LFS pointer, not the data.';
  throw problem(what, file.path, 'Run "git lfs pull" in the folder it came from, and choose it again.');
}

const isArchive = (path: string) => /\.zip$/i.test(path);

async function openArchive(path: string, file: Blob, beside: boolean, problems: Problem[]): Promise<StoredFile[]> {
  await refusePointer({ path, bytes: file.size, open: async () => file });
  let entries: ZipEntry[];
  try {
    entries = await openZip(file, MAX_ARCHIVE_BYTES);
    if (entries.length === 0) throw new Error('no file is in it');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw problem(`The archive cannot be opened: ${why}.`, path, 'Pack it again, or choose the folder itself.');
  }
  const outside = entries.filter(({ name }) => !isInside(name));
  if (outside.length > 0)
    problems.push({
      what: `${outside.length} ${outside.length === 1 ? 'file has a path' : 'files have paths'} that leave the archive, and ${outside.length === 1 ? 'was' : 'were'} left out.`,
      where: path,
      fix: 'Pack the folder of the recording again.',
    });
  return entries
    .filter(({ name }) => isInside(name))
    .map((entry) => ({
      path: beside ? `${plainPath(path)}/${entry.name}` : entry.name,
      bytes: entry.size,
      open: () => unpack(entry, `${path}, ${entry.name}`),
    }));
}

async function unpack(entry: ZipEntry, where: string): Promise<Blob> {
  try {
    return await unpackEntry(entry, MAX_UNPACKED_BYTES);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fix = 'Pack the archive again without compression, or choose the folder itself.';
    throw problem(`The file cannot be unpacked: ${why}.`, where, fix);
  }
}

const plainPath = (path: string) => path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
