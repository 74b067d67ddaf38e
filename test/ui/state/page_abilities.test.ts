import { expect, test } from 'vitest';
import { pageAbilities } from '../../../src/ui/app/page_abilities';
import { droppedFiles } from '../../../src/ui/bench/dropped_files';
import { type PageScope, pageFeatures } from '../../../src/ui/parts/page_features';

const bare: PageScope = { navigator: {} };
const chromium = {
  navigator: { wakeLock: {}, serviceWorker: {}, storage: { persist: () => undefined } },
  HTMLInputElement: { prototype: { webkitdirectory: false } },
  DataTransferItem: { prototype: { webkitGetAsEntry: () => null } },
  showSaveFilePicker: () => undefined,
  BeforeInstallPromptEvent: class {},
};
const { showSaveFilePicker: _picker, BeforeInstallPromptEvent: _offer, ...firefox } = chromium;

const missing = (scope: PageScope) =>
  Object.entries(pageFeatures(scope)).flatMap(([feature, here]) => (here ? [] : [feature]));

test('each feature is found where it is, and missed where it is not', () => {
  expect(missing(chromium)).toEqual([]);
  expect(missing(firefox)).toEqual(['fileHandles', 'install']);
  expect(missing(bare)).toEqual([
    'folderInput',
    'folderDrop',
    'fileHandles',
    'wakeLock',
    'lastingStorage',
    'offline',
    'install',
  ]);
});

test('a private window, which has no service worker, says that each visit needs a network', () => {
  const features = pageFeatures({ ...firefox, navigator: { wakeLock: {} } });
  const [stored] = pageAbilities(features).filter(({ name }) => name === 'Store the page');
  expect(stored?.available).toBe(false);
  expect(stored?.meaning).toContain('needs a network');
});

test('every feature has its line, and what it says differs where the feature is missing', () => {
  const [here, lacking] = [pageAbilities(pageFeatures(chromium)), pageAbilities(pageFeatures(bare))];
  expect(here).toHaveLength(Object.keys(pageFeatures(bare)).length);
  expect(here.every(({ available }) => available)).toBe(true);
  expect(lacking.some(({ available }) => available)).toBe(false);
  here.forEach(({ name, meaning }, line) => {
    expect(lacking[line]?.name).toBe(name);
    expect(lacking[line]?.meaning).not.toBe(meaning);
  });
});

test('files are taken from a drop in a browser that cannot walk folders', async () => {
  const file = new File(['a'], 'a.csv');
  const transfer = { items: [{ kind: 'file' }], files: [file] } as unknown as DataTransfer;
  expect(await droppedFiles(transfer)).toEqual([{ path: 'a.csv', file }]);
});
