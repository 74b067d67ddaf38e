/** Files that a person takes away: small ones in memory, those that may be larger than it on the disk, in a folder of this site's own. */
import type { FileContent } from '../adapter/export_format';
import { ProblemError, problem } from '../problem';

const FOLDER = 'exports';

/** Held by the tab that wrote a file, as long as it is open: the browser may be reading it until then. */
const lockOf = (name: string) => `adaptab taken away ${name}`;

/**
 * What is in a file, as a blob. A stream is read to its end first: onto the disk; where there is no room, into memory, so that
 * whoever has no room can take things away to make some.
 * @param name What the person calls the file, for error messages
 * @param again makes the same content once more
 * @throws ProblemError where the stream fails, or there is room for it nowhere
 */
export async function blobOf(
  content: FileContent,
  name: string,
  again: () => FileContent | Promise<FileContent>,
): Promise<Blob> {
  if (content instanceof Uint8Array) return new Blob([content]);
  const folder = await folderOfExports(true);
  if (!folder) return inMemory(content, name);
  return (await onDisk(content, folder)) ?? inMemory(await again(), name);
}

/** Removes what tabs have left that are closed. */
export async function forgetOldExports(): Promise<void> {
  const folder = await folderOfExports(false);
  if (!folder) return;
  for await (const name of folder.keys()) {
    await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
      if (lock) await folder.removeEntry(name);
    });
  }
}

/** Null where this browser has no such storage, as in some private windows; or where there is none yet. */
async function folderOfExports(create: boolean): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create });
  } catch {
    return null;
  }
}

/** Null where there is no room. */
async function onDisk(content: ReadableStream<Uint8Array>, folder: FileSystemDirectoryHandle): Promise<Blob | null> {
  const own = crypto.randomUUID();
  await held(lockOf(own));
  const handle = await folder.getFileHandle(own, { create: true });
  try {
    await content.pipeTo(await handle.createWritable());
  } catch (error) {
    await folder.removeEntry(own);
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
    return null;
  }
  return handle.getFile();
}

async function inMemory(content: FileContent, name: string): Promise<Blob> {
  if (content instanceof Uint8Array) return new Blob([content]);
  const parts: Blob[] = []; // a Response would make one too, but forget why a stream has failed
  const write = (part: Uint8Array<ArrayBuffer>) => void parts.push(new Blob([part]));
  try {
    await content.pipeTo(new WritableStream({ write }));
    return new Blob(parts);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw problem(
      `Neither this browser's storage nor its memory has room for ${name}.`,
      'browser storage',
      'Under Adapter, remove for good what is deleted, or download adapters and then do so with them; or free space on the disk.',
    );
  }
}

/** Resolves once the lock is held; it is given back when the thread ends. */
const held = (lock: string) =>
  new Promise<void>((resolve, reject) => {
    const untilTheEnd = () => {
      resolve();
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(lock, untilTheEnd).catch(reject);
  });
