/** Files that hold text without being text: tables, archives, pointers; and text in another encoding. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { writeZip } from '../../src/containers/zip';
import { readFile, refusedReport } from '../../src/dataset/read_file';
import { filesIn } from '../../src/dataset/unpack';
import { tableOf } from './parquet';
import { type Bytes, brief, bytes, numbers, read, readFrom, utf8 } from './read';

const gzip = (content: string | Bytes): Bytes => Uint8Array.from(gzipSync(content));
const zip = (files: Readonly<Record<string, string | Bytes>>) =>
  writeZip(
    Object.entries(files).map(([name, content]) => ({
      name,
      content: typeof content === 'string' ? utf8(content) : content,
    })),
    new Date(0),
  );
/** Reads a file, or each that an archive holds. */
async function readAll(name: string, content: Bytes) {
  const all = [];
  for await (const file of filesIn([new File([content], name)])) {
    if ('archive' in file) {
      const report = refusedReport(file);
      all.push({ report, problems: report.problems, examples: [] });
    } else all.push(await readFrom(file));
  }
  return all;
}

const PAIR = '{"prompt":"a","completion":"b"}';

test('a Parquet table of pairs, of conversations, of text', async () => {
  const pairs = await read(
    'a.parquet',
    tableOf({ id: [1, 2], instruction: ['i', 'j'], input: ['', 'x'], output: ['o', 'p'] }),
  );
  expect(pairs.examples.map(brief)).toEqual(['1| user: i / assistant: o', '2| user: j\n\nx / assistant: p']);
  expect(pairs.report).toMatchObject({
    columns: ['id', 'instruction', 'input', 'output'],
    chosenColumns: { prompt: 'instruction', completion: 'output' },
    problems: [],
  });
  const messages = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: 'a' },
  ];
  const chats = await read('a.parquet', tableOf({ messages: [messages, messages] }));
  expect(chats.examples.map(brief)).toEqual(['1| user: q / assistant: a', '2| user: q / assistant: a']);
  expect(chats.problems).toEqual([]);
  const text = await read('a.parquet', tableOf({ text: ['one', ''] }, 'UNCOMPRESSED'));
  expect(text.examples.map(brief)).toEqual(['1| one']);
  expect(text.problems).toMatchObject([{ where: 'a.parquet, row 2' }]);
});

test('columns of a Parquet table can be chosen, and are listed where they tell nothing', async () => {
  const table = tableOf({ a: ['1'], b: ['2'], c: ['3'] });
  const chosen = await read('a.parquet', table, { prompt: 'c', completion: 'a' });
  expect(chosen.examples.map(brief)).toEqual(['1| user: 3 / assistant: 1']);
  const { report, problems } = await read('a.parquet', table);
  expect(report.columns).toEqual(['a', 'b', 'c']);
  expect(problems).toMatchObject([{ what: 'It is not clear which columns to learn from.' }]);
});

test('a damaged Parquet table is refused by name', async () => {
  const table = tableOf({ text: ['one'] });
  for (const content of [bytes('PAR1….'), table.slice(0, table.length - 9)]) {
    const { examples, problems } = await read('a.parquet', content);
    expect(examples).toEqual([]);
    expect(problems).toMatchObject([
      { where: 'a.parquet', what: expect.stringContaining('cannot be read as parquet') },
    ]);
  }
});

test('.gz and .zip are read as what they hold', async () => {
  const packed = await read('a.jsonl.gz', gzip(`${PAIR}\n{bad\n`));
  expect(packed.examples.map(brief)).toEqual(['1| user: a / assistant: b']);
  expect(packed.report).toMatchObject({ name: 'a.jsonl.gz', format: 'prompt and completion (JSON Lines), unpacked' });
  expect(packed.problems.map(({ where }) => where)).toEqual(['a.jsonl, line 2']);
  const archive = await zip({
    'one/a.jsonl': PAIR,
    'b.txt': 'text',
    'c.pdf': '%PDF-1.7',
    '.DS_Store': 'x',
    '__MACOSX/b.txt': 'x',
    'd.csv': 'x,y,z\n1,2,3\n',
  });
  const all = await readAll('all.zip', archive);
  expect(all.flatMap(({ examples }) => examples.map(brief))).toEqual(['1| user: a / assistant: b', '1| text']);
  expect(all.map(({ report }) => report.name)).toEqual(
    ['one/a.jsonl', 'b.txt', 'c.pdf', 'd.csv'].map((name) => `all.zip/${name}`),
  );
  expect(all.flatMap(({ problems }) => problems.map(({ where }) => where))).toEqual([
    'all.zip/c.pdf',
    'all.zip/d.csv, line 1',
  ]);
});

