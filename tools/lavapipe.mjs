import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Where the packages of a Linux system describe their Vulkan drivers. */
const DESCRIPTIONS = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/** The program itself: the package's own command is a link that only an install script would make. */
const DENO = join(root, 'node_modules', '@deno', `${process.platform}-${process.arch}-glibc`, 'deno');

/**
 * The description of lavapipe, Mesa's software Vulkan driver.
 * @param {readonly string[]} [folders] where to look
 * @returns {string | undefined} its path; several architectures' may be there, with ":" between: Vulkan takes the one that fits
 */
export function lavapipeDriver(folders = DESCRIPTIONS) {
  const drivers = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^lvp_icd\b.*\.json$/.test(name))
      .map((name) => join(folder, name)),
  );
  return drivers.length > 0 ? drivers.join(':') : undefined;
}

/**
 * Finds what it takes to run on a second implementation of WebGPU: Deno, which brings wgpu, and lavapipe.
 * @param {readonly string[]} [folders] where to look for descriptions of drivers @param {string} [deno] where Deno must be
 * @returns {{ icd: string, deno: string } | string} the driver's description and Deno, or what is missing in one sentence
 */
export function findLavapipe(folders = DESCRIPTIONS, deno = DENO) {
  if (process.platform !== 'linux')
    return 'The tests on wgpu need Linux: they run on lavapipe, which Mesa builds for it.';
  if (!existsSync(deno))
    return `The tests on wgpu need Deno, which is not in ${deno}: type npm ci, on a Linux with glibc, x64 or arm64.`;
  const icd = lavapipeDriver(folders);
  if (icd === undefined)
    return 'The tests on wgpu need lavapipe, a software Vulkan driver: as root on Debian, type apt-get install mesa-vulkan-drivers.';
  return { icd, deno };
}

/** The version of Debian's package of lavapipe, for people to read: the driver does not tell WebGPU its own. */
export function lavapipeVersion() {
  const { stdout } = spawnSync('dpkg-query', ['-W', 'mesa-vulkan-drivers'], { encoding: 'utf8' });
  return `Mesa ${stdout?.split('\t')[1]?.trim() ?? 'of a version that Debian does not know'}`;
}
