/** A file by its path, wherever its bytes lie: on the disk, or inside another file, out of which `open` unpacks it. */
export interface StoredFile {
  /** Where it lies in the folder or archive, with "/" between the parts. */
  readonly path: string;
  readonly bytes: number;
  open(): Promise<Blob>;
}

/** A file that is made while it is read, so that it is never in memory whole. */
export interface StreamedFile {
  /** As of a StoredFile. */
  readonly path: string;
  readonly bytes: number;
  /** From its first byte on, anew each time. @throws ProblemError where what it is made of cannot be read */
  readonly chunks: () => AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** The name at the end of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What stands before the name, its last "/" too; empty where there is none. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
