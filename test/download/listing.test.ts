import { expect, test } from 'vitest';
import { filesOfListing, hashOf, shardsOf } from '../../src/download/listing';
import { summaryOf } from '../../src/kept/store';

const FOLDER = 'https://hub.test/o/n/resolve/main/';
const sha256 = 'ab'.repeat(32);
const file = (path: string, size = 10, oid?: string) => ({
  type: 'file',
  path,
  size,
  oid: '1'.repeat(40),
  ...(oid ? { lfs: { oid, size, pointerSize: 130 } } : {}),
});
const needed = [file('config.json'), file('tokenizer.json', 20, sha256)];

test('of a hub’s list what is the model’s, with sizes, and the hashes of what lies in LFS', () => {
  const listed = [
    ...needed,
    file('model-00001-of-00001.safetensors', 1000, sha256),
    file('consolidated.safetensors', 1000, sha256),
    file('pytorch_model.bin', 1000, sha256),
    file('README.md'),
    file('eval.json'),
    file('LICENSE'),
    { type: 'directory', path: 'onnx', size: 0, oid: '' },
  ];
  const name = 'model-00001-of-00001.safetensors';
  const files = filesOfListing(JSON.stringify(listed), FOLDER);
  expect(files.map((one) => one.name)).toEqual(['config.json', 'tokenizer.json', name, 'README.md', 'LICENSE']);
  expect(files[2]).toEqual({ name, address: FOLDER + name, bytes: 1000, stated: sha256, sha256: null });
  expect(files[0]!.stated).toBeNull();
});

test('files of a deeper folder have its address', () => {
  const deep = [...needed, file('model.safetensors')].map((one) => ({ ...one, path: `deep/${one.path}` }));
  expect(filesOfListing(JSON.stringify(deep), `${FOLDER}deep/`)[0]!.address).toBe(`${FOLDER}deep/config.json`);
});

test.each([
  ['no list', { error: 'x' }, 'config.json, tokenizer.json is not there'],
  ['no tokenizer', [file('config.json')], 'tokenizer.json is not there'],
  ['no weights', [...needed, file('pytorch_model.bin')], 'No weights in .safetensors'],
  ['GGUFs alone', [file('a.gguf'), file('b.gguf')], 'There are 2 .gguf files'],
])('what is no model: %s', (_, listed, sentence) => {
  expect(() => filesOfListing(JSON.stringify(listed), FOLDER)).toThrow(sentence);
});

test('what is no list is no model', () => {
  for (const text of ['', '<!doctype html>', '[null]', '[1]'])
    expect(() => filesOfListing(text, FOLDER)).toThrow('is not there');
});

test('an index names its shards, and no file elsewhere', () => {
  const index = (...names: unknown[]) => JSON.stringify({ weight_map: Object.fromEntries(names.entries()) });
  expect(shardsOf(index('b.safetensors', 'a.safetensors', 'b.safetensors'), FOLDER)).toEqual([
    'a.safetensors',
    'b.safetensors',
  ]);
  for (const bad of ['', '{}', index(), index('../x.safetensors'), index('https://x.test/x.safetensors')])
    expect(() => shardsOf(bad, FOLDER)).toThrow('names no weights');
});

test('a hash is told from other tags', () => {
  expect(hashOf(`"${sha256}"`)).toBe(sha256);
  expect(hashOf(`W/"${sha256}"`)).toBe(sha256);
  for (const other of [null, undefined, '', '"1a2b"', sha256.toUpperCase(), `${sha256}0`])
    expect(hashOf(other)).toBeNull();
});

test('a model is whole once every file is there under its name, and was checked', () => {
  const kept = (name: string, checked: boolean) => ({
    name,
    address: null,
    bytes: 10,
    stated: null,
    sha256: checked ? sha256 : null,
  });
  const of = (files: ReturnType<typeof kept>[], ...sizes: [string, number][]) =>
    summaryOf({ name: 'n', from: null, files }, new Map(sizes));
  const both = [kept('a', true), kept('b', true)];
  expect(of(both, ['a', 10], ['b', 10])).toMatchObject({ complete: true, bytes: 20, of: 20 });
  expect(of(both, ['a', 10], ['b.part', 10]).complete).toBe(false);
  expect(of([kept('a', true), kept('b', false)], ['a', 10], ['b', 10]).complete).toBe(false);
  expect(of([], ['a.part', 10])).toMatchObject({ complete: false, bytes: 10 });
});

test('a name that no address can have is passed over', () => {
  const listed = [...needed, file('model.safetensors'), file('model-\ud800.safetensors')];
  expect(filesOfListing(JSON.stringify(listed), FOLDER).map(({ name }) => name)).not.toContain(
    'model-\ud800.safetensors',
  );
});
