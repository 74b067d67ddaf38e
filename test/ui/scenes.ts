import '../../src/ui/app/adaptab-app';
import { views } from '../../src/ui/app/views';
import { Workbench } from '../../src/ui/bench/workbench';
import { added, edited, withPresetAt } from '../../src/ui/state/stage_forms';
import { preferredLanguage, speak } from '../../src/ui/words/language';
import {
  actionsAdapterNamed,
  actionsBase,
  actionsEventsOf,
  damaged,
  manyJoints,
  openLoopAt,
  recording,
  withFootage,
} from './actions_double';
import {
  adapterNamed,
  catalogue,
  dataset,
  eventsOf,
  historyOf,
  noWebGpu,
  ok,
  refuse,
  TrainerDouble,
  unfinishedOf,
} from './trainer_double';
import { dataOf, recordingOf, textOf } from './views';

/*
 * The page with a scripted trainer, to look at: `npx vite`, then /test/ui/scenes.html?scene=NAME#panel.
 */

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

async function opened(double: TrainerDouble): Promise<Workbench> {
  const bench = new Workbench(double, views);
  const app = document.querySelector('adaptab-app');
  if (app) app.bench = bench;
  await bench.open();
  return bench;
}

async function running(double: TrainerDouble, steps: number): Promise<Workbench> {
  const bench = await opened(double);
  await dataOf(bench).openSample('ship-log');
  void bench.start();
  while (double.settings === null) await nextFrame();
  double.send(eventsOf(double.settings, 0, steps));
  await nextFrame();
  return bench;
}

