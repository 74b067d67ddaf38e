import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../../tools/data/main';

vi.setConfig({ testTimeout: 60_000 }); // for machines that have other work to do

const folder = mkdtempSync(join(tmpdir(), 'adaptab-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** What the command prints, and its exit code. */
async function run(...args: string[]) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = await main(args);
  const printed = log.mock.calls.map(([line]) => line).join('\n');
  log.mockRestore();
  return { code, printed };
}

async function described(...args: string[]) {
  const { code, printed } = await run('--task', 'text', ...args);
  return { code, answer: JSON.parse(printed) };
}

const pair = (prompt: string, completion: string) => JSON.stringify({ prompt, completion });

test('what was understood, in the promised shape', async () => {
  const chats = write('chats.jsonl', `${pair('Hello there', 'Good day to you.')}\n${pair('Bye', 'So long.')}\n{bad\n`);
  const { code, answer } = await described(chats);
  expect(code).toBe(0);
  expect(answer).toEqual({
    files: [
      {
        name: 'chats.jsonl',
        form: 'prompt and completion (JSON Lines)',
        examples: 2,
        problems: [{ what: expect.any(String), where: 'chats.jsonl, line 3', fix: expect.any(String), count: 1 }],
      },
    ],
    examples: 2,
    window: 32,
    cut: { examples: 0, share: 0 },
    windows: [
      {
        text: '<bos><start_of_turn>user\nHello there<end_of_turn>\n<start_of_turn>model\nGood day to you.<end_of_turn>\n',
        learned: ['Good day to you.'],
      },
      { text: expect.stringContaining('Bye'), learned: ['So long.'] },
    ],
  });
});

test('a length and columns as the page offers them', async () => {
  const words = 'word '.repeat(100);
  const table = write('t.csv', `a,b,c\n1,2,${words}\n3,4,${words}\n`);
  const chosen = await described(table, '--columns', 't.csv:c:a', '--length', '40');
  expect(chosen.answer).toMatchObject({
    window: 40,
    cut: { examples: 2 },
    windows: [{ learned: ['1'] }, { learned: ['3'] }],
  });
  expect(chosen.answer.cut.share).toBeGreaterThan(0.5);
  expect(chosen.answer.files[0].problems[0].fix).toMatch(/Write --length \d+\.$/);
  const text = await described(table, '--columns', 't.csv::b');
  expect(text.answer.windows[0].learned).toEqual(['2', '4']);
  const [asked] = (await described(table)).answer.files[0].problems;
  expect(asked.what).toContain('not clear which columns');
  expect(asked.fix).toContain(
    "--completion COLUMN and, where there is one, --prompt COLUMN; or --columns 't.csv:PROMPT:COMPLETION'",
  );
  const everywhere = await described(table, '--prompt', 'a', '--completion', 'b');
  expect(everywhere.answer.windows[0].learned).toEqual(['2']);
});

test('a fix names the option of the command that puts it right', async () => {
  const latin1 = join(folder, 'latin.txt');
  writeFileSync(latin1, Buffer.from('Gr\u00fc\u00dfe aus Bern. '.repeat(200), 'latin1'));
  const refused = await described(latin1);
  expect([refused.code, refused.answer.files[0].problems[0].fix]).toEqual([
    1,
    expect.stringContaining("--latin-1 'latin.txt'"),
  ]);
  const read = await described(latin1, '--latin-1', 'latin.txt');
  expect([read.code, read.answer.files[0].problems]).toEqual([0, []]);
  expect(read.answer.windows[0].learned[0]).toContain('Gr\u00fc\u00dfe');
  const days = [1, 2, 3]
    .map((day) => `[0${day}.05.23, 12:00] Ann: q${day}\n[0${day}.05.23, 12:01] Bo: a${day}\n`)
    .join('');
  const chat = write('_chat.txt', days);
  const learned = [['a1'], ['a2'], ['a3']];
  const asked = await described(chat);
  expect(asked.answer.windows.map((window: { learned: string[] }) => window.learned)).toEqual(learned);
  expect(asked.answer.files[0].problems).toEqual([
    expect.objectContaining({ fix: expect.stringMatching(/"Ann", "Bo"\. Write --voice '_chat\.txt:NAME'\.$/) }),
  ]);
  const bo = await described(chat, '--voice', '_chat.txt:Bo');
  expect(bo.answer.windows.map((window: { learned: string[] }) => window.learned)).toEqual(learned);
  expect([bo.code, bo.answer.files[0].problems]).toEqual([0, []]);
  const fields = write('fields.jsonl', '{"ask":"q","reply":"a"}\n{"ask":"r","reply":"b"}\n');
  expect((await described(fields)).answer.files[0].problems[0].fix).toContain('--columns');
  expect((await described(fields, '--columns', 'fields.jsonl:ask:reply')).answer.examples).toBe(2);
});

test('folders are files too, and a file that is refused takes no other along', async () => {
  mkdirSync(join(folder, 'set', 'deep'), { recursive: true });
  write('set/a.pdf', '%PDF-1.7');
  write('set/deep/b.txt', 'A hill and a river. '.repeat(200));
  write('set/.hidden', 'no');
  const { code, answer } = await described(join(folder, 'set'));
  expect(code).toBe(0);
  expect(answer.files.map(({ name, examples }: { name: string; examples: number }) => [name, examples])).toEqual([
    ['a.pdf', 0],
    ['b.txt', 1],
  ]);
  expect(answer.window).toBe(64);
});

test('what only describes a set is learned with a word about it', async () => {
  mkdirSync(join(folder, 'clone', '.git'), { recursive: true });
  write('clone/.git/HEAD', 'ref');
  write('clone/README.md', '# A set of chats');
  write('clone/train.jsonl', `${pair('a', 'b')}\n${pair('c', 'd')}\n`);
  const { answer } = await described(join(folder, 'clone'));
  expect(answer.files).toMatchObject([
    { name: 'README.md', problems: [{ what: 'This file is learned, too.' }] },
    { name: 'train.jsonl', problems: [] },
  ]);
  expect((await described(join(folder, 'clone', 'README.md'))).answer.files[0].problems).toMatchObject([
    { what: expect.stringContaining('too little data') },
  ]);
});

test('where nothing can be trained on, the exit code is 1 and the files still say why', async () => {
  const { code, answer } = await described(write('paper.pdf', '%PDF-1.7'));
  expect(code).toBe(1);
  expect(answer).toMatchObject({ files: [{ name: 'paper.pdf', problems: [{ count: 1 }] }], examples: 0, windows: [] });
  const one = await described(write('one.jsonl', pair('a', 'b')));
  expect([one.code, one.answer.examples, one.answer.files[0].problems]).toEqual([
    0,
    1,
    [
      expect.objectContaining({
        what: expect.stringContaining('at least 2 are needed'),
        fix: expect.stringContaining('--heldout 0'),
      }),
    ],
  ]);
  const all = await described(write('one.jsonl', pair('a', 'b')), '--heldout', '0');
  expect([all.code, all.answer.files[0].problems]).toEqual([0, []]);
});

test('mistakes on the command line', async () => {
  const file = write('a.txt', 'text');
  const wrong = async (exit: number, ...args: string[]) => {
    const { code, printed } = await run(...args);
    expect(code).toBe(exit);
    return JSON.parse(printed).error;
  };
  expect(await wrong(2, file)).toMatchObject({ what: '--task is missing.' });
  expect(await wrong(2, '--task', 'images', file)).toMatchObject({ what: '--task is "images".' });
  expect(await wrong(2, '--task=text')).toMatchObject({ what: 'No file was named.' });
  expect(await wrong(1, '--task', 'text', join(folder, 'none.txt'))).toMatchObject({ where: join(folder, 'none.txt') });
  const empty = mkdtempSync(join(folder, 'empty-'));
  expect(await wrong(1, '--task', 'text', empty)).toMatchObject({ what: 'There is no file in it.', where: empty });
  const text = (...args: string[]) => wrong(2, '--task', 'text', file, ...args);
  expect(await text('--length', '1000')).toMatchObject({ fix: 'Write a whole number from 2 to 256.' });
  expect(await text('--columns', 'a')).toMatchObject({ where: '--columns' });
  expect(await text('--voice', 'b.txt:Ann')).toMatchObject({
    what: '--voice names "b.txt", which is none of the files.',
    fix: 'They are: a.txt.',
  });
  expect(await text('--prompt', 'a')).toMatchObject({ fix: 'Write --completion COLUMN too.' });
  expect(await text('--wrong', '1')).toMatchObject({ what: 'npm run data has no flag --wrong.' });
  expect(await text('--joint', '1')).toMatchObject({ what: expect.stringContaining('--joint is of the actions task') });
});
