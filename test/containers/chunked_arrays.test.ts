import { expect, test } from 'vitest';
import { unpackBlosc } from '../../src/containers/blosc';
import { type ChunkedArray, readRowNumbers, readRows } from '../../src/containers/chunked_array';
import { openHdf5 } from '../../src/containers/hdf5';
import { unpackLz4, unpackLzf } from '../../src/containers/lz';
import type { StoredFile } from '../../src/containers/stored_file';
import { openZarr } from '../../src/containers/zarr';
import type { Problem } from '../../src/problem';
import { collectFiles } from '../../src/recording/files';
import { fixture } from './fixture';
import { zarrArray } from './zarr';

const stored = (path: string, file: Blob): StoredFile => ({ path, bytes: file.size, open: async () => file });
const byPath = async (name: string) => {
  const files = await collectFiles([{ path: name, file: fixture(name) }], []);
  return new Map(files.map((file) => [file.path, file]));
};

const NUMBERS = Float64Array.from({ length: 900 }, (_, n) => Math.fround(Math.sin(n / 50)));
const BYTES = Float64Array.from({ length: 1275 }, (_, n) => n % 9);

test('every codec of numcodecs, and every shuffling of Blosc, gives back the same numbers', async () => {
  const problems: Problem[] = [];
  const arrays = await openZarr(await byPath('codecs.zarr.zip'), problems);
  expect(problems).toEqual([]);
  expect(arrays.size).toBe(28);
  for (const [name, array] of arrays) {
    const [wanted, rows] = name.startsWith('bytes') ? [BYTES, 17] : [NUMBERS, 300];
    const read = await readRowNumbers(array, 0, rows);
    expect(read.length, name).toBe(wanted.length);
    expect(Math.max(...read.map((value, n) => Math.abs(value - wanted[n]!))), name).toBeLessThan(1e-6);
  }
});

test('some rows of an array in pieces of any size', async () => {
  const read: string[] = [];
  const array: ChunkedArray = {
    shape: [5, 3],
    chunk: [2, 2],
    dtype: '|u1',
    async read([row = 0, column = 0]) {
      read.push(`${row} ${column}`);
      if (row === 2) return null; // never written
      return Uint8Array.from([0, 1, 2, 3], (n) => (row * 2 + (n >> 1)) * 10 + column * 2 + (n & 1));
    },
  };
  expect([...(await readRows(array, 1, 4))]).toEqual([10, 11, 12, 20, 21, 22, 30, 31, 32]);
  expect(read).toEqual(['0 0', '0 1', '1 0', '1 1']);
  expect([...(await readRows(array, 3, 5))]).toEqual([30, 31, 32, 0, 0, 0]);
  await expect(readRows(array, 0, 6)).rejects.toThrow('it has 5 rows');
  await expect(readRows({ ...array, chunk: [2 ** 20, 2 ** 20] }, 0, 1)).rejects.toThrow('it claims a piece');
  await expect(readRows({ ...array, dtype: '<M8[ns]' }, 0, 1)).rejects.toThrow('"<M8[ns]" are not read');
});

test('HDF5: pieces, filters, attributes, and no more of the file than is asked for', async () => {
  const { arrays, attributes } = await openHdf5(stored('r.hdf5', fixture('robomimic.hdf5')));
  expect(attributes.get('data')).toMatchObject({ env_args: expect.stringContaining('Lift') });
  const value = (row: number, joint: number) => Math.sin((2 + row) / 5 + joint);
  for (const [name, joints] of [
    ['robot0_eef_pos', 3], // gzip, pieces that reach over both ends
    ['robot0_eef_quat', 4], // lzf, shuffled
    ['robot0_gripper_qpos', 2], // shuffled, with a checksum
  ] as const) {
    const array = arrays.get(`data/demo_2/obs/${name}`)!;
    expect(array.shape).toEqual([8, joints]);
    const read = await readRowNumbers(array, 3, 8);
    expect(read.length).toBe(5 * joints);
    for (const [n, found] of read.entries())
      expect(found, name).toBeCloseTo(value(3 + Math.floor(n / joints), n % joints), 6);
  }
  const picture = await readRows(arrays.get('data/demo_2/obs/agentview_image')!, 7, 8);
  expect([...picture.subarray(0, 9)]).toEqual([7, 0, 0, 7, 0, 1, 7, 0, 2]);
});

