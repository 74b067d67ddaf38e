import { expect, test, vi } from 'vitest';
import { OpenedBase } from '../../src/base/opened';
import { Memory } from '../../src/gpu/memory';
import { HubFolder } from '../../src/hub/folder';
import { Parameters } from '../../src/model/parameters';
import { leavesOf } from '../../src/model/tree';
import { device } from '../gpu';
import { folderOf, TINY, weightsOf } from '../hub/model';

test('files are hashed the first time that they are read, and never again', async () => {
  const folder = await HubFolder.open(folderOf(TINY, weightsOf(TINY)));
  const base = new OpenedBase(folder, { id: 'tiny', licence: '' });
  const stream = vi.spyOn(folder, 'stream');
  const parameters = new Parameters(leavesOf(base.config), () => true);
  const load = () => base.weights.load(new Memory(device), parameters, () => true);
  await load();
  const { hash } = base;
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  await load();
  expect(await base.identify()).toBe(hash);
  expect(base.hub.files).toHaveLength(1);
  expect(stream.mock.calls.map(([, options]) => options?.hash)).toEqual([true, false]);
});
