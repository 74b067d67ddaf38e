// The licences of everything that a build contains, read from the packages that the lock file names. The build makes
// notices.txt of them, and fails where a package comes without its licence.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/**
 * @typedef {object} Locked an entry of package-lock.json
 * @property {string} [version]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */
/** @typedef {Readonly<Record<string, Locked>>} Lock the entries by their path, "" for the project itself */
/** @typedef {{ path: string, name: string, version: string, licence: string, text: string }} Notice */

/** What the build brings in besides `dependencies`: the service worker is made of it. */
const BUILD_BRINGS = ['workbox-precaching'];

/** Packages that come without a text, and the package of the same repository, owner and licence whose text is theirs. */
export const TEXT_OF = /** @type {Readonly<Record<string, string>>} */ ({ '@lit-labs/ssr-dom-shim': 'lit' });

const MODULES = 'node_modules/';
/** @param {string} path of a package in the lock file @returns {string} its name */
const nameOf = (path) => path.slice(path.lastIndexOf(MODULES) + MODULES.length);

/**
 * Finds a package as Node would: beside the one that asks, or in a folder further up.
 * @param {Lock} lock @param {string} from path of the package that asks @param {string} name
 * @returns {string} its path
 */
function resolve(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${MODULES}`)))) {
    const path = `${folder}${folder && '/'}${MODULES}${name}`;
    if (lock[path]) return path;
    if (!folder) throw new Error(`package-lock.json has no ${name}, which ${from || 'the project'} needs: npm install`);
  }
}

/**
 * @param {Lock} lock
 * @returns {string[]} paths of the packages that are in a build, in the order of their names
 * @throws {Error} if the lock file is not whole
 */
export function bundledPackages(lock) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} from @param {string[]} names */
  const follow = (from, names) => {
    for (const path of names.map((name) => resolve(lock, from, name))) {
      if (found.has(path)) continue;
      found.add(path);
      const { dependencies, optionalDependencies, peerDependencies } = lock[path] ?? {};
      follow(path, Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
    }
  };
  follow('', [...Object.keys(lock['']?.dependencies ?? {}), ...BUILD_BRINGS]);
  return [...found].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** @param {string} folder of a package @returns {string} its licence and its notices, "" where it has neither */
const textIn = (folder) =>
  readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map((name) =>
      readFileSync(join(folder, name), 'utf8')
        .replaceAll('\r\n', '\n')
        .replace(/^\n+|\s+$/g, ''),
    )
    .join('\n\n');

/**
 * @param {Lock} lock @param {string} [folder] the one that holds node_modules
 * @returns {Notice[]}
 * @throws {Error} if a package names no licence, or comes without the text of it
 */
export function noticesOf(lock, folder = root) {
  return bundledPackages(lock).map((path) => {
    const name = nameOf(path);
    const { license } = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
    const lender = TEXT_OF[name];
    const text = textIn(join(folder, lender ? resolve(lock, path, lender) : path));
    if (typeof license !== 'string' || !text) {
      const lacks = text ? 'package.json names no licence' : 'there is no file with its licence';
      throw new Error(
        `${name} is part of the build, and in ${path} ${lacks}: replace it, or see TEXT_OF in notices.mjs`,
      );
    }
    return { path, name, version: String(lock[path]?.version), licence: license, text };
  });
}

/** The project's own lock file. @returns {Lock} */
export const ownLock = () => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;

/** @param {readonly Notice[]} notices @param {string} own the text of the project's own licence */
export function noticesText(notices, own) {
  const line = '='.repeat(80);
  const parts = notices.map(
    ({ name, version, licence, text }) => `${line}\n${name} ${version}\n${licence}\n${line}\n\n${text}\n`,
  );
  const opening = `Adaptab is under the Apache License 2.0, which stands first. It contains ${notices.length} packages of others; the licence
of each follows.`;
  return `${opening}\n\n${line}\nAdaptab\nApache-2.0\n${line}\n\n${own.trimEnd()}\n\n${parts.join('\n')}`;
}

const FILE = 'notices.txt';
const wholeText = () => noticesText(noticesOf(ownLock()), readFileSync(join(root, 'LICENSE'), 'utf8'));

/** Puts notices.txt into the build, and on the development server. @returns {import('vite').Plugin} */
export const notices = () => ({
  name: 'notices',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: FILE, source: wholeText() });
  },
  configureServer(server) {
    server.middlewares.use(`/${FILE}`, (_, response) => {
      response.setHeader('Content-Type', 'text/plain; charset=utf-8').end(wholeText());
    });
  },
});

/** Fails the build where code of a package is in it that has no notice; workers need it in their own list. @returns {import('vite').Plugin} */
export const onlyNoticed = () => ({
  name: 'only-noticed',
  apply: 'build',
  generateBundle(_, bundle) {
    const known = new Set(bundledPackages(ownLock()));
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []));
    for (const id of modules) {
      const path = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0];
      if (path && !known.has(path))
        this.error(`${nameOf(path)} is part of the build and has no notice: move it to "dependencies" in package.json`);
    }
  },
});
