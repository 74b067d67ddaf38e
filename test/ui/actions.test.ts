import { expect, test } from 'vitest';
import { page as browser } from 'vitest/browser';
import { defaultActionsSettings } from '../../src/settings/defaults';
import type { ActionsForm } from '../../src/ui/actions/kind';
import { RecordingPanel } from '../../src/ui/actions/recording-panel';
import { views } from '../../src/ui/app/views';
import { filesOf } from '../../src/ui/bench/dropped_files';
import { panels, Workbench } from '../../src/ui/bench/workbench';
import type { ActionsSettings } from '../../src/worker/api';
import {
  actionsAdapterNamed,
  actionsBase,
  actionsEventsOf,
  openLoopAt,
  recording,
  withFootage,
} from './actions_double';
import { all, click, faults, none, one, openPage, settled, type } from './page';
import { adapterNamed, catalogue, ok, refuse, TrainerDouble, unfinishedOf } from './trainer_double';
import { actionsFormOf, dataOf, recordingOf, textOf } from './views';

const text = (app: HTMLElement, selector: string) =>
  one(app, selector).shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const files = () => [
  { path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') },
  { path: 'cubes/data/chunk-000/file-000.parquet', file: new File(['x'], 'file-000.parquet') },
];

/** The page of the actions task, whatever an earlier test left behind. */
async function openActions(prepare: (double: TrainerDouble) => void = () => undefined) {
  localStorage.removeItem('adaptab.task');
  const page = await openPage((double) => {
    double.bases = [...catalogue.bases, actionsBase];
    double.recording = ok(recording);
    withFootage(double);
    prepare(double);
  });
  await click(one(page.app, 'task-switch button', 'Actions'));
  return page;
}

/** An actions run with `steps` steps done. */
async function running(steps: number) {
  const page = await openActions();
  await page.bench.takeFolder(files());
  await settled();
  await click(one(page.app, 'recording-panel button', 'Fine-tune on this recording'));
  await expect.poll(() => page.double.settings).not.toBe(null);
  const settings = page.double.settings as ActionsSettings;
  page.double.send(actionsEventsOf(settings, 0, steps));
  await settled();
  return { ...page, settings };
}

test('without a base for actions there is no switch and no word of the task', async () => {
  localStorage.setItem('adaptab.task', 'actions');
  const { app, bench, double } = await openPage((fresh) => {
    fresh.adapters = [adapterNamed('a', 'First')];
  });
  expect(none(app, 'task-switch button')).toBe(true);
  expect(bench.task).toBe('text');
  bench.show('adapter');
  await settled();
  expect(text(app, 'adapter-row')).not.toContain('Text');
  expect(double.calls.filter((call) => call.startsWith('unfinished'))).toEqual([]);
  localStorage.removeItem('adaptab.task');
});

test('the sample recording opens and trains in one press', async () => {
  const { app, double, bench } = await openActions();
  await click(one(app, 'opening-screen button', 'Fine-tune the sample now'));
  await expect.poll(() => double.settings?.task).toBe('actions');
  expect(double.calls).toContain('sampleFile cube-arm');
  expect(double.calls).not.toContain('openSample cube-arm');
  expect(recordingOf(bench).name).toBe('cube-arm');
});

test('a browser that cannot choose folders offers none, and the panel says what to do instead', async () => {
  const { app } = await openActions();
  const buttons = () => all(app, 'recording-panel button').map((button) => button.textContent?.trim());
  expect(buttons()).toContain('Choose a folder…');
  const panel = one(app, 'recording-panel');
  if (!(panel instanceof RecordingPanel)) throw new Error('recording-panel is another element');
  panel.features = { ...panel.features, folderInput: false };
  await settled();
  expect(buttons()).not.toContain('Choose a folder…');
  expect(buttons()).toContain('Choose files…');
  expect(text(app, 'recording-panel')).toContain('Drop the folder on the page instead');
});

test('the switch is remembered, and each task keeps its data and settings', async () => {
  const { app, bench, double } = await openActions();
  expect(localStorage.getItem('adaptab.task')).toBe('actions');
  await bench.takeFolder(files());
  bench.editNumber('steps', '250');
  await click(one(app, 'task-switch button', 'Text'));
  expect(bench.form.text.steps).toBe('60');
  await dataOf(bench).openSample('ship-log');
  await settled();
  expect(text(app, 'path-nav')).toContain('1,492 windows');
  await click(one(app, 'task-switch button', 'Actions'));
  expect(bench.form.text.steps).toBe('250');
  expect(text(app, 'path-nav')).toContain('4 episodes, 1,492 frames');
  expect(bench.settings).toMatchObject({ task: 'actions', base: 'actions', steps: 250, name: 'cubes' });
  expect(double.calls.filter((call) => call.startsWith('openRecording'))).toHaveLength(1);
  const again = await openPage((fresh) => {
    fresh.bases = double.bases;
  });
  expect(again.bench.task).toBe('actions');
  localStorage.removeItem('adaptab.task');
});

test('the task cannot be switched during a run', async () => {
  const { app, bench } = await running(3);
  await click(one(app, 'task-switch button', 'Text'));
  expect(bench.task).toBe('actions');
  expect(one(app, 'task-switch button', 'Text').getAttribute('aria-disabled')).toBe('true');
});

test('a problem with a recording stays with its task', async () => {
  const { app, bench, double } = await openActions();
  double.recording = refuse('There is no meta/info.json here.', 'cubes', 'Choose the folder that holds “meta”.');
  await bench.takeFolder(files());
  await settled();
  expect(text(app, 'recording-panel problem-note')).toContain('Choose the folder that holds');
  await click(one(app, 'task-switch button', 'Text'));
  expect(none(app, 'problem-note')).toBe(true);
  await click(one(app, 'task-switch button', 'Actions'));
  expect(none(app, 'problem-note')).toBe(false);
});

test('a recording is shown with its episodes, joints, cameras and problems; the split follows the field', async () => {
  const { app, bench, double } = await openActions();
  await bench.takeFolder(files());
  await settled();
  expect(double.given.map(({ path }) => path)).toEqual(files().map(({ path }) => path));
  expect(double.recordingOptions).toEqual({ heldoutFraction: 0.2, seed: 42, fps: 30 });
  const rows = all(app, 'recording-report tbody tr').map((row) => row.textContent?.replace(/\s+/g, ' ').trim());
  expect(rows).toHaveLength(4);
  expect(rows[2]).toContain('2 380 held out Grab the black cube');
  expect(rows[1]).toContain('1 412 training');
  const report = text(app, 'recording-report');
  for (const words of ['LeRobot v3.0', 'so101_follower', 'gripper.pos']) expect(report).toContain(words);
  expect(text(app, 'recording-report problem-note')).toContain('There is no video of this camera');
  await type(one(app, 'recording-report number-field input'), '50');
  await expect.poll(() => double.recordingOptions?.heldoutFraction).toBe(0.5);
});

test('where columns cannot be guessed, a person says what they are, and the split keeps to that', async () => {
  const { app, bench, double } = await openActions();
  const problem = { what: 'No columns of the robot’s state were found.', columns: ['q', 'goal', 'other'] };
  double.recording = { ok: false, problem: { ...problem, others: [{ what: 'The table is empty.', where: 'b.csv' }] } };
  await bench.takeFolder([{ path: 'a.csv', file: new File(['x'], 'a.csv') }]);
  await settled();
  expect(text(app, 'recording-panel problem-note')).toContain('b.csv The table is empty.');
  const read = () => one<HTMLButtonElement>(app, 'recording-columns button', 'Read with these columns');
  expect(read().disabled).toBe(true);
  expect(await faults()).toEqual([]);
  const uses = all<HTMLSelectElement>(app, 'recording-columns select');
  for (const [n, use] of ['state', 'action', ''].entries()) {
    const select = uses[n] as HTMLSelectElement;
    select.value = use;
    select.dispatchEvent(new Event('change', { bubbles: true, composed: true }));
  }
  await settled();
  double.recording = ok(recording);
  await click(read());
  await settled();
  const columns = { state: ['q'], action: ['goal'] };
  expect(double.recordingOptions).toMatchObject({ columns });
  expect(none(app, 'recording-columns')).toBe(true);
  await type(one(app, 'recording-report number-field input'), '50');
  await expect.poll(() => double.recordingOptions).toMatchObject({ heldoutFraction: 0.5, columns });
  await bench.takeFolder(files());
  expect(double.recordingOptions?.columns).toBeUndefined();
});

test('reading shows how far it is, and can be given up', async () => {
  const { app, bench, double } = await openActions();
  let go: () => void = () => undefined;
  double.whileReading = async (tell) => {
    tell({ done: 1.5, of: 4 });
    await new Promise<void>((resolve) => {
      go = resolve;
    });
  };
  const reading = bench.takeFolder(files());
  await expect.poll(() => all<HTMLProgressElement>(app, 'recording-panel progress')[0]?.position).toBe(0.375);
  await click(one(app, 'recording-panel button', 'Stop reading'));
  expect(double.calls).toContain('closeRecording');
  go();
  await reading;
  await settled();
  expect(recordingOf(bench).report).toBe(null);
  expect(none(app, 'recording-panel progress')).toBe(true);
});

test('a run that is still loading can be stopped, and says why it cannot be paused', async () => {
  const { app, bench, double } = await running(0);
  double.send([{ kind: 'phase', phase: 'loading', done: 3, of: 60 }]);
  await settled();
  const pause = one(app, 'run-panel run-controls button', 'Pause');
  expect(pause.getAttribute('aria-disabled')).toBe('true');
  expect(pause.title).toContain('Once the model is loaded');
  await click(one(app, 'run-panel run-controls button', 'Stop and keep'));
  expect(double.calls).toContain('stop');
  double.fail('The run was stopped before its first step; nothing was kept.', 'training', '');
  await expect.poll(() => bench.runs.state.status).toBe('idle');
  expect(none(app, 'run-panel problem-note')).toBe(true);
});

test('the trainer gets its own defaults, and what Advanced changes', async () => {
  const { app, bench, double } = await openActions();
  await bench.takeFolder(files());
  bench.show('train');
  await settled();
  expect(none(app, 'train-panel input#prompt')).toBe(true);
  expect(bench.settings).toMatchObject({
    ...defaultActionsSettings,
    name: 'cubes',
    endLearningRate: expect.anything(),
  });
  for (const details of all<HTMLDetailsElement>(app, 'train-panel details')) details.open = true;
  await settled();
  const box = (words: string) => one<HTMLLabelElement>(app, 'action-choices label', words);
  await click(box('Leave out unused dimensions'));
  expect(bench.settings).toMatchObject({ maskPadding: true, state: null, delta: null, cameras: null });
  void bench.start();
  await expect.poll(() => double.settings).toMatchObject({ task: 'actions', maskPadding: true, horizon: 16 });
});

test('what was chosen by hand goes where the next recording has no such joints', async () => {
  const { bench, double } = await openActions();
  await bench.takeFolder(files());
  const cameras = ['observation.images.front'];
  bench.edit<ActionsForm>({
    actions: { ...actionsFormOf(bench).actions, delta: [true, true, true, true, true, true], cameras },
  });
  double.recording = ok({ ...recording, joints: { state: ['a'], action: ['a'] } });
  await bench.takeFolder(files());
  expect(actionsFormOf(bench).actions).toMatchObject({ delta: null, cameras });
});

test('the filter presets of the task, and the model in its own figures', async () => {
  const { app, bench } = await openActions();
  bench.show('freeze');
  await settled();
  await click(one(app, 'freeze-panel label', 'Adapters only'));
  expect(bench.form.freeze).toBe('Not(PathRegex(".*lora.*"))');
  bench.show('model');
  await settled();
  const model = text(app, 'model-panel');
  expect(model).toContain('Pretrained on generated arm motion');
  expect(model).not.toContain('bits per byte');
});

test('during a run: the prefix in words, errors per joint with the best marked, curves, no sample text', async () => {
  const { app, double, settings } = await running(25);
  const run = text(app, 'run-panel');
  expect(run).toContain('Images and words are computed once. Nothing trains before the expert');
  expect(run).toContain('Loss, squared error');
  expect(none(app, 'sample-text')).toBe(true);
  const rows = all(app, 'open-loop tbody tr');
  expect(rows.map((row) => row.querySelectorAll('.best').length)).toEqual([1, 1, 1, 1, 1, 1]);
  const cells = [...(rows[5]?.querySelectorAll('td') ?? [])].map((cell) => cell.textContent?.trim());
  expect(cells).toEqual(['1.90', 'best: 1.20', '17.5', '8.70']);
  expect(text(app, 'open-loop')).toContain('The adapter is best on 5 of 6 joints.');
  expect(all(app, 'open-loop figure')).toHaveLength(6);
  double.send([{ kind: 'problem', problem: { what: 'Frame 17 could not be decoded.', where: 'front, episode 1' } }]);
  double.send(actionsEventsOf(settings, 25, 50));
  await settled();
  expect(text(app, 'open-loop')).toContain('at step 50');
  expect(text(app, 'run-panel problem-note')).toContain('Frame 17 could not be decoded.');
});

test('another episode is drawn when it is chosen, and stays chosen', async () => {
  const { app, double, settings } = await running(25);
  const path = () => one(app, 'open-loop figure', 'shoulder_pan').querySelector('path.recorded')?.getAttribute('d');
  const first = path();
  await click(one(app, 'open-loop input[value="9"]'));
  expect(path()).not.toBe(first);
  double.send(actionsEventsOf(settings, 25, 50));
  await settled();
  expect(one(app, 'open-loop figure svg', 'shoulder_pan').getAttribute('aria-label')).toContain('episode 9');
});

test('a run that has ended shows the errors of the weights that were kept, and cannot be tried on a prompt', async () => {
  const { app, bench, double } = await running(60);
  double.openLoop = openLoopAt(40);
  double.finish('early stop', 60);
  await expect.poll(() => bench.runs.state.status).toBe('ended');
  await settled();
  expect(bench.runs.state.openLoops.at(-1)?.openLoop).toEqual(openLoopAt(40));
  expect(none(app, 'run-panel button', 'Try it on a prompt')).toBe(true);
  await click(one(app, 'run-panel button', 'Download .safetensors'));
  expect(double.calls).toContain('exportAdapter made openpi');
});

test('adapters are listed with their task; those of actions say what they move and carry their normalisation', async () => {
  const { app, bench } = await openActions((double) => {
    double.adapters = [actionsAdapterNamed('r', 'Cubes'), adapterNamed('a', 'Log')];
  });
  bench.show('adapter');
  await settled();
  const [robot, log] = all(app, 'adapter-row').map((row) => row.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '');
  expect(robot).toContain('Actions ·');
  expect(robot).toContain('norm_stats.json');
  expect(robot).toContain('so101_follower · 6 joints · 16 actions at a time · sees observation.images.front');
  expect(robot).toContain('no folder for a GPU server');
  expect(log).toContain('Text ·');
  expect(log).not.toContain('norm_stats');
  expect(none(app, 'try-adapter')).toBe(true);
  await click(one(app, 'task-switch button', 'Text'));
  expect(textOf(bench).trial.chosen).toBe('a');
  expect(all(app, 'adapter-row button').filter((button) => button.textContent?.trim() === 'Try')).toHaveLength(1);
});

test('two adapters that are compared are tried on the open recording, joint by joint', async () => {
  const { app, bench, double } = await openActions((fresh) => {
    fresh.adapters = [actionsAdapterNamed('r', 'Cubes'), actionsAdapterNamed('s', 'Cups')];
    fresh.openLoop = openLoopAt(40);
  });
  bench.show('adapter');
  await settled();
  for (const name of ['Cubes', 'Cups']) await click(one(app, 'adapter-row input', `Compare ${name}`));
  const button = () => one<HTMLButtonElement>(app, 'compare-open-loops button');
  expect(button().disabled).toBe(true);
  expect(one(app, 'compare-open-loops .hint').textContent).toContain('Open a recording');
  await bench.takeFolder(files());
  bench.show('adapter');
  await settled();
  await click(button());
  await settled();
  expect(double.calls.filter((call) => call.startsWith('evaluateAdapter'))).toEqual([
    'evaluateAdapter r',
    'evaluateAdapter s',
  ]);
  const heads = all(app, 'compare-open-loops thead th').map(({ textContent }) => textContent);
  expect(heads.slice(1)).toEqual(['A · Cubes', 'B · Cups', 'base']);
  expect(all(app, 'compare-open-loops tbody tr')).toHaveLength(openLoopAt(40).joints.length);
  expect(await faults()).toEqual([]);
});

test('an actions adapter is tried on the open recording, and the result goes with the recording', async () => {
  const { app, bench, double } = await openActions((fresh) => {
    fresh.adapters = [actionsAdapterNamed('r', 'Cubes')];
  });
  bench.show('adapter');
  await settled();
  const button = () => one<HTMLButtonElement>(app, 'adapter-row button', 'Try on the recording');
  expect(button().disabled).toBe(true);
  await bench.takeFolder(files());
  bench.show('adapter');
  await settled();
  await click(button());
  await settled();
  expect(double.calls).toContain('evaluateAdapter r');
  expect(text(app, 'adapter-panel problem-note')).toContain('another robot');
  double.openLoop = openLoopAt(40);
  await click(button());
  await settled();
  expect(none(app, 'adapter-panel problem-note')).toBe(true);
  expect(text(app, 'adapter-panel open-loop')).toContain('with Cubes');
  expect(all(app, 'adapter-panel open-loop figure path.base')).toHaveLength(6);
  await bench.takeFolder(files());
  bench.show('adapter');
  await settled();
  expect(none(app, 'adapter-panel open-loop')).toBe(true);
});

test('an unfinished actions run is resumed in its task, and text runs stay in theirs', async () => {
  const { app, bench, double } = await openActions();
  if (bench.settings === null) throw new Error('no settings');
  double.unfinished = [unfinishedOf({ ...bench.settings, name: 'Cubes' }, 20)];
  await bench.runs.refreshUnfinished();
  await settled();
  await click(one(app, 'task-switch button', 'Text'));
  expect(none(app, 'unfinished-runs button', 'Resume')).toBe(true);
  await click(one(app, 'task-switch button', 'Actions'));
  await click(one(app, 'unfinished-runs button', 'Resume'));
  expect(double.calls).toContain('resume run-1');
  expect(bench.runs.state.step).toBe(20);
});

test('without a recording a run does not start and says why', async () => {
  const { app, bench, double } = await openActions();
  bench.startOrPause();
  await settled();
  expect(text(app, 'train-panel problem-note')).toContain('Open a recording first');
  expect(double.settings).toBe(null);
});

test('what is dropped on the page is opened as a recording, an adapter goes to its panel', async () => {
  const { double, bench } = await openActions();
  const drop = async (...dropped: File[]) => {
    const dataTransfer = new DataTransfer();
    for (const file of dropped) dataTransfer.items.add(file);
    dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    await settled();
  };
  await drop(new File(['x'], 'arm.npz'));
  await expect.poll(() => double.calls).toContain('openRecording arm.npz');
  expect(bench.adapterName).toBe('arm');
  await drop(new File(['x'], 'notes.txt'));
  await expect.poll(() => double.calls).toContain('openDataset notes.txt');
  expect(bench.task).toBe('text');
  await drop(new File(['x'], 'arms.hdf5'));
  await expect.poll(() => double.calls).toContain('openRecording arms.hdf5');
  expect(bench.task).toBe('actions');
  await drop(new File(['x'], 'robot.safetensors'));
  await expect.poll(() => double.calls).toContain('importAdapter robot.safetensors');
  expect(bench.panel).toBe('adapter');
  await drop();
  await expect.poll(() => bench.problems.some(({ source }) => source === 'drop')).toBe(true);
});

test('what is dropped before the page knows its tasks waits, and goes to the right one', async () => {
  const double = new TrainerDouble();
  double.bases = [...catalogue.bases, actionsBase];
  double.recording = ok(recording);
  const known = double.catalogue;
  let come: () => void = () => undefined;
  double.catalogue = async () => {
    await new Promise<void>((resolve) => {
      come = resolve;
    });
    return known();
  };
  localStorage.removeItem('adaptab.task');
  const bench = new Workbench(double, views);
  const opened = bench.open();
  const taken = bench.takeFolder(files());
  come();
  await Promise.all([opened, taken]);
  expect(bench.task).toBe('actions');
  expect(double.calls.some((call) => call.startsWith('openRecording'))).toBe(true);
});

test('a dropped folder is walked to its end, hidden files are left out', async () => {
  const entry = (fullPath: string) => ({ isFile: true, name: fullPath.split('/').at(-1), fullPath });
  const fileEntry = (fullPath: string) => ({
    ...entry(fullPath),
    file: (done: (file: File) => void) => done(new File([fullPath], fullPath)),
  });
  const folder = (fullPath: string, children: readonly object[]) => ({
    ...entry(fullPath),
    isFile: false,
    isDirectory: true,
    createReader: () => {
      let at = 0;
      return {
        readEntries: (done: (some: readonly object[]) => void) => {
          done(children.slice(at, at + 100));
          at += 100;
        },
      };
    },
  });
  const videos = Array.from({ length: 250 }, (_, n) => fileEntry(`/cubes/videos/${n}.mp4`));
  const root = folder('/cubes', [
    fileEntry('/cubes/.DS_Store'),
    folder('/cubes/videos', videos),
    folder('/cubes/.cache', [fileEntry('/cubes/.cache/a')]),
    fileEntry('/cubes/info.json'),
  ]);
  const found = await filesOf([root as unknown as FileSystemEntry]);
  expect(found).toHaveLength(251);
  expect(found[249]?.path).toBe('cubes/videos/249.mp4');
  expect(found[250]?.path).toBe('cubes/info.json');
});

test.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 360],
  ['dark', 360],
] as const)(
  'axe-core finds nothing in the actions task: %s, %i px',
  async (theme, width) => {
    await browser.viewport(width, 900);
    document.documentElement.dataset.theme = theme;
    const { app, bench, double, settings } = await running(25);
    double.send([{ kind: 'problem', problem: { what: 'Frame 17 could not be decoded.', where: 'front, episode 1' } }]);
    double.adapters = [actionsAdapterNamed('r', 'Cubes')];
    await bench.adapters.refresh();
    for (const panel of panels) {
      bench.show(panel);
      await settled();
      for (const details of all<HTMLDetailsElement>(app, 'details')) details.open = true;
      await settled();
      expect(await faults(), panel).toEqual([]);
      const { scrollWidth, clientWidth } = document.documentElement;
      expect(scrollWidth - clientWidth, `${panel} is wider than the page`).toBe(0);
    }
    double.send(actionsEventsOf(settings, 25, 26));
    double.finish();
    await expect.poll(() => bench.runs.state.status).toBe('ended');
    bench.show('data');
    await settled();
    expect(await faults()).toEqual([]);
  },
  60_000,
);
