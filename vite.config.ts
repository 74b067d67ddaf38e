import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Imports a .wgsl file as a string, with each `#include "path"` line replaced by that file. */
function wgsl(): Plugin {
  const expand = (file: string, watch: (file: string) => void): string => {
    watch(file);
    return readFileSync(file, 'utf8').replace(/^#include "(.+)".*$/gm, (_, path: string) =>
      expand(join(dirname(file), path), watch),
    );
  };
  return {
    name: 'wgsl',
    load(id) {
      if (!id.endsWith('.wgsl')) return null;
      return `export default ${JSON.stringify(expand(id, (file) => this.addWatchFile(file)))}`;
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [wgsl()],
  worker: { format: 'es', plugins: () => [wgsl()] }, // a worker's bundle has its own plugin list
  build: { target: 'es2022' },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/ui/**', 'test/browser/**', 'test/e2e/**'],
        },
      },
    ],
  },
});
