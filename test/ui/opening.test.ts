import { afterEach, expect, test, vi } from 'vitest';
import { page as browser } from 'vitest/browser';
import { loadRecorded } from '../../src/ui/opening/load_recorded';
import type { RecordedRunElement } from '../../src/ui/opening/recorded-run';
import { speak } from '../../src/ui/words/language';
import { actionsBase, recording } from './actions_double';
import { all, click, faults, none, one, openPage, type Page, settled } from './page';
import { catalogue, ok } from './trainer_double';
import { dataOf, recordingOf } from './views';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  delete document.documentElement.dataset.theme;
});

/** The media feature as a person has set it; other questions are answered by the browser. */
function motion(reduced: boolean): void {
  const ask = window.matchMedia.bind(window);
  vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
    query.includes('reduced-motion') ? ({ matches: reduced } as MediaQueryList) : ask(query),
  );
}

const player = ({ app }: Page) => one<RecordedRunElement>(app, 'recorded-run');
const figure = (page: Page) => player(page).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const said = ({ app }: Page) => one(app, 'recorded-text').shadowRoot?.textContent ?? '';
const curves = (page: Page) => all(page.app, 'recorded-run loss-chart').length;

/** Waits until the recording is there. */
const loaded = (page: Page) => expect.poll(() => figure(page)).toContain('Step ');

async function robotPage(): Promise<Page> {
  const page = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
    double.recording = ok(recording);
  });
  page.bench.switchTask('actions');
  await settled();
  return page;
}

test('the first screen promises, offers one button, and plays a recording that begins again', async () => {
  motion(false);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const page = await openPage();
  expect(one(page.app, 'opening-screen h2').textContent).toMatch(/Fine-tune a model in this tab.*Nothing leaves it/s);
  expect(all(page.app, 'opening-screen button.primary')).toHaveLength(1);
  await vi.waitFor(() => expect(figure(page)).toContain('Step 0 of 60'));
  expect(said(page)).not.toContain('Ship');
  await vi.advanceTimersByTimeAsync(5000);
  await settled();
  expect(figure(page)).toMatch(/Step (29|30|31) of 60/);
  expect(said(page)).toContain('Ship');
  await vi.advanceTimersByTimeAsync(5200);
  await settled();
  expect(figure(page)).toContain('Step 60 of 60');
  await vi.advanceTimersByTimeAsync(4100);
  await settled();
  expect(figure(page)).toMatch(/Step [0-3] of 60/);
});

test('the recording pauses and goes on, and says what it is', async () => {
  motion(false);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const page = await openPage();
  await vi.waitFor(() => expect(figure(page)).toContain('Step 0 of 60'));
  await vi.advanceTimersByTimeAsync(3000);
  await settled();
  await click(one(page.app, 'recorded-run button', 'Pause'));
  const paused = figure(page).match(/Step \d+/)?.[0];
  await vi.advanceTimersByTimeAsync(30_000);
  await settled();
  expect(figure(page)).toContain(`${paused} of 60`);
  await click(one(page.app, 'recorded-run button', 'Play'));
  await vi.advanceTimersByTimeAsync(1000);
  await settled();
  expect(figure(page)).not.toContain(`${paused} of 60`);
  expect(figure(page)).toMatch(/recorded on \d+ \w+ \d{4}: 60 steps took .* on a software GPU/);
});

test('who wants no motion sees its end, and may play it', async () => {
  motion(true);
  const page = await openPage();
  await loaded(page);
  expect(figure(page)).toContain('Step 60 of 60');
  expect(curves(page)).toBe(1);
  await click(one(page.app, 'recorded-run button', 'Play'));
  await expect.poll(() => figure(page)).toMatch(/Step [1-9] of 60/);
});

test('it is gone once data are open, and once a run is on', async () => {
  motion(true);
  const { app, bench, double } = await openPage();
  expect(none(app, 'opening-screen')).toBe(false);
  await dataOf(bench).addFiles([new File(['a'], 'tickets.jsonl')]);
  await settled();
  expect(none(app, 'opening-screen')).toBe(true);
  await dataOf(bench).close();
  await settled();
  expect(none(app, 'opening-screen')).toBe(false);
  await click(one(app, 'opening-screen button', 'Fine-tune the sample now'));
  await expect.poll(() => double.settings).not.toBe(null);
  await dataOf(bench).close();
  bench.show('data');
  await settled();
  expect(none(app, 'opening-screen')).toBe(true);
  expect(none(app, 'run-strip')).toBe(false);
});

test('the robot has its own recording: errors of its joints, and one of them moving', async () => {
  motion(true);
  const page = await robotPage();
  await expect.poll(() => figure(page)).toContain('Step 100 of 100');
  await settled();
  expect(all(page.app, 'recorded-joints svg.bar')).toHaveLength(6);
  expect(none(page.app, 'recorded-joints path.line-predicted')).toBe(false);
  await recordingOf(page.bench).open([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  await settled();
  expect(none(page.app, 'opening-screen')).toBe(true);
});

test('a recording that cannot be loaded says so in its place, and the rest goes on', async () => {
  motion(true);
  vi.spyOn(window, 'fetch').mockResolvedValue(new Response('{"task":"text"}'));
  const page = await openPage();
  await expect.poll(() => figure(page)).toContain('The recorded run could not be loaded.');
  expect(none(page.app, 'recorded-run button')).toBe(true);
  expect(one<HTMLButtonElement>(page.app, 'opening-screen button', 'Fine-tune').disabled).toBe(false);
});

test('nothing moves when the recording comes', async () => {
  await browser.viewport(1280, 800);
  motion(true);
  const { app } = await openPage((double) => void double);
  const recorded = one<RecordedRunElement>(app, 'recorded-run');
  await expect.poll(() => recorded.shadowRoot?.querySelector('button')).not.toBe(null);
  await settled();
  const full = recorded.offsetHeight;
  vi.spyOn(window, 'fetch').mockReturnValue(new Promise(() => undefined)); // on its way
  const empty = document.createElement('recorded-run') as RecordedRunElement;
  empty.bench = recorded.bench;
  recorded.parentNode?.append(empty);
  await settled();
  expect(empty.shadowRoot?.querySelector('button')).toBe(null);
  expect(Math.abs(empty.offsetHeight - full)).toBeLessThan(2);
});

test.each([
  ['light', 1280, 'text'],
  ['dark', 1280, 'actions'],
  ['dark', 360, 'text'],
  ['light', 360, 'actions'],
  ['light', 760, 'actions'],
] as const)(
  'axe-core finds nothing on the first screen, and nothing is wider than it: %s, %i px, %s',
  async (theme, width, task) => {
    await browser.viewport(width, 800);
    document.documentElement.dataset.theme = theme;
    motion(true);
    const page = await robotPage();
    page.bench.switchTask(task);
    await loaded(page);
    await settled();
    expect(await faults()).toEqual([]);
    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth - clientWidth).toBe(0);
  },
);

test('the model’s text stays as it is in another language', async () => {
  motion(true);
  const page = await openPage();
  await loaded(page);
  await speak('zh');
  page.bench.changed();
  await settled();
  await expect.poll(() => figure(page)).toContain('第 60 / 60 步');
  await settled();
  expect(said(page)).toMatch(/基座.*Ship/s);
  await speak('en');
});

test('what is no recording of the task is refused', async () => {
  vi.spyOn(window, 'fetch').mockResolvedValue(new Response('', { status: 404 }));
  await expect(loadRecorded('text')).rejects.toThrow('404');
});
