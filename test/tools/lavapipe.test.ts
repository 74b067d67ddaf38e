import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLavapipe } from '../../tools/lavapipe.mjs';

/** A folder with empty files of these names. */
function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'drivers-'));
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

const deno = join(folderWith('deno'), 'deno');

test('the driver is lavapipe, for whatever architectures it is there, and no other', () => {
  const folder = folderWith('intel_icd.x86_64.json', 'lvp_icd.i686.json', 'lvp_icd.x86_64.json', 'lvp_icd.txt');
  const other = folderWith('lvp_icd.json');
  const icd = [
    join(folder, 'lvp_icd.i686.json'),
    join(folder, 'lvp_icd.x86_64.json'),
    join(other, 'lvp_icd.json'),
  ].join(':');
  expect(findLavapipe([folder, '/nowhere', other], deno)).toEqual({ icd, deno });
});

test('what is missing is said, with what to type', () => {
  const driver = folderWith('lvp_icd.x86_64.json');
  expect(findLavapipe([driver], '/nowhere/deno')).toContain('type npm ci');
  expect(findLavapipe([folderWith('intel_icd.x86_64.json'), '/nowhere'], deno)).toContain(
    'apt-get install mesa-vulkan-drivers',
  );
});
