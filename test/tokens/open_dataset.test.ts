import { zipSync } from 'fflate';
import { expect, test, vi } from 'vitest';
import { writeZip } from '../../src/containers/zip';
import { openDataset, readDataset } from '../../src/tokens/open_dataset';
import { type Bytes, numbers, utf8 } from '../dataset/read';
import { tinyTokenizer } from './fixture';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

const OPTIONS = { sequenceLength: 64 as number | null, context: 4096, heldoutFraction: 0.1, seed: 1 };
const tokenizer = await tinyTokenizer();
const file = (name: string, content: string | Bytes) => new File([content], name);
const letters = (i: number) => String.fromCharCode(97 + (i % 26)) + String.fromCharCode(97 + (Math.floor(i / 26) % 26));
const chats = (count: number, completion = 'yes') =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ prompt: letters(i), completion })).join('\n');

test('several files become windows, a split, a preview and prompts', async () => {
  const story = file('story.txt', 'the cat said yes.\n'.repeat(50));
  const { dataset, report } = await openDataset(
    [story, file('chats.jsonl', chats(20)), file('paper.pdf', '%PDF-')],
    OPTIONS,
    tokenizer,
  );
  expect(report.files.map(({ name, examples, problems }) => [name, examples, problems.length])).toEqual([
    ['story.txt', 1, 0],
    ['chats.jsonl', 20, 0],
    ['paper.pdf', 0, 1],
  ]);
  expect(report.examples).toBe(21);
  expect(report.chat).toBe(true);
  expect([report.windows, report.heldoutWindows]).toEqual([dataset.training.length, dataset.heldout.length]);
  expect(report.windows + report.heldoutWindows).toBe(dataset.offsets.length - 1);
  expect(report.tokens).toBe(dataset.tokens.length - (dataset.offsets.length - 1));
  // Of a conversation: yes and <end_of_turn>. Of the story: its tokens and <eos>.
  expect(report.trainedTokens).toBe(20 * 2 + tokenizer.encode('the cat said yes.\n'.repeat(50)).length + 1);
  expect(structuredClone(dataset)).toEqual(dataset);
  for (const array of [dataset.tokens, dataset.lossMask, dataset.offsets, dataset.training, dataset.heldout]) {
    expect(array.buffer.byteLength, 'stored whole').toBe(array.byteLength);
  }
});

test('the preview shows what is learned and names control tokens', async () => {
  const { report } = await openDataset([file('a.jsonl', `\n${chats(20)}`)], OPTIONS, tokenizer);
  expect(report.preview.length).toBe(8);
  expect(report.preview[1]).toEqual({
    file: 'a.jsonl',
    line: 3,
    pieces: [
      { text: '<bos>', trained: false, control: true },
      { text: '<start_of_turn>', trained: false, control: true },
      { text: 'user\nba', trained: false },
      { text: '<end_of_turn>', trained: false, control: true },
      { text: '\n', trained: false },
      { text: '<start_of_turn>', trained: false, control: true },
      { text: 'model\n', trained: false },
      { text: 'yes', trained: true },
      { text: '<end_of_turn>', trained: true, control: true },
      { text: '\n', trained: false },
    ],
    tokens: 14,
    truncatedTokens: 0,
  });
  const text = await openDataset([file('a.txt', 'the cat\n'.repeat(60))], OPTIONS, tokenizer);
  expect(text.report.preview[0]!.pieces[0]).toEqual({ text: '<bos>', trained: false, control: true });
  for (const { pieces } of text.report.preview)
    expect(pieces.map(({ trained }) => trained)).toEqual(pieces.map((_, n) => n > 0)); // the last is <eos>
  expect(text.report.chat).toBe(false);
});

test('prompts come from what is held out', async () => {
  const { dataset, report } = await openDataset([file('a.jsonl', chats(60))], OPTIONS, tokenizer);
  const heldout = [...dataset.heldout].map((w) => letters(w));
  expect(report.prompts).toEqual(heldout.slice(0, 4));
  const words = Array.from({ length: 600 }, (_, i) => letters(i)).join(' ');
  const text = await openDataset([file('a.txt', words)], OPTIONS, tokenizer);
  expect(text.report.prompts.length).toBe(Math.min(4, text.report.heldoutWindows));
  for (const prompt of text.report.prompts) {
    expect(prompt.split(' ').length).toBe(12);
    expect(` ${words}`).toContain(` ${prompt}`);
  }
});

