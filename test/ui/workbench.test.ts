import { expect, onTestFinished, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import { views } from '../../src/ui/app/views';
import { Workbench } from '../../src/ui/bench/workbench';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { adapterNamed, eventsOf, noWebGpu, planOf, refuse, TrainerDouble, unfinishedOf } from './trainer_double';
import { dataOf } from './views';

const nav = (app: HTMLElement, name: string) => one(app, 'path-nav button', name);
const text = (app: HTMLElement, selector: string) =>
  one(app, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';

/** Opens the sample and starts, with `steps` steps done. */
async function running(steps: number) {
  const page = await openPage();
  await click(one(page.app, 'opening-screen button', 'Fine-tune the sample now'));
  await expect.poll(() => page.double.settings).not.toBe(null);
  const { settings } = page.double;
  if (!settings) throw new Error('the run did not start');
  page.double.send(eventsOf(settings, 0, steps));
  await settled();
  return { ...page, settings };
}

test('one press opens the sample and trains with the defaults', async () => {
  const { double, settings, app } = await running(16);
  expect(double.calls).toContain('openSample ship-log');
  expect(settings).toMatchObject({ name: 'Ship’s log', steps: 60, loraRank: 8, samplePrompts: ['Log entry, day 12:'] });
  const run = text(app, 'run-panel');
  expect(run).toContain('Step 16 of 60');
  expect(run).toContain('1,240 tokens/s');
  expect(run).toContain('48 s left');
  expect(run).toContain('Saved up to step 10');
  expect(text(app, 'memory-bar')).toContain('allocated, exactly as predicted');
  expect(text(app, 'sample-text')).toContain('wind from the north-west');
});

test('the legend of the chart and the table hold the values that were sent', async () => {
  const { app, double } = await running(15);
  const sent = [...eventsOf(double.settings ?? (undefined as never), 0, 15)];
  const last = sent.filter((event) => event.kind === 'step')[14];
  expect(text(app, 'loss-chart')).toContain(last?.loss.toFixed(3));
  const details = one<HTMLDetailsElement>(app, 'loss-table details');
  details.open = true;
  await settled();
  await settled();
  const rows = all(app, 'loss-table tbody tr').map((row) =>
    [...row.querySelectorAll('th,td')].map((cell) => cell.textContent),
  );
  expect(rows).toHaveLength(16);
  expect(rows[15]?.slice(0, 3)).toEqual(['15', last?.loss.toFixed(3), 'best: 3.329']);
});

test('a thousand events between two frames are drawn once', async () => {
  const { double, bench, settings } = await running(1);
  let drawn = 0;
  bench.subscribe(() => {
    drawn += 1;
  });
  double.send(eventsOf({ ...settings, steps: 2000, evaluateEvery: 1e6, checkpointEvery: 1e6 }, 1, 1001));
  await settled();
  expect(bench.runs.state.step).toBe(1001);
  expect(drawn).toBe(1);
});

test('pause, go on, stop and keep; the keyboard does it too', async () => {
  const { double, app, settings } = await running(5);
  await click(one(app, 'run-controls button', 'Pause'));
  expect(double.calls).toContain('pause');
  expect(text(app, 'run-panel')).toContain('Pausing');
  double.send([{ kind: 'paused', step: 5 }]);
  await settled();
  expect(text(app, 'run-panel')).toContain('Paused after step 5');
  dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
  double.send([{ kind: 'unpaused', step: 5 }, ...eventsOf(settings, 5, 7)]);
  await settled();
  expect(double.calls).toContain('unpause');
  expect(text(app, 'run-panel')).toContain('Step 7 of 60');
  await click(one(app, 'run-controls button', 'Stop and keep'));
  expect(double.calls).toContain('stop');
  double.finish('stopped', 7);
  await expect.poll(() => text(app, 'run-panel')).toContain('Stopped, adapter kept');
  expect(text(app, 'run-panel')).toMatch(/Held-out loss 4\.120 → 3\.677 \(−11 %\)/);
});

test('a page that is left or frozen has the run save; one without a run asks nothing', async () => {
  const { double, bench } = await running(7);
  const saves = () => double.calls.filter((call) => call === 'saveSoon').length;
  dispatchEvent(new Event('pagehide'));
  document.dispatchEvent(new Event('freeze'));
  await expect.poll(saves).toBe(2);
  double.finish('stopped', 7);
  await expect.poll(() => bench.runs.active).toBe(false);
  dispatchEvent(new Event('pagehide'));
  expect(saves()).toBe(2);
});

test('before the model is loaded a run can be neither paused nor stopped', async () => {
  const { double, bench, app } = await openPage();
  await click(one(app, 'opening-screen button', 'Fine-tune the sample now'));
  await expect.poll(() => double.settings).not.toBe(null);
  bench.startOrPause();
  await click(one(app, 'run-controls button', 'Stop'));
  expect(double.calls.filter((call) => call === 'pause' || call === 'stop')).toEqual([]);
});

test('an end takes its figures from the summary, whatever events are still under way', async () => {
  const { double, app, bench } = await running(57);
  double.finish();
  await expect.poll(() => bench.runs.state.status).toBe('ended');
  double.send([{ kind: 'step', step: 3, loss: 99, gradNorm: 1, learningRate: 1, tokensPerSecond: 1, secondsLeft: 1 }]);
  await settled();
  expect(bench.runs.state.train).toHaveLength(60);
  expect(text(app, 'run-panel')).toContain('Step 60 of 60');
  expect(text(app, 'loss-chart')).not.toContain('99.000');
});

test('a failed run keeps its problem beside the run until it is dismissed, and offers what was saved', async () => {
  const { double, app, settings } = await running(23);
  double.unfinished = [unfinishedOf(settings, 20)];
  double.fail('The GPU was lost.', 'step 24', 'Resume the run.');
  await expect.poll(() => none(app, 'run-panel problem-note')).toBe(false);
  const note = one(app, 'run-panel problem-note');
  expect(note.shadowRoot?.textContent).toMatch(/The GPU was lost.*step 24.*Resume the run/s);
  expect(note.shadowRoot?.querySelector('[role=alert]')).not.toBe(null);
  await click(nav(app, 'Data'));
  expect(
    all(app, 'main problem-note')
      .map((other) => other.shadowRoot?.textContent)
      .join(),
  ).toContain('The GPU was lost');
  expect(text(app, 'run-strip')).toContain('The run stopped with an error');
  await click(one(app, 'unfinished-runs button', 'Resume Ship’s log'));
  expect(double.calls).toContain('resume run-1');
  expect(text(app, 'run-panel')).toContain('Step 20 of 60');
  expect(none(app, 'run-panel problem-note')).toBe(true); // the new attempt takes its place
});

test('discarding a run asks once, in its place', async () => {
  const { double, app, bench } = await openPage();
  const { settings } = bench;
  if (!settings) throw new Error('no settings');
  double.unfinished = [unfinishedOf(settings, 20)];
  await bench.runs.refreshUnfinished();
  await settled();
  await click(one(app, 'unfinished-runs button', 'Discard'));
  expect(double.calls).not.toContain('discardRun run-1');
  await click(one(app, 'unfinished-runs button', 'Keep it'));
  await click(one(app, 'unfinished-runs button', 'Discard'));
  await click(one(app, 'unfinished-runs button', 'Discard for good'));
  expect(double.calls).toContain('discardRun run-1');
  expect(none(app, 'unfinished-runs button')).toBe(true);
});

test('a filter that freezes nothing starts only after an explicit yes that states the bytes', async () => {
  const { double, app, bench } = await openPage();
  await dataOf(bench).openSample('ship-log');
  await click(nav(app, 'Freeze'));
  await type(one(app, 'freeze-panel textarea'), 'Nothing()');
  await expect.poll(() => text(app, 'freeze-figure')).toContain('This filter freezes nothing: 0 of');
  await expect.poll(() => text(app, 'path-nav')).toContain('nothing frozen');
  await click(nav(app, 'Train'));
  await click(one(app, 'run-controls button', 'Start'));
  await expect.poll(() => none(app, 'train-panel button', 'Train everything')).toBe(false);
  expect(double.settings).toBe(null);
  await click(one(app, 'train-panel button', 'Train everything, using 42.0 MB'));
  await expect.poll(() => double.settings?.freeze).toBe('Nothing()');
  expect(double.settings?.trainEverything).toBe(true); // without it the trainer would refuse
});

test('an error in the filter stands under the field and keeps the run from starting', async () => {
  const { double, app, bench } = await openPage();
  await dataOf(bench).openSample('ship-log');
  double.planAnswer = () => refuse('A bracket is missing.', 'column 7');
  await click(nav(app, 'Freeze'));
  await type(one(app, 'freeze-panel textarea'), 'All(Not');
  await expect.poll(() => none(app, 'freeze-panel problem-note')).toBe(false);
  expect(one(app, 'freeze-panel textarea').getAttribute('aria-invalid')).toBe('true');
  await click(nav(app, 'Train'));
  await click(one(app, 'run-controls button', 'Start'));
  await expect.poll(() => bench.panel).toBe('freeze');
  expect(double.settings).toBe(null);
});

test('the plan follows every edit, in bytes and in words', async () => {
  const { app, bench } = await openPage();
  await click(nav(app, 'Train'));
  const { settings } = bench;
  if (!settings) throw new Error('no settings');
  const saved = planOf(settings).totalBytes - planOf({ ...settings, batchSize: 1 }).totalBytes;
  expect(saved).toBeGreaterThan(0);
  bench.editNumber('batchSize', '1');
  await expect.poll(() => text(app, 'memory-bar')).toContain('−8.26 MB by the last edit');
  expect(none(app, 'memory-bar rect.ghost')).toBe(false);
});

test('a wrong number is marked in its field, counted in the path, and stops the start', async () => {
  const { double, app, bench } = await openPage();
  await dataOf(bench).openSample('ship-log');
  await click(nav(app, 'Train'));
  const field = all(app, 'number-field').find((candidate) =>
    candidate.shadowRoot?.textContent?.includes('Learning rate'),
  );
  const input = field?.shadowRoot?.querySelector('input');
  if (!field || !input) throw new Error('no field');
  await type(input, '0,005');
  expect(input.getAttribute('aria-invalid')).toBe('true');
  expect(field.shadowRoot?.textContent).toContain('Use a point for decimals');
  expect(text(app, 'path-nav')).toContain('1 field to correct');
  await click(one(app, 'run-controls button', 'Start'));
  expect(text(app, 'train-panel problem-note')).toContain('Some settings are not usable yet: Learning rate.');
  await type(input, '0.005');
  await click(one(app, 'run-controls button', 'Start'));
  await expect.poll(() => double.settings?.learningRate).toBe(0.005);
});

test('files dropped anywhere go where they belong, and the page says so', async () => {
  const { double, app, bench } = await openPage();
  await click(nav(app, 'Freeze'));
  const transfer = new DataTransfer();
  transfer.items.add(new File(['a'], 'notes.txt'));
  transfer.items.add(new File(['b'], 'tickets.jsonl'));
  dispatchEvent(new DragEvent('drop', { dataTransfer: transfer }));
  await expect.poll(() => double.calls).toContain('openDataset notes.txt tickets.jsonl');
  expect(bench.panel).toBe('data');
  await expect.poll(() => text(app, 'toast-note')).toContain('1 file added.'); // the double knows one of them
  await bench.take([new File(['c'], 'mine.safetensors')]);
  await settled();
  expect(double.calls).toContain('importAdapter mine.safetensors');
  expect(bench.panel).toBe('adapter');
  expect(one(app, 'article').getAttribute('aria-label')).toBe('mine');
});

test('everything can be backed up and restored; what is damaged is named beside the list', async () => {
  const { double, app } = await openPage();
  await click(nav(app, 'Adapter'));
  await click(one(app, 'adapter-panel button', 'Back up everything'));
  await expect.poll(() => double.calls).toContain('backup');
  const input = one(app, 'adapter-panel input.backup') as HTMLInputElement;
  const chosen = new DataTransfer();
  chosen.items.add(new File(['zip'], 'mine.zip'));
  input.files = chosen.files;
  input.dispatchEvent(new Event('change'));
  await expect.poll(() => double.calls).toContain('restoreBackup mine.zip');
  await expect
    .poll(() => text(app, 'toast-note'))
    .toContain('1 adapter and 3 unfinished runs added from the backup; 2 of its parts');
  expect(one(app, 'article').getAttribute('aria-label')).toBe('Backed up');
  expect(text(app, 'adapter-panel problem-note')).toContain('This part of the backup is damaged');
});

test('what is wrong with a file stays beside the file; more files are added, one can be removed', async () => {
  const { double, app, bench } = await openPage();
  await bench.take([new File(['a'], 'tickets.jsonl'), new File(['b'], 'answers.csv')]);
  await settled();
  const notes = all(app, 'file-list problem-note');
  expect(notes.map((note) => note.hasAttribute('mild'))).toEqual([true, false]); // only one of the two files was lost
  await bench.take([new File(['a'], 'more.txt')]);
  expect(double.calls).toContain('openDataset tickets.jsonl answers.csv more.txt');
  await settled();
  await click(one(app, 'file-list button', 'Remove answers.csv'));
  await expect.poll(() => double.calls).toContain('openDataset tickets.jsonl more.txt');
});

test('the columns of a table can be chosen, and the data is read again', async () => {
  const { double, app, bench } = await openPage();
  await bench.take([new File(['b'], 'answers.csv')]);
  await settled();
  const before = double.calls.length;
  const [prompt] = all<HTMLSelectElement>(app, 'file-list select');
  if (!prompt) throw new Error('no choice of columns');
  prompt.value = '';
  prompt.dispatchEvent(new Event('change'));
  await expect.poll(() => double.calls.slice(before)).toContain('openDataset answers.csv');
  expect(double.options?.columns).toEqual({ 'answers.csv': { completion: 'answer' } });
});

test('another window length has the data read again before the run', async () => {
  const { double, bench } = await openPage();
  await dataOf(bench).openSample('ship-log');
  bench.editNumber('sequenceLength', '128');
  void bench.start();
  await expect.poll(() => double.settings).toMatchObject({ sequenceLength: 128 });
  expect(double.calls.filter((call) => call === 'openSample ship-log')).toHaveLength(2);
  expect(double.options?.sequenceLength).toBe(128);
});

test('data that fails says why on its panel, and its path entry is empty again', async () => {
  const { app, bench } = await openPage((double) => {
    double.dataset = refuse('This is a PDF, which is not text.', 'scan.pdf', 'Export it as .txt first.');
  });
  await bench.take([new File(['%PDF'], 'scan.pdf')]);
  await settled();
  expect(text(app, 'data-panel problem-note')).toMatch(/PDF.*scan\.pdf.*Export/);
  expect(text(app, 'path-nav')).toContain('nothing open yet');
});

test('an adapter is renamed in place, deleted with a way back, tried beside the base', async () => {
  const { double, app } = await openPage((fresh) => {
    fresh.adapters = [adapterNamed('a', 'First'), adapterNamed('b', 'Second')];
  });
  await click(nav(app, 'Adapter'));
  await click(one(app, 'adapter-row button.name', 'First'));
  const field = one<HTMLInputElement>(app, 'adapter-row #rename');
  field.value = 'Renamed';
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  await expect.poll(() => double.calls).toContain('renameAdapter a Renamed');
  await settled();
  await click(one(app, 'adapter-row button', 'Delete Second'));
  await expect.poll(() => text(app, 'toast-note')).toContain('Second is deleted.');
  expect(all(app, 'article')).toHaveLength(1);
  await click(one(app, 'toast-note button', 'Undo'));
  await expect.poll(() => all(app, 'article')).toHaveLength(2);
  await type(one(app, 'try-adapter textarea'), 'Day 3:');
  await click(one(app, 'try-adapter button', 'Write'));
  await expect.poll(() => double.calls).toContain('generate Day 3:');
  expect(text(app, 'sample-text')).toMatch(/and the man.*wind from the north/);
});

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)(
  'deleted adapters are in a list of their own, to be brought back or removed for good: %s, %i px',
  async (theme, width) => {
    await browser.viewport(width, 900);
    document.documentElement.dataset.theme = theme;
    const { double, app } = await openPage((fresh) => {
      fresh.adapters = ['First', 'Second', 'Third'].map((name) => adapterNamed(name, name));
    });
    await click(nav(app, 'Adapter'));
    expect(all(app, 'deleted-adapters details')).toEqual([]);
    for (const name of ['First', 'Second']) await click(one(app, 'adapter-row button', `Delete ${name}`)); // the second note takes the place of the first
    await click(one(app, 'deleted-adapters summary', 'Deleted: 2'));
    expect(await faults()).toEqual([]);
    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth - clientWidth).toBe(0);
    await click(one(app, 'deleted-adapters button', 'Bring back First'));
    await expect.poll(() => text(app, 'toast-note')).toContain('First is back.');
    await click(one(app, 'deleted-adapters button', 'Remove for good: Second'));
    await click(one(app, 'deleted-adapters button', 'Keep it'));
    expect(double.calls).not.toContain('purgeAdapter Second');
    await click(one(app, 'deleted-adapters button', 'Remove for good: Second'));
    await click(one(app, 'deleted-adapters button', 'Remove: it cannot be brought back'));
    await expect.poll(() => text(app, 'toast-note')).toContain('Second is removed for good');
    expect(double.calls).toContain('purgeAdapter Second');
    expect(all(app, 'deleted-adapters details')).toEqual([]);
    expect(all(app, 'article')).toHaveLength(2);
  },
);

