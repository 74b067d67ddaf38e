import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { chromiumArguments, findChromium, useVulkanDriver } from './tools/chromium.mjs';
import { notices, onlyNoticed } from './tools/notices.mjs';
import { metaPolicyOf } from './tools/policy.mjs';

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

/** Writes its policy into every built page. The development server needs inline scripts, so it goes without. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: (_, { filename }) =>
      [
        { 'http-equiv': 'Content-Security-Policy', content: metaPolicyOf(basename(filename)) },
        { 'http-equiv': 'x-dns-prefetch-control', content: 'off' }, // no directive covers looking up a name
      ].map((attrs) => ({ tag: 'meta', attrs, injectTo: 'head-prepend' })),
  };
}

/**
 * The page's parts, each a file of its own, from the ground up: src/main.ts has them evaluated one after the other.
 * Words of another language stay in files that are loaded when it is chosen.
 */
const PARTS = [
  {
    name: 'start',
    test: /src\/(pwa|settings|best|problem|worker|ui\/parts\/theme|ui\/words\/language).*\.ts$|vite\/preload-helper/,
  },
  { name: 'lit', test: /node_modules\/(lit|@lit|lit-html|lit-element)\/|runtime.*helpers/ }, // and what decorators are made of
  { name: 'words', test: /src\/ui\/(words|state)\/.*(?<!_zh)\.ts$/ },
  { name: 'styles', test: /src\/ui\/parts\/styles\.ts$/ },
  { name: 'plot', test: /node_modules\/uplot\/|src\/ui\/parts\/plot_element/ },
  { name: 'bench', test: /src\/ui\/(bench|parts)\/.*\.ts$/ },
  { name: 'run', test: /src\/ui\/run\// },
  { name: 'freeze', test: /src\/ui\/freeze\// },
  { name: 'forms', test: /src\/ui\/(train|adapter|runs)\// },
  { name: 'tasks', test: /src\/ui\/((text|actions)\/.*(?<!_zh)|app\/views)\.ts$/ },
  { name: 'app', test: /src\/ui\/(opening\/|app\/(?!adaptab-app))/ },
];

/** Tests say when memory is tidied. */
const testArguments = [...chromiumArguments, '--js-flags=--expose-gc'];

/** Has the browser fetch all parts of the page at once, which src/main.ts asks for one by one. */
function preloadParts(): Plugin {
  return {
    name: 'preload-parts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {}, chunk }) {
        const chunks = new Map(
          Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
        );
        const parts = new Set<string>();
        const visit = (fileName: string): void => {
          const part = chunks.get(fileName);
          if (!part || parts.has(fileName) || part.facadeModuleId?.endsWith('_zh.ts')) return;
          parts.add(fileName);
          for (const next of [...part.imports, ...part.dynamicImports]) visit(next);
        };
        for (const next of chunk?.dynamicImports ?? []) visit(next);
        return [...parts].map((fileName) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
          injectTo: 'head',
        }));
      },
    },
  };
}

/** The branch for Node of a package asks for this; without a module in its place the bundler warns. */
function withoutNodeThreads(): Plugin {
  return {
    name: 'without-node-threads',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) => (id === 'node:worker_threads' ? '\0node:worker_threads' : null),
    load: (id) => (id === '\0node:worker_threads' ? 'export {};' : null),
  };
}

const bundled = () => [wgsl(), withoutNodeThreads(), onlyNoticed()];

/** Everything in the build is kept for offline use. A new version waits until the page asks for it: see src/pwa/. */
const offline = () =>
  VitePWA({
    registerType: 'prompt',
    injectRegister: false,
    manifest: {
      name: 'Adaptab',
      short_name: 'Adaptab',
      description:
        'Fine-tune a language model or a robot policy in this tab, on your data, on your GPU. Nothing leaves it.',
      lang: 'en',
      display: 'standalone',
      start_url: './',
      scope: './',
      theme_color: '#101418',
      background_color: '#101418',
      categories: ['developer', 'productivity', 'utilities'],
      icons: [
        { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        { src: 'icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      ],
    },
    workbox: {
      importScripts: ['other_origins.js'],
      globPatterns: ['**/*'],
      globIgnores: ['manifest.webmanifest', 'train.html', 'assets/train-????????.js'],
      maximumFileSizeToCacheInBytes: 64 * 2 ** 20,
      navigateFallback: 'index.html',
      navigateFallbackDenylist: [/\/train\.html$/],
      // The page that installs it is offline-ready without a reload; in Firefox its worker only from the next load on.
      clientsClaim: true,
      cleanupOutdatedCaches: true,
      inlineWorkboxRuntime: true,
      sourcemap: false,
    },
  });

if (process.env.VITEST) useVulkanDriver();
const chromium = process.env.VITEST ? findChromium() : undefined;

/** What computes, once more on another implementation of WebGPU: only in Deno (tools/wgpu.mjs), since Node would give it Dawn again. */
const wgpu: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'wgpu',
    environment: 'node',
    include: ['test/{gpu,golden,ops,tape}/**/*.test.ts'],
    globalSetup: 'test/wgpu.ts',
    testTimeout: 120_000, // lavapipe compiles one large kernel for up to 16 s on a busy machine
  },
};

export default defineConfig({
  base: './',
  plugins: [
    ...bundled(),
    ...(process.env.VITEST ? [] : [contentSecurityPolicy(), preloadParts(), notices(), offline()]),
  ],
  worker: { format: 'es', plugins: bundled }, // a worker's bundle has its own plugin list
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', train: 'train.html', download: 'download.html', fetch: 'fetch.html' },
      checks: { pluginTimings: false }, // nobody waits for a build here
      output: { codeSplitting: { groups: PARTS } },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/ui/*.test.ts', 'test/browser/**', 'test/e2e/**', 'test/firefox/**'],
          testTimeout: 120_000, // on a busy machine everything is slow; no test is judged by the clock
        },
      },
      ...('deno' in process.versions ? [wgpu] : []),
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/ui/*.test.ts', 'test/browser/**/*.test.ts'],
          deps: {
            optimizer: {
              client: {
                include: [
                  'mp4box',
                  'unzipit',
                  'hyparquet',
                  'fflate',
                  'fzstd',
                  'htmlparser2',
                  'papaparse',
                  'hdf5-indexed-reader/dist/hdf5-indexed-reader.esm.js',
                  'uplot',
                  'lit/async-directive.js',
                  'lit/directives/keyed.js',
                  'lit/directives/live.js',
                  'lit/directives/repeat.js',
                ],
              },
            },
          },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { ...(chromium ? { executablePath: chromium } : {}), args: testArguments },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          expect: { poll: { timeout: 60_000 } }, // a page on a busy machine
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'firefox',
          environment: 'node',
          expect: { poll: { timeout: 60_000 } }, // a page on a busy machine
          include: ['test/firefox/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
