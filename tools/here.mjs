// The machine that this runs on: what is asked of it, and what is done to it. Decisions are in machine.mjs.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { install, isInstalled } from './setup.mjs';

/**
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {boolean} isDebian whether apt-get installs packages with Debian's names
 * @property {boolean} isRoot
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {(path: string) => boolean} exists
 * @property {(path: string) => boolean} isExecutable
 * @property {(path: string) => string} realpath where a link leads
 * @property {(folder: string) => readonly string[]} list names in a folder; none where there is no folder
 * @property {(library: string) => boolean} loads whether the dynamic loader finds a shared library
 * @property {() => boolean} hasPackages whether node_modules is what the lock file asks for
 * @property {() => boolean} installPackages @property {(packages: readonly string[]) => boolean} installDebian
 */

/** Asks the loader itself, which alone knows all the places where it looks. @param {string} library */
function loads(library) {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    // A library that was found is no addon of Node, and that is an error too.
    return error instanceof Error && !/cannot open shared object file|Error loading shared library/.test(error.message);
  }
}

/** What apt-get says is shown where it fails. @param {readonly string[]} args @returns {boolean} whether it succeeded */
function aptGet(args) {
  const { status, error, stderr } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) console.error(error ? `apt-get: ${error.message}` : stderr.trimEnd());
  return status === 0;
}

/** @param {readonly string[]} packages */
function installDebian(packages) {
  console.error(`Installing ${packages.join(', ')} (apt-get).`);
  return aptGet(['update', '-qq']) && aptGet(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

/** @type {Machine} */
export const here = {
  platform: process.platform,
  isDebian: existsSync('/etc/debian_version'),
  isRoot: process.getuid?.() === 0,
  env: process.env,
  exists: existsSync,
  isExecutable: (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
  realpath: realpathSync,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
  loads,
  hasPackages: () => isInstalled(),
  installPackages: install,
  installDebian,
};