test('a page with an adapter that could not be kept asks before it is left, and before it is updated', async () => {
  const { bench, double } = await openPage((fresh) => {
    fresh.adapters = [{ ...adapterNamed('a', 'First'), unsaved: true }];
  });
  const leave = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect([bench.unsaved, leave()]).toEqual([true, true]);
  double.adapters = [adapterNamed('a', 'First')];
  await bench.adapters.refresh();
  expect(bench.unsaved).toBe(false);
});

test('what other programs call the base of an adapter of the hub is written down', async () => {
  const hub = { name: 'my-model', nameOrPath: 'my-model', family: 'llama', files: [] } as const;
  const { double, app } = await openPage((fresh) => {
    fresh.adapters = [{ ...adapterNamed('a', 'First'), hub }, adapterNamed('b', 'Second')];
  });
  await click(nav(app, 'Adapter'));
  expect(all(app, 'adapter-row label.base input')).toHaveLength(1);
  const field = one<HTMLInputElement>(app, 'adapter-row label.base input');
  expect(field.value).toBe('my-model');
  field.value = ' someone/my-model ';
  field.dispatchEvent(new Event('change'));
  await expect.poll(() => double.calls).toContain('nameBase a someone/my-model');
});

test('the next run begins with an adapter of the base, until a person begins anew', async () => {
  const lora = { rank: 4, alpha: 6, rootScaled: false, targets: ['q_proj'] } as const;
  const { bench, app, double } = await openPage((fresh) => {
    const other = { ...adapterNamed('b', 'Other'), base: 'actions', lora };
    fresh.adapters = [{ ...adapterNamed('a', 'First'), lora }, other, adapterNamed('c', 'Of the page')];
  });
  await click(nav(app, 'Adapter'));
  expect(all(app, 'adapter-row button').filter((button) => button.textContent?.trim() === 'Train on')).toHaveLength(1);
  await click(one(app, 'adapter-row button', 'Train on from First'));
  await expect.poll(() => text(app, 'train-panel')).toContain('The run begins with First: its rank 4 and alpha 6');
  await bench.take([new File(['Once upon a time.'], 'sea.txt')]);
  await settled();
  expect(bench.settings).toMatchObject({ startingFrom: { id: 'a', name: 'First', lora } });
  await expect.poll(() => double.calls.some((call) => call.startsWith('plan'))).toBe(true);
  await click(nav(app, 'Train'));
  await click(one(app, 'train-panel .note button', 'Begin with a new adapter'));
  expect(bench.settings).not.toHaveProperty('startingFrom');
});

