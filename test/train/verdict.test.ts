import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/settings/defaults';
import { verdictOf } from '../../src/train/verdict';
import { atRate, seenOf } from './seen';

const kept = (heldout: number, step = 8) => ({ baselineHeldout: 4.8287, heldout, step });
const flat = [4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8];
const whatOf = (seen: ReturnType<typeof seenOf>, heldout: number) => verdictOf(seen, kept(heldout)).problem?.what;

test('better than the base: nothing to say', () => {
  expect(verdictOf(seenOf(flat), kept(4.5))).toEqual({ outcome: 'better', problem: null });
});

test('nothing held out: not measured, with a way to know', () => {
  const verdict = verdictOf(seenOf(flat), { baselineHeldout: Number.NaN, heldout: Number.NaN, step: 8 });
  expect(verdict).toMatchObject({ outcome: 'unmeasured', problem: { setting: { name: 'heldoutFraction' } } });
  expect(JSON.stringify(verdict)).not.toContain('NaN');
});

test('worse: one sentence with figures and cause, and what to do', () => {
  const seen = seenOf([4.8, 9.4, 14.2, 8, 7, 6.5, 6.4, 6.3], atRate(0.3), { 4: 8.446, 8: 6.3016 });
  expect(verdictOf(seen, kept(6.3016))).toEqual({
    outcome: 'worse',
    problem: {
      what:
        'The adapter is worse than no adapter: held-out loss 6.3016 with it (step 8), 4.8287 without; ' +
        'likely because the learning rate of 0.3 is too high: the training loss leapt from 4.8000 to 14.2000 at step 3.',
      where: 'Learning rate',
      fix: 'Start again with a lower learning rate: 0.01, the usual one.',
      setting: { name: 'learningRate' },
    },
  });
});

test('equal to the base, as far as is shown: no better', () => {
  expect(verdictOf(seenOf(flat), kept(4.8287)).outcome).toBe('no better');
  expect(verdictOf(seenOf(flat), kept(4.82871)).problem?.what).toMatch(/^The adapter is no better than no adapter/);
});

test('a held-out loss that is no number is worse, and is not printed', () => {
  const { outcome, problem } = verdictOf(seenOf(flat), kept(Number.NaN));
  expect(outcome).toBe('worse');
  expect(problem?.what).toContain('its held-out loss is no finite number');
  expect(problem?.what).not.toContain('NaN');
});

test.each([
  ['a rise', seenOf([4.8, 4.9, 5.1, 5.3, 5.4, 5.5, 5.6, 5.7]), 'the training loss rose from 4.8000 to 5.6500'],
  ['not finite', seenOf(flat, { skippedInARow: 3 }), 'in its last steps loss or gradient was no finite number'],
  ['no gradient', seenOf(flat, {}, {}, [1, 0, 0, 0, 0, 0, 0, 0]), 'the gradient became exactly 0'],
  [
    'ln V',
    seenOf([4.8, ...flat.slice(1).map(() => Math.log(2048))]),
    'the model came to hold every token for equally likely',
  ],
  [
    'always clipped',
    seenOf(
      flat,
      {},
      {},
      flat.map(() => 50),
    ),
    'the gradient was clipped in every step',
  ],
])('a rate that is too high shows in %s', (_, seen, sign) => {
  expect(whatOf(seen, 5)).toContain(`likely because the learning rate of 0.01 is too high: ${sign}`);
});

test('learned by heart: how often, and the two losses', () => {
  const settings = { ...defaultSettings, batchSize: 4, warmupSteps: 0 };
  const seen = seenOf([4.8, 4, 3, 2, 1, 0.5, 0.4, 0.2], { settings, trainingSamples: 4 }, { 4: 5, 8: 5.5 });
  expect(whatOf(seen, 5)).toContain(
    'likely because it learned too little data by heart (training loss 0.3000, held-out 5.5000): it saw each about 8 times',
  );
});

test('cut away: the share, and a longer window', () => {
  const { problem } = verdictOf(seenOf(flat, { cutShare: 0.44 }), kept(5));
  expect(problem?.what).toContain('44 % of the tokens of the conversations were cut away');
  expect(problem?.setting).toEqual({ name: 'sequenceLength' });
  expect(whatOf(seenOf(flat, { cutShare: 0.02 }), 5)).not.toContain('cut');
});

test('too few steps: still falling, or hardly warmed up', () => {
  const falling = whatOf(seenOf(flat, {}, { 4: 5.5, 8: 5.1 }), 5.1);
  expect(falling).toContain('likely because 8 steps were too few: the held-out loss was still falling');
  const settings = { ...defaultSettings, steps: 60, warmupSteps: 5 };
  expect(whatOf(seenOf(flat, { settings }, { 8: 5 }), 5)).toContain(
    '8 of 60 steps were too few: the learning rate had hardly warmed up',
  );
});

test('no sign of anything is said to be so', () => {
  expect(whatOf(seenOf(flat, {}, { 4: 5, 8: 5.1 }), 5)).toContain('no cause stands out');
});

test('where the last weights were asked for, a better step is named', () => {
  const { problem } = verdictOf(seenOf(flat, {}, { 4: 4.2, 8: 5.1 }), kept(5.1));
  expect(problem?.what).toContain('the last weights were kept, and those of step 4 had 4.2000');
  expect(problem?.fix).toContain('Keep the best step');
});
