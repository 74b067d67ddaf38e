import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import type { RunRecord, TextSettings } from '../../src/worker/api';
import { all, click, faults, none, one, openPage, settled } from './page';
import { historyOf, lossAt, unfinishedOf } from './trainer_double';
import { textOf } from './views';

const names = ['First try', 'Higher rate', 'More stages'];

function ended(n: number, over: Partial<TextSettings> = {}): RunRecord {
  const settings = { ...defaultSettings, name: names[n]!, sequenceLength: 48, ...over };
  const { train, heldout } = historyOf(settings, 60);
  return {
    runId: `run ${n}`,
    adapterId: 'made',
    endedAt: Date.now() - n * 3_600_000,
    settings,
    steps: 60,
    seconds: 66,
    ended: 'finished',
    keptStep: 60,
    baselineHeldout: 4.12,
    heldout: 2.7 + n / 5,
    outcome: 'better',
    train: train.map(({ step }) => ({ step, loss: lossAt(step) + n / 4 })),
    evaluations: heldout.map(({ step, loss }) => ({ step, loss: loss + n / 5 })),
  };
}

const three = () =>
  openPage((double) => {
    double.ended = [ended(0), ended(1, { learningRate: 0.03, samplePrompts: ['Day 3:'] }), ended(2)];
  });

const tick = (app: HTMLElement, name: string) => click(one(app, 'runs-list input', name));

test('without runs there is no list', async () => {
  const { app, bench } = await openPage();
  bench.show('train');
  await settled();
  expect(none(app, 'runs-list section')).toBe(true);
});

test('runs that have ended are listed; two that are chosen are laid over each other, with what differs alone', async () => {
  const { app, bench } = await three();
  bench.show('train');
  await settled();
  expect(all(app, 'runs-list li').map((line) => line.querySelector('.name')?.textContent?.trim())).toEqual(names);
  await tick(app, 'First try');
  expect(none(app, 'runs-chart')).toBe(true);
  expect(one(app, 'runs-list .hint').textContent).toContain('one more');

  await tick(app, 'Higher rate');
  const chart = one(app, 'runs-chart .plot');
  expect(chart.getAttribute('aria-label')).toContain('A, First try: held-out 4.120 at first');
  expect(chart.getAttribute('aria-label')).toContain('B, Higher rate');
  expect(chart.querySelector('canvas')).not.toBeNull();
  const rows = all(app, 'runs-differences tbody tr').map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows.slice(0, 2)).toEqual([
    ['Learning rate', '0.01', '0.03'],
    ['Prompts to watch', '', 'Day 3:'],
  ]);
  expect(rows.map(([name]) => name)).not.toContain('Batch');
  expect(rows.find(([name]) => name === 'Held-out loss')?.slice(1)).toEqual(['2.700', '2.900']);
  expect(await faults()).toEqual([]);

  await tick(app, 'First try');
  expect(none(app, 'runs-chart')).toBe(true);
});

test('what is drawn of two runs is something else than of three', async () => {
  const { app, bench } = await three();
  bench.show('train');
  await settled();
  await tick(app, 'First try');
  await tick(app, 'Higher rate');
  const pixels = () => one<HTMLCanvasElement>(app, 'runs-chart canvas').toDataURL();
  const two = pixels();
  await tick(app, 'More stages');
  expect(pixels()).not.toBe(two);
  expect(all(app, 'runs-chart .legend li')).toHaveLength(3);
});

test('the settings of a run go to the form, and back', async () => {
  const { app, bench } = await three();
  bench.show('train');
  bench.editNumber('batchSize', '7');
  await settled();
  const { form: before } = textOf(bench);
  await click(one(app, 'runs-list button', 'Use these settings: Higher rate'));
  expect(bench.form.text).toMatchObject({ learningRate: '0.03', batchSize: '4', sequenceLength: '48' });
  expect(textOf(bench).samplePrompt).toBe('Day 3:');
  await click(one(app, 'toast-note button', 'Undo'));
  expect(textOf(bench).form).toEqual(before);
});

