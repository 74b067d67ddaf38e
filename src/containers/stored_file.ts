/** A file by its path, wherever its bytes lie: on the disk, or inside another file, out of which `open` unpacks it. */
export interface StoredFile {
  /** Where it lies in the folder or archive, with "/" between the parts. */
  readonly path: string;
  readonly bytes: number;
  open(): Promise<Blob>;
}