async function actions(double: TrainerDouble, open: boolean): Promise<Workbench> {
  double.bases = [...catalogue.bases, actionsBase];
  double.recording = ok(recording);
  withFootage(double);
  double.adapters = [actionsAdapterNamed('r', 'Cubes'), adapterNamed('a', 'Ship’s log')];
  const bench = await opened(double);
  bench.switchTask('actions');
  if (open) await recordingOf(bench).open([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  return bench;
}

async function actionsRunning(double: TrainerDouble, steps: number): Promise<Workbench> {
  const bench = await actions(double, true);
  void bench.start();
  while (double.settings === null) await nextFrame();
  if (double.settings.task === 'actions') double.send(actionsEventsOf(double.settings, 0, steps));
  await nextFrame();
  return bench;
}

/** Projections alone, the expert's adapters too, the backbone's too. */
function stage(bench: Workbench): void {
  bench.edit(withPresetAt(bench.view.kind, bench.form, 0, 'layers'));
  bench.edit(added(bench.view.kind, bench.form));
  bench.edit(added(bench.view.kind, bench.form));
  bench.edit(edited(bench.form, 2, { steps: '30' }));
}

async function stagedRunning(double: TrainerDouble, steps: number): Promise<void> {
  const bench = await actions(double, true);
  stage(bench);
  void bench.start();
  while (double.settings === null) await nextFrame();
  double.send(eventsOf(double.settings, 0, steps));
  await nextFrame();
}

const recipe = `nnx.All(
    nnx_utils.PathRegex(".*llm.*"),
    nnx_utils.PathRegex(".*img.*"),
    nnx.Not(nnx_utils.PathRegex(".*llm.*_1.*lora.*")),
)`;

const scenes: Readonly<Record<string, (double: TrainerDouble) => Promise<unknown>>> = {
  idle: opened,
  data: async (double) =>
    dataOf(await opened(double)).addFiles([new File(['a'], 'tickets.jsonl'), new File(['b'], 'answers.csv')]),
  cut: async (double) => {
    double.dataset = ok({
      ...dataset,
      ...{ sequenceLength: 64, chosen: null, cut: { examples: 37, share: 0.184 }, lengthThatCutsNone: 208 },
    });
    await dataOf(await opened(double)).addFiles([new File(['a'], 'tickets.jsonl')]);
  },
  midrun: (double) => running(double, 34),
  baseline: async (double) => {
    const bench = await running(double, 0);
    double.send([{ kind: 'phase', phase: 'baseline', done: 17, of: 42 }]);
    return bench;
  },
  paused: async (double) => {
    const bench = await running(double, 34);
    await bench.runs.pause();
    double.send([
      { kind: 'skipped', step: 35, reason: 'the loss was not finite.' },
      { kind: 'paused', step: 35, kept: true },
    ]);
  },
  ended: async (double) => {
    await running(double, 60);
    double.finish();
  },
  worse: async (double) => {
    const bench = await running(double, 0);
    const rising = [15, 30, 45, 60].map((step) => ({ step, loss: 4.12 + step / 40 }));
    double.send(eventsOf(double.settings!, 0, 60));
    await nextFrame();
    const problem = {
      what: 'The adapter is worse than no adapter: held-out loss 4.4950 with it (step 15), 4.1200 without; likely because the learning rate of 0.3 is too high: the training loss leapt from 4.1000 to 7.3000 at step 9.',
      where: 'Learning rate',
      fix: 'Start again with a lower learning rate: 0.005, the usual one.',
      setting: { name: 'learningRate' as const },
    };
    const history = { ...historyOf(double.settings!, 60), heldout: rising };
    double.finish('finished', 60, {
      ...{ baselineHeldout: 4.12, heldout: 4.495, keptStep: 15, history },
      verdict: { outcome: 'worse', problem },
    });
    return bench;
  },
  unmeasured: async (double) => {
    await running(double, 0);
    double.send([...eventsOf(double.settings!, 0, 60)].filter(({ kind }) => kind !== 'heldout'));
    await nextFrame();
    const history = { ...historyOf(double.settings!, 60), heldout: [], evaluated: { count: 0, of: 0 } };
    const problem = {
      what: 'Nothing was held out, so nothing tells whether the adapter is better than no adapter.',
      where: 'Held out',
      fix: 'Hold a share of the data out to know.',
      setting: { name: 'heldoutFraction' as const },
    };
    const nothing = { baselineHeldout: Number.NaN, heldout: Number.NaN };
    double.finish('finished', 60, { ...nothing, history, verdict: { outcome: 'unmeasured', problem } });
  },
  long: async (double) => {
    const bench = await opened(double);
    await dataOf(bench).openSample('ship-log');
    bench.editNumber('steps', '600');
    void bench.start();
    while (double.settings === null) await nextFrame();
    double.send(eventsOf(double.settings, 0, 470));
  },
  failed: async (double) => {
    await running(double, 23);
    double.fail(
      'The GPU was lost during the run.',
      'step 24',
      'Reload the page and resume the run: it was saved up to step 20.',
    );
  },
  adapters: async (double) => {
    double.adapters = [adapterNamed('a', 'Ship’s log'), adapterNamed('b', 'Tickets, second try')];
    const bench = await opened(double);
    await textOf(bench).trial.generate({
      prompt: 'Log entry, day 12:',
      chat: false,
      adapter: 'a',
      base: 'text',
      maxTokens: 8,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 1,
    });
    const [, second] = bench.adapters.list;
    if (second) await bench.adapters.remove(second);
  },
  compared: async (double) => {
    double.adapters = ['Ship’s log', 'Tickets', 'Ship’s log, second try', 'Lamps', 'Whales'].map((name) =>
      adapterNamed(name, name),
    );
    const { adapters } = await opened(double);
    for (const adapter of adapters.list.slice(1, 3)) adapters.compared.choose(adapter, true);
  },
  unfinished: async (double) => {
    const bench = await opened(double);
    const { settings } = bench;
    if (settings) double.unfinished = [unfinishedOf({ ...settings, name: 'Ship’s log' }, 40)];
    await bench.runs.refreshUnfinished();
  },
  wrong: async (double) => {
    double.planAnswer = () =>
      refuse('Expected “)” here.', 'column 34: All(PathRegex(".*llm.*"), Not(Path', 'Close the bracket of Not.');
    const bench = await opened(double);
    bench.edit({ freeze: 'All(PathRegex(".*llm.*"), Not(Path' });
    bench.editNumber('learningRate', '0,005');
    bench.editNumber('steps', '');
    await bench.start();
  },
  nothingfrozen: async (double) => {
    const bench = await opened(double);
    await dataOf(bench).openSample('ship-log');
    bench.edit({ freeze: 'Nothing()' });
    await bench.start();
  },
  staged: async (double) => {
    const bench = await actions(double, true);
    stage(bench);
    bench.show('train');
  },
  stagedrun: (double) => stagedRunning(double, 130),
  stagedended: async (double) => {
    await stagedRunning(double, 230);
    double.openLoop = openLoopAt(230);
    double.finish();
  },
  studio: async (double) => {
    const bench = await actions(double, true);
    bench.edit({ freeze: recipe });
    bench.show('freeze');
    while (bench.studio.report?.text !== recipe) await nextFrame();
    bench.studio.choosePart(2);
    bench.studio.chooseLeaf('PaliGemma/img/pos_embedding');
  },
  studiomistake: async (double) => {
    const bench = await actions(double, true);
    bench.edit({ freeze: 'All(PathRegex(".*llm.*"), Not(PathReg(".*lora.*")))' });
    bench.show('freeze');
    while (!bench.studio.mistaken) await nextFrame();
  },
  fullsize: async (double) => {
    const bench = await actions(double, true);
    bench.show('freeze');
    bench.studio.chooseSize({ ...bench.studio.size, model: 'ae_lora' });
    bench.edit({ freeze: 'Nothing()' });
    while (bench.studio.plans.plan?.frozenLeaves !== 0) await nextFrame();
    bench.edit({ freeze: 'Any(PathRegex(".*img.*"), All(PathRegex(".*llm.*"), Not(PathRegex(".*lora.*"))))' });
    while (bench.studio.plans.plan.frozenLeaves === 0) await nextFrame();
  },
  robotidle: (double) => actions(double, false),
  robot: (double) => actions(double, true),
  robotdamaged: async (double) => {
    const bench = await actions(double, false);
    double.recording = ok(damaged);
    await recordingOf(bench).open([{ path: 'cubes/meta/info.json', file: new File(['{}'], 'info.json') }]);
    double.recording = refuse(
      'Its action has 7 numbers a frame, and that of “cubes” has 6.',
      'boxes',
      'Train on it in a run of its own.',
    );
    await recordingOf(bench).join([{ path: 'boxes/meta/info.json', file: new File(['{}'], 'info.json') }]);
  },
  robotjoints: async (double) => {
    const bench = await actions(double, false);
    const what = 'The action has 40 numbers a frame; 1 to 32 can be learned.';
    double.recording = { ok: false, problem: { what, where: 'joints', fix: 'Choose joints.', joints: manyJoints } };
    await recordingOf(bench).open([{ path: 'hand/meta/info.json', file: new File(['{}'], 'info.json') }]);
  },
  robotrun: async (double) => {
    await actionsRunning(double, 57);
    const problem = { what: 'Frame 17 could not be decoded: it is masked.', where: 'front, episode 1' };
    double.send([{ kind: 'problem', problem }]);
  },
  robotended: async (double) => {
    await actionsRunning(double, 100);
    double.openLoop = openLoopAt(100);
    double.finish();
  },
  nogpu: async (double) => {
    const ability = { name: 'WebGPU', available: false, meaning: 'Without it no page can compute on the GPU.' };
    double.device = {
      ...double.device,
      usable: false,
      name: '',
      software: false,
      problem: noWebGpu,
      abilities: [ability],
    };
    return opened(double);
  },
};

const scene = scenes[new URLSearchParams(location.search).get('scene') ?? 'idle'];
if (!scene) throw new Error(`Scenes are: ${Object.keys(scenes).join(', ')}`);
await speak(preferredLanguage());
await scene(new TrainerDouble());
document.documentElement.dataset.ready = 'true';
