import { expect, test } from 'vitest';
import { writeZip } from '../../../src/containers/zip';
import { outcome } from '../../../src/problem';
import { readDataset } from '../../../src/tokens/open_dataset';
import type { Desk } from '../../../src/ui/bench/desk';
import { DataDesk } from '../../../src/ui/text/data_desk';
import { betterLength, chosenLength, cutWords } from '../../../src/ui/text/window_words';
import type { DatasetOptions, Problem, TrainerApi } from '../../../src/worker/api';
import { tinyTokenizer } from '../../tokens/fixture';

/* The data of the text task as the page keeps them, read by the readers themselves. */

const CONTEXT = 256;
const tokenizer = await tinyTokenizer();
const file = (name: string, content: string | Uint8Array<ArrayBuffer>) => new File([content], name);
const placed = (...files: readonly File[]) => files.map((one) => ({ path: one.name, file: one }));
const lines = (records: readonly object[]) => records.map((one) => JSON.stringify(one)).join('\n');
const pairs = (count: number) =>
  lines(Array.from({ length: count }, (_, i) => ({ prompt: `the cat ${i}`, completion: 'yes' })));

type Form = { -readonly [K in keyof DatasetOptions]: DatasetOptions[K] } & { wrong: boolean };

/** A desk of these settings, and the problems that it reported. */
function opened(settings: Partial<DatasetOptions> = {}) {
  const form: Form = { base: 'text', sequenceLength: null, heldoutFraction: 0.1, seed: 1, wrong: false, ...settings };
  const problems = new Map<string, Problem>();
  const trainer = {
    openDataset: (files, options) =>
      outcome(async () => (await readDataset(files, { ...options, context: CONTEXT }, tokenizer)).report),
  } as Pick<TrainerApi, 'openDataset'> as TrainerApi;
  const desk: Desk = {
    trainer,
    changed: () => undefined,
    report: (_, source, problem) => problems.set(source, problem),
    clear: (source) => problems.delete(source),
    note: () => undefined,
  };
  const data = new DataDesk(desk, { options: () => (form.wrong ? null : form), samples: () => [] });
  const rows = () => data.report?.files.map(({ name, examples }) => [name, examples]);
  return { data, desk, form, problems, rows };
}

test('files that are good are kept beside those that are refused, and a sentence says which and why', async () => {
  const { data, rows } = opened();
  const became = await data.add(
    placed(file('a.jsonl', pairs(6)), file('b.txt', 'the cat. '), file('scan.pdf', '%PDF-')),
  );
  expect(rows()).toEqual([
    ['a.jsonl', 6],
    ['b.txt', 1],
    ['scan.pdf', 0],
  ]);
  expect(became).toBe('2 files added. 1 refused: scan.pdf. The file is a PDF document, which cannot be read here.');
  expect(data.ready).toBe(true);
  expect(await data.add(placed(file('c.jsonl', pairs(3))))).toBe('1 file added.'); // of these alone, not of those before
  expect(await data.add(placed(file('d.pdf', '%PDF-'), file('e.txt', '')))).toMatch(
    /^2 refused, the first of them d\.pdf/,
  );
});

test('where nothing can be learned the rows stay, and the way to the choice that is missing', async () => {
  const { data, rows, problems } = opened();
  const became = await data.add(
    placed(file('news.csv', 'a,b,c\nthe cat,yes,no\nthe dog,no,yes\n'), file('x.pdf', '%PDF-')),
  );
  expect(became).toMatch(/^news\.csv waits for a choice of yours: see its row\. 1 refused: x\.pdf/);
  expect([data.ready, problems.size]).toEqual([false, 0]);
  expect(data.missing).toMatchObject({ fix: expect.stringContaining('Choose beside the file') });
  await data.chooseColumns('news.csv', { prompt: 'a', completion: 'b' });
  expect(rows()).toEqual([
    ['news.csv', 2],
    ['x.pdf', 0],
  ]);
  expect([data.ready, data.missing]).toEqual([true, null]);
});

test('fields of JSON records of no known form are chosen like columns', async () => {
  const { data, rows } = opened();
  const records = Array.from({ length: 4 }, (_, i) => ({ left: `the cat ${i}`, right: 'yes', mood: 'calm' }));
  await data.add(placed(file('news.jsonl', lines(records))));
  expect(data.report?.files[0]).toMatchObject({ examples: 0, columns: ['left', 'right', 'mood'] });
  await data.chooseColumns('news.jsonl', { prompt: 'left', completion: 'right' });
  expect(rows()).toEqual([['news.jsonl', 4]]);
  expect(data.report?.preview[0]?.pieces.map(({ text }) => text).join('')).toContain('the cat 0');
});