test('the first word of a document is whole, that of a window inside it may not be', async () => {
  const words = Array.from({ length: 600 }, (_, i) => letters(i)).join(' ');
  const prompts = async (seed: number) =>
    (await openDataset([file('a.txt', words)], { ...OPTIONS, seed }, tokenizer)).report.prompts;
  const all = (await Promise.all(Array.from({ length: 12 }, (_, seed) => prompts(seed)))).flat();
  const first = words.split(' ').slice(0, 12).join(' ');
  expect(all).toContain(first);
  for (const prompt of all) expect(` ${words} `).toContain(` ${prompt} `);
});

test('what is cut of prompts is reported; long replies go over several windows', async () => {
  const long = JSON.stringify({ prompt: 'a', completion: 'b'.repeat(200) });
  const late = JSON.stringify({ prompt: 'c'.repeat(200), completion: 'd' });
  const files = [file('a.jsonl', `${chats(2)}\n${long}\n${late}`)];
  const { report } = await openDataset(files, OPTIONS, tokenizer);
  expect(report.files[0]!.problems).toEqual([
    {
      where: 'a.jsonl',
      choice: 'sequenceLength',
      what: expect.stringMatching(
        /^One conversation has a prompt that is longer than a window of 64 tokens: its beginning was cut, \d\d % of all tokens\.$/,
      ),
      fix: expect.stringMatching(/windows of \d+ tokens/),
      count: 1,
    },
  ]);
  expect(report.cut).toMatchObject({ examples: 1 });
  expect(report.cut!.share).toBeGreaterThan(0.2);
  const fits = await openDataset(files, { ...OPTIONS, sequenceLength: 256 }, tokenizer);
  expect([fits.report.cut, fits.report.files[0]!.problems]).toEqual([{ examples: 0, share: 0 }, []]);
});

test('a length that is not set is that of the longest conversation, within what the base allows', async () => {
  const options = { ...OPTIONS, sequenceLength: null, context: 256, heldoutFraction: 0 };
  const found = async (content: string, name = 'a.jsonl') => {
    const { dataset, report } = await openDataset([file(name, content)], options, tokenizer);
    expect(dataset.sequenceLength).toBe(report.sequenceLength);
    return [report.sequenceLength, report.chosen, report.longest, report.lengthThatCutsNone, report.spread];
  };
  expect(await found(chats(5))).toEqual([16, 'longest', 14, 16, 0]);
  const longer = JSON.stringify({ prompt: 'a', completion: 'b'.repeat(100) });
  expect(await found(`${chats(5)}\n${longer}`)).toEqual([112, 'longest', 112, 112, 0]);
  expect(await found(JSON.stringify({ prompt: 'a', completion: 'b'.repeat(1000) }))).toEqual([
    256,
    'base',
    1012,
    256,
    1,
  ]);
  expect(await found(JSON.stringify({ prompt: 'a'.repeat(1000), completion: 'b' }))).toEqual([
    256,
    'base',
    1012,
    null,
    0,
  ]);
  expect(await found('the cat', 'a.txt')).toEqual([64, 'text', 0, 64, 0]);
});

test('the length that cuts none is named, and cuts none', async () => {
  const prompts = [100, 180, 140].map((length) =>
    JSON.stringify({ prompt: 'a'.repeat(length), completion: `b${length}` }),
  );
  const files = [file('a.jsonl', prompts.join('\n'))];
  const { report } = await openDataset(files, { ...OPTIONS, sequenceLength: 40 }, tokenizer);
  expect(report.cut.examples).toBe(3);
  const length = report.lengthThatCutsNone!;
  expect(report.files[0]!.problems[0]!.fix).toContain(`Choose windows of ${length} tokens`);
  const at = async (sequenceLength: number) =>
    (await openDataset(files, { ...OPTIONS, sequenceLength }, tokenizer)).report.cut.examples;
  expect([await at(length), await at(length - 16)]).toEqual([0, 1]);
  const small = await openDataset(files, { ...OPTIONS, sequenceLength: 40, context: 64 }, tokenizer);
  expect([small.report.lengthThatCutsNone, small.report.files[0]!.problems[0]!.fix]).toEqual([
    null,
    'Shorten these prompts: windows of this base have at most 64 tokens.',
  ]);
});

