import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/containers/crc32';
import {
  ENTRY,
  entryBytes,
  FORMAT,
  LAST_USED,
  PAGE,
  pageBytes,
  readHeader,
  readLastUsed,
} from '../../src/prefixes/index_file';
import { PrefixStore } from '../../src/prefixes/store';
import { outcome } from '../../src/problem';
import { randomStream } from '../../src/random';
import { shuffle } from '../../src/shuffle';
import { type Contents, contentsOf, memoryFiles, NOTHING } from './memory_file';
import { add, gives, held, KEY, LABEL, open, RECORD, recordOf, writeLayers } from './records';

/** A store with records of these samples, closed. */
function storeOf(...samples: number[]): Contents {
  const files = memoryFiles();
  const { store } = open(files);
  add(store, ...samples);
  store.close();
  return contentsOf(files);
}

const sentences = (contents: Contents, key = KEY) => open(memoryFiles(contents), key).dropped.map(({ what }) => what);

describe('a store', () => {
  test('gives back what was committed, after it was opened again too', () => {
    const files = memoryFiles();
    const { store, dropped } = open(files);
    expect(dropped).toEqual([]);
    add(store, 7, 2);
    add(store, 4);
    const into = new Uint8Array(RECORD);
    expect(store.read(2, into)).toEqual({ ok: true, value: recordOf(2) });
    expect(into).toEqual(recordOf(2));
    store.close();
    const again = open(memoryFiles(contentsOf(files)));
    expect(again.dropped).toEqual([]);
    expect(held(again.store)).toEqual([2, 4, 7]);
    expect([2, 4, 7].every((sample) => gives(again.store, sample))).toBe(true);
    expect(again.store.count).toBe(3);
    expect(again.store.bytes).toBe(files.index.getSize() + files.data.getSize());
  });

  test('says which cameras saw a sample, after it was opened again too', () => {
    const files = memoryFiles();
    const { store } = open(files);
    const block = store.begin([7, 2], [0b101, 2 ** 31]);
    expect(store.seen(7)).toBe(0);
    writeLayers(block, [7, 2]);
    block.commit();
    add(store, 4);
    const again = open(memoryFiles(contentsOf(files))).store;
    for (const one of [store, again])
      expect([7, 2, 4, 9].map((sample) => one.seen(sample))).toEqual([5, 2 ** 31, 0, 0]);
  });

  test('has nothing of a block before it is committed, nor of one that is given up', () => {
    const files = memoryFiles();
    const { store } = open(files);
    add(store, 1);
    const before = store.bytes;
    const block = store.begin([2, 3]);
    writeLayers(block, [2, 3]);
    expect(held(store)).toEqual([1]);
    expect(held(open(memoryFiles(contentsOf(files))).store)).toEqual([1]);
    block.giveUp();
    expect(held(store)).toEqual([1]);
    expect([store.bytes, files.data.getSize()]).toEqual([before, RECORD]);
    store.begin([2]);
    store.close();
    expect(files.data.getSize()).toBe(RECORD);
  });

  test('refuses what would be our mistake', () => {
    const { store } = open(memoryFiles());
    add(store, 1);
    for (const samples of [[1], [2, 2], [-1], [0.5], [2 ** 32]])
      expect(() => store.begin(samples), `${samples}`).toThrow('Only samples that are not there');
    expect(() => store.read(2)).toThrow('no record of sample 2');
    expect(() => store.read(1, new Uint8Array(3))).toThrow('of 3 bytes');
    const layer = new Uint8Array(KEY.layerBytes);
    const block = store.begin([2]);
    expect(() => store.begin([3])).toThrow('Another block');
    expect(() => block.write(0, 1, layer)).toThrow('Layer 1 of sample 0');
    expect(() => block.write(1, 0, layer)).toThrow('Layer 0 of sample 1');
    expect(() => block.write(0, 0, new Uint8Array(4))).toThrow('8 bytes, not 4');
    for (const n of [0, 1]) block.write(0, n, layer);
    expect(() => block.commit()).toThrow('when all its layers are written');
    block.write(0, 2, layer);
    expect(() => block.write(0, 3, layer)).toThrow('Layer 3');
    block.commit();
    expect(() => block.commit()).toThrow('committed once');
  });

  test('keeps what it is for, of long names the beginning', () => {
    const files = memoryFiles();
    PrefixStore.open(KEY, { model: 'pi0', recording: '\n毛巾'.repeat(3_000) }, files);
    const { label } = readHeader(files.index.content)!.header;
    expect(label.model).toBe('pi0');
    expect(label.recording).toMatch(/^(\n毛巾){66}\n…$/);
    const long = 'x'.repeat(PAGE);
    expect(() => open(memoryFiles(), { ...KEY, weights: long })).toThrow('The header of a prefix store has');
  });

  test('knows when it was used last', () => {
    const before = Date.now();
    const { index } = storeOf(1);
    expect(readLastUsed(index)).toBeGreaterThanOrEqual(before);
    expect(readLastUsed(index)).toBeLessThanOrEqual(Date.now());
  });

  test('is never longer than its records were at one time', () => {
    const files = memoryFiles();
    const { store } = open(files);
    add(store, 0, 1, 2);
    for (let sample = 3; sample < 20; sample += 1) {
      files.data.damage(RECORD); // the second slot
      const [lost] = held(store).filter((one) => !gives(store, one));
      expect(lost).toBe(sample === 3 ? 1 : sample - 1);
      add(store, sample);
      expect(files.data.getSize()).toBe(3 * RECORD);
    }
  });
});

