import { expect, test } from 'vitest';
import { actionsKind } from '../../../src/ui/actions/kind';
import { sortHeap } from '../../../src/ui/bench/heap';
import { textKind } from '../../../src/ui/text/kind';
import type { FileInFolder, Outcome } from '../../../src/worker/api';

const heapOf = async (paths: readonly string[], inArchive: readonly string[] = []) => {
  const files = paths.map((path): FileInFolder => ({ path, file: new File([], path.split('/').at(-1)!) }));
  const filesInArchive = async (): Promise<Outcome<readonly string[]>> => ({ ok: true, value: inArchive });
  const { adapters, data } = await sortHeap(files, [actionsKind, textKind], 'text', { filesInArchive });
  return {
    adapters: adapters.map((group) => group.map(({ name }) => name)),
    data: [...data.values()].flat().map(({ path }) => path),
  };
};

const PEFT = ['adapter_config.json', 'adapter_model.safetensors'];

test('an archive with a PEFT folder in it is an adapter, any other is data', async () => {
  const inside = [...PEFT, 'README.md'].map((name) => `mine-peft/${name}`);
  expect(await heapOf(['a.zip', 'b.txt'], inside)).toEqual({ adapters: [['a.zip']], data: ['b.txt'] });
  expect(await heapOf(['a.zip'], ['notes/README.md'])).toEqual({ adapters: [], data: ['a.zip'] });
  expect(await heapOf(['a.zip'], ['one/adapter_config.json', 'other/adapter_model.safetensors'])).toEqual({
    adapters: [],
    data: ['a.zip'],
  });
});

test('the two files of PEFT are one adapter, alone or in their folder, whose notes are no data', async () => {
  expect(await heapOf(PEFT)).toEqual({ adapters: [PEFT], data: [] });
  const folder = [...PEFT, 'README.md', 'training_config.json', 'story.txt'].map((name) => `mine/${name}`);
  expect(await heapOf([...folder, 'README.md', 'other.safetensors'])).toEqual({
    adapters: [['other.safetensors'], [...PEFT, 'README.md', 'training_config.json']],
    data: ['mine/story.txt', 'README.md'],
  });
});
