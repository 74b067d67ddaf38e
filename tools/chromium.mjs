// Where Chromium is, how it is started, and which Vulkan driver serves where Node has the GPU to itself.
import { delimiter, dirname, join } from 'node:path';
import { here } from './here.mjs';

/** @typedef {import('./here.mjs').Machine} Machine */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const SWIFTSHADER = 'vk_swiftshader_icd.json';
/** Where drivers are described that the Vulkan loader finds by itself. */
const DRIVER_FOLDERS = ['/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d'];

/** What a browser needs to run WebGPU unattended and to call nobody. */
export const chromiumArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * The Chromium to use: the one that $CHROMIUM names, else the first one on the PATH or in its usual place.
 * @param {Machine} [machine]
 * @returns {string | undefined} its path; undefined where there is none, or no program where $CHROMIUM points
 */
export function findChromium({ env, isExecutable } = here) {
  if (env.CHROMIUM) return isExecutable(env.CHROMIUM) ? env.CHROMIUM : undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE].find(isExecutable);
}

/** @param {Machine} machine @returns {string | undefined} the description of a driver that the Vulkan loader finds */
const systemDriver = ({ list }) =>
  DRIVER_FOLDERS.flatMap((folder) => list(folder).map((name) => join(folder, name))).find((path) =>
    path.endsWith('.json'),
  );

/** @param {Machine} machine whether a graphics card is there for Vulkan to use */
const hasGraphicsCard = ({ exists, list }) =>
  exists('/dev/nvidia0') || list('/dev/dri').some((name) => name.startsWith('renderD'));

/** The software driver that comes with Chromium. @param {Machine} [machine] */
export function softwareDriver(machine = here) {
  const chromium = findChromium(machine);
  const beside = chromium ? [dirname(machine.realpath(chromium))] : [];
  return [...beside, '/usr/lib/chromium', '/opt/google/chrome']
    .map((folder) => join(folder, SWIFTSHADER))
    .find(machine.exists);
}

/**
 * The Vulkan driver for Dawn in Node, on Linux: the chosen one; a graphics card's; the one that comes with Chromium, which
 * computes the same on every machine; else whatever the system has.
 * @param {Machine} [machine]
 * @returns {{ file: string, chosen?: boolean } | undefined} its description; chosen: the loader has to be told of it
 */
export function findVulkanDriver(machine = here) {
  const { env } = machine;
  const given = env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES;
  if (given) return { file: given };
  const system = systemDriver(machine);
  if (system && hasGraphicsCard(machine)) return { file: system };
  const software = softwareDriver(machine);
  if (software) return { file: software, chosen: true };
  return system ? { file: system } : undefined;
}

/** Lets Dawn find its driver, in this process and those it starts. */
export function useVulkanDriver() {
  if (here.platform !== 'linux') return;
  const driver = findVulkanDriver();
  if (driver?.chosen) process.env.VK_ICD_FILENAMES = driver.file;
}