test('a name that is left with Escape stays as it was', async () => {
  const { double, app } = await openPage((fresh) => {
    fresh.adapters = [adapterNamed('a', 'First')];
  });
  await click(nav(app, 'Adapter'));
  await click(one(app, 'adapter-row button.name', 'First'));
  const field = one<HTMLInputElement>(app, 'adapter-row #rename');
  field.value = 'Wrong';
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  await settled();
  expect(double.calls.some((call) => call.startsWith('renameAdapter'))).toBe(false);
  expect(none(app, 'adapter-row #rename')).toBe(true);
});

test('without WebGPU the page says what to do, and starts nothing', async () => {
  const { double, app, bench } = await openPage((fresh) => {
    fresh.device = { ...fresh.device, usable: false, problem: noWebGpu };
  });
  expect(text(app, 'problem-note')).toContain('Open the page in Chrome or Edge');
  expect(one<HTMLButtonElement>(app, 'opening-screen button', 'Fine-tune the sample now').disabled).toBe(true);
  await dataOf(bench).openSample('ship-log');
  await bench.start();
  expect(double.settings).toBe(null);
});

test('a thread that throws or dies is a problem in words, never silence', async () => {
  const { app, bench, double } = await openPage();
  double.openSample = () => Promise.reject(new Error('port closed'));
  await dataOf(bench).openSample('ship-log');
  await settled();
  expect(text(app, 'data-panel problem-note')).toContain('port closed');
  bench.trainerFailed('out of memory');
  await settled();
  expect(
    all(app, '.page-problems problem-note')
      .map((note) => note.shadowRoot?.textContent)
      .join(),
  ).toContain('out of memory');
});

