// Where Firefox is, and how it is started.
import { delimiter, join } from 'node:path';
import { softwareDriver } from './chromium.mjs';
import { here } from './here.mjs';

/** @typedef {import('./here.mjs').Machine} Machine */

const NAMES = ['firefox-esr', 'firefox'];

/** What a Firefox on Linux needs to have WebGPU, on a software driver too. */
export const firefoxPreferences = { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true };

/**
 * The Firefox to use: the one that $FIREFOX names, else the first one on the PATH.
 * @param {Pick<Machine, 'env' | 'isExecutable'>} [machine]
 * @returns {string | undefined} its path; undefined where there is none, or no program where $FIREFOX points
 */
export function findFirefox({ env, isExecutable } = here) {
  if (env.FIREFOX) return isExecutable(env.FIREFOX) ? env.FIREFOX : undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/**
 * The environment for a Firefox. Chromium's software driver is not for it: it takes the machine's own (Mesa's).
 * @param {string} home a folder for what it writes beside its profile
 * @param {Machine} [machine]
 * @returns {Record<string, string | undefined>}
 */
export function firefoxEnvironment(home, machine = here) {
  const { VK_ICD_FILENAMES: driver, ...others } = machine.env;
  const chosen = driver && driver !== softwareDriver(machine) ? { VK_ICD_FILENAMES: driver } : {};
  return { ...others, ...chosen, HOME: home };
}
