import { expect, test } from 'vitest';
import { actionsKind, actionsSettings } from '../../../src/ui/actions/kind';
import { AutoDesk, fieldsBefore, isInForce, proposedFields } from '../../../src/ui/bench/auto_desk';
import type { Desk } from '../../../src/ui/bench/desk';
import { textKind, textSettings } from '../../../src/ui/text/kind';
import type { Outcome, Proposal, ProposedSettings, TextSettings, TrainerApi } from '../../../src/worker/api';

const PROPOSAL: Proposal = { budgetBytes: 1, budgetReason: '', speed: null, rows: [] };
const proposed: ProposedSettings = {
  freeze: 'Everything()',
  batchSize: 2,
  accumulation: 8,
  recompute: true,
  backboneLora: true,
};

function deskOf() {
  const asked: { budget: number | null; answer: (outcome: Outcome<Proposal>) => void }[] = [];
  const trainer = {
    propose: (_, budget) => new Promise((answer) => asked.push({ budget, answer })),
  } as Pick<TrainerApi, 'propose'> as TrainerApi;
  const desk: Desk = {
    trainer,
    changed: () => undefined,
    report: () => undefined,
    clear: () => undefined,
    note: () => undefined,
  };
  return { auto: new AutoDesk(desk, (settings) => textKind.proposedFor(settings as TextSettings)), asked };
}

const settings = textSettings(textKind.untouched, 'text', '', []);

test('a budget is a number of megabytes, or none', () => {
  const { auto } = deskOf();
  const bytesOf = (text: string) => {
    auto.setBudget(text);
    return auto.budgetBytes;
  };
  expect(bytesOf(' ')).toBeNull();
  expect(bytesOf('1.5')).toBe(1_500_000);
  for (const wrong of ['0', '-3', 'much', 'Infinity']) expect(bytesOf(wrong)).toBeUndefined();
});

test('the latest question counts, whichever is answered first', async () => {
  const { auto, asked } = deskOf();
  auto.setBudget('10');
  const first = auto.ask(settings);
  auto.setBudget('20');
  const second = auto.ask(settings);
  expect(asked.map(({ budget }) => budget)).toEqual([10e6, 20e6]);
  asked[1]?.answer({ ok: true, value: { ...PROPOSAL, budgetBytes: 20e6 } });
  await second;
  asked[0]?.answer({ ok: false, problem: { what: 'overtaken' } });
  await first;
  expect(auto).toMatchObject({ busy: false, problem: null, proposal: { budgetBytes: 20e6 } });
});

test('what is no budget is not asked about', async () => {
  const { auto, asked } = deskOf();
  auto.setBudget('much');
  await auto.ask(settings);
  expect(asked).toEqual([]);
  expect(auto.busy).toBe(false);
});

test('a proposal is stale once anything that it depends on and does not set has changed', async () => {
  const { auto, asked } = deskOf();
  const question = auto.ask(settings, 1);
  asked[0]?.answer({ ok: true, value: PROPOSAL });
  await question;
  const { batchSize, accumulation } = settings;
  const way = { freeze: 'Nothing()', batchSize: 1, accumulation: batchSize * accumulation, recompute: true };
  expect(auto.isStale({ ...settings, ...way, name: 'other', learningRate: 1 }, 1)).toBe(false);
  expect(auto.isStale({ ...settings, batchSize: batchSize + 1 }, 1)).toBe(true);
  expect(auto.isStale({ ...settings, sequenceLength: 32 }, 1)).toBe(true);
  expect(auto.isStale({ ...settings, loraRank: 4 }, 1)).toBe(true);
  expect(auto.isStale(settings, 2)).toBe(true);
  expect(auto.isStale(null, 2)).toBe(false);
});

test('applying sets all that a row says and nothing else; taking it back leaves later edits', () => {
  const stage = { steps: '5', learningRate: '0.01', freeze: 'Nothing()' };
  const before = { ...actionsKind.untouched, stages: [stage] };
  const applied = { ...before, ...proposedFields(actionsKind, before, proposed) };
  expect(actionsSettings(applied, 'actions', '')).toEqual({
    ...actionsSettings(before, 'actions', ''),
    ...proposed,
    stages: [],
  });
  expect(isInForce(actionsKind, applied, proposed)).toBe(true);
  expect(isInForce(actionsKind, before, proposed)).toBe(false);
  expect(isInForce(actionsKind, { ...applied, stages: [stage] }, proposed)).toBe(false);
  const edited = {
    ...applied,
    text: { ...applied.text, steps: '7' },
    actions: { ...applied.actions, maskTail: true },
  };
  const back = { ...edited, ...fieldsBefore(actionsKind, before, edited) };
  expect(back).toEqual({
    ...before,
    text: { ...before.text, steps: '7' },
    actions: { ...before.actions, maskTail: true },
  });
});

test.each(['', '96'])('a window of "%s" is what it was while a row is in force, and after', (sequenceLength) => {
  const { untouched } = textKind;
  const stage = { steps: '5', learningRate: '0.01', freeze: 'Nothing()' };
  const before = { ...untouched, text: { ...untouched.text, sequenceLength }, stages: [stage], samplePrompt: 'Day 1' };
  const applied = { ...before, ...proposedFields(textKind, before, proposed) };
  expect(applied.text.sequenceLength).toBe(sequenceLength);
  expect({ ...applied, ...fieldsBefore(textKind, before, applied) }).toEqual(before);
});

test('each of the fields that a row sets decides whether it is in force', () => {
  const form = actionsKind.untouched;
  const applied = { ...form, ...proposedFields(actionsKind, form, proposed) };
  const others: ProposedSettings[] = [
    { ...proposed, freeze: 'Nothing()' },
    { ...proposed, batchSize: 3 },
    { ...proposed, accumulation: 3 },
    { ...proposed, recompute: false },
    { ...proposed, backboneLora: false },
  ];
  for (const other of others) expect(isInForce(actionsKind, applied, other)).toBe(false);
  const { backboneLora: _, ...text } = proposed;
  expect(proposedFields(textKind, textKind.untouched, text)).not.toHaveProperty('actions');
});

test('a proposal that reads the model layer by layer says so to the form; one that does not speak of it leaves it', () => {
  const { untouched } = actionsKind;
  const streamed = { ...proposed, streamed: true };
  const form = { ...untouched, ...proposedFields(actionsKind, untouched, streamed) };
  expect(actionsSettings(form, 'actions', '')).toMatchObject(streamed);
  expect([isInForce(actionsKind, form, streamed), isInForce(actionsKind, untouched, streamed)]).toEqual([true, false]);
  expect({ ...form, ...proposedFields(actionsKind, form, proposed) }.actions.streamed).toBe(true);
  expect(isInForce(actionsKind, form, { ...streamed, streamed: false })).toBe(false);
});
