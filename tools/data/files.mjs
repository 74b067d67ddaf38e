import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';

/**
 * A file, and where it lies among what was named, with "/" between the parts.
 * @typedef {{ readonly path: string, readonly onDisk: string }} NamedFile
 */

/**
 * The files at one of these paths, those of a folder with where they lie in it, in order; hidden ones are left out, but
 * for a Zarr store's. Folders and archives are told apart by as much of their place as that needs.
 * @param {string} path @param {readonly string[]} paths @returns {NamedFile[]}
 * @throws {Error} of Node, where nothing is at the path
 */
export function filesOf(path, paths) {
  if (!statSync(path).isDirectory()) {
    const name = /\.zip$/i.test(path) ? distinctName(path, paths) : basename(path);
    return [{ path: name, onDisk: resolve(path) }];
  }
  const called = distinctName(path, paths);
  const inside = readdirSync(path, { recursive: true, withFileTypes: true });
  return inside
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((file) => ({ file, below: relative(path, file).split(sep) }))
    .filter(({ below }) => !below.some((part) => part.startsWith('.') && !part.startsWith('.z')))
    .map(({ file, below }) => ({ path: [called, ...below].join('/'), onDisk: resolve(file) }));
}

/** What a folder or archive is called: its own name, with those of the folders around it where another has the same name. @param {string} path @param {readonly string[]} paths */
function distinctName(path, paths) {
  const partsOf = (/** @type {string} */ one) => resolve(one).split(sep);
  const parts = partsOf(path);
  const others = paths.map(partsOf).filter((other) => other.join(sep) !== parts.join(sep));
  const isAlone = (/** @type {readonly string[]} */ name) =>
    others.every((other) => other.slice(-name.length).join('/') !== name.join('/'));
  let name = parts.slice(-1);
  while (name.length < parts.length && !isAlone(name)) name = parts.slice(-name.length - 1);
  return name.join('/');
}
