import { expect, test } from 'vitest';
import { emptyBytes, Memory } from '../../src/gpu/memory';
import { readFloats } from '../../src/gpu/read_back';
import { type Storage, tensor } from '../../src/gpu/tensor';
import { device } from '../gpu';

test.each([4, 8, 40, 44, 400])('a tensor of 40 bytes comes back through a staging buffer of %i', async (bytes) => {
  const memory = new Memory(device);
  const t = tensor('x', 'N', { N: 10 }, { kind: 'inputs' });
  const values = Float32Array.from({ length: 10 }, (_, i) => i + 0.5);
  memory.upload(t, values);
  const through: Storage = { label: 'staging', bytes, kind: 'staging', planned: false, use: 'read back' };
  for (const _ of ['once', 'again']) expect(await readFloats(memory, t, through)).toEqual(values);
  expect(memory.bytesByKind()).toMatchObject({ staging: bytes, inputs: 40 });
  memory.destroy();
});

test('without a staging buffer, reading leaves nothing allocated', async () => {
  const memory = new Memory(device);
  const t = tensor('x', 'N', { N: 10 }, { kind: 'inputs' });
  expect([...(await readFloats(memory, t))]).toEqual(new Array(10).fill(0));
  expect(memory.bytesByKind()).toEqual({ ...emptyBytes(), inputs: 40 });
  memory.destroy();
});