test('a prompt is what the user says first, also where the assistant opens', async () => {
  const opened = Array.from({ length: 4 }, (_, i) =>
    JSON.stringify({
      messages: [
        { role: 'assistant', content: 'the cat' },
        { role: 'user', content: letters(i) },
        { role: 'assistant', content: 'yes' },
      ],
    }),
  ).join('\n');
  const { dataset, report } = await openDataset([file('a.jsonl', opened)], OPTIONS, tokenizer);
  expect(report.prompts).toEqual([...dataset.heldout].map(letters));
});

test('windows of one conversation fall into the same half', async () => {
  const many = Array.from({ length: 12 }, (_, i) =>
    JSON.stringify({
      messages: Array.from({ length: 8 }, (_, t) => ({
        role: t % 2 ? 'assistant' : 'user',
        content: `${letters(i)} ${letters(t)} abc`,
      })),
    }),
  ).join('\n');
  const { dataset, report } = await openDataset([file('a.jsonl', many)], { ...OPTIONS, sequenceLength: 32 }, tokenizer);
  const perChat = (report.windows + report.heldoutWindows) / 12;
  expect(perChat).toBeGreaterThan(2);
  const chatOf = (w: number) => Math.floor(w / perChat);
  const heldout = new Set([...dataset.heldout].map(chatOf));
  expect(heldout.size).toBeGreaterThan(0);
  for (const w of dataset.training) expect(heldout.has(chatOf(w))).toBe(false);
  expect(report.prompts).toEqual([...heldout].map((chat) => `${letters(chat)} aa abc`).slice(0, 4));
});

test('columns are chosen by file name', async () => {
  const table = file('a.csv', 'x,y,z\na,b,c\nd,e,f\ng,h,i\n');
  const { report } = await openDataset(
    [table],
    { ...OPTIONS, columns: { 'a.csv': { prompt: 'z', completion: 'x' } } },
    tokenizer,
  );
  expect(report.preview[0]!.pieces.map(({ text }) => text).join('')).toContain(
    'user\nc<end_of_turn>\n<start_of_turn>model\na<end_of_turn>',
  );
  await expect(openDataset([table], OPTIONS, tokenizer)).rejects.toThrow('not clear which columns');
});

test('nothing to learn from is a problem with a file and a way out', async () => {
  const failure = async (files: readonly File[], options = OPTIONS) => {
    const error = await openDataset(files, options, tokenizer).catch((thrown: unknown) => thrown);
    return (error as { problem: unknown }).problem;
  };
  expect(await failure([file('a.pdf', '%PDF-')])).toEqual({
    what: 'The file is a PDF document, which cannot be read here.',
    where: 'a.pdf',
    fix: expect.stringContaining('pdftotext'),
  });
  expect(await failure([file('a.pdf', '%PDF-'), file('b.txt', '')])).toMatchObject({
    what: 'The file is a PDF document, which cannot be read here.',
    others: [{ what: expect.stringContaining('empty'), where: 'b.txt' }],
  });
  expect(await failure([])).toMatchObject({ fix: 'Choose a text file.' });
  expect(await failure([file('a.txt', 'the cat')])).toMatchObject({
    where: 'a.txt',
    what: expect.stringContaining('at least 2 are needed'),
  });
  expect(await failure([file('a.jsonl', chats(1))])).toMatchObject({
    fix: expect.stringContaining('one more example'),
  });
  const text = [file('a.txt', 'the cat '.repeat(99))];
  expect(await failure(text, { ...OPTIONS, sequenceLength: 1 })).toMatchObject({
    where: 'Window',
    setting: { name: 'sequenceLength' },
  });
  expect(await failure(text, { ...OPTIONS, sequenceLength: 8.5 })).toMatchObject({
    where: 'Window',
    setting: { name: 'sequenceLength' },
  });
  expect(await failure(text, { ...OPTIONS, heldoutFraction: 0.6 })).toMatchObject({
    where: 'Held out',
    setting: { name: 'heldoutFraction' },
  });
  expect(await failure(text, { ...OPTIONS, heldoutFraction: Number.NaN })).toMatchObject({
    where: 'Held out',
    setting: { name: 'heldoutFraction' },
  });
});