test('each panel has its address, and Back goes to the one before', async () => {
  const { app, bench } = await openPage();
  await click(nav(app, 'Model'));
  expect(location.hash).toMatch(/^#model\?task=/);
  expect(nav(app, 'Model').getAttribute('aria-current')).toBe('page');
  history.back();
  await expect.poll(() => bench.panel).toBe('data');
});

test('a setup is in the address: Back undoes none of it, a link brings another', async () => {
  const { app, bench } = await openPage();
  await click(nav(app, 'Train'));
  bench.editNumber('steps', '77');
  await expect.poll(() => location.hash).toContain('steps=77');
  history.back();
  await expect.poll(() => bench.panel).toBe('data');
  expect(bench.form.text.steps).toBe('77');
  await expect.poll(() => location.hash).toMatch(/^#data\?.*steps=77/);
  location.hash = '#freeze?task=text&steps=12&freeze=Nothing()&speed=9';
  await expect.poll(() => bench.form.text.steps).toBe('12');
  expect(bench.panel).toBe('freeze');
  expect(bench.form.freeze).toBe('Nothing()');
  expect(text(app, 'toast-note')).toContain('speed');
});

test('a page that is opened by a link has its setup', async () => {
  const { bench } = await openPage(() => history.replaceState(null, '', '#train?task=text&batchSize=3&model=ae_lora'));
  await expect.poll(() => bench.form.text.batchSize).toBe('3');
  expect(bench.panel).toBe('train');
  expect(bench.studio.model).toBe(null); // of another task
});

test('a link is followed also where the page is drawn before the trainer is asked for anything', async () => {
  history.replaceState(null, '', '#train?task=text&batchSize=3');
  const bench = new Workbench(new TrainerDouble(), views);
  const app = document.createElement('adaptab-app');
  app.bench = bench;
  document.body.append(app);
  onTestFinished(() => app.remove());
  await settled();
  await bench.open();
  await expect.poll(() => bench.form.text.batchSize).toBe('3');
});

test('the theme is remembered', async () => {
  const { app } = await openPage();
  await click(one(app, 'theme-switch button', 'Dark'));
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(localStorage.getItem('adaptab.theme')).toBe('dark');
  await click(one(app, 'theme-switch button', 'System'));
  expect(document.documentElement.dataset.theme).toBe(undefined);
});

test('an empty adapter list teaches how to get one', async () => {
  const { app, double } = await openPage();
  await click(nav(app, 'Adapter'));
  await click(one(app, 'adapter-panel button', 'Fine-tune the sample now'));
  await expect.poll(() => double.settings).not.toBe(null);
});
