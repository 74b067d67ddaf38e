import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isMain } from './setup.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const ICD = 'vk_swiftshader_icd.json';

/** What a browser needs to run WebGPU unattended and to call nobody. */
export const chromiumArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** @param {string} file */
export const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The Chromium to use: $CHROMIUM, else the first one on the PATH or in its usual place.
 * @returns {string | undefined} its path
 * @throws {Error} if $CHROMIUM names no program
 */
export function findChromium() {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROMIUM is "${chosen}", and there is no program there. Unset it or point it at a Chromium.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE].find(isExecutable);
}

/**
 * Finds Chromium, or installs Debian's where that is allowed.
 * @returns {string} its path
 * @throws {Error} that says what to do, if there is none and none can be installed
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Error(
      'No Chromium found. Install one (on Debian: sudo apt-get install chromium), or set CHROMIUM to the path of a Chromium or Chrome with WebGPU.',
    );
  }
  console.log("No Chromium found: installing Debian's.");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'inherit', 'inherit'], env });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const installed = findChromium();
  if (!installed) throw new Error('apt-get installed chromium, and yet there is no chromium on the PATH.');
  return installed;
}

/** Whether a graphics card is there for Vulkan to use. */
const hasGraphicsCard = () =>
  existsSync('/dev/nvidia0') ||
  (existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD')));

/**
 * The software Vulkan driver that comes with Chromium. Dawn in Node runs on it where there is no graphics card.
 * @param {string | undefined} chromium
 * @returns {string | undefined} the driver's description, or undefined where it is missing or not needed
 */
export function softwareDriver(chromium) {
  if (process.platform !== 'linux' || hasGraphicsCard()) return undefined;
  const folders = [...(chromium ? [dirname(realpathSync(chromium))] : []), '/usr/lib/chromium', '/opt/google/chrome'];
  return folders.map((folder) => join(folder, ICD)).find(existsSync);
}

/** Lets Dawn find the software driver, in this process and those it starts, unless a driver was chosen. */
export function useSoftwareDriver() {
  if (process.env.VK_ICD_FILENAMES || process.env.VK_DRIVER_FILES) return;
  const driver = softwareDriver(findChromium());
  if (driver) process.env.VK_ICD_FILENAMES = driver;
}

if (isMain(import.meta.filename)) {
  try {
    const chromium = ensureChromium();
    console.log(`${chromium} (${spawnSync(chromium, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''})`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