test('a large file is not read to its end', async () => {
  const whole = fixture('aloha.hdf5');
  const file = new Blob([whole, new Uint8Array(2 ** 25)]);
  let read = 0;
  const slice = file.slice.bind(file);
  const spied = Object.assign(file, {
    slice: (from = 0, to = file.size) => {
      read += to - from;
      return slice(from, to);
    },
  });
  const { arrays } = await openHdf5(stored('a.hdf5', spied));
  await readRows(arrays.get('action')!, 0, 8);
  expect(read).toBeLessThan(200_000);
});

test.each([
  [
    'no HDF5',
    new Blob(['nothing of the kind']),
    /^The file is an HDF5 file \(ALOHA, robomimic\) that cannot be read: /,
  ],
  ['a newer layout', fixture('newer.hdf5'), /only newer versions of HDF5/],
])('%s is refused, and says what to do', async (_, file, what) => {
  await expect(openHdf5(stored('a.hdf5', file))).rejects.toMatchObject({
    problem: {
      what: expect.stringMatching(what),
      where: 'a.hdf5',
      fix: expect.stringMatching(/convert_aloha.*numpy\.savez.*\.$/),
    },
  });
});

test.each([
  ['a filter', { filters: [{ id: 'delta' }] }, 'it went through "delta", which is not read here'],
  [
    'a codec',
    { compressor: { id: 'imagecodecs_jpegxl' } },
    'it is compressed with "imagecodecs_jpegxl", which is not read',
  ],
  ['a compression that is no text', { compressor: { id: [7] } }, 'it is compressed with "7", which is not read here'],
  ['columns', { shape: [2, 1], chunks: [2, 1], order: 'F' }, 'it is laid out by columns'],
  ['too much', { chunks: [2 ** 40] }, 'it claims a piece of'],
  ['no shape', { shape: 'long' }, 'it names no shape'],
])('a Zarr array with %s costs itself', async (_, more, what) => {
  const files = [...zarrArray('a', [1, 2], more), ...zarrArray('b', [3, 4])];
  const problems: Problem[] = [];
  const arrays = await openZarr(new Map(files.map(({ path, file }) => [path, stored(path, file)])), problems);
  expect([...arrays.keys()]).toEqual(['b']);
  expect(problems).toMatchObject([{ what: expect.stringContaining(what), where: 'a/.zarray' }]);
});

test('a piece that is damaged, or absent where it should not be zero, is no number', async () => {
  const one = async (more: object, left: number) => {
    const files = zarrArray('a', [1, 2], more).slice(0, left);
    const arrays = await openZarr(new Map(files.map(({ path, file }) => [path, stored(path, file)])), []);
    return readRowNumbers(arrays.get('a')!, 0, 2);
  };
  expect([...(await one({}, 1))]).toEqual([0, 0]);
  await expect(one({ fill_value: 7 }, 1)).rejects.toThrow('a piece is missing');
  await expect(one({ shape: [3], chunks: [3] }, 2)).rejects.toThrow('a piece has 16 of 24 bytes');
  for (const id of ['zlib', 'zstd', 'lz4', 'blosc']) await expect(one({ compressor: { id } }, 2)).rejects.toThrow();
});

test('LZ4 and LZF: literals, copies that overlap, and what is damaged', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  // "ab", 11 bytes from two back, then "c"
  expect(text(unpackLz4(Uint8Array.from([0x27, 97, 98, 2, 0, 0x10, 99]), 14))).toBe('ababababababac');
  expect(text(unpackLzf(Uint8Array.from([1, 97, 98, 0xe0, 2, 1, 0, 99]), 14))).toBe('ababababababac');
  for (const unpack of [unpackLz4, unpackLzf]) {
    expect(() => unpack(Uint8Array.from([0x27, 97, 98]), 14)).toThrow('a compressed piece');
    expect(() => unpack(Uint8Array.from([0xf0, 255, 255, 255]), 14)).toThrow('a compressed piece');
  }
  expect(() => unpackLz4(Uint8Array.from([0x27, 97, 98, 9, 0, 0x10, 99]), 14)).toThrow('points before its start');
});

test('Blosc claims are checked before they are believed', async () => {
  const head = new Uint8Array(16);
  const view = new DataView(head.buffer);
  view.setUint32(4, 2 ** 31, true);
  await expect(unpackBlosc(head, 2 ** 20)).rejects.toThrow('it would unpack to');
  view.setUint32(4, 64, true);
  await expect(unpackBlosc(head, 2 ** 20)).rejects.toThrow('damaged');
  view.setUint32(8, 64, true);
  await expect(unpackBlosc(head, 2 ** 20)).rejects.toThrow("Blosc's blosclz");
});