describe('what cannot be used is dropped, and said', () => {
  test.each([
    [{ weights: 'w2' }, 'The frames that are kept belong to other weights.'],
    [{ data: 'd2' }, 'The frames that are kept belong to other data.'],
    [{ precision: 'f32' as const }, 'The frames that are kept belong to other data.'],
    [{ layers: 2 }, 'The frames that are kept belong to other data.'],
    [{ layerBytes: 4 }, 'The frames that are kept belong to other data.'],
  ])('a store of another key: %o', (change, sentence) => {
    const key = { ...KEY, ...change };
    const files = memoryFiles(storeOf(1, 2));
    const { store, dropped } = open(files, key);
    expect(dropped.map(({ what, where }) => [what, where])).toEqual([[sentence, 'pi0, towels']]);
    expect([held(store), files.data.getSize()]).toEqual([[], 0]);
    add(store, 2);
    store.close();
    const again = open(memoryFiles(contentsOf(files)), key);
    expect([again.dropped, held(again.store), gives(again.store, 2)]).toEqual([[], [2], true]);
  });

  test('a store of another format', () => {
    const { index, data } = storeOf(1, 2);
    index.set(pageBytes({ format: FORMAT - 1, key: KEY, label: LABEL }));
    expect(sentences({ index, data })).toEqual(['The frames were kept by another version of this page.']);
  });

  test('records whose bytes are gone', () => {
    const { index, data } = storeOf(5, 6, 7);
    const { store, dropped } = open(memoryFiles({ index, data: data.slice(0, 2 * RECORD - 1) }));
    expect(dropped).toEqual([
      {
        what: 'What is kept of a frame is damaged.',
        where: 'pi0, towels',
        fix: 'There is nothing to do: it is computed again.',
        count: 2,
      },
    ]);
    expect([held(store), gives(store, 5)]).toEqual([[5], true]);
  });

  test('entries of another store, in another slot, or of the same sample', () => {
    const { index, data } = storeOf(5, 6);
    const entry = (slot: number) => index.slice(PAGE + slot * ENTRY, PAGE + (slot + 1) * ENTRY);
    const other = memoryFiles();
    add(open(other, { ...KEY, weights: 'w2' }).store, 5, 6);
    const foreign = other.index.content.slice();
    foreign.set(entry(0), PAGE);
    const { store } = open(memoryFiles({ index: foreign, data }), { ...KEY, weights: 'w2' });
    expect(held(store)).toEqual([6]);
    const swapped = index.slice();
    swapped.set([...entry(1), ...entry(0)], PAGE);
    expect(held(open(memoryFiles({ index: swapped, data })).store)).toEqual([]);
    const twice = index.slice();
    const { seal } = readHeader(index)!;
    twice.set(entryBytes(1, { sample: 5, seen: 0, checksum: crc32(recordOf(5)) }, seal), PAGE + ENTRY);
    const opened = open(memoryFiles({ index: twice, data }));
    expect([held(opened.store), gives(opened.store, 5), opened.dropped.length]).toEqual([[5], true, 1]);
  });

  test('whatever byte is damaged', () => {
    const samples = [4, 9, 2];
    const contents = storeOf(...samples);
    const others = (slot: number) => samples.filter((_, n) => n !== slot).sort((a, b) => a - b);
    for (let at = 0; at < contents.index.length; at += 1) {
      const files = memoryFiles(contents);
      files.index.damage(at, 1 << (at % 8));
      const isUse = at >= LAST_USED && at < PAGE;
      expect(readLastUsed(files.index.content) === null, `byte ${at}`).toBe(isUse);
      const { store, dropped } = open(files);
      expect(dropped.length, `byte ${at}`).toBe(isUse ? 0 : 1);
      if (at < PAGE) expect(store.count).toBe(isUse ? 3 : 0);
      else expect(held(store)).toEqual(others(Math.floor((at - PAGE) / ENTRY)));
      expect(held(store).every((sample) => gives(store, sample))).toBe(true);
      store.close();
      expect(sentences(contentsOf(files))).toEqual([]);
    }
    for (let at = 0; at < contents.data.length; at += 1) {
      const files = memoryFiles(contents);
      files.data.damage(at, 1 << (at % 8));
      const { store } = open(files);
      const slot = Math.floor(at / RECORD);
      const read = store.read(samples[slot]!);
      expect(!read.ok && read.problem.where, `byte ${at}`).toBe(`frame ${samples[slot]}`);
      expect(held(store).filter((sample) => gives(store, sample))).toEqual(others(slot));
      expect(held(open(memoryFiles(contentsOf(files))).store)).toEqual(others(slot));
    }
  });
});

