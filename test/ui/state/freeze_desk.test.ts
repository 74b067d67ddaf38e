import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { actionsKind, actionsSettings } from '../../../src/ui/actions/kind';
import type { Undo } from '../../../src/ui/bench/desk';
import { FreezeDesk } from '../../../src/ui/bench/freeze_desk';
import { PlanDesk } from '../../../src/ui/bench/plan_desk';
import { effectWords } from '../../../src/ui/freeze/freeze_words';
import { textKind, textSettings } from '../../../src/ui/text/kind';
import type { FreezeSettings, PlanReport, TrainerApi } from '../../../src/worker/api';
import { inspectionOf } from '../freeze_double';
import { ok, planOf, refuse } from '../trainer_double';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settingsOf = (freeze: string): FreezeSettings =>
  textKind.freezeSettings({ ...textKind.untouched, freeze }, 'text');

/** A desk whose trainer answers when it is told to. */
function opened() {
  const asked: { readonly freeze: string; readonly model: string | undefined; answer(): void }[] = [];
  const inspectFreeze: TrainerApi['inspectFreeze'] = (settings, model) =>
    new Promise((resolve) => {
      asked.push({ freeze: settings.freeze, model, answer: () => resolve(ok(inspectionOf(settings, model))) });
    });
  const problems: string[] = [];
  const notes: { text: string; undo: Undo | undefined }[] = [];
  const desk = {
    trainer: { inspectFreeze, plan: async (settings) => ok(planOf(settings)) } as TrainerApi,
    changed: () => undefined,
    report: (_: string, __: string, { what }: { what: string }) => void problems.push(what),
    clear: () => undefined,
    note: (text: string, undo?: Undo) => void notes.push({ text, undo }),
  };
  return { desk, studio: new FreezeDesk(desk, (settings) => settings, textKind.example), asked, problems, notes };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

test('one question at a time: while it is under way only the latest waits', async () => {
  const { studio, asked } = opened();
  void studio.update(settingsOf('Nothing'));
  void studio.update(settingsOf('Everything'));
  void studio.update(settingsOf('Not(Nothing)'));
  void studio.update(settingsOf('Not(Nothing)'));
  expect(asked.map(({ freeze }) => freeze)).toEqual(['Nothing']);
  asked[0]?.answer();
  await turn();
  expect(asked.map(({ freeze }) => freeze)).toEqual(['Nothing', 'Not(Nothing)']);
  asked[1]?.answer();
  await turn();
  expect(studio.report?.text).toBe('Not(Nothing)');
  await studio.update(settingsOf('Not(Nothing)')); // known
  expect(asked).toHaveLength(2);
});

test('a mistake keeps the last filter, and is put into words after a pause', async () => {
  const { studio, asked } = opened();
  void studio.update(settingsOf('Everything'));
  asked[0]?.answer();
  await turn();
  void studio.update(settingsOf('All('));
  asked[1]?.answer();
  await turn();
  expect(studio.report?.mistake?.offset).toBe(4);
  expect(studio.good?.text).toBe('Everything');
  expect(studio.mistaken).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(studio.mistaken).toBe(true);
  void studio.update(settingsOf('Nothing'));
  asked[2]?.answer();
  await turn();
  expect(studio.mistaken).toBe(false);
});

test('a part that was chosen stays chosen while its text stays', async () => {
  const { studio, asked } = opened();
  const answerTo = async (freeze: string) => {
    void studio.update(settingsOf(freeze));
    asked.at(-1)?.answer();
    await turn();
  };
  await answerTo('Any(PathRegex(".*norm.*"), Nothing)');
  studio.choosePart(1);
  await answerTo('Any(PathRegex(".*norm.*"), Everything)');
  expect(studio.chosenPart?.text).toBe('PathRegex(".*norm.*")');
  await answerTo('Any(PathRegex(".*lora.*"), Everything)');
  expect(studio.chosenPart).toBe(null);
  studio.choosePart(1);
  studio.choosePart(1);
  expect(studio.part).toBe(null);
});

test('another model is asked about at once, and plans of two models are no before and after', async () => {
  const { studio, asked } = opened();
  void studio.update(settingsOf('Everything'));
  asked[0]?.answer();
  await turn();
  studio.chooseSize({ ...studio.size, model: 'text_2b_lora' });
  expect(asked[1]).toMatchObject({ freeze: 'Everything', model: 'text_2b_lora' });
  asked[1]?.answer();
  await turn();
  expect(studio.good?.leaves.find(({ path }) => path.endsWith('input_embedding'))?.shape).toEqual([257152, 2048]);
  const settings = textSettings(textKind.untouched, 'text', 'name', []);
  await studio.plan(settings, true);
  expect(studio.plans.plan).not.toBe(null);
  studio.chooseSize({ ...studio.size, model: null });
  await studio.plans.update({ ...settings, freeze: 'Nothing()' }, true);
  expect(studio.plans.previous).toBe(null);
});

const CONFIG = 'TrainConfig(model=Pi0Config(pi05=True), batch_size=256, freeze_filter=PathRegex(".*img.*"))';

test('a pasted configuration sets model, batch and moving average once; a person may change them, or take them back', async () => {
  const { studio, asked, notes } = opened();
  const ofRobot = (freeze: string) => actionsKind.freezeSettings({ ...actionsKind.untouched, freeze }, 'actions');
  const answerAll = async () => {
    for (const one of asked.splice(0)) one.answer();
    await turn();
  };
  const { size } = studio;
  void studio.update(ofRobot('PathRegex(".*img.*")'));
  await answerAll();
  expect([studio.size, notes]).toEqual([size, []]);
  void studio.update(ofRobot(CONFIG));
  await answerAll();
  expect(studio.size).toEqual({ model: 'pi05', way: { batchSize: 256, accumulation: 1 }, ema: true });
  expect(notes.map(({ text }) => text)).toEqual([
    'Taken from the configuration: π0.5, 256 samples, with a moving average.',
  ]);
  expect(asked.map(({ model }) => model)).toEqual(['pi05']); // the tree is the model's too
  await answerAll();
  expect(studio.good?.leaves).toHaveLength(51);
  studio.chooseSize({ ...studio.size, ema: false });
  void studio.update(ofRobot(CONFIG.replace('img', 'llm')));
  await answerAll();
  expect(studio.size.ema).toBe(false); // the same configuration is not followed twice
  void studio.update(ofRobot(CONFIG.replace('256', '8')));
  await answerAll();
  expect(studio.size).toMatchObject({ model: 'pi05', way: { batchSize: 8 }, ema: true });
  notes.at(-1)?.undo?.take();
  expect(studio.size).toMatchObject({ way: { batchSize: 256 }, ema: false });
});

test('a configuration of another task’s model sets nothing', async () => {
  const { studio, asked, notes } = opened();
  void studio.update(settingsOf(CONFIG));
  asked[0]?.answer();
  await turn();
  expect([studio.size.model, notes]).toEqual([null, []]);
});

test('an answer that fails is a problem in words, and the question may be asked again', async () => {
  const { desk, problems } = opened();
  let calls = 0;
  desk.trainer.inspectFreeze = async () => {
    calls += 1;
    return refuse('There is no base.');
  };
  const studio = new FreezeDesk(desk, (settings) => settings, textKind.example);
  await studio.update(settingsOf('Nothing'));
  await studio.update(settingsOf('Nothing'));
  expect(problems).toEqual(['There is no base.', 'There is no base.']);
  expect(calls).toBe(2);
});

test('a rank that is not a number yet does not keep the filter from being read', () => {
  const form = actionsKind.untouched;
  const typed = { ...form, text: { ...form.text, loraRank: '' } };
  expect(actionsKind.freezeSettings(typed, 'actions')).toMatchObject({
    task: 'actions',
    loraRank: 8,
    backboneLora: false,
  });
  const { freeze, loraRank, loraAlpha } = actionsSettings(form, 'actions', 'name');
  expect(actionsKind.freezeSettings(form, 'actions')).toMatchObject({ freeze, loraRank, loraAlpha });
});

test('an edit in words', () => {
  const plan = (totalBytes: number, frozenLeaves: number) => ({ totalBytes, frozenLeaves }) as PlanReport;
  expect(effectWords(plan(39.1e9, 0), plan(10.9e9, 40))).toBe('−28.2 GB, 40 leaves now frozen');
  expect(effectWords(plan(1e6, 5), plan(3e6, 4))).toBe('+2.00 MB, 1 leaf no longer frozen');
  expect(effectWords(plan(1e6, 5), plan(3e6, 5))).toBe('+2.00 MB, as many leaves frozen as before');
});

test('what freezing saves is the difference to the plan of the same settings with nothing frozen, asked for once', async () => {
  const asked: string[] = [];
  const { desk } = opened();
  desk.trainer.plan = async (settings) => {
    asked.push(settings.freeze);
    return ok(planOf(settings));
  };
  const plans = new PlanDesk(desk, (settings) => settings);
  const settings = textSettings(textKind.untouched, 'text', 'name', []);
  await plans.update(settings, false);
  await turn();
  await plans.update({ ...settings, freeze: 'Everything' }, true);
  await turn();
  expect(asked).toEqual([settings.freeze, 'Nothing()', 'Everything']);
  expect(plans.saved).toBe(planOf({ ...settings, freeze: 'Nothing()' }).totalBytes - planOf(settings).totalBytes);
  await plans.update({ ...settings, batchSize: 8 }, true);
  await turn();
  expect(asked.slice(3)).toEqual([settings.freeze, 'Nothing()']);
});

test('a plan that is under way is waited for, not asked for twice', async () => {
  const { desk } = opened();
  let answer: (report: PlanReport) => void = () => undefined;
  let calls = 0;
  desk.trainer.plan = () => {
    calls += 1;
    return new Promise((resolve) => {
      answer = (report) => resolve(ok(report));
    });
  };
  const plans = new PlanDesk(desk, (settings) => settings);
  const settings = textSettings(textKind.untouched, 'text', 'name', []);
  void plans.update(settings, true);
  let waited = false;
  void plans.update(settings, false).then(() => {
    waited = true;
  });
  await turn();
  expect([calls, waited]).toEqual([1, false]);
  answer(planOf(settings));
  await turn();
  expect(waited).toBe(true);
});

test('at the first visit the example is shown, at its size; what the form says stays what was asked about and planned elsewhere', async () => {
  const { desk, studio, asked } = opened();
  const planned: string[] = [];
  desk.trainer.plan = async (settings, model) => {
    planned.push(`${model} ${settings.freeze}`);
    return ok(planOf(settings));
  };
  const settings = textSettings({ ...textKind.untouched, freeze: 'Everything' }, 'text', 'A', [], 64);
  studio.visit(false);
  await studio.plan(settings, false);
  void studio.update(settingsOf('Everything'));
  expect(asked).toMatchObject([{ freeze: textKind.example.expression, model: 'text_2b_lora' }]);
  expect(planned[0]).toBe(`text_2b_lora ${textKind.example.expression}`);
  expect([studio.apart, studio.exampleUntouched]).toEqual([true, true]);

  studio.editExample('Nothing');
  asked[0]?.answer();
  await vi.advanceTimersByTimeAsync(300);
  expect(asked[1]?.freeze).toBe('Nothing');
  expect(planned).toContain('text_2b_lora Nothing');
  expect(studio.exampleUntouched).toBe(false);

  studio.leaveExample();
  asked[1]?.answer();
  await turn();
  expect(asked[2]).toMatchObject({ freeze: 'Everything', model: 'text_2b_lora' }); // at the size that was looked at
  expect(studio.example).toBe(null);
});

test('no example in place of a filter that somebody has written, of a model that is looked at, or at a second visit', () => {
  const written = opened().studio;
  written.visit(true);
  written.visit(false);
  const sized = opened().studio;
  sized.chooseSize({ ...sized.size, model: 'full' });
  sized.visit(false);
  expect([written.example, sized.example]).toEqual([null, null]);
});