test('a run is taken off the list, and comes back', async () => {
  const { app, bench, double } = await three();
  bench.show('train');
  await settled();
  await click(one(app, 'runs-list button', 'Delete Higher rate'));
  expect(double.ended.map(({ runId }) => runId)).toEqual(['run 0', 'run 2']);
  expect(all(app, 'runs-list li')).toHaveLength(2);
  await click(one(app, 'toast-note button', 'Undo'));
  await settled();
  expect(double.ended.map(({ runId }) => runId)).toEqual(['run 0', 'run 1', 'run 2']);
  expect(all(app, 'runs-list li')).toHaveLength(3);
});

test('a run that ends joins the list', async () => {
  const { app, bench, double } = await three();
  void bench.fineTuneSample('ship-log');
  await expect.poll(() => double.settings).not.toBe(null);
  expect(all(app, 'runs-list li')).toHaveLength(3);
  double.ended = [{ ...ended(0), runId: 'new' }, ...double.ended];
  double.finish();
  await expect.poll(() => bench.ended.list.length).toBe(4);
  await settled();
  expect(all(app, 'runs-list li')).toHaveLength(4);
  expect(none(app, 'train-panel')).toBe(true);
  await click(one(app, 'runs-list button', 'Use these settings: Higher rate'));
  expect(all(app, 'train-panel')).toHaveLength(1); // the form unfolds, below the run that has ended
});

test('where another tab trains, a run begins once the person agrees', async () => {
  const { app, bench, double } = await openPage((one) => {
    one.elsewhere = true;
  });
  await click(one(app, 'data-panel button', 'Only open'));
  await bench.start();
  await settled();
  expect(double.settings).toBe(null);
  expect(one(app, 'other-tab section').textContent).toContain('Another tab of this page is training');
  expect(await faults()).toEqual([]);
  bench.editNumber('steps', '70');
  await settled();
  expect(none(app, 'other-tab section')).toBe(true); // it asked about other settings
  await bench.start();
  await settled();
  await click(one(app, 'other-tab button', 'Not now'));
  expect(none(app, 'other-tab section')).toBe(true);
  expect(bench.runs.active).toBe(false);
  await bench.start();
  await settled();
  await click(one(app, 'other-tab button', 'Start anyway'));
  await expect.poll(() => double.settings).not.toBe(null);
  expect(bench.runs.active).toBe(true);
});

test('a run that goes on keeps its prompt, also on the form', async () => {
  const settings: TextSettings = { ...defaultSettings, name: 'Left behind', samplePrompts: ['Day 3:'], steps: 80 };
  const { app, bench, double } = await openPage((one) => {
    one.unfinished = [unfinishedOf(settings, 20)];
  });
  await click(one(app, 'unfinished-runs button', 'Resume Left behind'));
  await expect.poll(() => double.settings).toEqual(settings);
  expect(textOf(bench).samplePrompt).toBe('Day 3:');
  expect(bench.form.text.steps).toBe('80');
});

test('a file that is brought in twice is in the list once, and the page says so', async () => {
  const { app, bench } = await openPage();
  const file = () => new File(['c'], 'mine.safetensors');
  await bench.take([file()]);
  await bench.take([file()]);
  await settled();
  expect(all(app, 'adapter-row')).toHaveLength(1);
  expect(one(app, 'toast-note [role="status"]').textContent).toContain('is in the list already');
});

test('the run of another tab can be taken over from when it trains on; before that and at its end it says why not', async () => {
  const { app, bench, double } = await openPage();
  bench.show('train');
  const settings = { ...defaultSettings, name: 'Theirs' };
  double.hearOfTabs({ kind: 'run', run: { runId: 'theirs', settings, from: unfinishedOf(settings, 3), events: [] } });
  const tell = async (phase: 'compiling' | 'training' | 'saving') => {
    const event = { kind: 'phase', phase, done: 0, of: 1 } as const;
    double.hearOfTabs({ kind: 'event', runId: 'theirs', event });
    await settled();
    return one(app, 'other-run section');
  };
  const shown = await tell('compiling');
  expect([shown.querySelector('button'), shown.textContent]).toEqual([
    null,
    expect.stringContaining('as soon as it trains'),
  ]);
  expect((await tell('training')).querySelector('button')?.textContent?.trim()).toBe('Go on here');
  const atEnd = await tell('saving');
  expect([atEnd.querySelector('button'), atEnd.textContent]).toEqual([null, expect.stringContaining('at its end')]);
});
