import { expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import { panels } from '../../src/ui/bench/workbench';
import { faults, openPage, settled } from './page';
import { adapterNamed, eventsOf, refuse, unfinishedOf } from './trainer_double';
import { dataOf } from './views';

test.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 360],
  ['dark', 360],
] as const)(
  'axe-core finds nothing on any panel: %s, %i px',
  async (theme, width) => {
    await browser.viewport(width, 900);
    document.documentElement.dataset.theme = theme;
    const { bench, double } = await openPage((fresh) => {
      fresh.adapters = [adapterNamed('a', 'First')];
    });
    if (!bench.settings) throw new Error('no settings');
    double.unfinished = [unfinishedOf(bench.settings, 20)];
    await bench.runs.refreshUnfinished();
    await bench.take([new File(['b'], 'answers.csv')]);
    for (const panel of panels) {
      bench.show(panel);
      await settled();
      expect(await faults(), panel).toEqual([]);
      const { scrollWidth, clientWidth } = document.documentElement;
      expect(scrollWidth - clientWidth, `${panel} is wider than the page`).toBe(0);
    }
  },
  60_000,
);

test('axe-core finds nothing during a run, after it, and where things are wrong', async () => {
  await browser.viewport(1440, 900);
  const { bench, double } = await openPage();
  await dataOf(bench).openSample('ship-log');
  void bench.start();
  await expect.poll(() => double.settings).not.toBe(null);
  if (double.settings)
    double.send([
      ...eventsOf(double.settings, 0, 30),
      { kind: 'skipped', step: 31, reason: 'the loss was no number.' },
    ]);
  await settled();
  expect(await faults()).toEqual([]);
  double.finish();
  await expect.poll(() => bench.runs.state.status).toBe('ended');
  await settled();
  expect(await faults()).toEqual([]);
  double.planAnswer = () => refuse('A bracket is missing.', 'column 7', 'Close it.');
  bench.edit({ freeze: 'All(' });
  bench.editNumber('steps', 'many');
  bench.show('train');
  await bench.start();
  await settled();
  expect(await faults()).toEqual([]);
}, 60_000);
