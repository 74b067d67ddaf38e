/* What a person has chosen, as a browser that can finds it again. Of what a browser lacks here, the types know nothing. */
import { createStore, del, entries, set } from 'idb-keyval';
import type { FileInFolder } from '../../worker/api';
import { isHidden } from './dropped_files';

/** The pickers whose choice can be kept. */
export interface Pickers {
  showDirectoryPicker(options: { readonly mode: 'read' }): Promise<FileSystemDirectoryHandle>;
  showOpenFilePicker(options: { readonly multiple: true }): Promise<FileSystemFileHandle[]>;
}

/** A model that was opened from the disk, on this visit or an earlier one. */
export interface Remembered {
  readonly name: string;
  /** Its folder, or its files. */
  readonly handles: readonly FileSystemHandle[];
}

/** Null where this browser's pickers forget. */
export function keepingPickers(scope: object = window): Pickers | null {
  return 'showDirectoryPicker' in scope && 'showOpenFilePicker' in scope ? (scope as Pickers) : null;
}

/** What was dropped, as it can be found again; nothing where this browser cannot. Call it within the drop event. */
export async function droppedHandles(transfer: DataTransfer): Promise<readonly FileSystemHandle[]> {
  const asked = [...transfer.items].map((item) => (item as DroppedItem).getAsFileSystemHandle?.());
  return (await Promise.all(asked)).filter((handle) => handle != null);
}

type DroppedItem = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };

/** The files of handles and of everything below them, hidden ones left out. @throws DOMException where one is gone */
export async function filesOfHandles(
  handles: Iterable<FileSystemHandle> | AsyncIterable<FileSystemHandle>,
  folder = '',
): Promise<FileInFolder[]> {
  const found: FileInFolder[] = [];
  for await (const handle of handles) {
    const path = folder + handle.name;
    if (isHidden(handle.name)) continue;
    if (isFile(handle)) found.push({ path, file: await handle.getFile() });
    else if (isFolder(handle)) found.push(...(await filesOfHandles(handle.values(), `${path}/`)));
  }
  return found;
}

/** Asks the person, where the browser wants that, whether the page may read them again. Call it on a click. */
export async function mayRead(handles: readonly FileSystemHandle[]): Promise<boolean> {
  for (const handle of handles as readonly (FileSystemHandle & Permitted)[])
    if ((await handle.requestPermission({ mode: 'read' })) !== 'granted') return false;
  return true;
}

interface Permitted {
  requestPermission(options: { readonly mode: 'read' }): Promise<PermissionState>;
}

const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === 'directory';

const store = () => createStore('adaptab-model-handles', 'handles');

export const remember = ({ name, handles }: Remembered): Promise<void> => set(name, handles, store());

export const forget = (name: string): Promise<void> => del(name, store());

export async function remembered(): Promise<Remembered[]> {
  const found = await entries<string, readonly FileSystemHandle[]>(store());
  return found.map(([name, handles]) => ({ name, handles }));
}
