import { expect, test } from 'vitest';
import { defaultActionsSettings } from '../../src/settings/defaults';
import type { OpenedModel, StoreSummary } from '../../src/worker/api';
import { actionsAdapterNamed, actionsBase, openLoopAt, recording } from './actions_double';
import { all, click, faults, none, one, openPage, settled } from './page';
import { catalogue, ok, planOf, type TrainerDouble } from './trainer_double';

/* A model that is read layer by layer: one that a person brought, or the base that ships where they ask for it. */

const POLICY: OpenedModel = {
  ...actionsBase,
  id: 'model-1',
  name: 'pi0-mine',
  task: 'actions',
  family: 'π0',
  naming: 'LeRobot',
  depth: 18,
  width: 2048,
  fileBytes: 6.5e9,
  copyBytes: 6.6e9,
  storedAs: ['BF16'],
  template: null,
  notes: [{ what: 'There is no tokenizer.json: nothing says how text becomes tokens.', fix: 'Add it.' }],
  actions: { cameras: ['wrist'], horizon: 50, promptLength: 48, normalization: 'z-score', streamed: true },
};

const PASS = {
  plannedBytes: 9e8,
  byKind: planOf(defaultActionsSettings).byKind,
  diskBytes: 6e9,
  frames: 400,
  flops: 4e13,
};

const STORE: StoreSummary = {
  id: 's',
  label: { model: 'pi0-mine', recording: 'sample_arm' },
  key: null,
  records: 400,
  bytes: 6e9,
  lastUsed: Date.now(),
  inUse: false,
};

async function openModel(prepare: (double: TrainerDouble) => void) {
  localStorage.removeItem('adaptab.task');
  const page = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
    double.recording = ok(recording);
    double.planAnswer = (settings) =>
      ok({ ...planOf(settings), ...('streamed' in settings && settings.streamed ? { pass: PASS } : {}) });
    prepare(double);
  });
  page.bench.show('model');
  await settled();
  return page;
}

const textOf = (element: HTMLElement) => element.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';

