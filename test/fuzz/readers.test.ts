import { beforeEach, expect, test, vi } from 'vitest';
import { TEXT_READERS } from '../../src/dataset/text_readers';
import { MOTION_READERS } from '../../src/recording/motion_readers';
import { LAYOUT_READERS } from '../../src/recording/open_recording';
import { READERS } from './readers';
import { roundsOf } from './rounds';

const MUTATIONS = 200;

beforeEach(() => {
  for (const voice of ['error', 'warn', 'log'] as const) vi.spyOn(console, voice).mockReturnValue(undefined); // libraries speak of what they meet
  return () => vi.restoreAllMocks();
});

test('every row of the tables of readers is among them', () => {
  const ids = READERS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id } of TEXT_READERS) expect(ids).toContain(`text: ${id}`);
  for (const { id } of [...MOTION_READERS, ...LAYOUT_READERS]) expect(ids).toContain(`recording: ${id}`);
});

test.each(READERS)(`${MUTATIONS} mutations of $id are read, or refused with place and reason`, async (reader) => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const outcomes = { read: 0, refused: 0, failed: 0 };
  for await (const { round, outcome, error } of roundsOf(reader, { to: MUTATIONS, seed: 'test' })) {
    expect(error, `round ${round}`).toBeUndefined();
    outcomes[outcome] += 1;
  }
  expect(outcomes.read + outcomes.refused).toBe(MUTATIONS);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});