test('where nothing can be learned from, each file is told of all the same', async () => {
  const files = [file('a.pdf', '%PDF-'), file('b.csv', 'x,y,z\na,b,c\n')];
  const { dataset, report } = await readDataset(files, OPTIONS, tokenizer);
  expect(dataset).toBe(null);
  expect(report).toMatchObject({ windows: 0, heldoutWindows: 0, examples: 0, preview: [] });
  expect(report.fault).toMatchObject({ what: expect.stringContaining('PDF'), where: 'a.pdf' });
  expect(report.files.map(({ name, columns }) => [name, columns])).toEqual([
    ['a.pdf', undefined],
    ['b.csv', ['x', 'y', 'z']],
  ]);
  const single = await readDataset([file('a.jsonl', chats(1))], OPTIONS, tokenizer);
  expect(single).toMatchObject({ dataset: null, report: { windows: 0, examples: 1, fault: { where: 'a.jsonl' } } });
  expect(single.report.preview).toHaveLength(1);
});

test('marks of a template that stand in the data are no control tokens', async () => {
  const { report } = await openDataset([file('a.txt', '<bos> the cat <end_of_turn> '.repeat(40))], OPTIONS, tokenizer);
  const [first] = report.preview;
  expect(first?.pieces.filter(({ control }) => control)).toEqual([{ text: '<bos>', trained: false, control: true }]);
});

test('files of an archive can be left out one by one', async () => {
  const content = (text: string) => new TextEncoder().encode(text) as Bytes;
  const inside = [
    { name: 'a.jsonl', content: content(chats(5)) },
    { name: 'b.jsonl', content: content(chats(9)) },
  ];
  const archive = file('all.zip', (await writeZip(inside, new Date(0))) as Bytes);
  const names = async (without: readonly string[]) =>
    (await openDataset([archive], { ...OPTIONS, without }, tokenizer)).report.files.map(({ name }) => name);
  expect(await names([])).toEqual(['all.zip/a.jsonl', 'all.zip/b.jsonl']);
  expect(await names(['all.zip/a.jsonl'])).toEqual(['all.zip/b.jsonl']);
});

test('whatever the characters, the datasets hold only tokens of the model, and their text comes back', async () => {
  const random = numbers(11);
  for (let round = 0; round < 25; round++) {
    const text = Array.from({ length: 300 }, () => String.fromCharCode(1 + (random() % 0xdfff))).join('');
    const lines = [JSON.stringify({ text }), JSON.stringify({ prompt: text, completion: 'yes <end_of_turn>' })].join(
      '\n',
    );
    const { dataset } = await openDataset(
      [file('a.jsonl', `${lines}\n${chats(3)}`)],
      { ...OPTIONS, sequenceLength: 4096 },
      tokenizer,
    );
    expect(Math.max(...dataset.tokens)).toBeLessThan(tokenizer.vocabularySize);
    const windows = [...dataset.offsets.keys()]
      .slice(1)
      .map((w) => tokenizer.decode([...dataset.tokens.subarray(dataset.offsets[w - 1], dataset.offsets[w])]));
    expect(windows.at(-1)).toBe(text.toWellFormed().replaceAll('▁', ' '));
  }
});

test('a voice is chosen for an archive of chats by its name', async () => {
  const day = (n: number) => `[0${n}.05.23, 12:00] Ann: q\n[0${n}.05.23, 12:01] Bo: a\n[0${n}.05.23, 12:02] Ann: b\n`;
  const zip = zipSync({ 'one.txt': utf8(day(1)), 'two.txt': utf8(day(2)) });
  const options = { ...OPTIONS, heldoutFraction: 0 };
  const archive = file('chats.zip', Uint8Array.from(zip));
  const { report } = await openDataset([archive], { ...options, voices: { 'chats.zip': 'Ann' } }, tokenizer);
  expect(report.files.map(({ name, voice, problems }) => [name, voice, problems.length])).toEqual([
    ['chats.zip/one.txt', 'Ann', 1],
    ['chats.zip/two.txt', 'Ann', 1],
  ]);
});
