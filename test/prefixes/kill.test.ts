import { describe, expect, test } from 'vitest';
import { entryAt } from '../../src/prefixes/index_file';
import { randomStream } from '../../src/random';
import { type Change, type Contents, changed, contentsOf, type MemoryFile, memoryFiles, NOTHING } from './memory_file';
import { add, gives, held, KEY, open, RECORD, writeLayers } from './records';

/*
 * A tab that ends, or a machine, at each write, truncation and flush; and then, whichever of the changes that were not
 * flushed had reached the disk.
 */

type Files = ReturnType<typeof memoryFiles>;

class Killed extends Error {}

/** What is known of a store while something is done with it. */
class Story {
  /** Committed, and not lost since. */
  readonly there = new Set<number>();
  /** May be there or not: in a block that is being committed, or damaged and not read since. */
  readonly unsure = new Set<number>();
  readonly damaged = new Set<number>();

  committing(samples: readonly number[], commit: () => void): void {
    for (const sample of samples) this.unsure.add(sample);
    commit();
    for (const sample of samples) {
      this.unsure.delete(sample);
      this.there.add(sample);
    }
  }

  /** Damages the record in the first slot, which this sample has, and lets the store find out. */
  damage(sample: number, files: Files, read: () => void): void {
    files.data.damage(3);
    this.there.delete(sample);
    this.damaged.add(sample);
    read();
    this.damaged.delete(sample);
  }
}

function blocks(files: Files, story: Story): void {
  const { store } = open(files);
  for (const samples of [
    [3, 1],
    [7, 2, 9],
  ])
    story.committing(samples, () => add(store, ...samples));
  story.damage(3, files, () => gives(store, 3));
  const again = [12, 3, 5];
  story.committing(again, () => add(store, ...again));
  const stopped = store.begin([4, 6]);
  writeLayers(stopped, [4, 6]);
  stopped.giveUp();
  story.damage(12, files, () => gives(store, 12));
  story.committing([8], () => add(store, 8));
  store.begin([10]).write(0, 0, new Uint8Array(KEY.layerBytes));
  store.close();
  const next = open(files).store;
  story.committing([11], () => add(next, 11));
  next.close();
}

