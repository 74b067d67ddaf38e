import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { keptAlready, toldApart } from '../../src/adapter/kept_already';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { readPeftFolder } from '../../src/adapter/peft_files';
import { importPeft } from '../../src/adapter/peft_import';
import { exportPeft } from '../../src/adapter/peft_zip';
import { openAdapterStore } from '../../src/adapter/store';
import { f32Tensor, readSafetensors, toFloat32, writeSafetensors } from '../../src/containers/safetensors';
import { actionsAdapter, base as actionsBase } from './actions_sample';
import { base, sampleAdapter } from './sample';

let databases = 0;
const freshStore = () => openAdapterStore(`kept ${databases++}`);

const openpiFile = (id: string, over = {}) =>
  importAdapter(exportOpenpi(sampleAdapter(over)), 'a.safetensors', [base], id, 0);

/** @param change what another program makes of the folder's weights */
async function peftZip(id: string, adapter = sampleAdapter(), change = (weights: Uint8Array) => weights) {
  const zip = new File([await exportPeft(adapter, { name: 'tiny', licence: 'CC0' })], 'a.zip');
  const folder = await readPeftFolder([zip], 'a.zip');
  const bases = { shipped: [base, actionsBase], open: null };
  return importPeft({ ...folder, weights: change(folder.weights) }, 'a.zip', bases, id, 0);
}

/** Trains one value of the last tensor by a thousandth of it. */
function trainedFurther(weights: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(weights, 'a');
  const [name, tensor] = [...tensors].at(-1)!;
  const values = toFloat32(tensor, name);
  const n = values.findIndex((value) => value !== 0);
  values[n]! *= 1.001;
  return writeSafetensors(new Map([...tensors, [name, f32Tensor(values, tensor.shape)]]), metadata);
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

test.each([
  ['text', sampleAdapter()],
  ['text, whose alpha is no whole number', sampleAdapter({ rank: 3, alpha: 1.25 })],
  ['actions', actionsAdapter()],
])(
  'a folder that was trained further where it lies is another adapter, under a name of its own: %s',
  async (_, adapter) => {
    const store = freshStore();
    await store.save(adapter);
    expect(await keptAlready(store, await peftZip('two', adapter))).toMatchObject({ id: 'one' });

    const further = await peftZip('two', adapter, trainedFurther);
    expect(further.exportedFrom).toBe('one');
    expect(await keptAlready(store, further)).toBeNull();
    const told = await toldApart(store, further);
    expect(told.adapter.summary).toMatchObject({ id: 'two', name: 'Sea / stories, imported' });
    expect(told.notes).toEqual([expect.stringContaining('Its numbers are not those of "Sea / stories"')]);
    await store.save(told.adapter);
    expect(await keptAlready(store, await peftZip('three', adapter, trainedFurther))).toMatchObject({ id: 'two' });
    await store.delete('one');
    expect(await toldApart(store, further)).toBe(further);
  },
);

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
