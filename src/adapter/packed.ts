import type { StreamedFile } from '../containers/stored_file';
import { streamZip, writeZip } from '../containers/zip';
import { type Adapter, fileName } from './adapter';

/** Files as a folder in a .zip that is called after the adapter. @param ending of the folder's name */
export function packed(adapter: Adapter, ending: string, files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) {
  const folder = fileName(adapter, ending);
  const inFolder = Object.entries(files).map(([name, content]) => ({ name: `${folder}/${name}`, content }));
  return writeZip(inFolder, new Date(adapter.summary.savedAt));
}

/** The same of files that are made while they are packed. */
export function packedStream(adapter: Adapter, ending: string, files: readonly StreamedFile[]) {
  const folder = fileName(adapter, ending);
  const inFolder = files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
  return streamZip(inFolder, new Date(adapter.summary.savedAt));
}

/** Files that are in memory, beside others that are made while they are read. */
export const inMemory = (files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): StreamedFile[] =>
  Object.entries(files).map(([path, bytes]) => ({
    path,
    bytes: bytes.length,
    async *chunks() {
      yield bytes;
    },
  }));