/** Does it until the change of this number, which is not made. @returns what is known then, and the change; null where there is none */
function killedAt(nth: number, before: Contents, work: (files: Files, story: Story) => void) {
  let changes = 0;
  const pending: { index?: Change; data?: Change } = {};
  const files = memoryFiles(before, (name, change) => {
    if (changes++ < nth) return;
    if (changes === nth + 1) pending[name] = change;
    throw new Killed(); // and of what the dying tab would still do, nothing is done
  });
  const story = new Story();
  try {
    work(files, story);
    return null;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  return { files, story, pending };
}

/** How much of a change reached the disk, from 0 to 1; by its place among those of the file, and whether it was the last of all. */
type Share = (change: number, isLast: boolean) => number;

/** What a file holds after the crash. */
function afterCrash(file: MemoryFile, pending: Change | undefined, share: Share): Uint8Array<ArrayBuffer> {
  const changes = pending ? [...file.unflushed, pending] : file.unflushed;
  return changes.reduce((content, change, n) => {
    const part = share(n, change === pending);
    if (part === 0) return content;
    if (change.kind !== 'write') return changed(content, change);
    return changed(content, { ...change, bytes: change.bytes.subarray(0, Math.ceil(part * change.bytes.length)) });
  }, file.flushed);
}

const all: Share = () => 1;
const none: Share = () => 0;
const butTheLast: Share = (_, isLast) => (isLast ? 0 : 1);
const halfOfTheLast: Share = (_, isLast) => (isLast ? 0.5 : 1);

/** Any share of each. */
function anyOf(...seed: number[]): Share {
  const random = randomStream('crash', ...seed);
  return () => Math.max(0, Math.min(1, 3 * random() - 1));
}

function* crashesAt(nth: number): Generator<readonly [string, Share, Share]> {
  yield ['everything', all, all];
  yield ['all but the last change', butTheLast, butTheLast];
  yield ['half of the last change', halfOfTheLast, halfOfTheLast];
  yield ['what was flushed', none, none];
  yield ['the index alone', all, none];
  yield ['the data alone', none, all];
  for (let seed = 0; seed < 8; seed += 1) yield [`any part (${seed})`, anyOf(nth, seed, 1), anyOf(nth, seed, 2)];
}

/** Kills the work at every change. @returns how many there were */
function killEverywhere(
  before: Contents,
  work: (files: Files, story: Story) => void,
  check: (contents: Contents, story: Story, where: string) => void,
): number {
  for (let nth = 0; ; nth += 1) {
    const killed = killedAt(nth, before, work);
    if (!killed) return nth;
    const { files, story, pending } = killed;
    for (const [name, ofIndex, ofData] of crashesAt(nth))
      check(
        {
          index: afterCrash(files.index, pending.index, ofIndex),
          data: afterCrash(files.data, pending.data, ofData),
        },
        story,
        `killed at change ${nth}; of what was not flushed, on the disk: ${name}`,
      );
  }
}

/** What was committed is there; of what is there, every record is whole, and the store goes on from there. */
function losesOneBlock(contents: Contents, { there, unsure, damaged }: Story, where: string): void {
  const files = memoryFiles(contents);
  const { store } = open(files);
  for (const sample of there) expect(store.has(sample), `${sample}, ${where}`).toBe(true);
  for (const sample of held(store)) {
    expect(there.has(sample) || unsure.has(sample) || damaged.has(sample), `${sample}, ${where}`).toBe(true);
    expect(gives(store, sample) || damaged.has(sample), `${sample}, ${where}`).toBe(true);
  }
  const missing = [...unsure, 15, 16].filter((sample) => !store.has(sample));
  add(store, ...missing);
  expect(store.bytes, where).toBe(files.index.getSize() + files.data.getSize());
  store.close();
  const again = open(memoryFiles(contentsOf(files)));
  expect(again.dropped, where).toEqual([]);
  for (const sample of [...there, ...missing]) expect(gives(again.store, sample), `${sample}, ${where}`).toBe(true);
}

describe('a kill at any moment', () => {
  test('loses no more than the block that is being written, and no record is half written', () => {
    expect(killEverywhere(NOTHING, blocks, losesOneBlock)).toBeGreaterThan(90);
  });

  test('while a damaged store is put right too', () => {
    const old = memoryFiles();
    const { store } = open(old);
    add(store, 1, 2, 3);
    add(store, 4, 6);
    old.index.damage(entryAt(1) + 5);
    const before = { index: old.index.content.slice(0, -1), data: old.data.content };
    const work = (files: Files, story: Story) => {
      for (const sample of [1, 3, 4]) story.there.add(sample);
      const opened = open(files);
      expect(opened.dropped.map(({ count }) => count)).toEqual([2]);
      story.committing([2, 5], () => add(opened.store, 2, 5));
      opened.store.close();
    };
    expect(killEverywhere(before, work, losesOneBlock)).toBeGreaterThan(15);
  });

  test('while a store takes the place of one of other weights, gives no record of those', () => {
    const other = { ...KEY, weights: 'w2' };
    const old = memoryFiles();
    const { store } = open(old);
    add(store, 1, 2, 3);
    store.close();
    const work = (files: Files, story: Story) => {
      const opened = open(files, other);
      story.committing([2, 5], () => add(opened.store, 2, 5));
      opened.store.close();
    };
    const changes = killEverywhere(contentsOf(old), work, (contents, { there, unsure }, where) => {
      const ours = open(memoryFiles(contents), other).store;
      for (const sample of there) expect(ours.has(sample), where).toBe(true);
      for (const sample of held(ours)) {
        expect(there.has(sample) || unsure.has(sample), where).toBe(true);
        expect(gives(ours, sample), where).toBe(true);
      }
      const theirs = open(memoryFiles(contents)).store;
      for (const sample of held(theirs)) gives(theirs, sample); // throws where it is not of these weights
    });
    expect(changes).toBeGreaterThan(15);
  });
});

test('records are flushed before an entry tells of them, and entries before they count', () => {
  const calls: string[] = [];
  const files = memoryFiles(NOTHING, (name, { kind }) => calls.push(`${kind} ${name}`));
  const { store } = open(files);
  add(store, 1, 2);
  const block = store.begin([3, 4]);
  writeLayers(block, [3, 4]);
  calls.length = 0;
  block.commit();
  expect(calls).toEqual(['flush data', 'write index', 'write index', 'flush index']);
  calls.length = 0;
  files.data.damage(RECORD);
  expect(gives(store, 2)).toBe(false);
  expect(calls).toEqual(['write index', 'flush index']);
});
