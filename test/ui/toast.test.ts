import { afterEach, expect, test, vi } from 'vitest';
import { page as browser } from 'vitest/browser';
import { applyProposal } from '../../src/ui/bench/apply_proposal';
import { click, none, one, openPage, settled } from './page';

afterEach(() => void vi.useRealTimers());

async function noted(undo?: { take(): void; holds(): boolean }) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const page = await openPage();
  await settled(); // the page's last pieces are drawn in turns of their own
  page.bench.note('The link is copied.', undo);
  await settled();
  return page;
}

const after = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settled();
};

test('a note leaves after six seconds, one with an undo after twenty', async () => {
  const { app, bench } = await noted();
  await after(5900);
  expect(none(app, 'toast-note .toast')).toBe(false);
  await after(200);
  expect(none(app, 'toast-note .toast')).toBe(true);
  bench.note('Deleted.', { take: () => undefined, holds: () => true });
  await settled();
  await after(19_900);
  expect(none(app, 'toast-note .toast')).toBe(false);
  await after(200);
  expect(none(app, 'toast-note .toast')).toBe(true);
});

test('it stays under the pointer and the focus, and goes some time after', async () => {
  const { app } = await noted();
  const place = one(app, 'toast-note [role=status]');
  place.dispatchEvent(new PointerEvent('pointerenter'));
  await after(60_000);
  expect(none(app, 'toast-note .toast')).toBe(false);
  place.dispatchEvent(new PointerEvent('pointerleave'));
  one(app, 'toast-note button', 'Dismiss').focus();
  await after(60_000);
  expect(none(app, 'toast-note .toast')).toBe(false);
  one(app, 'toast-note button', 'Dismiss').blur();
  await after(6100);
  expect(none(app, 'toast-note .toast')).toBe(true);
});

test('Escape dismisses it, and so does its button', async () => {
  const { app, bench } = await noted();
  const button = one(app, 'toast-note button', 'Dismiss');
  button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  await settled();
  expect(none(app, 'toast-note .toast')).toBe(true);
  bench.note('Again.');
  await settled();
  await click(one(app, 'toast-note button', 'Dismiss'));
  expect(none(app, 'toast-note .toast')).toBe(true);
});

test('an undo is gone once what it would take back was edited', async () => {
  let there = true;
  const take = vi.fn();
  const { app, bench } = await noted({ take, holds: () => there });
  bench.editNumber('steps', '33'); // something else
  await settled();
  expect(none(app, 'toast-note button', 'Undo')).toBe(false);
  there = false;
  bench.editNumber('steps', '34');
  await settled();
  expect(none(app, 'toast-note .toast')).toBe(true);
  expect(take).not.toHaveBeenCalled();
});

test('a proposal can be taken back until somebody edits what it set', async () => {
  const { app, bench } = await openPage();
  const before = bench.form;
  const proposed = { freeze: before.freeze, batchSize: 2, accumulation: 3, recompute: true };
  applyProposal(bench, proposed, 'Set.');
  bench.editNumber('learningRate', '0.001');
  await settled();
  await click(one(app, 'toast-note button', 'Undo'));
  expect(bench.form.text).toEqual({ ...before.text, learningRate: '0.001' });
  applyProposal(bench, proposed, 'Set.');
  bench.editNumber('accumulation', '4');
  await settled();
  expect(none(app, 'toast-note .toast')).toBe(true);
});

/** Whether two boxes share any place. */
const meet = (one: DOMRect, other: DOMRect) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

test('on a wide page it stands below the path and covers nothing', async () => {
  await browser.viewport(1280, 700);
  const { app } = await noted();
  const box = one(app, 'toast-note .toast').getBoundingClientRect();
  for (const selector of ['path-nav nav', 'main', 'app-header', 'app-footer a'])
    expect(meet(box, one(app, selector).getBoundingClientRect()), selector).toBe(false);
});

test('on a narrow page there is room for it: the last line and the focus are not below it', async () => {
  await browser.viewport(360, 640);
  const { app } = await noted();
  one(app, 'app-footer a').focus();
  await settled();
  const box = one(app, 'toast-note .toast').getBoundingClientRect();
  expect(meet(box, one(app, 'app-footer a').getBoundingClientRect())).toBe(false);
});
