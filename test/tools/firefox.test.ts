import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { softwareDriver } from '../../tools/chromium.mjs';
import { findFirefox, firefoxEnvironment } from '../../tools/firefox.mjs';
import { here } from '../../tools/here.mjs';

/** A folder with a program of this name. */
function folderWith(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'adaptab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), '');
  chmodSync(join(folder, name), 0o755);
  return folder;
}

test('Firefox is the one that FIREFOX names, else the first on the PATH, else none', () => {
  const [release, esr] = [folderWith('firefox'), folderWith('firefox-esr')];
  const PATH = [release, esr].join(delimiter);
  expect(findFirefox({ ...here, env: { PATH } })).toBe(join(esr, 'firefox-esr'));
  expect(findFirefox({ ...here, env: { PATH: release } })).toBe(join(release, 'firefox'));
  expect(findFirefox({ ...here, env: { PATH, FIREFOX: join(release, 'firefox') } })).toBe(join(release, 'firefox'));
  expect(findFirefox({ ...here, env: { PATH: tmpdir() } })).toBeUndefined();
  expect(findFirefox({ ...here, env: { PATH, FIREFOX: join(release, 'none') } })).toBeUndefined();
});

test('Firefox has a home of its own, and a driver only where somebody chose one', () => {
  expect(firefoxEnvironment('/home', { ...here, env: { A: '1', HOME: '/root' } })).toEqual({ A: '1', HOME: '/home' });
  expect(firefoxEnvironment('/home', { ...here, env: { VK_ICD_FILENAMES: '/my.json' } })).toMatchObject({
    VK_ICD_FILENAMES: '/my.json',
  });
  const chromiums = softwareDriver();
  expect(
    firefoxEnvironment('/home', { ...here, env: { ...here.env, VK_ICD_FILENAMES: chromiums } }),
  ).not.toHaveProperty('VK_ICD_FILENAMES');
});
