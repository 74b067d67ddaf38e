import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Outcome } from '../../src/problem';
import { untilGone, whileHeld } from '../../src/worker/gone';
import { stubLocks } from './locks';

let closeTabs: () => void;

beforeEach(() => {
  ({ closeTabs } = stubLocks());
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A call of a thread that tells one thing, and answers when it is told to. */
function calling() {
  let answer: (value: Outcome<string>) => void = () => undefined;
  const told: string[] = [];
  const answered = untilGone<string, string>(
    'thread',
    (tell) =>
      whileHeld('thread', () => {
        tell('begun');
        return new Promise<Outcome<string>>((resolve) => {
          answer = resolve;
        });
      }),
    (event) => told.push(event),
  );
  return { answered, told, answer: (value: string) => answer({ ok: true, value }) };
}

test('a run whose thread ends is over, with what to do', async () => {
  const { answered, told } = calling();
  await vi.waitUntil(() => told.length > 0);
  closeTabs();
  await vi.advanceTimersByTimeAsync(6000);
  expect(await answered).toMatchObject({
    ok: false,
    problem: { what: 'The training thread has ended.', fix: expect.stringContaining('Reload the page') },
  });
});

test('one that answers has its answer, and the next can begin at once', async () => {
  for (const value of ['one', 'two']) {
    const { answered, told, answer } = calling();
    await vi.waitUntil(() => told.length > 0);
    await vi.advanceTimersByTimeAsync(60_000); // it may take long
    answer(value);
    expect(await answered).toEqual({ ok: true, value });
  }
});