test('a policy that is opened while text is shown: its task is, what is known of it is said, and it is read layer by layer', async () => {
  const { app, bench, double } = await openModel((fresh) => {
    fresh.openModel = async () => ok(POLICY);
    fresh.adapters = [{ ...actionsAdapterNamed('a', 'Mine'), base: POLICY.id }];
  });
  expect(bench.task).toBe('text');
  await bench.models.open([{ path: 'x/model.safetensors', file: new File([], 'model.safetensors') }]);
  await settled();
  expect(bench.task).toBe('actions');
  const said = textOf(one(app, 'own-policy'));
  for (const words of ['pi0-mine: π0 with names of LeRobot', '6.50 GB of files', 'There is no tokenizer.json'])
    expect(said).toContain(words);
  for (const words of ['50 actions', 'wrist', 'Mean and deviation'])
    expect(textOf(one(app, 'model-panel'))).toContain(words);
  const layers = one<HTMLInputElement>(app, 'own-policy input[type=checkbox]');
  expect([layers.checked, layers.disabled]).toEqual([true, true]);
  expect(bench.settings).toMatchObject({ base: 'model-1', streamed: true });
  await expect.poll(() => none(app, 'pass-plan')).toBe(false);

  await bench.takeFolder([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  bench.show('adapter');
  await settled();
  const button = () => one<HTMLButtonElement>(app, 'adapter-row button', 'Try');
  let end = (): void => undefined;
  double.openLoop = openLoopAt(40);
  double.whileTrying = async (tell) => {
    tell({ kind: 'problem', problem: { what: 'The frames that are kept belong to other weights.' } });
    tell({ kind: 'phase', phase: 'frames', done: 90, of: 360, layers: 45, secondsLeft: 125 });
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  await click(button());
  await settled();
  const panel = () => textOf(one(app, 'adapter-panel'));
  for (const words of ['Taking 8 frames through 45 layers of the model: 25 % done', '2 min'])
    expect(panel()).toContain(words);
  expect(textOf(one(app, 'adapter-panel problem-note'))).toContain('belong to other weights');
  expect([
    button().disabled,
    one<HTMLProgressElement>(app, 'adapter-panel progress[aria-label^="Predicting"]').position,
  ]).toEqual([true, 0.25]);
  await click(one(app, 'adapter-panel button', 'Stop'));
  await settled();
  expect(double.calls).toContain('stopEvaluating');
  expect([button().disabled, none(app, 'adapter-panel progress[aria-label^="Predicting"]')]).toEqual([false, true]);
  end();
  await settled();
  expect(none(app, 'adapter-panel open-loop')).toBe(true); // what was stopped and ended all the same is not shown

  double.whileTrying = null;
  await click(button());
  await settled();
  expect(textOf(one(app, 'adapter-panel open-loop'))).toContain('with Mine');
});

test('a policy that brings statistics says so, and a run takes them where a person chooses them and they are of such a robot', async () => {
  const row = (numbers: number) => ({ mean: new Array(numbers).fill(1), std: new Array(numbers).fill(2) });
  const withStats = (numbers: number): OpenedModel => ({
    ...POLICY,
    id: `model-${numbers}`,
    actions: { ...POLICY.actions!, state: 'measured', stats: { state: row(numbers), actions: row(numbers) } },
  });
  let next = POLICY;
  const { app, bench } = await openModel((fresh) => {
    fresh.openModel = async () => ok(next);
  });
  const open = async (model: OpenedModel) => {
    next = model;
    await bench.models.open([{ path: 'x/model.safetensors', file: new File([], 'model.safetensors') }]);
    await settled();
  };
  const toData = async () => {
    bench.show('data');
    await settled();
  };
  const said = () => textOf(one(app, 'learning-choices'));
  const select = () => one<HTMLSelectElement>(app, 'learning-choices select#statistics');
  const own = () => [...select().options].find(({ value }) => value === 'checkpoint')!;
  await open(POLICY);
  expect(textOf(one(app, 'own-policy'))).not.toContain('statistics');
  await bench.takeFolder([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  await toData();
  expect(none(app, 'learning-choices select#statistics')).toBe(true);

  await open(withStats(6));
  expect(textOf(one(app, 'own-policy'))).toContain('It brings the statistics that it was trained with.');
  await toData();
  expect([select().value, own().disabled]).toEqual(['recording', false]);
  expect(said()).toContain('compute_norm_stats');
  expect(bench.settings).not.toHaveProperty('statistics');
  select().value = 'checkpoint';
  select().dispatchEvent(new Event('change', { bubbles: true, composed: true }));
  await settled();
  expect(said()).toContain('so that numbers mean to it what they did');
  expect(bench.settings).toMatchObject({ statistics: 'checkpoint' });
  expect(await faults()).toEqual([]);

  await open(withStats(7));
  await toData();
  expect(own().disabled).toBe(true);
  expect(said()).toContain('of 7 numbers of a state, and there are 6.');
  await open(POLICY);
  expect(bench.settings).not.toHaveProperty('statistics'); // which it does not bring
});

test('the base that ships is read so where a person asks for it; the plan has both phases, and says what does not fit', async () => {
  const { app, bench } = await openModel((fresh) => {
    fresh.prefixes = { stores: [], freeBytes: 3e9 };
  });
  await click(one(app, 'task-switch button', 'Actions'));
  const layers = one<HTMLInputElement>(app, 'own-policy input[type=checkbox]');
  expect([layers.checked, layers.disabled]).toEqual([false, false]);
  expect(none(app, 'pass-plan')).toBe(true);
  await click(layers);
  expect(bench.settings).toMatchObject({ streamed: true });
  await expect.poll(() => none(app, 'pass-plan')).toBe(false);
  await expect.poll(() => textOf(one(app, 'pass-plan'))).toContain('that is enough for 200 frames');
  const said = textOf(one(app, 'pass-plan'));
  for (const words of ['400', '900 MB', '6.00 GB', 'not measured yet']) expect(said).toContain(words);
  await bench.auto.ask(bench.settings!);
  await settled();
  expect(textOf(one(app, 'pass-plan'))).not.toContain('not measured yet');
});

test('kept frames: of what, how many, how large, when; one that is in use stays, another goes', async () => {
  const { app, double } = await openModel((fresh) => {
    fresh.prefixes = { stores: [STORE, { ...STORE, id: 't', inUse: true, label: null }], freeBytes: 3e9 };
  });
  await click(one(app, 'task-switch button', 'Actions'));
  await expect.poll(() => all(app, 'kept-prefixes li')).toHaveLength(2);
  const said = textOf(one(app, 'kept-prefixes'));
  for (const words of ['pi0-mine · sample_arm', '400 frames · 6.00 GB', '12.0 GB in all', 'in use'])
    expect(said).toContain(words);
  const [first, second] = all<HTMLButtonElement>(app, 'kept-prefixes button');
  expect(second!.disabled).toBe(true);
  double.prefixes = { ...double.prefixes, stores: double.prefixes.stores.slice(1) };
  await click(first!);
  expect(double.calls).toContain('removePrefixes s');
  await expect.poll(() => all(app, 'kept-prefixes li')).toHaveLength(1);
});
