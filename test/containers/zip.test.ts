import { strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { openZip, unpackEntry, writeZip } from '../../src/containers/zip';

const DATE = new Date(2026, 1, 3, 4, 5, 6);
const content = new Uint8Array(strToU8('abc'.repeat(100)));

test('what is written holds the files in their order, and is read back', async () => {
  const files = [
    { name: 'b/two.txt', content },
    { name: 'a.txt', content: new Uint8Array() },
  ];
  const zip = await writeZip(files, DATE);
  expect(Object.entries(unzipSync(zip))).toEqual(files.map((file) => [file.name, file.content]));
  const entries = await openZip(new Blob([zip]));
  expect(entries.map(({ name, size }) => [name, size])).toEqual([
    ['b/two.txt', 300],
    ['a.txt', 0],
  ]);
  expect(await (await unpackEntry(entries[0]!, 1000)).text()).toBe('abc'.repeat(100));
  expect(await writeZip(files, DATE)).toEqual(zip);
});

const packed = () => Uint8Array.from(zipSync({ 'folder/': new Uint8Array(), 'a.txt': content }, { level: 6 }));
const only = async (zip: Uint8Array<ArrayBuffer>) => (await openZip(new Blob([zip])))[0]!;

test('a compressed file is unpacked when it is asked for; a folder is no file', async () => {
  const entries = await openZip(new Blob([packed()]));
  expect(entries.map(({ name }) => name)).toEqual(['a.txt']);
  expect(await (await unpackEntry(entries[0]!, 300)).text()).toBe('abc'.repeat(100));
});

test('a file that unpacks to more than is allowed, or than it says, is refused', async () => {
  await expect(unpackEntry(await only(packed()), 299)).rejects.toThrow('it would unpack to 300 bytes');
  for (const [claim, why] of [
    [200, /300 > 200|holds more than it says/],
    [400, /too early|400/],
  ] as const) {
    const zip = packed();
    const entry = Buffer.from(zip).lastIndexOf('PK\x01\x02'); // of a.txt in the central directory
    new DataView(zip.buffer).setUint32(entry + 24, claim, true);
    await expect(unpackEntry(await only(zip), 1000)).rejects.toThrow(why);
  }
});

test('what is no archive, or was cut off, is refused', async () => {
  await expect(openZip(new Blob(['no archive']))).rejects.toThrow();
  await expect(openZip(new Blob([packed().subarray(0, 60)]))).rejects.toThrow();
});

test('many names for the same bytes are refused, however small the archive is', async () => {
  const zip = Uint8Array.from(zipSync({ 'a.txt': content }, { level: 0 }));
  const [from, end] = ['PK\x01\x02', 'PK\x05\x06'].map((mark) => Buffer.from(zip).lastIndexOf(mark));
  const named = (names: number) => {
    const tail = zip.slice(end);
    const view = new DataView(tail.buffer);
    for (const at of [8, 10]) view.setUint16(at, names, true);
    view.setUint32(12, names * (end! - from!), true);
    return new Blob([zip.slice(0, from), ...Array.from({ length: names }, () => zip.slice(from, end)), tail]);
  };
  expect(await openZip(named(1))).toHaveLength(1);
  await expect(openZip(named(100))).rejects.toThrow(/^its files would take 30000 of \d{4} bytes$/);
});

test('the files of an archive may not unpack to more than is allowed together', async () => {
  const zip = new Blob([Uint8Array.from(zipSync({ a: content, b: content }, { level: 6 }))]);
  await expect(openZip(zip, 599)).rejects.toThrow('it would unpack to 600 bytes');
  expect(await openZip(zip, 600)).toHaveLength(2);
});
