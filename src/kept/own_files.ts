/** This browser's own files (OPFS): folders at its root, and files that a worker writes in place. */
import { problem } from '../problem';

/** A file as a worker may write it in place (FileSystemSyncAccessHandle); the types of a page lack it. */
export interface InPlaceFile {
  getSize(): number;
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(bytes: number): void;
  /** Returns when what was written lies on the disk. */
  flush(): void;
  close(): void;
}

/** What the types of a page lack of a file's handle. */
export type WorkerHandle = FileSystemFileHandle & {
  createSyncAccessHandle(): Promise<InPlaceFile>;
  move(name: string): Promise<void>;
};

/** What was looked for; null where it is not there. */
export const ifThere = <T>(found: Promise<T>): Promise<T | null> =>
  found.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  });

export const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === 'directory';

/** A handle of the file, made where there is none. */
export const workerHandle = (folder: FileSystemDirectoryHandle, name: string): Promise<WorkerHandle> =>
  folder.getFileHandle(name, { create: true }) as Promise<WorkerHandle>;

/** Null where this browser has no such storage, as in some private windows. */
const root = (): Promise<FileSystemDirectoryHandle | null> => navigator.storage.getDirectory().catch(() => null);

/** A folder at the root; null where nothing was kept in it yet. */
export async function existingFolder(name: string): Promise<FileSystemDirectoryHandle | null> {
  const storage = await root();
  return storage && ifThere(storage.getDirectoryHandle(name));
}

/** The same, made where there is none. @param fix what to do without @throws ProblemError where this browser keeps no files */
export async function ownFolder(name: string, fix: string): Promise<FileSystemDirectoryHandle> {
  const folder = await (await root())?.getDirectoryHandle(name, { create: true });
  if (folder) return folder;
  throw problem('This browser keeps no files for this page.', 'browser storage', fix);
}

/** Bytes that the page stores, of whatever kind, and that it may store; null where the browser does not say. */
export async function storageRoom(): Promise<{
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
}> {
  const { quota = null, usage = null } = await navigator.storage.estimate();
  return { usedBytes: usage, quotaBytes: quota };
}

/** Bytes for which there is room; null where the browser does not say. */
export async function freeBytes(): Promise<number | null> {
  const { usedBytes, quotaBytes } = await storageRoom();
  return quotaBytes === null ? null : Math.max(0, quotaBytes - (usedBytes ?? 0));
}

/** @returns whether there was room for all the bytes */
export const writeWhole = (file: InPlaceFile, bytes: Uint8Array<ArrayBuffer>, at: number): boolean =>
  ifRoom(() => file.write(bytes, { at }) === bytes.length);

/** Makes a file longer, by zeros. @returns whether there was room */
export const grow = (file: InPlaceFile, bytes: number): boolean =>
  ifRoom(() => {
    file.truncate(bytes);
    return true;
  });

/** Names of errors where there is no room; the second is Firefox's, of truncate() alone, and no DOMException. */
const FULL = ['QuotaExceededError', 'NS_ERROR_FILE_NO_DEVICE_SPACE'];

function ifRoom(work: () => boolean): boolean {
  try {
    return work();
  } catch (error) {
    if (FULL.includes((error as { readonly name: string }).name)) return false;
    throw error;
  }
}
