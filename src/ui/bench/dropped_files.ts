import type { FileInFolder } from '../../worker/api';

/** A picked file with its place in the picked folder; its name where single files were picked. */
export const inFolder = (file: File): FileInFolder => ({ path: file.webkitRelativePath || file.name, file });

/**
 * Everything that was dropped, folders walked to their ends; hidden files are left out.
 * Call it within the drop event: the list of items is empty after it.
 * @throws DOMException where a folder cannot be read
 */
export function droppedFiles(transfer: DataTransfer): Promise<readonly FileInFolder[]> {
  const entries = [...transfer.items].flatMap((item) => entryOf(item) ?? []);
  if (entries.length > 0) return filesOf(entries);
  return Promise.resolve([...transfer.files].map(inFolder)); // files that come from another page have no place
}

/** A browser that cannot walk folders hands out files alone; the type of the method does not know of it. */
const entryOf = (item: Partial<DataTransferItem>): FileSystemEntry | null => item.webkitGetAsEntry?.() ?? null;

/** Whether a name is of what nobody means to hand over; the descriptions of a Zarr store, ".zarray", are no such files. */
export const isHidden = (name: string) => name.startsWith('.') && !/^\.z(array|attrs|group|metadata)$/.test(name);

/** The files of entries and of everything below them. */
export async function filesOf(entries: readonly FileSystemEntry[]): Promise<readonly FileInFolder[]> {
  const found: FileInFolder[] = [];
  for (const entry of entries) {
    if (isHidden(entry.name)) continue;
    if (isFile(entry)) found.push({ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry) });
    else if (isFolder(entry)) found.push(...(await filesOf(await childrenOf(entry))));
  }
  return found;
}

/** A reader hands out a hundred entries at a time, and none at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
