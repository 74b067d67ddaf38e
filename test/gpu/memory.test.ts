import { expect, test } from 'vitest';
import { emptyBytes, Memory } from '../../src/gpu/memory';
import { readBack, readFloats } from '../../src/gpu/read_back';
import { type Storage, tensor } from '../../src/gpu/tensor';
import { device } from '../gpu';

const KINDS = Object.keys(emptyBytes()) as (keyof ReturnType<typeof emptyBytes>)[];

test('every byte of every kind is counted while it is allocated, and no longer', () => {
  const memory = new Memory(device);
  const storages = KINDS.map((kind, n) => tensor(kind, 'N', { N: n + 1 }, { kind }).storage);
  for (const storage of storages) memory.buffer(storage);
  expect(memory.bytesByKind()).toEqual(Object.fromEntries(KINDS.map((kind, n) => [kind, 4 * (n + 1)])));
  memory.release(storages.slice(0, 2));
  expect(memory.bytesByKind()).toMatchObject({
    [KINDS[0] as string]: 0,
    [KINDS[1] as string]: 0,
    [KINDS[2] as string]: 12,
  });
  memory.destroy();
  expect(memory.bytesByKind()).toEqual(emptyBytes());
});

test('a storage has one buffer, of its size, made when first asked for, and a new one after it was freed', () => {
  const memory = new Memory(device);
  const { storage } = tensor('x', 'N', { N: 5 }, { kind: 'inputs' });
  const buffer = memory.buffer(storage);
  expect(buffer.size).toBe(20);
  expect(buffer.label).toBe('x');
  expect(memory.buffer(storage)).toBe(buffer);
  memory.release([storage, tensor('never asked for', '', {}, { kind: 'inputs' }).storage]);
  expect(memory.buffer(storage)).not.toBe(buffer);
  memory.destroy();
});

test('buffers may be used for what their storage is for', () => {
  const memory = new Memory(device);
  const usageOf = (storage: Partial<Storage>) =>
    memory.buffer({ label: 'x', bytes: 4, kind: 'workspace', planned: false, ...storage }).usage;
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  expect(usageOf({})).toBe(STORAGE | COPY_SRC | COPY_DST);
  expect(usageOf({ use: 'uniform' })).toBe(UNIFORM | COPY_DST);
  expect(usageOf({ kind: 'staging', use: 'read back' })).toBe(MAP_READ | COPY_DST);
  expect(usageOf({ kind: 'staging' })).toBe(COPY_SRC | COPY_DST);
  memory.destroy();
});

test('values go to where a tensor begins, come back, and must be as many as it has', async () => {
  const memory = new Memory(device);
  const whole = tensor('x', 'N', { N: 130 }, { kind: 'inputs' });
  const part = { ...whole, sizes: { N: 2 }, offset: 512 };
  memory.upload(
    whole,
    Float32Array.from({ length: 130 }, (_, i) => i),
  );
  memory.upload(part, Float32Array.of(-1, -2));
  expect([...(await readFloats(memory, whole))].slice(126)).toEqual([126, 127, -1, -2]);
  expect([...(await readFloats(memory, part))]).toEqual([-1, -2]);
  expect(() => memory.upload(part, Float32Array.of(1))).toThrow('x: 4 bytes given, 8 expected');
  memory.destroy();
});

test('numbers that never change are in the buffer from the start', async () => {
  const memory = new Memory(device);
  const t = tensor('constants', 'N', { N: 3 }, { kind: 'inputs', type: 'u32' });
  const constant = { ...t, storage: { ...t.storage, contents: Uint32Array.of(7, 8, 9) } };
  expect([...new Uint32Array(await readBack(memory, constant))]).toEqual([7, 8, 9]);
  memory.destroy();
});
