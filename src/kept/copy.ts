import { blobSource, slicesFrom } from '../containers/byte_source';
import { nameOf, type StoredFile } from '../containers/stored_file';
import { problem } from '../problem';
import { PartFile } from './part_file';
import { checkRoom, eraseKept, type KeptFile, keptList, modelFolder, writeList, writing } from './store';

/** How far a copy is, in bytes. */
export interface CopyProgress {
  readonly done: number;
  readonly total: number;
}

export interface CopyOptions {
  readonly onProgress: (progress: CopyProgress) => void;
  /** The person has stopped it. */
  readonly stopped: () => boolean;
}

/**
 * Copies the files of a model into this browser's own. There is no half of a copy: one that fails or is stopped is removed.
 * @returns whether it is whole
 * @throws ProblemError where one of this name is there, where there is no room, or where a file cannot be read
 */
export function copyModel(name: string, files: readonly StoredFile[], options: CopyOptions): Promise<boolean> {
  return writing(name, async () => {
    if (await keptList(name)) throw problem('A model of this name is kept here already.', name, 'Delete it first.');
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    await checkRoom(total, name);
    let whole = false;
    try {
      whole = await copyFiles(name, files, total, options);
    } finally {
      if (!whole) await eraseKept(name);
    }
    return whole;
  });
}

/** @returns whether it came to its end */
async function copyFiles(
  name: string,
  files: readonly StoredFile[],
  total: number,
  { onProgress, stopped }: CopyOptions,
): Promise<boolean> {
  const folder = await modelFolder(name);
  const kept: KeptFile[] = [];
  let done = 0;
  for (const file of files) {
    const source = blobSource(await file.open());
    const part = await PartFile.open(folder, nameOf(file.path));
    try {
      part.clear(); // of a copy whose tab was closed
      for await (const slice of slicesFrom(source, 0, source.size, file.path)) {
        if (stopped()) return false;
        part.append(slice);
        done += slice.length;
        onProgress({ done, total });
      }
      const sha256 = part.digest();
      await part.finish();
      kept.push({ name: nameOf(file.path), address: null, bytes: source.size, stated: null, sha256 });
    } finally {
      part.close();
    }
  }
  await writeList({ name, from: null, files: kept });
  return true;
}
