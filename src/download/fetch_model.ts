import { PartFile } from '../kept/part_file';
import { bytesThere, checkRoom, type KeptList, keptList, modelFolder, writeList, writing } from '../kept/store';
import { problem } from '../problem';
import { cut, firstByte, otherSize, wrongHash } from './answer';
import type { DownloadProgress, FoundModel } from './api';
import type { RemoteFile } from './listing';
import type { Way } from './network';

/** Progress is told at most so often, milliseconds. */
const TOLD_MS = 100;

/** What a download needs of its surroundings. */
export interface Surroundings extends Way {
  readonly onProgress: (progress: DownloadProgress) => void;
}

/**
 * Fetches a model into this browser's own files, one file after the other, and goes on with what is there of it. Each is checked
 * by its size, and by its SHA-256 where the host states one.
 * @throws ProblemError that says why it does not go on; what came is kept
 * @throws the signal's reason where the person has stopped it
 */
export function fetchModel(model: FoundModel, around: Surroundings): Promise<void> {
  return writing(model.name, async () => {
    let list = await listToFetch(model);
    const folder = await modelFolder(list.name);
    const there: number[] = [];
    for (const { name } of list.files) there.push(await bytesThere(folder, name));
    const total = list.files.some(({ bytes }) => bytes === null)
      ? null
      : list.files.reduce((sum, { bytes }) => sum + bytes!, 0);
    await checkRoom(
      list.files.reduce((sum, { bytes }, n) => sum + Math.max(0, (bytes ?? 0) - there[n]!), 0),
      list.name,
    );
    await writeList(list);
    for (const [n, file] of list.files.entries()) {
      if (file.sha256 !== null) continue;
      const told = teller(around.onProgress, (done) => {
        there[n] = done;
        return { file: file.name, done: there.reduce((sum, bytes) => sum + bytes, 0), total };
      });
      const sha256 = await fetchFile(folder, file as RemoteFile, told, around);
      const files = list.files.map((one) => (one === file ? { ...one, bytes: there[n]!, sha256 } : one));
      list = { ...list, files };
      await writeList(list);
    }
  });
}

/** What is kept of the model goes on; a model of the same name from elsewhere stays as it is. */
async function listToFetch({ name, from, files }: FoundModel): Promise<KeptList> {
  const before = await keptList(name);
  if (before && before.from !== from)
    throw problem('A model of this name is kept here, from elsewhere.', name, 'Delete it first.');
  const same = (file: RemoteFile) =>
    before?.files.find(({ address, bytes, stated, sha256 }) => {
      const isAsStated = stated === file.stated && (file.bytes === null || bytes === file.bytes);
      return address === file.address && sha256 !== null && isAsStated;
    });
  return { name, from, files: files.map((file) => same(file) ?? file) };
}

/** @returns the SHA-256 of the whole file */
async function fetchFile(
  folder: FileSystemDirectoryHandle,
  file: RemoteFile,
  told: (done: number) => void,
  way: Way,
): Promise<string> {
  const part = await PartFile.open(folder, file.name, (read) => {
    told(read);
    way.signal.throwIfAborted();
  });
  try {
    // Where nobody knows the size, nobody knows whether what is there is whole.
    if (file.bytes === null || part.bytes > file.bytes) part.clear();
    told(part.bytes);
    if (part.bytes !== file.bytes) await receive(part, file, told, way);
    const sha256 = part.digest();
    if (file.stated !== null && sha256 !== file.stated) {
      part.clear();
      throw wrongHash(file.address, sha256, file.stated);
    }
    await part.finish();
    return sha256;
  } finally {
    part.close();
  }
}

/** Takes in the rest of a file. */
async function receive(
  part: PartFile,
  { address, bytes }: RemoteFile,
  told: (done: number) => void,
  { network, signal }: Way,
): Promise<void> {
  const asked = { address, bytes, from: part.bytes };
  const { answer, next, stop } = await network.open(asked, signal);
  try {
    if (firstByte(answer, asked) === 0) part.clear();
    for (let piece = await next(); piece !== null; piece = await next()) {
      if (piece === 'cut') throw cut(address, part.bytes, bytes);
      part.append(piece);
      told(part.bytes);
      if (bytes !== null && part.bytes > bytes) throw otherSize(address, part.bytes, bytes);
    }
  } finally {
    stop();
  }
  if (bytes !== null && part.bytes < bytes) throw cut(address, part.bytes, bytes);
}

/** Tells how far it is, now and then. */
function teller(onProgress: (progress: DownloadProgress) => void, progressAt: (done: number) => DownloadProgress) {
  let last = Number.NEGATIVE_INFINITY;
  return (done: number): void => {
    const progress = progressAt(done);
    if (performance.now() - last < TOLD_MS) return;
    last = performance.now();
    onProgress(progress);
  };
}
