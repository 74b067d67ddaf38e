import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { restoreBackup, writeBackup } from '../../src/adapter/backup';
import type { Checkpoint } from '../../src/adapter/checkpoint';
import { openKept } from '../../src/adapter/kept';
import { problem } from '../../src/problem';
import type { ActionsData } from '../../src/tasks/actions/data';
import { taskOf } from '../../src/tasks/registry';
import type { TextData } from '../../src/tasks/text/run';
import { COUNTING, settingsOf } from '../run/small_base';
import { actionsRunOf, expectSame, textRunOf } from '../run/small_run';
import { actionsSettings, SEEING } from './actions/small_actions';

const MINUTE = 60_000; // a slow machine compiles for a while

/** A run as another browser has it from a backup. */
async function inAnotherBrowser<Data>(checkpoint: Checkpoint, data: Data) {
  const [here, there] = [openKept<unknown>('here'), openKept<Data>('there')];
  await here.checkpoints.begin(checkpoint, data);
  const backup = await new Response(
    writeBackup(here, 0, ({ what, where }) => {
      throw problem(what, where);
    }),
  ).blob();
  const restored = await restoreBackup(new File([backup], 'mine.zip'), {
    ...openKept<unknown>('there'),
    formsOf: (settings) => taskOf(settings).forms,
  });
  expect(restored).toMatchObject({ unfinished: 1, problems: [] });
  const loaded = await there.checkpoints.load(checkpoint.runId);
  for (const { checkpoints } of [here, there]) await checkpoints.discard(checkpoint.runId);
  return loaded;
}

const halfOf = (checkpoints: readonly Checkpoint[]) => checkpoints.find(({ step }) => step === 4)!;

test(
  'a text run that a backup has brought goes on as it would have where it was, bit for bit',
  async () => {
    const settings = settingsOf({ earlyStop: false });
    const whole = textRunOf(settings);
    const expected = await whole.run.run();
    const data: TextData = { dataset: COUNTING, chat: false };
    const { checkpoint, dataset } = await inAnotherBrowser(halfOf(whole.checkpoints), data);
    const resumed = await textRunOf(settings, checkpoint, undefined, dataset).run.run();
    expectSame(resumed, expected);
  },
  MINUTE,
);

test(
  'so does a run that learns from pictures',
  async () => {
    const settings = actionsSettings({ steps: 5, earlyStop: false });
    const whole = actionsRunOf(settings, SEEING);
    const expected = await whole.run.run();
    const { checkpoint, dataset } = await inAnotherBrowser<ActionsData>(halfOf(whole.checkpoints), SEEING);
    const resumed = await actionsRunOf(settings, dataset, checkpoint).run.run();
    expectSame(resumed, expected);
  },
  MINUTE,
);

test(
  'a checkpoint whose leaves are not those of the base is refused, as one of another base is',
  async () => {
    const settings = settingsOf();
    const { run, checkpoints } = textRunOf(settings, null, (event, control) => {
      if (event.kind === 'step') control.stop();
    });
    await run.run();
    const [from] = checkpoints as [Checkpoint];
    const [path, values] = Object.entries(from.leaves.weights)[0]!;
    const refuses = (changes: Partial<Checkpoint>) =>
      expect(textRunOf(settings, { ...from, ...changes }).run.run()).rejects.toThrow('began on another version');
    const withWeights = (weights: Checkpoint['leaves']['weights']) => ({ leaves: { ...from.leaves, weights } });
    await refuses(withWeights({ ...from.leaves.weights, [path]: values.slice(1) }));
    await refuses(withWeights({ ...from.leaves.weights, elsewhere: values }));
    await refuses({ optimizerState: from.optimizerState.slice(1) });
  },
  MINUTE,
);
