import { expect, test } from 'vitest';
import { readBack, readFloats, submitAndRead } from '../../src/gpu/read_back';
import { rowsOf, type Storage } from '../../src/gpu/tensor';
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
