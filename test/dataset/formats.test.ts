import { expect, test, vi } from 'vitest';
import { brief, read, utf8 } from './read';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

const lines = (...records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');

const MESSAGES = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Bye' },
    { role: 'assistant', content: 'So long' },
  ],
};
const MESSAGES_BRIEF = 'system: Be brief. / user: Hi / assistant: Hello / user: Bye / assistant: So long';

test('plain text is one document, as it stands', async () => {
  for (const name of ['notes.txt', 'notes.md', 'NOTES.TXT', 'notes']) {
    const { examples, report } = await read(name, 'One.\n\n  Two.\n');
    const piece = { kind: 'text', file: name, line: 1, text: 'One.\n\n  Two.\n', spansLines: true };
    expect(examples).toEqual([{ ...piece, begins: true, ends: true }]);
    expect(report).toEqual({ name, bytes: 13, format: 'plain text', examples: 1, problems: [] });
  }
});

test('source code and other text is read as plain text, and the report says so', async () => {
  const { report } = await read('loop.py', 'print(1)\n');
  expect(report.format).toBe('plain text (.py)');
});

test('JSON Lines in a .txt file is text', async () => {
  const { examples } = await read('chats.txt', lines({ prompt: 'a', completion: 'b' }));
  expect(examples.map(brief)).toEqual(['1| {"prompt":"a","completion":"b"}']);
});

test('long text comes in pieces of whole lines, which give the text when joined', async () => {
  const text = Array.from({ length: 200_000 }, (_, i) => `Line ${i} höher.\n`).join('');
  const { examples, report } = await read('long.txt', text);
  const pieces = examples.filter((example) => example.kind === 'text');
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.map((piece) => piece.begins)).toEqual(pieces.map((_, i) => i === 0));
  expect(pieces.map((piece) => piece.ends)).toEqual(pieces.map((_, i) => i === pieces.length - 1));
  for (const piece of pieces) expect(piece.text.startsWith(`Line ${piece.line - 1} `)).toBe(true);
  expect(report.examples).toBe(1);
});

test('every form of record in JSON Lines', async () => {
  const { examples, report } = await read(
    'all.jsonl',
    lines(
      MESSAGES,
      {
        conversations: [
          { from: 'system', value: 'S' },
          { from: 'human', value: 'Q' },
          { from: 'gpt', value: 'A' },
          { from: 'user', value: 'Q2' },
          { from: 'assistant', value: 'A2' },
        ],
      },
      { prompt: 'p', completion: 'c' },
      { prompt: 'p', response: 'r' },
      { instruction: 'i', input: 'in', output: 'o' },
      { instruction: 'i', input: '', output: 'o' },
      { instruction: 'i', output: 'o' },
      { instruction: 'i', context: 'x', response: 'r' },
      { question: 'q', answer: 'a', id: 7 },
      { text: 'plain\ntext' },
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'two ' },
              { type: 'text', text: 'parts' },
            ],
          },
          { role: 'assistant', content: 'yes' },
        ],
      },
    ),
  );
  expect(examples.map(brief)).toEqual([
    `1| ${MESSAGES_BRIEF}`,
    '2| system: S / user: Q / assistant: A / user: Q2 / assistant: A2',
    '3| user: p / assistant: c',
    '4| user: p / assistant: r',
    '5| user: i\n\nin / assistant: o',
    '6| user: i / assistant: o',
    '7| user: i / assistant: o',
    '8| user: i\n\nx / assistant: r',
    '9| user: q / assistant: a',
    '10| plain\ntext',
    '11| user: two parts / assistant: yes',
  ]);
  expect(report.problems).toEqual([]);
  expect(report.format).toBe(
    'chat messages, conversations (ShareGPT), prompt and completion, instructions (Alpaca), questions and answers, texts (JSON Lines)',
  );
});

test('blank lines are skipped and still count as lines', async () => {
  const { examples } = await read('a.ndjson', '\n{"text":"one"}\n\n \n{"text":"two"}\n\n');
  expect(examples.map(brief)).toEqual(['2| one', '5| two']);
});