test('archives that are damaged, empty or hold others are refused', async () => {
  const what = async (name: string, content: Bytes) => {
    const all = await readAll(name, content);
    expect(all.flatMap(({ examples }) => examples)).toEqual([]);
    return all.flatMap(({ problems }) => problems).map((problem) => `${problem.where}: ${problem.what}`);
  };
  expect(await what('a.gz', bytes([0x1f, 0x8b, 8, 0]))).toMatchObject([
    expect.stringMatching(/^a\.gz: The archive cannot be unpacked: /),
  ]);
  expect(await what('a.zip', bytes('PK', [3, 4, 0, 0]))).toMatchObject([
    expect.stringMatching(/^a\.zip: The archive cannot be unpacked: /),
  ]);
  expect(await what('a.gz', gzip(gzip('text')))).toEqual(['a: The file is a gzip archive, which cannot be read here.']);
  expect(await what('a.zip', await zip({ 'b.zip': await zip({ 'c.txt': 'x' }) }))).toEqual([
    'a.zip/b.zip: The file is a ZIP archive, which cannot be read here.',
  ]);
  expect(await what('a.zip', await zip({ '.hidden': 'x' }))).toMatchObject([expect.stringMatching(/it holds no file/)]);
});

test('a pointer of Git LFS is named', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n';
  for (const name of ['a.parquet', 'a.jsonl', 'a.txt', 'a.csv']) {
    const { examples, problems } = await read(name, pointer);
    expect(examples).toEqual([]);
    expect(problems).toMatchObject([{ what: expect.stringContaining('pointer of Git LFS'), where: name }]);
  }
});

test('Latin-1 is read where it is chosen', async () => {
  const file = new File([bytes('Gr', [0xfc], [0xdf], 'e\n')], 'a.txt');
  const found: string[] = [];
  const report = await readFile(file, { encoding: 'windows-1252' }, (example) => found.push(brief(example)));
  expect([found, report.problems]).toEqual([['1| Grüße\n'], []]);
  expect(report).not.toHaveProperty('mayBeLatin1');
  expect((await readFile(file, {}, () => expect.unreachable())).mayBeLatin1).toBe(true);
});

test('damaged tables and archives answer with examples or with problems of their own', async () => {
  const random = numbers(5);
  const originals: readonly (readonly [string, Bytes])[] = [
    ['a.parquet', tableOf({ prompt: ['a', 'b'], completion: ['c', 'd'] })],
    ['a.jsonl.gz', gzip(`${PAIR}\n`.repeat(20))],
    ['a.zip', await zip({ 'a.jsonl': PAIR, 'b.txt': 'text' })],
  ];
  for (let round = 0; round < 150; round++) {
    const [name, original] = originals[round % originals.length]!;
    const damaged = original.slice(0, random() % 3 === 0 ? 4 + (random() % original.length) : original.length);
    for (let change = 1 + (random() % 4); change > 0; change--) {
      damaged[4 + (random() % Math.max(1, damaged.length - 4))] = random() % 256;
    }
    for (const { report, examples, problems } of await readAll(name, damaged)) {
      expect(report.examples).toBe(examples.length);
      if (examples.length === 0) expect(problems.length, name).toBeGreaterThan(0);
      for (const { what, where, fix } of problems) {
        expect([what, fix]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
        expect(where).toMatch(/^a\./);
      }
    }
  }
});
