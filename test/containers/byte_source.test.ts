import { expect, test } from 'vitest';
import { blobSource } from '../../src/containers/byte_source';

const content = Uint8Array.from({ length: 300_000 }, (_, n) => n % 251);
const source = blobSource(new Blob([content]));

test('a part of a file is put into a buffer that is given, and it comes back with it, part after part', async () => {
  let room = new ArrayBuffer(200_000);
  for (const [begin, end] of [
    [5, 200_005],
    [100_000, 100_007],
    [299_999, 300_000],
  ] as const) {
    const bytes = await source.read(begin, end, room);
    expect(bytes).toEqual(content.slice(begin, end));
    expect([room.byteLength, bytes.buffer.byteLength]).toEqual([0, 200_000]);
    room = bytes.buffer;
  }
});

test('one that is too small stays, and what is read has a buffer of its own', async () => {
  const room = new ArrayBuffer(10);
  expect(await source.read(0, 11, room)).toEqual(content.slice(0, 11));
  expect(room.byteLength).toBe(10);
  expect(await source.read(7, 7, room)).toHaveLength(0);
});

test('a part that the file does not have is refused', async () => {
  await expect(source.read(0, 300_001, new ArrayBuffer(400_000))).rejects.toThrow('of 300000');
});