test('a .json file: a list, a list in an object, one record, JSON Lines', async () => {
  const records = [{ prompt: 'a', completion: 'b' }, MESSAGES];
  const expected = ['user: a / assistant: b', MESSAGES_BRIEF];
  const contents = [
    JSON.stringify(records),
    JSON.stringify(records, null, 2),
    JSON.stringify({ version: '1.0', tags: ['x', 'y'], meta: { list: [1, [2]] }, data: records, more: [] }),
    JSON.stringify({ data: records }, null, 1),
    records.map((record) => JSON.stringify(record)).join('\n'),
    records.map((record) => JSON.stringify(record, null, 1)).join('\n'),
    ` \n ${JSON.stringify(records)}`,
  ];
  for (const content of contents) {
    const { examples, problems } = await read('a.json', content);
    expect(problems, content).toEqual([]);
    expect(
      examples.map((example) => brief(example).replace(/^\d+\| /, '')),
      content,
    ).toEqual(expected);
  }
  expect((await read('a.json', JSON.stringify(MESSAGES, null, 2))).examples.map(brief)).toEqual([
    `1| ${MESSAGES_BRIEF}`,
  ]);
  expect((await read('a.json', JSON.stringify(records))).report.format).toBe(
    'prompt and completion, chat messages (JSON)',
  );
  expect((await read('a.json', contents[4]!)).report.format).toBe('prompt and completion, chat messages (JSON Lines)');
});

test('records of a JSON list have the lines that they start on', async () => {
  const { examples } = await read(
    'a.json',
    '[\n  {"text": "one"},\n\n  {\n    "text": "two [{\\" "\n  }, {"text":"three"}\n]\n',
  );
  expect(examples.map(brief)).toEqual(['2| one', '4| two [{" ', '6| three']);
});

test('a .jsonl file that holds a JSON list, or objects over several lines, is read as that', async () => {
  expect((await read('a.jsonl', '[\n{"text":"one"},\n{"text":"two"}\n]')).examples.map(brief)).toEqual([
    '2| one',
    '3| two',
  ]);
  expect((await read('a.jsonl', '{\n"text":"one"\n}\n{\n"text":"two"\n}')).examples.map(brief)).toEqual([
    '1| one',
    '4| two',
  ]);
});

test('a long minified list is read across blocks', async () => {
  const records = Array.from({ length: 40_000 }, (_, i) => ({
    prompt: `Frage "${i}" – ü \\`,
    completion: 'ja '.repeat(10),
  }));
  const { examples, problems } = await read('big.json', JSON.stringify(records));
  expect(problems).toEqual([]);
  expect(examples.length).toBe(records.length);
  expect(examples.at(-1)).toMatchObject({
    line: 1,
    turns: [{ content: records.at(-1)!.prompt }, { content: 'ja '.repeat(10) }],
  });
});

test('byte-order marks, CRLF, lone carriage returns', async () => {
  const jsonl = '{"text":"one"}\r\n{"text":"zwölf"}\r\n';
  const expected = ['1| one', '2| zwölf'];
  const marked = (mark: number[], text: string) => Uint8Array.from([...mark, ...utf8(text)]);
  expect((await read('a.jsonl', jsonl)).examples.map(brief)).toEqual(expected);
  expect((await read('a.jsonl', marked([0xef, 0xbb, 0xbf], jsonl))).examples.map(brief)).toEqual(expected);
  expect((await read('a.txt', marked([0xef, 0xbb, 0xbf], 'a\r\nb\r\n'))).examples.map(brief)).toEqual(['1| a\nb\n']);
  expect((await read('a.txt', 'a\rb\r')).examples.map(brief)).toEqual(['1| a\nb\n']);
  expect((await read('a.csv', marked([0xef, 0xbb, 0xbf], 'text\r\none\r\n'))).examples.map(brief)).toEqual(['2| one']);
});

test('UTF-16 with a byte-order mark', async () => {
  const text = '{"text":"one"}\r\n{"text":"zwölf 🐈"}\n';
  const units = [...`\ufeff${text}`].flatMap((char) => [...Array(char.length).keys()].map((i) => char.charCodeAt(i)));
  const little = Uint8Array.from(units.flatMap((unit) => [unit & 255, unit >> 8]));
  const big = Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 255]));
  for (const content of [little, big]) {
    const { examples, problems } = await read('a.jsonl', content);
    expect(problems).toEqual([]);
    expect(examples.map(brief)).toEqual(['1| one', '2| zwölf 🐈']);
  }
});

test('fields named like parts of a prototype do no harm', async () => {
  const content =
    '{"__proto__":{"text":"polluted"},"constructor":1}\n{"__proto__":[1],"text":"fine"}\n{"messages":[{"__proto__":{"role":"user","content":"x"}},{"role":"toString","content":"x"}]}';
  const { examples, problems } = await read('a.jsonl', content);
  expect(examples.map(brief)).toEqual(['2| fine']);
  expect(problems.map((problem) => problem.where)).toEqual([1, 3, 2].map((line) => `a.jsonl, line ${line}`));
  expect(({} as Record<string, unknown>).text).toBeUndefined();
});