describe('where there is no more room', () => {
  /** Files that may have so many bytes together. */
  function filesOfRoom(room: number, contents = NOTHING, error: object = new DOMException('', 'QuotaExceededError')) {
    const sizes = { index: contents.index.length, data: contents.data.length };
    return memoryFiles(contents, (name, _, size) => {
      const grown = { ...sizes, [name]: size };
      if (size > sizes[name] && grown.index + grown.data > room) throw error;
      sizes[name] = size;
    });
  }

  test('a block is refused before anything is computed, and what was committed stays', async () => {
    const contents = storeOf(1, 2);
    const room = contents.index.length + contents.data.length + 2 * (RECORD + ENTRY);
    const ofFirefox = { name: 'NS_ERROR_FILE_NO_DEVICE_SPACE' };
    for (const [less, error] of [[1], [2 * ENTRY], [2 * ENTRY + 1], [1, ofFirefox]] as const) {
      const files = filesOfRoom(room - less, contents, error);
      const { store } = open(files);
      expect(await outcome(() => store.begin([3, 4]))).toEqual({
        ok: false,
        problem: {
          what: `This browser's storage has no room for ${2 * RECORD} more bytes of keys and values.`,
          where: 'browser storage',
          fix: 'Choose fewer frames, delete what else is kept here, or free space on the disk; the frames that were done stay.',
        },
      });
      expect([held(store), store.bytes]).toEqual([[1, 2], contents.index.length + contents.data.length]);
      add(store, 3);
      expect(held(open(memoryFiles(contentsOf(files))).store)).toEqual([1, 2, 3]);
    }
    add(open(filesOfRoom(room, contents)).store, 3, 4);
  });

  test('an error of another kind is no lack of room', () => {
    const contents = storeOf(1, 2);
    const { store } = open(filesOfRoom(contents.index.length + contents.data.length, contents, new Error('the disk')));
    expect(() => store.begin([3])).toThrow('the disk');
  });

  test('of an empty store too', async () => {
    const opened = await outcome(() => open(filesOfRoom(PAGE - 1)));
    expect(!opened.ok && opened.problem.where).toBe('browser storage');
  });

  test('whichever write it is that finds none, by an error or in part', () => {
    const contents = storeOf(1, 2);
    for (const inPart of [false, true])
      for (let failing = 0; failing < 9; failing += 1) {
        const files = memoryFiles(contents);
        const { store } = open(files);
        files.data.damage(0);
        expect(gives(store, 1)).toBe(false);
        let writes = 0;
        for (const file of [files.index, files.data]) {
          const write = file.write.bind(file);
          file.write = (bytes, options) => {
            if (writes++ !== failing) return write(bytes, options);
            if (inPart) return write(bytes.subarray(0, bytes.length >> 1), options);
            throw new DOMException('', 'QuotaExceededError');
          };
        }
        const place = `write ${failing}${inPart ? ' in part' : ''}`;
        const isEnough = failing === 8; // six layers and two entries
        if (isEnough) add(store, 3, 4);
        else expect(() => add(store, 3, 4), place).toThrow('browser storage');
        const now = isEnough ? [2, 3, 4] : [2];
        expect(held(store), place).toEqual(now);
        const again = open(memoryFiles(contentsOf(files)));
        expect([again.dropped, held(again.store)], place).toEqual([[], now]);
        if (isEnough) continue;
        add(store, 3, 4);
        expect(gives(store, 3) && gives(store, 4), place).toBe(true);
      }
  });
});

