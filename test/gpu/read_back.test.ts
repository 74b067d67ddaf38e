import { expect, test } from 'vitest';
import { emptyBytes, Memory } from '../../src/gpu/memory';
import { readBack, readFloats, submitAndRead } from '../../src/gpu/read_back';
import { rowsOf, type Storage, tensor } from '../../src/gpu/tensor';
import { device, memory, upload } from '../gpu';

const numbers = Array.from({ length: 200 }, (_, n) => n);
const rows = upload('N', { N: numbers.length }, numbers);
const staging = (bytes: number): Storage => ({
  label: 'read test',
  bytes,
  kind: 'staging',
  planned: false,
  use: 'read back',
});

test('parts are read one behind the other, after what was encoded before, and the buffer serves again', async () => {
  const target = memory.buffer(staging(16));
  const copy = upload('N', { N: 4 });
  const [from, to] = [memory.buffer(rows.storage), memory.buffer(copy.storage)];
  for (const first of [8, 64]) {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 4 * first, to, 0, 16);
    const parts = [
      { buffer: to, offset: 8, bytes: 8 },
      { buffer: from, offset: 4, bytes: 4 },
    ];
    const read = await submitAndRead(device, encoder, parts, target);
    expect([...new Float32Array(read)]).toEqual([first + 2, first + 3, 1]);
  }
});

test('a tensor is read whole, from where it begins, through a buffer that is smaller or one of its own', async () => {
  const last = rowsOf(rows, 64, 136);
  const expected = numbers.slice(64);
  expect([...(await readFloats(memory, last))]).toEqual(expected);
  expect([...new Float32Array(await readBack(memory, last, staging(80)))]).toEqual(expected);
});

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

test('a reading that a lost GPU breaks is told as the loss', async () => {
  const lost = Promise.resolve({ reason: 'unknown', message: 'killed' });
  const encoder = { finish: () => undefined };
  const gone = { lost, queue: { submit: () => undefined } } as unknown as GPUDevice;
  const target = { mapAsync: () => Promise.reject(new DOMException('no Instance')) } as unknown as GPUBuffer;
  const read = submitAndRead(gone, encoder as unknown as GPUCommandEncoder, [], target);
  await expect(read).rejects.toThrow('The GPU was lost: killed');
});
