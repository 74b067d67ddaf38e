// Runs what runs on WebGPU in Deno, whose WebGPU is wgpu, on lavapipe: node tools/wgpu.mjs runs the tests.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf } from './commands.mjs';
import { helpIfAsked } from './flags.mjs';
import { findLavapipe } from './lavapipe.mjs';
import { provideFor } from './machine.mjs';
import { isMain, root, runs } from './setup.mjs';

/**
 * Runs a program that an installed package brings, in Deno.
 * @param {string} script its path inside node_modules @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
export function runsOnWgpu(script, args) {
  const found = findLavapipe();
  if (typeof found === 'string') {
    console.error(found);
    return false;
  }
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const env = {
    VK_ICD_FILENAMES: found.icd,
    VK_DRIVER_FILES: found.icd, // which the loader prefers
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(), // wgpu looks for a display there and complains without
    MESA_SHADER_CACHE_DIR: cache,
    GALLIVM_PERF: 'nopt', // small sizes: compiling costs far more than the optimized kernel saves
    DENO_DIR: join(cache, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
  };
  const flags = ['--allow-all', '--unstable-webgpu', '--no-remote', '--no-lock', '--node-modules-dir=manual'];
  return runs(found.deno, ['run', ...flags, join(root, 'node_modules', script), ...args], { env });
}

if (isMain(import.meta.filename)) {
  helpIfAsked(commandOf('test:wgpu'));
  provideFor('test:wgpu');
  const succeeded = runsOnWgpu('vitest/vitest.mjs', ['run', '--project', 'wgpu', ...process.argv.slice(2)]);
  process.exitCode = succeeded ? 0 : 1;
}
