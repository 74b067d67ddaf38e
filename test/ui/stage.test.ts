import { expect, test } from 'vitest';
import { page as browser, userEvent } from 'vitest/browser';
import type { EndedRun, TaskSettings } from '../../src/worker/api';
import { all, click, faults, none, one, openPage, settled } from './page';
import { eventsOf, historyOf, unfinishedOf } from './trainer_double';
import { dataOf } from './views';

const text = (app: HTMLElement, selector: string) =>
  one(app, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';

/** Trains the sample for `steps` steps, evaluated every ten. */
async function training(steps: number) {
  const page = await openPage();
  const { bench, double, app } = page;
  await dataOf(bench).openSample('ship-log');
  bench.editNumber('evaluateEvery', '10');
  void bench.start();
  await expect.poll(() => double.settings).not.toBe(null);
  const settings = double.settings as TaskSettings;
  double.send(eventsOf(settings, 0, steps));
  await settled();
  const end = async (ended: EndedRun['ended'], result: Partial<EndedRun> = {}) => {
    double.finish(ended, steps, result);
    await expect.poll(() => bench.runs.state.status).toBe('ended');
    await expect.poll(() => bench.adapters.list.length).toBeGreaterThan(0);
    await settled();
  };
  const radio = (step: number) => one<HTMLInputElement>(app, `moment-strip input[value="${step}"]`);
  return { ...page, settings, end, radio };
}

test('the latest evaluation is followed until one is picked, whose text is then shown', async () => {
  const { app, double, settings, radio } = await training(20);
  expect(radio(20).checked).toBe(true);
  expect(text(app, 'sample-text')).toContain('at step 20');
  const latest = one(app, 'sample-text .adapter .text').textContent;
  await click(radio(10));
  expect(text(app, 'sample-text')).toContain('at step 10');
  expect(one(app, 'sample-text .adapter .text').textContent).not.toBe(latest);
  double.send(eventsOf(settings, 20, 30));
  await settled();
  expect(radio(10).checked).toBe(true);
  await click(one(app, 'moment-strip button', 'Follow the latest'));
  expect(radio(30).checked).toBe(true);
  expect(none(app, 'moment-strip button')).toBe(true);
});

test('the strip is one stop of the Tab key, and the arrow keys go along it', async () => {
  const { app, radio } = await training(30);
  radio(30).focus();
  await userEvent.keyboard('{ArrowLeft}');
  await settled();
  expect(text(app, 'sample-text')).toContain('at step 20');
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await settled();
  expect(radio(0).checked).toBe(true);
  expect(text(app, 'sample-text')).toContain('Nothing is trained yet');
  await userEvent.keyboard('{ArrowRight}');
  await settled();
  expect(text(app, 'sample-text')).toContain('at step 10');
});

test('a mouse drawn over the strip with its button held picks what is under it; without, nothing', async () => {
  const { app, bench, radio } = await training(30);
  radio(10).scrollIntoView();
  const { left, top, width } = radio(10).getBoundingClientRect();
  const over = (buttons: number) =>
    radio(10).dispatchEvent(
      new PointerEvent('pointermove', {
        ...{ pointerType: 'mouse', bubbles: true, composed: true, buttons },
        ...{ clientX: left + width / 2, clientY: top + 10 },
      }),
    );
  over(0);
  expect(bench.runs.picked).toBe(null);
  over(1);
  await settled();
  expect(bench.runs.picked).toBe(10);
  expect(text(app, 'sample-text')).toContain('at step 10');
});

test('a press on the chart picks the nearest evaluation, in the strip and in the text', async () => {
  const { app, radio } = await training(30);
  const over = one(app, 'loss-chart .u-over');
  const { left, top, width } = over.getBoundingClientRect();
  const press = (step: number) =>
    over.dispatchEvent(
      new MouseEvent('click', { bubbles: true, clientX: left + (step / 60) * width, clientY: top + 20 }),
    );
  press(12);
  await settled();
  expect(radio(10).checked).toBe(true);
  expect(text(app, 'sample-text')).toContain('at step 10');
  press(57);
  await settled();
  expect(radio(30).checked).toBe(true);
});

test('what is new since the evaluation before is marked, at the first nothing', async () => {
  const { app, radio } = await training(20);
  const marks = () => all(app, 'sample-text mark').map((mark) => mark.textContent);
  expect(marks().length).toBeGreaterThan(0);
  expect(one(app, 'sample-text .adapter .text').textContent).toContain(marks()[0]);
  await click(radio(10));
  expect(marks()).toEqual([]);
});

test('of several prompts one is shown at a time', async () => {
  const { app, double, settings, bench } = await training(0);
  bench.runs.state = { ...bench.runs.state, settings: { ...settings, samplePrompts: ['One', 'Two'] } as TaskSettings };
  double.send([
    { kind: 'sample', step: 10, prompt: 'One', base: 'b', adapter: 'first' },
    { kind: 'sample', step: 10, prompt: 'Two', base: 'b', adapter: 'second' },
  ]);
  await settled();
  expect(one(app, 'sample-text .adapter .text').textContent).toBe('first');
  const select = one<HTMLSelectElement>(app, 'run-samples select');
  select.value = 'Two';
  select.dispatchEvent(new Event('change'));
  await settled();
  expect(one(app, 'sample-text .adapter .text').textContent).toBe('second');
});

test('a resumed run has its evaluations, and says that what was written there was not kept', async () => {
  const { bench, double, app } = await openPage();
  await dataOf(bench).openSample('ship-log');
  const saved = unfinishedOf({ ...bench.settings!, evaluateEvery: 10 }, 20);
  double.unfinished = [saved];
  void bench.resume(saved);
  await settled();
  expect(all(app, 'moment-strip input')).toHaveLength(3);
  double.send(eventsOf(saved.settings, 20, 30));
  await settled();
  expect(text(app, 'sample-text')).toContain('at step 30');
  await click(one(app, 'moment-strip input[value="10"]'));
  expect(text(app, 'sample-text')).toContain('was not kept');
});

test('the end of a run that learned: what, in one sentence, and exactly three things to do next', async () => {
  const { app, bench, double, end, settings } = await training(60);
  await end('finished', { keptStep: 50 });
  expect(text(app, 'run-panel')).toContain('among 15 equally likely ones; for the base it was among 62.');
  expect(none(app, 'run-panel .doubtful')).toBe(true);
  expect(text(app, 'sample-text')).toContain('at step 50'); // what was kept
  expect(all(app, 'next-steps h4').map((name) => name.textContent)).toEqual(['Try it', 'Take it away', 'Go on']);
  await click(one(app, 'next-steps button', 'Download .safetensors'));
  await click(one(app, 'next-steps button', 'Download PEFT .zip'));
  expect(double.calls.filter((call) => call.startsWith('exportAdapter'))).toEqual([
    'exportAdapter made openpi',
    'exportAdapter made peft',
  ]);
  await click(one(app, 'next-steps button', 'Try it on a prompt'));
  expect(bench.panel).toBe('adapter');
  expect(one<HTMLTextAreaElement>(app, 'try-adapter textarea').value).toBe('Log entry, day 12:');
  bench.editNumber('steps', '7');
  bench.show('train');
  await settled();
  await click(one(app, 'next-steps button', 'New run like this one'));
  await settled();
  expect(bench.settings).toMatchObject({ steps: settings.steps, evaluateEvery: 10, freeze: settings.freeze });
  expect(none(app, 'train-panel')).toBe(false);
});

test('the end of a run that is worse than its base says so first, in the warning colour', async () => {
  const { app, end } = await training(20);
  const problem = { what: 'The adapter is worse than no adapter; likely because of the rate.' };
  await end('finished', {
    ...{ baselineHeldout: 4, heldout: 5, keptStep: 20 },
    verdict: { outcome: 'worse', problem },
  });
  const result = one(app, 'run-panel .doubtful');
  expect(result.querySelector('.learned')?.textContent).toContain('It got worse');
  expect(result.querySelector('.learned svg')).not.toBe(null); // never colour alone
  expect(text(app, 'run-panel .after problem-note')).toContain('because of the rate');
  expect(all(app, 'next-steps li')).toHaveLength(3);
});

test.each([
  ['early stop', 'Stopped early: the held-out loss no longer improved'],
  ['not finite', 'the loss is not a number any more'],
] as const)('a run that ended by %s says so above what it came to', async (ended, sentence) => {
  const { app, end } = await training(20);
  await end(ended);
  expect(one(app, 'run-panel [role=status]').textContent).toContain(sentence);
  expect(all(app, 'next-steps li')).toHaveLength(3);
});

test('where nothing is held out, the texts make the strip, and nothing is claimed', async () => {
  const { app, double, settings, end, radio } = await training(0);
  double.send([...eventsOf(settings, 0, 20)].filter(({ kind }) => kind !== 'heldout'));
  await settled();
  const verdict = { outcome: 'unmeasured', problem: { what: 'Nothing tells whether it is better.' } } as const;
  const history = { ...historyOf(settings, 20), heldout: [], evaluated: { count: 0, of: 0 } };
  await end('finished', { baselineHeldout: Number.NaN, heldout: Number.NaN, verdict, history, keptStep: 20 });
  expect(radio(20).checked).toBe(true);
  expect(text(app, 'moment-strip')).not.toContain('NaN');
  expect(text(app, 'run-panel')).toContain('Nothing was held out, so nothing was measured.');
  expect(text(app, 'run-panel')).not.toContain('equally likely');
});

test('at 360 px the sides stand one under the other, a long strip scrolls inside itself, and axe finds nothing', async () => {
  await browser.viewport(360, 740);
  const { app, end } = await training(60);
  const [base, adapter] = all(app, 'sample-text .side').map((side) => side.getBoundingClientRect());
  expect(adapter!.top).toBeGreaterThanOrEqual(base!.bottom);
  const track = one(app, 'moment-strip .track');
  expect(track.scrollWidth).toBeGreaterThan(track.clientWidth);
  expect(track.scrollLeft).toBeGreaterThan(0); // the latest is in sight
  await end('finished');
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth - clientWidth).toBe(0);
  expect(await faults()).toEqual([]);
}, 60_000);
