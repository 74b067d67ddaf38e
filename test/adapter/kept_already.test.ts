import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { keptAlready } from '../../src/adapter/kept_already';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { readPeftFolder } from '../../src/adapter/peft_files';
import { importPeft } from '../../src/adapter/peft_import';
import { exportPeft } from '../../src/adapter/peft_zip';
import { openAdapterStore } from '../../src/adapter/store';
import { base, sampleAdapter } from './sample';

let databases = 0;
const freshStore = () => openAdapterStore(`kept ${databases++}`);

const openpiFile = (id: string, over = {}) =>
  importAdapter(exportOpenpi(sampleAdapter(over)), 'a.safetensors', [base], id, 0);

async function peftZip(id: string) {
  const zip = new File([await exportPeft(sampleAdapter(), { name: 'tiny', licence: 'CC0' })], 'a.zip');
  return importPeft(await readPeftFolder([zip], 'a.zip'), 'a.zip', { shipped: [base], open: null }, id, 0);
}

test('a file whose every weight is in the list already is noticed, whatever its name there', async () => {
  const store = freshStore();
  expect(await keptAlready(store, openpiFile('two'))).toBeNull();
  await store.save(sampleAdapter());
  await store.rename('one', 'Whales');
  expect(await keptAlready(store, openpiFile('two'))).toMatchObject({ id: 'one', name: 'Whales' });
});

test('one of another alpha, or with one other weight, is new', async () => {
  const store = freshStore();
  await store.save(sampleAdapter());
  expect(await keptAlready(store, openpiFile('two', { alpha: 5 }))).toBeNull();
  const other = openpiFile('two');
  Object.values(other.adapter.tensors)[3]!.values[1]! += 1e-3;
  expect(await keptAlready(store, other)).toBeNull();
});

test('a packed PEFT folder is known by the adapter that it was made of, and by its own import', async () => {
  const store = freshStore();
  await store.save(sampleAdapter());
  expect(await keptAlready(store, await peftZip('two'))).toMatchObject({ id: 'one' });

  const elsewhere = freshStore();
  const first = await peftZip('two');
  expect(await keptAlready(elsewhere, first)).toBeNull();
  await elsewhere.save(first.adapter);
  expect(await keptAlready(elsewhere, await peftZip('three'))).toMatchObject({ id: 'two' });
});

test('one that was deleted can be brought in again', async () => {
  const store = freshStore();
  await store.save(sampleAdapter());
  await store.delete('one');
  expect(await keptAlready(store, openpiFile('two'))).toBeNull();
});

test('files of a folder are told by their names; without the two there is no adapter', async () => {
  const files = [new File(['{}'], 'adapter_config.json'), new File(['abc'], 'adapter_model.safetensors')];
  expect(await readPeftFolder(files, 'x')).toEqual({ config: '{}', weights: new TextEncoder().encode('abc') });
  const training = new File(['[]'], 'training_config.json');
  expect(await readPeftFolder([...files, training], 'x')).toMatchObject({ training: '[]' });
  await expect(readPeftFolder(files.slice(1), 'x')).rejects.toThrow(/adapter_config\.json and adapter_model/);
  await expect(readPeftFolder([new File(['no zip'], 'a.zip')], 'x')).rejects.toThrow(/archive cannot be read/);
});
