import { expect, test, vi } from 'vitest';
import { OpenedBase } from '../../src/base/opened';
import { f16Values, fromBf16 } from '../../src/floats';
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

test.each(['BF16', 'F16', 'F32'] as const)('a leaf is read by itself, in float32: %s', async (dtype) => {
  const weights = weightsOf(TINY, dtype);
  const base = new OpenedBase(await HubFolder.open(folderOf(TINY, weights)), { id: 'tiny', licence: '' });
  const floatsOf = { BF16: fromBf16, F16: f16Values };
  for (const leaf of leavesOf(base.config).slice(0, 5)) {
    const { buffer } = weights.get(leaf.path)!.bytes.slice();
    const exact = dtype === 'F32' ? new Float32Array(buffer) : floatsOf[dtype](new Uint16Array(buffer));
    expect(await base.weights.read(leaf, 0)).toEqual(exact);
  }
  expect(base.hash).toBe(null);
});
