import { expect, test } from 'vitest';
import type { TrainEvent } from '../../src/worker/api';
import { barLine, duration, progressBar } from '../../tools/progress.mjs';

const step = (n: number): TrainEvent => ({
  kind: 'step',
  step: n,
  loss: 1.23456,
  gradNorm: 1,
  learningRate: 0.1,
  tokensPerSecond: 1234,
  secondsLeft: 80 - n,
});

const heldout = (of: { step: number; loss: number; best: boolean; aboveBase: boolean }): TrainEvent => ({
  kind: 'heldout',
  evaluated: { count: 1, of: 1 },
  ...of,
});

/** What is written for a run of 40 steps with one evaluation. */
function written(stream: { isTTY?: boolean; columns?: number }, env: Record<string, string> = {}): string {
  const said: string[] = [];
  const bar = progressBar({ ...stream, write: (text: string) => said.push(text) }, 40, env);
  for (const done of [0, 1]) bar.onEvent({ kind: 'phase', phase: 'compiling', done, of: 1 });
  for (let n = 1; n <= 40; n++) bar.onEvent(step(n));
  bar.onEvent(heldout({ step: 40, loss: 1, best: true, aboveBase: false }));
  bar.end();
  return said.join('');
}

test('no terminal: plain lines, a few of the steps and every evaluation', () => {
  const lines = written({}).trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 20 + 1);
  expect(lines[0]).toBe('compiling');
  expect(lines[1]).toBe('step 2/40, loss 1.2346, 78 s left, 1234 tokens/s');
  expect(lines.at(-1)).toBe('step 40: held-out loss 1.0000, the best so far');
  for (const line of lines) expect(line).toMatch(/^[ -~]+$/);
  expect(written({ isTTY: true }, { TERM: 'dumb' })).toBe(written({}));
});

test.each([200, 80, 60, 40, 25, 12])('a terminal of %i columns: one line, drawn anew, that fits', (columns) => {
  const text = written({ isTTY: true, columns }, { NO_COLOR: '1' });
  const [live, note] = text.split('\n');
  const drawings = live!.split('\r\x1b[K').slice(1);
  expect(drawings).toHaveLength(2 + 40 + 1); // the evaluation clears the line
  for (const drawing of drawings.slice(0, -1)) expect(drawing.length).toBeLessThan(columns);
  expect(drawings.at(-1)).toContain('held-out');
  expect(note).toBe('');
  expect(text.replaceAll('\r\x1b[K', '')).not.toContain('\x1b');
});

test('colours on a terminal, unless NO_COLOR says no', () => {
  expect(written({ isTTY: true, columns: 80 })).toContain('\x1b[32m█');
  expect(written({ isTTY: true, columns: 80 }, { NO_COLOR: '1' })).not.toContain('\x1b[32m');
});

test('frames that go through layers: how many, how far, and how long they still take; a line for each tenth of them', () => {
  const frames = (done: number, secondsLeft?: number): TrainEvent => ({
    kind: 'phase',
    phase: 'frames',
    ...{ done, of: 4600, layers: 46 },
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  });
  const said = (stream: { isTTY?: boolean; columns?: number }) => {
    const texts: string[] = [];
    const bar = progressBar({ ...stream, write: (text: string) => texts.push(text) }, 40, {});
    bar.onEvent(frames(0));
    for (let done = 1; done <= 4600; done++) bar.onEvent(frames(done, 30));
    return texts;
  };
  const lines = said({});
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe('frames: 100 through 46 layers, 0 %\n');
  expect(lines[5]).toBe('frames: 100 through 46 layers, 50 %, 30 s left\n');
  expect(said({ isTTY: true, columns: 80 })).toHaveLength(4601);
});

test.each([
  [0.4, '0 s'],
  [89.4, '89 s'],
  [90, '1 min 30 s'],
  [119.7, '2 min 0 s'],
  [3599.7, '1 h 0 min'],
  [30_000, '8 h 20 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test('what matters least makes room first', () => {
  const words = ['20/40', 'loss 1.2346', '20 s left', '1234 tokens/s'];
  expect(barLine(0.5, words, 80)).toBe(`[${'█'.repeat(12)}${'·'.repeat(12)}] ${words.join('  ')}`);
  expect(barLine(0.5, words, 40)).toBe('[████····] 20/40  loss 1.2346  20 s left');
  expect(barLine(0.5, words, 29)).toBe('[████····] 20/40  loss 1.2346');
  expect(barLine(0.5, words, 18)).toBe('[█████·····] 20/40'.slice(0, 18));
  expect(barLine(0.5, words, 4)).toBe('20/4');
});

test.each([
  [{ step: 0, loss: 4.8, best: false, aboveBase: false }, 'step 0: held-out loss 4.8000, of the base'],
  [{ step: 4, loss: 4.5, best: true, aboveBase: false }, 'step 4: held-out loss 4.5000, the best so far'],
  [{ step: 8, loss: 4.6, best: false, aboveBase: false }, 'step 8: held-out loss 4.6000'],
  [{ step: 12, loss: 8.4, best: false, aboveBase: true }, 'step 12: held-out loss 8.4000, worse than the base'],
])('an evaluation is told with how it stands: %j', (event, line) => {
  const said: string[] = [];
  progressBar({ write: (text: string) => said.push(text) }, 20).onEvent(heldout(event));
  expect(said).toEqual([`${line}\n`]);
});
