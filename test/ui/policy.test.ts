import { expect, test } from 'vitest';
import { defaultActionsSettings } from '../../src/settings/defaults';
import type { OpenedModel, PassFrames, StoreSummary } from '../../src/worker/api';
import { FRAMES as ROOMY } from '../pass_frames';
import { actionsAdapterNamed, actionsBase, openLoopAt, recording } from './actions_double';
import { all, click, faults, none, one, openPage, settled } from './page';
import { catalogue, ok, planOf, refuse, type TrainerDouble } from './trainer_double';

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

const FRAMES: PassFrames = { ...ROOMY, freeBytes: 3e9 };

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
  await expect.poll(() => textOf(one(app, 'pass-plan'))).toContain('6.00 GB are needed on the disk');
  const said = textOf(one(app, 'pass-plan'));
  for (const words of ['400', '900 MB', '6.00 GB', 'room for 3.00 GB', 'not measured yet'])
    expect(said).toContain(words);
});

/** The base that ships, read layer by layer, and what the page says before the first step. */
async function openStreamed(prepare: (double: TrainerDouble) => void) {
  const page = await openModel((fresh) => {
    fresh.prefixes = { stores: [], freeBytes: 3e9 };
    prepare(fresh);
  });
  await click(one(page.app, 'task-switch button', 'Actions'));
  await click(one<HTMLInputElement>(page.app, 'own-policy input[type=checkbox]'));
  await expect.poll(() => none(page.app, 'pass-plan')).toBe(false);
  return { ...page, said: () => textOf(one(page.app, 'pass-plan')) };
}

const measured = (calls: readonly string[]) => calls.filter((call) => call === 'secondsPerFrame').length;

test('time: without a graphics card a frame is timed when a person asks; Auto’s speed, of other programs, does not count; another base is not measured yet', async () => {
  const { app, bench, double, said } = await openStreamed((fresh) => {
    fresh.openModel = async () => ok(POLICY);
    fresh.frameSeconds = ok(9);
  });
  await bench.auto.ask(bench.settings!);
  await settled();
  expect(said()).toContain('not measured yet');
  expect(measured(double.calls)).toBe(0);
  await click(one(app, 'pass-plan button', 'Measure'));
  expect(said()).toContain('about 1 h'); // 400 frames of 9 s
  await bench.models.open([{ path: 'x/model.safetensors', file: new File([], 'model.safetensors') }]);
  await expect.poll(said).toContain('not measured yet');
  double.frameSeconds = refuse('The GPU was lost.');
  await click(one(app, 'pass-plan button', 'Measure'));
  expect(textOf(one(app, 'pass-plan problem-note'))).toContain('The GPU was lost.');
});

test('time: a graphics card is timed by itself, once; after a pass it is as that took', async () => {
  const { bench, double, said } = await openStreamed((fresh) => {
    fresh.device = { ...fresh.device, software: false, name: 'A card' };
    fresh.frameSeconds = ok(9);
    fresh.passAnswer = () => FRAMES;
  });
  await expect.poll(said).toContain('about 1 h');
  bench.editNumber('steps', '61');
  await expect.poll(() => double.calls.filter((call) => call === 'plan').length).toBeGreaterThan(3);
  await settled();
  expect(measured(double.calls)).toBe(1);
  await bench.takeFolder([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  void bench.start();
  await expect.poll(() => bench.runs.active).toBe(true);
  const counted = { plannedBytes: 1, allocatedBytes: 1 };
  double.passAnswer = () => ({ ...FRAMES, kept: 100 });
  double.send([{ kind: 'pass', frames: 400, seconds: 800, flops: 4e13, ...counted }]);
  await settled();
  double.fail('It was stopped.', 'run', 'Start again.');
  bench.show('model');
  await expect.poll(said).toContain('about 10 min'); // 300 frames of 2 s
});

test('frames that are kept take neither disk nor time, and are no reason for "no room"', async () => {
  const { said } = await openStreamed((fresh) => {
    fresh.device = { ...fresh.device, software: false };
    fresh.frameSeconds = ok(9);
    fresh.passAnswer = () => ({ ...FRAMES, kept: 300, sure: false });
  });
  await expect.poll(said).toContain('300 of 400 frames are kept already.');
  for (const words of ['1.50 GB', 'about 15 min', 'if the files of the model are still those', 'room for 3.00 GB'])
    expect(said()).toContain(words);
  expect(said()).toContain('320 frames to learn from, spread evenly over the training episodes');
  expect(said()).not.toContain('are needed on the disk');
});

test('all frames kept: nothing is taken through, and no room is asked for', async () => {
  const { app, said } = await openStreamed((fresh) => {
    fresh.prefixes = { stores: [STORE], freeBytes: 0 };
    fresh.passAnswer = () => ({ ...FRAMES, kept: 400, freeBytes: 0 });
  });
  await expect.poll(said).toContain('400 of 400 frames are kept already.');
  expect(said()).toContain('none');
  expect(said()).not.toContain('room');
  expect(none(app, 'pass-plan button')).toBe(true);
});

test('frames of others make room; without cameras one frame of each task goes through', async () => {
  const { said } = await openStreamed((fresh) => {
    fresh.passAnswer = () => ({ ...FRAMES, ofFrame: false, freeBytes: 1e9, removableBytes: 5e9 });
  });
  await expect.poll(said).toContain('There is room for 1.00 GB. For 5.00 GB more, what is kept of other frames');
  expect(said()).toContain('one of each goes through');
});

test('what there is room and time for: a button each with its figures, which sets the number of frames, and a note that takes it back', async () => {
  const { app, bench, double, said } = await openStreamed((fresh) => {
    fresh.frameSeconds = ok(60);
    fresh.passAnswer = (settings, atMost) => {
      const few = 'frames' in settings && settings.frames !== undefined;
      const fewer = atMost.map((all) => (few ? null : { frames: all - 20, all, kept: 0 }));
      return { ...FRAMES, onDisk: few ? null : { frames: 150, all: 200, kept: 10 }, fewer };
    };
  });
  await expect.poll(() => none(app, 'pass-plan li', 'Learn from 150 frames')).toBe(false);
  expect(one(app, 'pass-plan li').textContent).toContain('2.85 GB on the disk');
  await click(one(app, 'pass-plan button', 'Measure'));
  await expect.poll(() => all(app, 'pass-plan li')).toHaveLength(2); // a night has time for 480, and there is no room for so many
  expect(double.calls).toContain('passFrames 60 480');
  expect(said()).toContain('900 MB on the disk · about 1 h');
  await click(one(app, 'pass-plan button', 'Learn from 150 frames'));
  expect(bench.settings).toMatchObject({ frames: 150 });
  await expect.poll(() => all(app, 'pass-plan li')).toHaveLength(0);
  await click(one(app, 'toast-note button', 'Undo'));
  expect(bench.settings).not.toHaveProperty('frames');
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
