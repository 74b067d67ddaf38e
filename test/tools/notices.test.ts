import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledPackages, noticesOf, noticesText, ownLock, TEXT_OF } from '../../tools/notices.mjs';
import { root } from '../../tools/setup.mjs';

test('every package that a build contains is in the notices, with its licence and the text of it', () => {
  const notices = noticesOf(ownLock());
  const text = noticesText(notices, readFileSync(join(root, 'LICENSE'), 'utf8'));
  expect(notices.length).toBeGreaterThan(20);
  for (const direct of Object.keys(ownLock()['']?.dependencies ?? {}))
    expect(notices.map(({ name }) => name)).toContain(direct);
  for (const { name, version, licence, text: own } of notices) {
    expect(text).toContain(`${name} ${version}\n${licence}\n`);
    expect(own, name).toMatch(/permission|redistribution|licensed under/i);
    expect(text).toContain(own);
  }
  expect(text).toContain('Copyright (c) 2012. Telecom ParisTech'); // mp4box
  expect(text.indexOf('Apache License')).toBeLessThan(text.indexOf('@huggingface/tokenizers'));
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notices-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

interface Package {
  readonly dependencies?: Record<string, string>;
  readonly license?: string;
  readonly text?: string;
}

/** A project with the package of the service worker, and these. */
function project(packages: Record<string, Package>) {
  const lock: Record<string, object> = { '': { dependencies: { a: '1' } } };
  const all: Record<string, Package> = { 'workbox-precaching': mit, ...packages };
  for (const [path, { dependencies = {}, license, text }] of Object.entries(all)) {
    lock[`node_modules/${path}`] = { version: '1.0.0', dependencies };
    write(`node_modules/${path}/package.json`, JSON.stringify({ license }));
    if (text) write(`node_modules/${path}/LICENCE.md`, text);
  }
  return lock;
}
const mit = { license: 'MIT', text: 'The text' };

test('what is bundled: dependencies of dependencies, each found where Node would find it', () => {
  const lock = project({
    a: { ...mit, dependencies: { b: '1' } },
    b: mit,
    'a/node_modules/b': { ...mit, dependencies: { c: '1' } },
    c: mit,
    unused: mit,
  });
  expect(bundledPackages(lock)).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/workbox-precaching',
  ]);
});

test('a licence and a notice are both given', () => {
  const lock = project({ a: mit });
  write('node_modules/a/NOTICE', 'by somebody');
  expect(noticesOf(lock, folder)[0]).toMatchObject({ name: 'a', licence: 'MIT', text: 'The text\n\nby somebody' });
});

test.each([
  ['text', { license: 'MIT' }, /^a is part of the build, .* no file with its licence/],
  ['field', { text: 'The text' }, /^a is part of the build, .* names no licence/],
])('a package without its %s is refused by name', (_, a, message) => {
  expect(() => noticesOf(project({ a }), folder)).toThrow(message);
});

test('a lock file that is not whole is refused', () => {
  expect(() => bundledPackages({ '': { dependencies: { a: '1' } } })).toThrow('has no a, which the project needs');
});

test('each exception is needed, and its lender is under the same licence', () => {
  const notices = noticesOf(ownLock());
  for (const [name, lender] of Object.entries(TEXT_OF)) {
    const [own, lent] = [name, lender].map((wanted) => notices.find((notice) => notice.name === wanted));
    expect(own?.licence).toBe(lent?.licence);
    expect(() => readFileSync(join(root, String(own?.path), 'LICENSE'))).toThrow('ENOENT');
  }
});
