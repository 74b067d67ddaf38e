/** Files that a person takes away: small ones in memory, those that may be larger than it on the disk, in a folder of this site's own. */
import type { FileContent } from '../adapter/export_format';
import { problem } from '../problem';

const FOLDER = 'exports';

/** Held by the tab that wrote a file, as long as it is open: the browser may be reading it until then. */
const lockOf = (name: string) => `adaptab taken away ${name}`;

/**
 * What is in a file, as a blob. A stream is read to its end first.
 * @param name What the person calls the file, for error messages
 * @throws ProblemError where the stream fails, or the disk has no room
 */
export async function blobOf(content: FileContent, name: string): Promise<Blob> {
  if (content instanceof Uint8Array) return new Blob([content]);
  const folder = await folderOfExports(true);
  return folder ? onDisk(content, folder, name) : new Response(content).blob();
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

async function onDisk(
  content: ReadableStream<Uint8Array>,
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<Blob> {
  const own = crypto.randomUUID();
  await held(lockOf(own));
  const handle = await folder.getFileHandle(own, { create: true });
  try {
    await content.pipeTo(await handle.createWritable());
  } catch (error) {
    await folder.removeEntry(own);
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
    throw problem(
      `There is no room left in this browser's storage for ${name}.`,
      'browser storage',
      'Under Adapter, remove for good what is deleted, or download adapters and then do so with them; or free space on the disk.',
    );
  }
  return handle.getFile();
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
