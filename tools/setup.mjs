import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether Node was started with this file. @param {string} file import.meta.filename of the file that asks */
export const isMain = (file) => process.argv[1] !== undefined && realpathSync(process.argv[1]) === file;

/** What the build is made from. */
const SOURCES = [
  'index.html',
  'train.html',
  'download.html',
  'fetch.html',
  'package-lock.json',
  'public',
  'shaders',
  'src',
  'tools/notices.mjs',
  'tools/policy.mjs',
  'vite.config.ts',
];

/**
 * Runs a command in the repository and lets it write to the terminal.
 * @param {string} command @param {string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options]
 *   quiet: what it prints goes to standard error: standard output is for what the person asked for
 * @returns {boolean} whether it succeeded
 */
export function runs(command, args, { env = {}, quiet = false } = {}) {
  const windows = process.platform === 'win32';
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', quiet ? 2 : 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    shell: windows, // npm is a .cmd there
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

/**
 * Runs a program that an installed package brings.
 * @param {string} script its path inside node_modules @param {string[]} args @param {Parameters<typeof runs>[2]} [options]
 */
export const runsPackage = (script, args, options) =>
  runs(process.execPath, [join(root, 'node_modules', script), ...args], options);

/**
 * Whether node_modules holds what the lock file asks for. npm keeps a record of what it installed.
 * @param {string} folder
 */
export function isInstalled(folder = root) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  /** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }>} Packages */
  /** @type {Packages} */
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  /** @type {Packages} */
  const locked = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, wanted]) =>
      path === '' ||
      wanted.link ||
      (wanted.optional && !installed[path]) || // made for another system
      (installed[path]?.version === wanted.version && installed[path]?.integrity === wanted.integrity),
  );
}

/** Installs the dependencies, unless they are there. @returns {boolean} whether they are there now */
export function install() {
  if (isInstalled()) return true;
  console.error('Installing the packages of package-lock.json (npm ci).');
  return runs('npm', ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'], { quiet: true });
}

/** Builds the site into dist/, for production whoever asks: a test's environment would leave its marks. @returns {boolean} whether that succeeded */
export const build = () =>
  runsPackage('vite/bin/vite.js', ['build', '--logLevel', 'warn'], {
    env: { NODE_ENV: 'production', VITEST: '' },
    quiet: true,
  });

/** Builds, unless dist/ is newer than everything that it is made from. @returns {boolean} whether dist/ is there */
export function ensureBuilt() {
  const built = join(root, 'dist', 'index.html');
  const fresh =
    existsSync(built) && statSync(built).mtimeMs > Math.max(...SOURCES.map((name) => newest(join(root, name))));
  return fresh || build();
}

/** @param {string} path @returns {number} the latest change in it, milliseconds since 1970 */
function newest(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
