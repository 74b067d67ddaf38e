import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';

/**
 * A file, and where it lies among what was named, with "/" between the parts.
 * @typedef {{ readonly path: string, readonly onDisk: string }} NamedFile
 */

/**
 * The files at these paths, those of folders with where they lie in them, in order; hidden ones are left out, but for a
 * Zarr store's.
 * @param {readonly string[]} paths @returns {NamedFile[]}
 * @throws {Error} of Node, for a path where nothing is
 */
export function filesAt(paths) {
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [{ path: basename(path), onDisk: resolve(path) }];
    const inside = readdirSync(path, { recursive: true, withFileTypes: true });
    return inside
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort()
      .map((file) => ({ file, below: relative(path, file).split(sep) }))
      .filter(({ below }) => !below.some((part) => part.startsWith('.') && !part.startsWith('.z')))
      .map(({ file, below }) => ({ path: [basename(resolve(path)), ...below].join('/'), onDisk: resolve(file) }));
  });
}
