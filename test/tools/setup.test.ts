import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from '../../tools/setup.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
  mkdirSync(join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, packages: object) => writeFileSync(join(folder, name), JSON.stringify({ packages }));
const RECORD = 'node_modules/.package-lock.json';
const lit = { version: '3.3.3', integrity: 'sha512-a' };
const forOtherSystems = { version: '1.0.0', integrity: 'sha512-b', optional: true };

test('installed: what the lock file asks for is there, packages for other systems aside', () => {
  write('package-lock.json', { '': {}, 'node_modules/lit': lit, 'node_modules/other': forOtherSystems });
  write(RECORD, { 'node_modules/lit': lit });
  expect(isInstalled(folder)).toBe(true);
});

test.each([
  ['nothing', undefined],
  ['without the package', {}],
  ['with another version', { 'node_modules/lit': { ...lit, version: '3.3.2' } }],
  ['with other contents', { 'node_modules/lit': { ...lit, integrity: 'sha512-c' } }],
])('not installed: %s', (_, installed) => {
  write('package-lock.json', { '': {}, 'node_modules/lit': lit });
  if (installed) write(RECORD, installed);
  expect(isInstalled(folder)).toBe(false);
});
