import { gunzip } from '../containers/gzip';
import { openZip, unpackEntry } from '../containers/zip';
import { asProblem, type Problem } from '../problem';
import { fileKind, MAX_FILE_BYTES } from './file_kind';
import { isSlackArchive, slackChannels } from './slack_archive';

/** A .zip that gave no file, and why. */
export interface RefusedArchive {
  readonly archive: File;
  readonly problem: Problem;
}

/**
 * The files to read: those given, with the files of each .zip in its place, each named after the archive and where it lies
 * there. `without` names those of them that are left out.
 */
export async function* filesIn(
  given: readonly File[],
  without: readonly string[] = [],
): AsyncGenerator<File | RefusedArchive, void> {
  for (const file of given) {
    if (!(await isZip(file))) {
      yield file;
      continue;
    }
    try {
      for await (const inside of unzip(file)) if (!without.includes(inside.name)) yield inside;
    } catch (error) {
      yield { archive: file, problem: cannotUnpack(file, error) };
    }
  }
}

async function isZip(file: File): Promise<boolean> {
  try {
    const kind = await fileKind(file);
    return !('what' in kind) && kind.container === 'zip';
  } catch {
    return false; // it is gone: whoever reads it says so
  }
}

async function* unzip(archive: File): AsyncGenerator<File, void> {
  const entries = (await openZip(archive, MAX_FILE_BYTES)).filter(({ name }) => !isHidden(name));
  if (entries.length === 0) throw new Error('it holds no file');
  if (isSlackArchive(entries)) return yield* slackChannels(archive, entries);
  for (const entry of entries) {
    yield new File([await unpackEntry(entry, MAX_FILE_BYTES)], `${archive.name}/${entry.name}`);
  }
}

/** What systems add to archives by themselves. */
const isHidden = (name: string) => name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

/** The file in a .gz, named without that ending; or why it cannot be read. */
export async function gunzipFile(file: File): Promise<File | Problem> {
  try {
    return new File([await gunzip(file, MAX_FILE_BYTES)], file.name.replace(/\.(gz|gzip)$/i, ''));
  } catch (error) {
    return cannotUnpack(file, error);
  }
}

const cannotUnpack = (file: File, error: unknown): Problem => ({
  what: `The archive cannot be unpacked: ${asProblem(error).what.replace(/\.$/, '')}.`,
  where: file.name,
  fix: 'Unpack it and choose the files inside.',
});