test('a file that is not UTF-8 is read as Latin-1, and as UTF-8 again', async () => {
  const { data } = opened();
  const content = Uint8Array.from('caf\xe9 et th\xe9. '.repeat(30), (letter) => letter.charCodeAt(0));
  await data.add(placed(file('a.txt', content), file('b.jsonl', pairs(9))));
  expect(data.report?.files[0]).toMatchObject({ examples: 0, mayBeLatin1: true });
  await data.chooseLatin1('a.txt', true);
  expect(data.report?.files[0]).toMatchObject({ examples: 1, problems: [] });
  expect(data.report?.preview[0]?.pieces.map(({ text }) => text).join('')).toContain('café et thé');
  await data.chooseLatin1('a.txt', false);
  expect(data.report?.files[0]?.mayBeLatin1).toBe(true);
});

test('whose messages are learned is chosen for a chat, and once for all chats of an archive', async () => {
  const chat = ['01/05/2023, 12:00 - Ann: q', '01/05/2023, 12:01 - Bo: a', '01/05/2023, 12:02 - Ann: b'].join('\n');
  const { data } = opened({ heldoutFraction: 0 });
  await data.add(placed(file('chat.txt', chat)));
  const learned = () => data.report?.files.map(({ voice }) => voice);
  const [other] = data.report!.files[0]!.voices!.filter(({ name }) => name !== learned()![0]);
  await data.chooseVoice('chat.txt', other!.name);
  expect(learned()).toEqual([other!.name]);
  const content = new TextEncoder().encode(chat) as Uint8Array<ArrayBuffer>;
  const inside = ['a.txt', 'b.txt'].map((name) => ({ name, content }));
  await data.close();
  await data.add(placed(file('all.zip', (await writeZip(inside, new Date(0))) as Uint8Array<ArrayBuffer>)));
  await data.chooseVoice('all.zip/b.txt', other!.name);
  expect(learned()).toEqual([other!.name, other!.name]);
});

test('a file of an archive is taken away alone, and the archive with its last', async () => {
  const { data, rows } = opened();
  const content = new TextEncoder().encode(pairs(5)) as Uint8Array<ArrayBuffer>;
  const inside = ['a.jsonl', 'b.jsonl'].map((name) => ({ name, content }));
  const archive = () => writeZip(inside, new Date(0)) as Promise<Uint8Array<ArrayBuffer>>;
  await data.add(placed(file('all.zip', await archive()), file('c.jsonl', pairs(3))));
  await data.removeFile('all.zip/a.jsonl');
  expect(rows()).toEqual([
    ['all.zip/b.jsonl', 5],
    ['c.jsonl', 3],
  ]);
  await data.add(placed(file('all.zip', await archive())));
  expect(rows()?.map(([name]) => name)).toEqual(['c.jsonl', 'all.zip/a.jsonl', 'all.zip/b.jsonl']); // a new one is whole
  await data.removeFile('all.zip/a.jsonl');
  await data.removeFile('all.zip/b.jsonl');
  expect(rows()).toEqual([['c.jsonl', 3]]);
  expect(data.files.map(({ name }) => name)).toEqual(['c.jsonl']);
  await data.removeFile('c.jsonl');
  expect([data.report, data.source]).toEqual([null, null]);
});

test('files of one name in two folders are two; a file that comes again takes the place and none of the choices of the first', async () => {
  const { data, rows } = opened();
  const at = (path: string, content: string) => ({ path, file: file(path.split('/').at(-1)!, content) });
  await data.add([at('one/a.csv', 'x,y\nthe cat,yes\nthe dog,no\n'), at('two/a.csv', 'q,r\nthe cat,yes\n')]);
  expect(rows()).toEqual([
    ['one/a.csv', 2],
    ['two/a.csv', 1],
  ]);
  await data.chooseColumns('one/a.csv', { completion: 'x' });
  await data.add([at('one/a.csv', 'v,w\nthe cat,yes\nthe dog,no\nthe bird,no\n')]);
  expect(rows()).toEqual([
    ['two/a.csv', 1],
    ['one/a.csv', 3],
  ]);
  expect(data.name).toBe('two');
});

test('an answer that was overtaken says nothing, not even that it failed', async () => {
  const { data, desk, problems, rows } = opened();
  const { openDataset } = desk.trainer;
  let fail: (() => void) | undefined;
  const slow = new Promise<never>((_, reject) => {
    fail = () => reject(new Error('gone'));
  });
  desk.trainer.openDataset = () => slow;
  const first = data.add(placed(file('a.jsonl', pairs(4))));
  desk.trainer.openDataset = openDataset;
  await data.add(placed(file('b.jsonl', pairs(3))));
  fail?.();
  expect(await first).toBe(null);
  expect(problems.size).toBe(0);
  expect(rows()).toEqual([
    ['a.jsonl', 4],
    ['b.jsonl', 3],
  ]);
});

