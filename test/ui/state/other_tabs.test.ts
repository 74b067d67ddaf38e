import { afterEach, expect, test, vi } from 'vitest';
import { defaultSettings } from '../../../src/settings/defaults';
import type { Desk } from '../../../src/ui/bench/desk';
import { OtherTabs } from '../../../src/ui/bench/other_tabs';
import type { TabNews, TrainEvent } from '../../../src/worker/api';

afterEach(() => vi.unstubAllGlobals());

const step = (at: number): TrainEvent => ({
  kind: 'step',
  step: at,
  loss: 4 - at,
  gradNorm: 1,
  learningRate: 1,
  tokensPerSecond: 1,
  secondsLeft: 1,
});

/** What this tab sees of others, and what tells it. */
async function watching() {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  let tell: (news: TabNews) => void = () => undefined;
  const watchTabs = async (hear: typeof tell) => {
    tell = hear;
    return { ok: true, value: undefined } as const;
  };
  const others = new OtherTabs({
    trainer: { watchTabs },
    changed: () => undefined,
    clear: () => undefined,
  } as unknown as Desk);
  const kept = vi.fn();
  others.onKept = kept;
  await others.watch();
  return { others, kept, tell: (news: TabNews) => tell(news) };
}

test('a run of another tab is seen with all that it has told, as it goes on, and until it is over', async () => {
  const { others, kept, tell } = await watching();
  const run = { runId: 'r', settings: { ...defaultSettings, name: 'Theirs' }, from: null, events: [step(1)] };
  tell({ kind: 'run', run });
  tell({ kind: 'event', runId: 'r', event: step(2) });
  tell({ kind: 'event', runId: 'another', event: step(9) });
  await expect.poll(() => others.seen?.state.train.map((point) => point.step)).toEqual([1, 2]);
  expect(others.seen?.state).toMatchObject({ name: 'Theirs', status: 'running', step: 2 });
  expect(kept).toHaveBeenCalledTimes(1); // it is none to resume any more
  tell({ kind: 'over', runId: 'another' });
  tell({ kind: 'kept' });
  await expect.poll(() => kept.mock.calls.length).toBe(2);
  expect(others.seen).not.toBeNull();
  tell({ kind: 'over', runId: 'r' });
  await expect.poll(() => others.seen).toBeNull();
});
