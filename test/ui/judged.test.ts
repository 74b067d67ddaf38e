import { expect, test } from 'vitest';
import type { Problem, TaskSettings } from '../../src/worker/api';
import { all, click, faults, none, one, openPage, type Page, settled, type } from './page';
import { adapterNamed, eventsOf, historyOf, planOf } from './trainer_double';

const shownIn = (app: HTMLElement, selector: string) =>
  one(app, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const nav = (app: HTMLElement, name: string) => one(app, 'path-nav button', name);

const TOO_LONG: Problem = {
  what: 'Window cannot be 512: this base takes 256 at most.',
  where: 'Window',
  fix: 'Choose a whole number from 2 to 256.',
  setting: { name: 'sequenceLength' },
};

/** A trainer that refuses some settings when it plans them. */
const refusing = (isRefused: (settings: TaskSettings) => boolean, problem: Problem) =>
  openPage((double) => {
    double.planAnswer = (settings) =>
      isRefused(settings) ? { ok: false, problem } : { ok: true, value: planOf(settings) };
  });

const isLong = (settings: TaskSettings) => settings.task === 'text' && settings.sequenceLength > 256;

/** The input of a field of a panel. */
function inputOf(app: HTMLElement, panel: string, label: string, nth = 0): HTMLInputElement {
  const fields = all(app, `${panel} number-field`).filter(
    (field) => field.shadowRoot?.querySelector('label')?.textContent === label,
  );
  const input = fields[nth]?.shadowRoot?.querySelector('input');
  if (!input) throw new Error(`${panel} has no field ${label}`);
  return input;
}

/** Which element has the focus, inside all shadow roots. */
function focused(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

/** Types a number that the trainer refuses, and waits for its answer. */
async function refused({ app, bench }: Page, text: string): Promise<HTMLInputElement> {
  await click(nav(app, 'Train'));
  const field = inputOf(app, 'train-panel', 'Window');
  await type(field, text);
  await expect.poll(() => bench.plans.problem).not.toBeNull();
  await settled();
  return field;
}

test('what the trainer refuses of a number is said and marked at its field, and nowhere under Freeze', async () => {
  const page = await refusing(isLong, TOO_LONG);
  const { app, bench } = page;
  const field = await refused(page, '512');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  const [host] = all(app, 'train-panel number-field').filter((one) => one.shadowRoot?.contains(field));
  expect(host?.shadowRoot?.querySelector('.wrong')?.textContent).toBe(`${TOO_LONG.what} ${TOO_LONG.fix}`);
  expect(nav(app, 'Train').textContent).toContain('1 field to correct');
  expect(nav(app, 'Freeze').textContent).not.toContain('error');
  await click(nav(app, 'Freeze'));
  expect(none(app, 'freeze-panel problem-note')).toBe(true);
  await click(nav(app, 'Train'));
  await type(inputOf(app, 'train-panel', 'Window'), '128');
  await expect.poll(() => bench.plans.problem).toBeNull();
  await settled();
  expect(inputOf(app, 'train-panel', 'Window').getAttribute('aria-invalid')).toBe('false');
});

test('a start that is refused leads to the field, from whichever panel', async () => {
  const page = await refusing(isLong, TOO_LONG);
  const { app, bench, double } = page;
  await click(one(app, 'data-panel button', 'Only open'));
  await refused(page, '512');
  await click(nav(app, 'Data'));
  await bench.start();
  await settled();
  expect(bench.panel).toBe('train');
  expect(focused()).toBe(inputOf(app, 'train-panel', 'Window'));
  expect(double.settings).toBeNull();
});

test('a number that the page itself refuses is named, and has the focus', async () => {
  const { app, bench } = await openPage();
  await click(one(app, 'data-panel button', 'Only open'));
  await click(nav(app, 'Train'));
  await type(inputOf(app, 'train-panel', 'Window'), '9000');
  const said = inputOf(app, 'train-panel', 'Window').getRootNode() as ShadowRoot;
  expect(said.querySelector('.wrong')?.textContent).toBe('Use 8192 or less.');
  await type(inputOf(app, 'train-panel', 'Learning rate'), '1e999');
  await bench.start();
  await settled();
  expect(shownIn(app, 'train-panel problem-note')).toContain('not usable yet: Window, Learning rate.');
  expect(focused()).toBe(inputOf(app, 'train-panel', 'Window'));
  await type(inputOf(app, 'train-panel', 'Window'), '64');
  expect(none(app, 'train-panel problem-note')).toBe(true); // it may be put right by now
});

test('of a later stage, its own field is marked and led to', async () => {
  const problem: Problem = {
    what: 'Learning rate cannot be 0.9.',
    where: 'stage 2 of 2, Learning rate',
    setting: { name: 'learningRate', stage: 1 },
  };
  const { app, bench } = await refusing(({ stages }) => stages.length > 0, problem);
  await click(one(app, 'data-panel button', 'Only open'));
  await click(nav(app, 'Train'));
  const { freeze } = bench.form;
  bench.edit({ stages: [{ steps: '5', learningRate: '0.9', freeze }] });
  await expect.poll(() => bench.plans.problem).not.toBeNull();
  await bench.start();
  await settled();
  await settled();
  const second = inputOf(app, 'stages-editor', 'Learning rate', 1);
  expect(focused()).toBe(second);
  expect(second.getAttribute('aria-invalid')).toBe('true');
  expect(inputOf(app, 'stages-editor', 'Learning rate', 0).getAttribute('aria-invalid')).toBe('false');
  expect(inputOf(app, 'train-panel', 'Learning rate').getAttribute('aria-invalid')).toBe('false');
});

/** Trains the sample for `steps` steps. */
async function training(steps: number) {
  const page = await openPage();
  await click(one(page.app, 'opening-screen button', 'Fine-tune the sample now'));
  await expect.poll(() => page.double.settings).not.toBe(null);
  const settings = page.double.settings as TaskSettings;
  page.double.send(eventsOf(settings, 0, steps));
  await settled();
  return { ...page, settings };
}

const TOO_HIGH: Problem = {
  what: 'The adapter is worse than no adapter: held-out loss 6.3016 with it (step 12), 4.8287 without; likely because the learning rate of 0.3 is too high.',
  where: 'Learning rate',
  fix: 'Start again with a lower learning rate: 0.01, the usual one.',
  setting: { name: 'learningRate' },
};

test('a run that is worse than its base is never called the best, and its end says so, why, and where to change it', async () => {
  const { app, double, bench } = await training(0);
  const evaluated = { count: 64, of: 517 };
  double.send([
    { kind: 'heldout', step: 0, loss: 4.8287, best: false, aboveBase: false, evaluated },
    { kind: 'heldout', step: 12, loss: 6.3016, best: false, aboveBase: true, evaluated },
  ]);
  await settled();
  expect(shownIn(app, 'run-panel')).toContain('Held-out loss on 64 of the 517 windows that are held out');
  const details = one<HTMLDetailsElement>(app, 'loss-table details');
  details.open = true;
  await settled();
  await settled();
  const best = all(app, 'loss-table .best').map((cell) => cell.textContent);
  expect(best).toEqual(['best: 4.829']); // the base
  const history = {
    ...historyOf(bench.runs.state.settings as TaskSettings, 12),
    heldout: [{ step: 12, loss: 6.3016 }],
  };
  double.finish('finished', 12, {
    baselineHeldout: 4.8287,
    heldout: 6.3016,
    keptStep: 12,
    verdict: { outcome: 'worse', problem: TOO_HIGH },
    history,
  });
  await expect.poll(() => bench.runs.state.status).toBe('ended');
  await settled();
  const said = shownIn(app, 'run-panel');
  expect(said).toContain('Held-out loss 4.829 → 6.302 (+31 %)');
  expect(said).toContain('Weights of step 12 kept, the least bad of the run, though worse than the base');
  const note = one(app, 'run-panel .after problem-note');
  expect(note.shadowRoot?.textContent).toContain('worse than no adapter');
  await click(one(note, 'button', 'Go to Learning rate'));
  expect(focused()).toBe(inputOf(app, 'train-panel', 'Learning rate'));
  expect(await faults()).toEqual([]);
});

test('what is wrong with a run is shown beside it as soon as it is told', async () => {
  const { app, double } = await training(3);
  double.send([{ kind: 'problem', problem: { ...TOO_HIGH, what: 'The gradient has been exactly 0 since step 2.' } }]);
  await settled();
  expect(shownIn(app, 'run-panel problem-note')).toContain('exactly 0 since step 2');
});

test('nothing held out: the page says that, and never prints what is no number', async () => {
  const { app, double, bench, settings } = await training(0);
  double.send([...eventsOf(settings, 0, 9)].filter(({ kind }) => kind !== 'heldout'));
  await settled();
  const nothing = { baselineHeldout: Number.NaN, heldout: Number.NaN };
  const verdict = { outcome: 'unmeasured', problem: { what: 'Nothing tells whether it is better.' } } as const;
  const history = { ...historyOf(settings, 9), heldout: [], evaluated: { count: 0, of: 0 } };
  double.finish('finished', 9, { ...nothing, verdict, history });
  await expect.poll(() => bench.runs.state.status).toBe('ended');
  await settled();
  bench.adapters.list = bench.adapters.list.map((adapter) => ({ ...adapter, ...nothing }));
  expect(shownIn(app, 'run-panel')).toContain('Nothing was held out, so nothing was measured.');
  const stage = all(app, '*').map((element) => element.shadowRoot?.textContent ?? '');
  expect(stage.join(' ')).not.toMatch(/NaN|not finite/);
  await click(nav(app, 'Adapter'));
  expect(shownIn(app, 'adapter-row')).toContain('nothing held out · 60 steps');
  const everything = all(app, '*').map((element) => element.shadowRoot?.textContent ?? '');
  expect(everything.join(' ')).not.toMatch(/NaN|not finite/);
});

test('an adapter that is worse than no adapter says so in its row', async () => {
  const worse = { ...adapterNamed('a', 'Bad'), baselineHeldout: 4.8, heldout: 6.3 };
  const { app } = await openPage((double) => {
    double.adapters = [worse, adapterNamed('b', 'Good')];
  });
  await click(nav(app, 'Adapter'));
  const rows = all(app, 'adapter-row').map((row) => row.shadowRoot?.textContent ?? '');
  expect(rows.map((row) => row.includes('Worse than no adapter'))).toEqual([true, false]);
});
