import { PartFile } from '../kept/part_file';
import {
  bytesThere,
  checkRoom,
  type KeptFile,
  type KeptList,
  keptList,
  modelFolder,
  writeList,
  writing,
} from '../kept/store';
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
    const begun = await begunFiles(model);
    let list: KeptList = { ...model, files: model.files.map((file) => (begun(file)?.sha256 ? begun(file)! : file)) };
    const folder = await modelFolder(list.name);
    const there: number[] = [];
    for (const { name } of list.files) there.push(await bytesThere(folder, name));
    const unknown = list.files.some(({ bytes }) => bytes === null);
    const total = unknown ? null : list.files.reduce((sum, { bytes }) => sum + bytes!, 0);
    const missing = list.files.reduce((sum, { bytes }, n) => sum + Math.max(0, (bytes ?? 0) - there[n]!), 0);
    await checkRoom(missing, list.name);
    await writeList(list);
    let arrived = 0;
    for (const [n, file] of list.files.entries()) {
      if (file.sha256 !== null) continue;
      const tell = nowAndThen(around.onProgress);
      const told = (done: number, came = 0) => {
        there[n] = done;
        arrived += came;
        tell({ file: file.name, done: there.reduce((sum, bytes) => sum + bytes, 0), total, arrived });
      };
      const remote = file as RemoteFile;
      const sha256 = await fetchFile(folder, remote, { ...around, told, goesOn: begun(remote) !== undefined });
      const files = list.files.map((one) => (one === file ? { ...one, bytes: there[n]!, sha256 } : one));
      list = { ...list, files };
      await writeList(list);
    }
  });
}

/**
 * Finds what was kept of a file earlier, where its host tells the same of it as then.
 * @throws ProblemError where a model of the same name is kept from elsewhere: it stays as it is
 */
async function begunFiles({ name, from }: FoundModel): Promise<(file: RemoteFile) => KeptFile | undefined> {
  const before = await keptList(name);
  if (before && before.from !== from)
    throw problem('A model of this name is kept here, from elsewhere.', name, 'Delete it first.');
  return (file) =>
    before?.files.find(({ address, bytes, stated }) => {
      const isAsTold = stated === file.stated && (file.bytes === null || bytes === file.bytes);
      return address === file.address && isAsTold;
    });
}

interface FileWay extends Way {
  /** Takes the bytes of the file that are there, and how many of them have just come. */
  readonly told: (done: number, came?: number) => void;
  /** What is there of the file is its beginning. */
  readonly goesOn: boolean;
}

/** @returns the SHA-256 of the whole file */
async function fetchFile(folder: FileSystemDirectoryHandle, file: RemoteFile, way: FileWay): Promise<string> {
  const part = await PartFile.open(folder, file.name, (read) => {
    way.told(read);
    way.signal.throwIfAborted();
  });
  try {
    // Where nobody knows the size, nobody knows whether what is there is whole.
    if (!way.goesOn || file.bytes === null || part.bytes > file.bytes) part.clear();
    way.told(part.bytes);
    if (part.bytes !== file.bytes) await receive(part, file, way);
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
  { network, signal, told }: FileWay,
): Promise<void> {
  const asked = { address, bytes, from: part.bytes };
  const { answer, next, stop } = await network.open(asked, signal);
  try {
    if (firstByte(answer, asked) === 0) part.clear();
    for (let piece = await next(); piece !== null; piece = await next()) {
      if (piece === 'cut') throw cut(address, part.bytes, bytes);
      part.append(piece);
      told(part.bytes, piece.length);
      if (bytes !== null && part.bytes > bytes) throw otherSize(address, part.bytes, bytes);
    }
  } finally {
    stop();
  }
  if (bytes !== null && part.bytes < bytes) throw cut(address, part.bytes, bytes);
}

/** Hands on what has changed since it did so last, as often as a person can read it. */
function nowAndThen<T>(tell: (told: T) => void): (told: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (told) => {
    if (performance.now() - last < TOLD_MS) return;
    last = performance.now();
    tell(told);
  };
}