test('files that come while a field is wrong are read once it is right, and not before', async () => {
  const { data, problems, rows, form } = opened();
  await data.add(placed(file('a.jsonl', pairs(4))));
  form.wrong = true;
  expect(await data.add(placed(file('b.jsonl', pairs(3))))).toBe(null);
  expect(problems.get('data')?.fix).toContain('Correct the field');
  expect(rows()).toEqual([['a.jsonl', 4]]);
  form.wrong = false;
  expect(await data.refresh()).toBe(true);
  expect(rows()).toEqual([
    ['a.jsonl', 4],
    ['b.jsonl', 3],
  ]);
  expect(problems.size).toBe(0);
});

test('the window holds the longest conversation; what no window holds is said, with the way out', async () => {
  const { data, form } = opened();
  const long = { prompt: `the cat ${'said '.repeat(8)}`, completion: 'yes' };
  await data.add(placed(file('a.jsonl', `${pairs(9)}\n${lines([long])}`)));
  const chosen = data.report!;
  expect(chosen.chosen).toBe('longest');
  expect(chosenLength(chosen)?.why).toContain(`fits into a window of ${chosen.sequenceLength}`);
  expect([cutWords(chosen), betterLength(chosen, CONTEXT)]).toEqual(['', null]);

  form.sequenceLength = 16;
  await data.refresh();
  const set = data.report!;
  expect([set.sequenceLength, set.chosen, chosenLength(set)]).toEqual([16, null, null]);
  expect(cutWords(set)).toMatch(/^1 example had something cut, which no window of 16 tokens has room for: [\d.]+ % of/);
  const better = betterLength(set, CONTEXT)!;
  expect(better.cutsNone).toBe(true);
  form.sequenceLength = better.length;
  await data.refresh();
  expect(cutWords(data.report!)).toBe('');
});

test('where the base has no room, the best length is its longest, and is said to be no cure', async () => {
  const { data, form } = opened();
  const long = { prompt: 'the cat said '.repeat(60), completion: 'yes' };
  await data.add(placed(file('a.jsonl', `${pairs(9)}\n${lines([long])}`)));
  const { report } = data;
  expect([report?.sequenceLength, report?.chosen]).toEqual([CONTEXT, 'base']);
  expect(betterLength(report!, CONTEXT)).toBe(null); // there is none
  expect(cutWords(report!)).toMatch(/^1 example/);
  form.sequenceLength = 64;
  await data.refresh();
  expect(betterLength(data.report!, CONTEXT)).toEqual({ length: CONTEXT, cutsNone: false });
});

test('a chat of many turns becomes several windows, each reply learned once', async () => {
  const messages = Array.from({ length: 12 }, (_, i) => [
    { role: 'user', content: `the cat number ${i} said to the dog` },
    { role: 'assistant', content: `yes ${i}.` },
  ]).flat();
  const { data } = opened({ sequenceLength: 128, heldoutFraction: 0 });
  await data.add(placed(file('chats.jsonl', lines([{ messages }]))));
  const { report } = data;
  expect(report?.windows).toBeGreaterThan(1);
  expect(report?.cut).toEqual({ examples: 0, share: 0 });
  const learned = report!.preview
    .flatMap(({ pieces }) => pieces.filter(({ trained, control }) => trained && !control))
    .map(({ text }) => text.trim());
  expect(learned.filter((text) => text !== '')).toEqual(Array.from({ length: 12 }, (_, i) => `yes ${i}.`));
});

test('a start that meets data being read again waits for that reading, and is not dropped', async () => {
  const { data, desk, form } = opened();
  await data.add(placed(file('a.jsonl', pairs(20))));
  let readings = 0;
  const { openDataset } = desk.trainer;
  desk.trainer.openDataset = (...asked) => {
    readings += 1;
    return openDataset(...asked);
  };
  form.sequenceLength = 32;
  expect(await Promise.all([data.refresh(), data.refresh()])).toEqual([true, true]);
  expect(readings).toBe(1); // the second found what it wanted
  form.sequenceLength = 16;
  const overtaken = data.refresh();
  const later = data.chooseVoice('a.jsonl', 'nobody');
  expect(await Promise.all([overtaken, later])).toEqual([true, true]);
  form.sequenceLength = 24;
  const [start, added] = [data.refresh(), data.addFiles([file('b.jsonl', pairs(4))])];
  expect(await Promise.all([start, added])).toEqual([false, true]); // other data: not what was to be trained on
});
