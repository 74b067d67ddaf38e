import { expect, test } from 'vitest';
import { page as browser, userEvent } from 'vitest/browser';
import { actionsBase, recording } from './actions_double';
import { all, click, faults, none, one, openPage, type Page, settled, type } from './page';
import { catalogue, eventsOf, ok, refuse } from './trainer_double';
import { actionsFormOf, recordingOf } from './views';

async function actionsPage(): Promise<Page> {
  const page = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
    double.recording = ok(recording);
  });
  page.bench.switchTask('actions');
  await recordingOf(page.bench).open([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  page.bench.show('train');
  await settled();
  await click(one(page.app, 'stages-editor summary'));
  return page;
}

/** Until the plan has followed the form. */
const planned = ({ bench }: Page, stages: number) =>
  expect.poll(() => bench.plans.plan?.stages?.length ?? 1).toBe(stages);

const names = ({ app }: Page) => all<HTMLSelectElement>(app, 'stages-editor select').map((field) => field.value);

test('stages are added, edited, moved and removed with the keyboard; each states its bytes', async () => {
  const page = await actionsPage();
  const { app, bench } = page;
  expect(names(page)).toEqual(['projections']);
  const add = one<HTMLButtonElement>(app, 'stages-editor button', 'Add a stage');
  add.focus();
  await userEvent.keyboard('{Enter}');
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(names(page)).toEqual(['projections', 'everywhere', 'loraOnly']);
  expect(actionsFormOf(bench).actions.backboneLora).toBe(true);
  await planned(page, 3);
  await settled();
  const takes = all(app, 'stages-editor .takes').map((line) => line.textContent ?? '');
  expect(takes.map((line) => /\d\.?\d* MB/.test(line))).toEqual([true, true, true]);
  expect(takes.filter((line) => line.includes('The most of all stages'))).toHaveLength(1);
  expect(one(app, 'stages-editor summary').textContent).toContain('3 stages, 300 steps');

  one<HTMLButtonElement>(app, 'stages-editor button', 'Move stage 3 up').focus();
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(names(page)).toEqual(['projections', 'loraOnly', 'everywhere']);
  const editor = one(app, 'stages-editor');
  expect(editor.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Move stage 2 up');
  expect(one(app, 'stages-editor .said').textContent).toBe('What was stage 3 is now stage 2.');
  await userEvent.keyboard('{Enter}');
  await settled();
  expect(names(page)).toEqual(['loraOnly', 'projections', 'everywhere']);
  expect(bench.form.freeze).toBe('Not(PathRegex(".*lora.*"))');
  expect(editor.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Move stage 1 down');

  await click(one(app, 'stages-editor button', 'Remove stage 2'));
  expect(names(page)).toEqual(['loraOnly', 'everywhere']);
  expect(bench.settings?.stages).toHaveLength(1);
}, 60_000);

test('a wrong number or filter of a later stage keeps the run from starting, in words', async () => {
  const page = await actionsPage();
  const { app, bench, double } = page;
  await click(one(app, 'stages-editor button', 'Add a stage'));
  const numbers = all(app, 'stages-editor number-field input');
  await type(numbers[2] as HTMLElement, 'many');
  expect(bench.settings).toBe(null);
  await bench.start();
  await settled();
  expect(double.settings).toBe(null);
  expect(none(app, 'train-panel problem-note p', 'not usable')).toBe(false);
  await type(numbers[2] as HTMLElement, '7');
  expect(bench.settings?.stages).toMatchObject([{ steps: 7 }]);
  double.planAnswer = () => refuse('Expected “)” here.', 'stage 2 of 2, column 4', 'Close the bracket.');
  await type(one(app, 'stages-editor textarea', 'Freeze filter of stage 2'), 'All(');
  await expect.poll(() => bench.plans.problem).not.toBe(null);
  await settled();
  expect(all(app, 'stages-editor problem-note')[0]?.shadowRoot?.textContent).toContain('stage 2 of 2, column 4');
}, 60_000);

test.each([
  ['light', 1440],
  ['dark', 360],
] as const)(
  'a staged run: its stage, the marks, memory before and after; axe-core finds nothing: %s, %i px',
  async (theme, width) => {
    await browser.viewport(width, 900);
    document.documentElement.dataset.theme = theme;
    const page = await actionsPage();
    const { app, bench, double } = page;
    await click(one(app, 'stages-editor button', 'Add a stage'));
    await planned(page, 2);
    await settled();
    expect(await faults()).toEqual([]);
    const { scrollWidth, clientWidth } = document.documentElement;
    expect(scrollWidth - clientWidth).toBe(0);

    void bench.start();
    await expect.poll(() => double.settings).not.toBe(null);
    if (double.settings) double.send([...eventsOf(double.settings, 0, 150)]);
    await expect.poll(() => bench.runs.state.step).toBe(150);
    await settled();
    expect(all(app, 'run-panel .figures')[0]?.textContent).toContain('Stage 2 of 2 · Step 150 of 200');
    expect(one(app, 'loss-chart .plot').getAttribute('aria-label')).toContain('Stage 2 begins after step 100.');
    expect(one(app, 'memory-log .change').textContent).toMatch(
      /Stage 1 → 2, after step 100: .* MB → .* MB \(\+.* MB\)/,
    );
    await click(one(app, 'memory-log summary'));
    expect(all(app, 'memory-log tbody tr')).toHaveLength(3);
    if (!none(app, 'run-strip button', 'Show the run')) await click(one(app, 'run-strip button', 'Show the run'));
    expect(await faults()).toEqual([]);
    double.finish();
    await expect.poll(() => bench.runs.state.status).toBe('ended');
    await settled();
    const [, last] = all(app, 'memory-log .change');
    expect(last?.textContent).toMatch(/^After the run: .* MB → 0 B$/);
    await click(one(app, 'run-panel button', 'memory.csv'));
    expect(double.calls).toContain('exportAdapter made memory');
  },
  60_000,
);
