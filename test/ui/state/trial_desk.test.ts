import { expect, test } from 'vitest';
import type { Desk } from '../../../src/ui/bench/desk';
import { TrialDesk } from '../../../src/ui/text/trial_desk';
import type { GeneratedText, TrainerApi } from '../../../src/worker/api';
import { adapterNamed, ok } from '../trainer_double';

const request = {
  prompt: 'The lamp?',
  chat: true,
  adapter: 'a',
  base: 'text',
  maxTokens: 12,
  temperature: 0,
  topK: 0,
  topP: 1,
  seed: 1,
};

/** A desk, and the ways on which the words of each question come. */
function opened() {
  const ways: ((text: GeneratedText) => void)[] = [];
  const trainer = {
    generate: async (_, onText) => {
      ways.push(onText);
      return ok(undefined);
    },
  } as Pick<TrainerApi, 'generate'> as TrainerApi;
  const nothing = () => undefined;
  const desk: Desk = { trainer, changed: nothing, report: nothing, clear: nothing, note: nothing };
  return { trial: new TrialDesk(desk), ways };
}

test('words that come after the answer are shown, those of an earlier question are not', async () => {
  const { trial, ways } = opened();
  await trial.generate(request);
  ways[0]?.({ from: 'adapter', text: 'The door is white.', tokensPerSecond: 5, done: true });
  expect(trial.trial).toMatchObject({ adapter: 'The door is white.', writing: false });
  await trial.generate({ ...request, prompt: 'The door?' });
  ways[0]?.({ from: 'adapter', text: 'too late', tokensPerSecond: 5, done: true });
  expect(trial.trial).toMatchObject({ prompt: 'The door?', adapter: '' });
});

test('an adapter stays chosen while it is kept; then the first of the task takes its place', () => {
  const { trial } = opened();
  const [first, second] = [adapterNamed('a', 'First'), adapterNamed('b', 'Second')];
  trial.follow([first, second], [second]);
  expect(trial.chosen).toBe('b');
  trial.choose('a');
  trial.follow([first, second], [second]);
  expect(trial.chosen).toBe('a');
  trial.follow([], []);
  expect(trial.chosen).toBe(null);
  trial.choose('current');
  trial.follow([second], [second]);
  expect(trial.chosen).toBe('current');
  trial.forgetCurrent();
  expect(trial.chosen).toBe(null);
});
