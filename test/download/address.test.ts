import { describe, expect, test } from 'vitest';
import { readAddress } from '../../src/download/address';

const HUB = 'https://huggingface.co';

test.each([
  [`${HUB}/OWNER/NAME`, 'main', ''],
  [`  ${HUB}/OWNER/NAME/ `, 'main', ''],
  ['huggingface.co/OWNER/NAME', 'main', ''],
  ['https://hf.co/OWNER/NAME', 'main', ''],
  [`${HUB}/OWNER/NAME/tree/v1.0?x=1#files`, 'v1.0', ''],
  [`${HUB}/OWNER/NAME/blob/main/config.json`, 'main', ''],
  [`${HUB}/OWNER/NAME/resolve/main/`, 'main', ''],
  [`${HUB}/OWNER/NAME/tree/main/deep/er`, 'main', '/deep/er'],
])('a repository: %s', (typed, revision, below) => {
  expect(readAddress(typed)).toEqual({
    kind: 'hub',
    name: `OWNER/NAME${below}`,
    listing: `${HUB}/api/models/OWNER/NAME/tree/${revision}${below}`,
    folder: `${HUB}/OWNER/NAME/resolve/${revision}${below}/`,
  });
});

test('a hub on another host is known by its words', () => {
  expect(readAddress('https://hub.test/o/n/tree/main')).toMatchObject({ kind: 'hub', name: 'o/n' });
  expect(readAddress('https://hub.test/o/n')).toMatchObject({ kind: 'folder', name: 'n' });
});

test.each([
  ['https://models.test/smol', 'smol', 'https://models.test/smol/'],
  ['https://models.test/a/smol/config.json', 'smol', 'https://models.test/a/smol/'],
  ['http://localhost:8000/', 'localhost', 'http://localhost:8000/'],
  ['localhost:8000/smol', 'smol', 'http://localhost:8000/smol/'],
  ['https://models.test/a%20b/', 'a b', 'https://models.test/a%20b/'],
])('a folder: %s', (typed, name, folder) => {
  expect(readAddress(typed)).toEqual({ kind: 'folder', name, folder });
});

test('a .gguf, with the tokenizer.json that was typed, or the one beside it', () => {
  const file = `${HUB}/o/n/resolve/main/x-Q8_0.gguf`;
  expect(readAddress(`${HUB}/o/n/blob/main/x-Q8_0.gguf`, `${HUB}/o/base/blob/main/tokenizer.json`)).toEqual({
    kind: 'gguf',
    name: 'x-Q8_0',
    file,
    tokenizer: `${HUB}/o/base/resolve/main/tokenizer.json`,
  });
  expect(readAddress('https://models.test/x.gguf')).toMatchObject({ tokenizer: 'https://models.test/tokenizer.json' });
});

describe('what may not be asked', () => {
  test.each([
    ['', 'This is no address'],
    ['//', 'This is no address'],
    ['http://models.test/smol', 'Only https://'],
    ['http://localhost.models.test/', 'Only https://'],
    ['ftp://models.test/smol', 'Only https://'],
    ['file:///etc/passwd', 'This is no address'],
    ['https://me:secret@models.test/', 'holds a password'],
  ])('%s', (typed, sentence) => {
    expect(() => readAddress(typed)).toThrow(sentence);
  });

  test('a password is not repeated', () => {
    expect(() => readAddress('https://me:secret@models.test/')).not.toThrow('secret');
  });
});
