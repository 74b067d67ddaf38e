import { expect, test } from 'vitest';
import { page as browser, userEvent } from 'vitest/browser';
import { duration } from '../../src/ui/words/format';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { refuse } from './trainer_double';

async function openFreeze(prepare?: Parameters<typeof openPage>[0]) {
  const opened = await openPage(prepare);
  opened.bench.show('freeze');
  await settled();
  await click(one(opened.app, 'freeze-details button', 'What fits'));
  return opened;
}

const table = (app: HTMLElement) => one(app, 'auto-table');
const asked = (calls: readonly string[]) => calls.filter((call) => call.startsWith('propose'));

test('one question, one click: the form takes all that the row says, and the note takes it back', async () => {
  const { app, bench, double } = await openFreeze();
  const before = bench.form;
  await click(one(table(app), 'button', 'What fits this device?'));
  expect(asked(double.calls)).toEqual(['propose null']);
  const rows = all(table(app), 'tbody tr');
  expect(rows).toHaveLength(3);
  expect(rows[0]?.textContent).toContain('Recommended');
  expect(rows[0]?.textContent).toContain('In use');
  expect(none(rows[0] as HTMLElement, 'button')).toBe(true);
  expect(rows[2]?.textContent).toContain('Needs 1.2 GB more: mostly saved activations.');
  expect(none(rows[2] as HTMLElement, 'button')).toBe(true);
  await click(one(rows[1] as HTMLElement, 'button', 'Use'));
  expect(bench.settings).toMatchObject({ freeze: 'Nothing()', batchSize: 1, accumulation: 4, recompute: true });
  expect(one<HTMLTextAreaElement>(app, 'freeze-editor textarea').value).toBe('Nothing()');
  await click(one(app, 'toast-note button', 'Undo'));
  expect(bench.form).toEqual(before);
});

test('before the start a run’s time is told, where it was measured for just these settings', async () => {
  const { app, bench } = await openFreeze();
  const told = () => one(app, 'plan-panel').shadowRoot?.querySelector('.time')?.textContent ?? null;
  bench.show('train');
  await settled();
  expect(told()).toBe(null);
  await bench.auto.ask(bench.settings!);
  await settled();
  const { secondsPerStep } = bench.auto.proposal!.rows[0]!;
  expect(told()).toContain(`About ${duration(60 * secondsPerStep!)} for 60 steps`);
  bench.editNumber('loraRank', '16');
  await settled();
  expect(told()).toBe(null); // it was measured for another size
});

test('in the actions task a row also decides about LoRA in the backbone', async () => {
  const { app, bench } = await openFreeze((double) => {
    const [base] = double.bases;
    if (base) double.bases = [base, { ...base, id: 'actions', task: 'actions', name: 'Small π0' }];
  });
  bench.switchTask('actions');
  await settled();
  await click(one(table(app), 'button', 'What fits this device?'));
  await click(one(all(table(app), 'tbody tr')[1] as HTMLElement, 'button', 'Use'));
  expect(bench.settings).toMatchObject({ freeze: 'Nothing()', backboneLora: true, recompute: true, batchSize: 1 });
  await click(one(app, 'toast-note button', 'Undo'));
  expect(bench.settings).toMatchObject({ backboneLora: false, recompute: false });
});

test('a budget is asked for as typed, by Enter too; what is no budget is said beside the field', async () => {
  const { app, double } = await openFreeze();
  const field = one<HTMLInputElement>(table(app), 'input');
  await type(field, 'a lot');
  expect(one(table(app), '.wrong').textContent).toContain('A number of megabytes');
  expect(one<HTMLButtonElement>(table(app), 'button', 'What fits').disabled).toBe(true);
  await type(field, '250');
  field.focus();
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(asked(double.calls)).toEqual(['propose 250000000']);
  expect(table(app).shadowRoot?.textContent).toContain('250 MB. The budget that you set.');
});

test('a table that was made for other settings says so', async () => {
  const { app, bench } = await openFreeze();
  await click(one(table(app), 'button', 'What fits this device?'));
  expect(none(table(app), '.stale')).toBe(true);
  bench.editNumber('batchSize', '16');
  await settled();
  expect(none(table(app), '.stale')).toBe(false);
});

test('a question that fails says why, in its place', async () => {
  const { app } = await openFreeze((double) => {
    double.proposal = refuse('A run is under way.', 'budget', 'State a budget.');
  });
  await click(one(table(app), 'button', 'What fits this device?'));
  expect(one(table(app), 'problem-note').shadowRoot?.textContent).toContain('A run is under way.');
});

test('a refused run offers settings that fit, and one click sets them', async () => {
  const { app, bench } = await openPage();
  const remedy = {
    name: 'Batch 2 with re-computation',
    settings: { freeze: bench.form.freeze, batchSize: 2, accumulation: 2, recompute: true },
  };
  const { freeze } = bench.form;
  bench.report('run', 'run', { what: 'The GPU refused 3 GB.', fix: 'It would take 310 MB.', remedy });
  await settled();
  const [button] = all(app, 'problem-note button').filter((found) => found.textContent?.includes('Use batch 2'));
  await click(button as HTMLElement);
  expect(bench.settings).toMatchObject({ freeze, batchSize: 2, accumulation: 2, recompute: true });
  expect(none(app, 'problem-note')).toBe(true);
});

test.each([1440, 360])('axe-core finds nothing, and nothing is wider than the page: %i px', async (width) => {
  await browser.viewport(width, 900);
  const { app } = await openFreeze();
  await click(one(table(app), 'button', 'What fits this device?'));
  for (const theme of ['light', 'dark']) {
    document.documentElement.dataset.theme = theme;
    await settled();
    expect(await faults(), theme).toEqual([]);
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth - clientWidth).toBe(0);
});
