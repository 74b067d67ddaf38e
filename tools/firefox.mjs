import { delimiter, join } from 'node:path';
import { findChromium, isExecutable, softwareDriver } from './chromium.mjs';

const NAMES = ['firefox-esr', 'firefox'];

/** What a Firefox on Linux needs to have WebGPU, on a software driver too. */
export const firefoxPreferences = { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true };

/**
 * The Firefox to use: $FIREFOX, else the first one on the PATH.
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {string | undefined} its path
 * @throws {Error} if $FIREFOX names no program
 */
export function findFirefox(env = process.env) {
  if (env.FIREFOX) {
    if (isExecutable(env.FIREFOX)) return env.FIREFOX;
    throw new Error(`FIREFOX is "${env.FIREFOX}", and there is no program there. Unset it or point it at a Firefox.`);
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/**
 * The environment for a Firefox. Chromium's software driver is not for it: it takes the machine's own (Mesa's).
 * @param {string} home a folder for what it writes beside its profile
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {Record<string, string | undefined>}
 */
export function firefoxEnvironment(home, env = process.env) {
  const { VK_ICD_FILENAMES: driver, ...others } = env;
  const chosen = driver && driver !== softwareDriver(findChromium()) ? { VK_ICD_FILENAMES: driver } : {};
  return { ...others, ...chosen, HOME: home };
}
