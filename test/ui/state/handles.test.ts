import { expect, test } from 'vitest';
import { droppedHandles, filesOfHandles, keepingPickers, mayRead } from '../../../src/ui/bench/handles';

const file = (name: string) => ({ kind: 'file', name, getFile: async () => new File([name], name) });
const folder = (name: string, ...children: { name: string }[]) => ({
  kind: 'directory',
  name,
  async *values() {
    yield* children;
  },
});
const asHandles = (handles: readonly object[]) => handles as FileSystemHandle[];

test('files of a folder have their place in it; hidden ones are left out', async () => {
  const given = asHandles([
    folder('smol', file('config.json'), file('.DS_Store'), folder('.git', file('x')), folder('a', file('b'))),
  ]);
  const files = await filesOfHandles(given);
  expect(files.map(({ path }) => path)).toEqual(['smol/config.json', 'smol/a/b']);
  expect(await files[0]!.file.text()).toBe('config.json');
  expect((await filesOfHandles(asHandles([file('x.gguf')]))).map(({ path }) => path)).toEqual(['x.gguf']);
});

test('what is dropped has handles only where the browser gives them', async () => {
  const dropped = (...items: object[]) => droppedHandles({ items } as unknown as DataTransfer);
  const handle = file('a');
  expect(await dropped({ getAsFileSystemHandle: async () => handle })).toEqual([handle]);
  expect(await dropped({ getAsFileSystemHandle: async () => null })).toEqual([]); // text, or made by a page
  expect(await dropped({})).toEqual([]);
});

test('pickers keep what was chosen where the browser has them', () => {
  const pickers = { showDirectoryPicker: () => undefined, showOpenFilePicker: () => undefined };
  expect(keepingPickers(pickers)).toBe(pickers);
  expect(keepingPickers({})).toBeNull();
});

test('every handle must be allowed', async () => {
  const allowed = (state: string) => ({ requestPermission: async () => state });
  expect(await mayRead(asHandles([allowed('granted'), allowed('granted')]))).toBe(true);
  expect(await mayRead(asHandles([allowed('granted'), allowed('denied')]))).toBe(false);
});
