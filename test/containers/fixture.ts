import { readFileSync } from 'node:fs';

/** A file that h5py or numcodecs wrote: see make.py beside it. */
export const fixture = (name: string) =>
  new Blob([Uint8Array.from(readFileSync(new URL(`../fixtures/arrays/${name}`, import.meta.url)))]);
