import { describe, expect, test } from 'vitest';
import { type Answer, failed, firstByte, refused, sizeOf } from '../../src/download/answer';

const address = 'https://models.test/model.safetensors';
const answer = (status: number, length: number | null, range: string | null = null): Answer => ({
  status,
  length,
  range,
  tag: null,
});

describe('the byte with which an answer begins', () => {
  test.each([
    ['a part, as asked', answer(206, 60, 'bytes 40-99/100'), 40],
    ['a part whose size the host does not tell', answer(206, 60, 'bytes 40-99/*'), 40],
    ['a part of a host that hides Content-Range', answer(206, 60), 40],
    ['a part of a host that hides all', answer(206, null), 40],
    ['the whole file, of a host that sends no parts', answer(200, 100), 0],
    ['the whole file, without its size', answer(200, null), 0],
  ])('%s', (_, given, first) => {
    expect(firstByte(given, { address, from: 40, bytes: 100 })).toBe(first);
  });

  test.each([
    ['another part', answer(206, 60, 'bytes 0-99/100'), 'from byte 0 on, where byte 40'],
    ['a part of another file', answer(206, 61, 'bytes 40-100/101'), 'has 101 bytes there, and 100'],
    ['too long a part', answer(206, 70), 'has 110 bytes there, and 100'],
    ['another file', answer(200, 99), 'has 99 bytes there, and 100'],
    ['nothing, since the file is shorter', answer(416, null), 'is shorter there'],
    ['not found', answer(404, 9), 'no such file'],
    ['gone', answer(410, 9), 'no such file'],
    ['not to everybody', answer(401, 9), 'only to those who have signed in'],
    ['not to them', answer(403, 9), 'only to those who have signed in'],
    ['broken', answer(503, 9), 'status 503'],
  ])('refused: %s', (_, given, sentence) => {
    expect(() => firstByte(given, { address, from: 40, bytes: 100 })).toThrow(sentence);
  });
});

test('the size of a file by its first answer', () => {
  expect(sizeOf(answer(206, 100, 'bytes 0-99/100'))).toBe(100);
  expect(sizeOf(answer(200, 100))).toBe(100);
  expect(sizeOf(answer(206, 100))).toBe(100);
  expect(sizeOf(answer(200, null))).toBeNull();
});

test('each failure has a sentence of its own, with a way out and the address', () => {
  const all = [
    ...(['offline', 'forbidden', 'unreachable'] as const).map((failure) => failed(failure, address)),
    ...[401, 404, 416, 500].map((status) => refused(status, address)),
  ].map(({ problem }) => problem);
  expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
  for (const { where, fix } of all) expect([where, fix]).toEqual([address, expect.stringMatching(/\.$/)]);
});