test.each([1, 2, 3, 4, 5, 6])('whatever is done with it, it is the map of what was committed: seed %i', (seed) => {
  const random = randomStream('prefix store', seed);
  const below = (count: number) => Math.floor(count * random());
  const model = new Set<number>();
  let files = memoryFiles();
  let { store } = open(files);
  let most = 0;
  for (let step = 0; step < 300; step += 1) {
    const absent = shuffle(20, below(1e9)).filter((sample) => !model.has(sample));
    const present = [...model];
    const what = below(10);
    if (what < 4) {
      const samples = absent.slice(0, below(5));
      most = Math.max(most, model.size + samples.length);
      const block = store.begin(samples);
      if (what > 0) writeLayers(block, samples);
      if (what < 2) block.giveUp();
      else {
        block.commit();
        for (const sample of samples) model.add(sample);
      }
    } else if (what < 7 && present.length > 0) {
      expect(gives(store, present[below(present.length)]!)).toBe(true);
    } else if (what < 9 && files.data.getSize() > 0) {
      files.data.damage(below(files.data.getSize()), 1 + below(255));
      const lost = present.filter((sample) => !gives(store, sample));
      expect(lost.length).toBeLessThan(2);
      for (const sample of lost) model.delete(sample);
    } else {
      if (random() < 0.5) store.close();
      files = memoryFiles(contentsOf(files));
      const opened = open(files);
      expect(opened.dropped).toEqual([]);
      store = opened.store;
    }
    expect(held(store)).toEqual([...model].sort((a, b) => a - b));
    expect(store.count).toBe(model.size);
    expect(store.bytes).toBe(files.index.getSize() + files.data.getSize());
    expect(files.data.getSize()).toBeLessThanOrEqual(most * RECORD);
  }
  expect(held(store).every((sample) => gives(store, sample))).toBe(true);
});
