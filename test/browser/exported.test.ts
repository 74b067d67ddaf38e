import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FileContent } from '../../src/adapter/export_format';
import { openZip, streamZip, unpackEntry } from '../../src/containers/zip';
import { problem } from '../../src/problem';
import { blobOf, forgetOldExports } from '../../src/worker/exported';

const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('exports', { create: true });

async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const name of (await folder()).keys()) found.push(name);
  return found;
}

beforeEach(async () => {
  for (const name of await names()) await (await folder()).removeEntry(name);
});

afterEach(() => void vi.restoreAllMocks());

const blobMadeBy = (make: () => FileContent) => blobOf(make(), 'b', make);

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, n) => n * 7 + seed);

const file = (path: string, parts: readonly Uint8Array<ArrayBuffer>[]) => ({
  path,
  bytes: parts.reduce((sum, part) => sum + part.length, 0),
  async *chunks() {
    yield* parts;
  },
});

test('an archive that is made while it is read lies on the disk, not in memory', async () => {
  const parts = [bytes(3_000_000, 1), bytes(5, 2), bytes(1_000_000, 3)];
  const blob = await blobMadeBy(() =>
    streamZip([file('a/b.bin', parts), file('a/c.txt', [bytes(9, 4)])], new Date(2026, 1, 3)),
  );
  expect(await names()).toHaveLength(1);
  expect(blob).toBeInstanceOf(File);
  const entries = await openZip(blob);
  expect(entries.map(({ name }) => name)).toEqual(['a/b.bin', 'a/c.txt']);
  const content = new Uint8Array(await (await unpackEntry(entries[0]!, 1e9)).arrayBuffer());
  expect(content.length).toBe(4_000_005);
  expect([content[0], content[3_000_000], content[3_000_005]]).toEqual([1, 2, 3]);
});

test('one that fails on the way says why, and leaves nothing behind', async () => {
  const failing = {
    path: 'a',
    bytes: 10,
    async *chunks() {
      yield bytes(5, 1);
      throw problem('The file cannot be read.', 'model.safetensors', 'Choose it again.');
    },
  };
  const made = () => blobMadeBy(() => streamZip([failing], new Date(2026, 1, 3)));
  await expect(made()).rejects.toThrow('The file cannot be read.');
  expect(await names()).toEqual([]);
  fullDisk();
  await expect(made()).rejects.toThrow('The file cannot be read.');
});

/** A disk that takes three bytes of a file and no more. */
function fullDisk() {
  let room = 3;
  const write = (part: Uint8Array) => {
    room -= part.length;
    if (room < 0) throw new DOMException('full', 'QuotaExceededError');
  };
  const writable = async () => new WritableStream({ write }) as FileSystemWritableFileStream;
  vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockImplementation(writable);
}

test('where the disk has no room, the archive is made once more, in memory', async () => {
  fullDisk();
  const parts = [bytes(300_000, 1), bytes(5, 2)];
  const make = vi.fn(() => streamZip([file('a/b.bin', parts)], new Date(2026, 1, 3)));
  const blob = await blobMadeBy(make);
  expect(make).toHaveBeenCalledTimes(2);
  expect(await names()).toEqual([]);
  const [entry] = await openZip(blob);
  expect((await unpackEntry(entry!, 1e9)).size).toBe(300_005);
});

test('what a closed tab left is removed, and what this one wrote stays', async () => {
  await (await folder()).getFileHandle('of a closed tab', { create: true });
  const blob = await blobMadeBy(() => streamZip([file('a', [bytes(9, 4)])], new Date(2026, 1, 3)));
  await forgetOldExports();
  expect(await names()).toHaveLength(1);
  expect(await names()).not.toContain('of a closed tab');
  expect((await blob.arrayBuffer()).byteLength).toBe(blob.size);
});

test('bytes in memory stay there', async () => {
  expect(await (await blobMadeBy(() => new TextEncoder().encode('a'))).text()).toBe('a');
  expect(await names()).toEqual([]);
});
