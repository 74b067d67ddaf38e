import { expect, test, vi } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/dataset/blocks';
import { MAX_FILE_BYTES } from '../../src/dataset/file_kind';
import { readFile } from '../../src/dataset/read_file';
import { brief, bytes, read } from './read';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

const GOOD = '{"text":"good"}';

test('files that are no text are refused by what they are', async () => {
  const cases = [
    ['paper.pdf', '%PDF-1.7\n…', 'a PDF document', '.txt'],
    ['paper.txt', '%PDF-1.7\n…', 'a PDF document', '.txt'],
    ['sheet.xlsx', bytes('PK', [3, 4, 0, 0]), 'a spreadsheet', '.csv'],
    ['cat.png', bytes([0x89], 'PNG', [13, 10, 26, 10]), 'an image', '.txt'],
    ['cat.txt', bytes([0xff, 0xd8, 0xff, 0xe0]), 'an image', '.txt'],
    ['film.mp4', bytes([0, 0, 0, 32], 'ftypisom'), 'a video', '.txt'],
  ] as const;
  for (const [name, content, kind, fix] of cases) {
    const { examples, report, problems } = await read(name, content);
    expect(examples).toEqual([]);
    expect(report).toMatchObject({ name, format: 'unreadable', examples: 0 });
    expect(problems).toEqual([
      { what: `The file is ${kind}, which cannot be read here.`, where: name, fix: expect.stringContaining(fix) },
    ]);
  }
});

test('an empty file, a blank file, a binary file', async () => {
  const what = async (content: Parameters<typeof read>[1]) => {
    const { examples, problems } = await read('a.txt', content);
    expect(examples).toEqual([]);
    expect(problems.map(({ where, fix }) => [where, typeof fix])).toEqual([['a.txt', 'string']]);
    return problems[0]!.what;
  };
  expect(await what('')).toBe('The file is empty.');
  expect(await what(' \n\t\r\n')).toBe('The file holds nothing but white space.');
  expect(await what(bytes('abc', [0, 1, 2]))).toBe('The file is binary, not text.');
});

test('a file beyond the limit is refused unread, and the limit is named', async () => {
  const huge = new File(['x'], 'huge.txt');
  Object.defineProperty(huge, 'size', { value: MAX_FILE_BYTES + 1 });
  const report = await readFile(huge, {}, () => expect.unreachable());
  expect(report.problems).toEqual([
    {
      what: 'The file has 513 MiB; the limit is 512 MiB.',
      where: 'huge.txt',
      fix: 'Split it, or choose a part of it.',
    },
  ]);
});

test('a file that has gone since it was chosen', async () => {
  const gone = new File(['text '.repeat(10)], 'gone.txt');
  Object.defineProperty(gone, 'slice', {
    value: () => {
      throw new DOMException('gone', 'NotFoundError');
    },
  });
  const early = await readFile(gone, {}, () => expect.unreachable());
  expect(early.problems[0]).toMatchObject({ where: 'gone.txt', fix: 'Choose it again.' });

  const failing = new File(['one\ntwo\n'], 'gone.txt');
  const head = failing.slice.bind(failing);
  const stream = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('one\n'));
      },
      pull(controller) {
        controller.error(new DOMException('changed', 'NotReadableError'));
      },
    });
  Object.defineProperty(failing, 'slice', {
    value: (from: number, to?: number) => Object.assign(head(from, to), to === undefined ? { stream } : {}),
  });
  const late = await readFile(failing, {}, () => undefined);
  expect(late.problems[0]).toMatchObject({ where: 'gone.txt', fix: 'Choose it again.' });
});

test('bytes that are not UTF-8 cost their line', async () => {
  const latin1 = bytes('first\nGr', [0xfc], 'n\nlast ü\n');
  const { examples, problems } = await read('a.txt', latin1);
  expect(examples.map((example) => example.kind === 'text' && example.text).join('')).toBe('first\nlast ü\n');
  expect(examples.map((example) => example.line)).toEqual([1, 3]);
  expect(problems).toEqual([
    {
      what: 'This line holds bytes that are not UTF-8: it was probably saved in another encoding.',
      where: 'a.txt, line 2',
      fix: 'Save the file as UTF-8 in a text editor and choose it again.',
      choice: 'encoding',
    },
  ]);
  const jsonl = await read('a.jsonl', bytes(`${GOOD}\n{"text":"`, [0xe9], `"}\n${GOOD}\n`));
  expect(jsonl.examples.map(brief)).toEqual(['1| good', '3| good']);
  expect(jsonl.problems[0]!.where).toBe('a.jsonl, line 2');
  const csv = await read('a.csv', bytes('text\none\n', [0x80], '\ntwo\n'));
  expect(csv.examples.map(brief)).toEqual(['2| one', '4| two']);
  expect(csv.problems[0]!.where).toBe('a.csv, line 3');
  const json = await read('a.json', bytes(`[\n${GOOD},\n{"text":"`, [0xe9], `"},\n{"text":"\ufffd"}\n]`));
  expect(json.examples.map(brief)).toEqual(['2| good', '4| \ufffd']);
  expect(json.problems.map(({ where }) => where)).toEqual(['a.json, line 3']);
});

test('a truncated character at the end, surrogates and overlong forms are not UTF-8', async () => {
  for (const bad of [[0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80, 0x80, 0x80]]) {
    const { problems } = await read('a.txt', bytes('fine\nbad ', bad));
    expect(problems.map(({ where }) => where)).toEqual(['a.txt, line 2']);
  }
});

test('half a character in UTF-16 costs its line', async () => {
  const unit = (text: string) => [...text].flatMap((char) => [char.charCodeAt(0), 0]);
  const content = Uint8Array.from([0xff, 0xfe, ...unit('one\nt'), 0x00, 0xd8, ...unit('wo\nthree\n'), 0x41]);
  const { examples, problems } = await read('a.txt', content);
  expect(examples.map((example) => example.kind === 'text' && example.text).join('')).toBe('one\nthree\n');
  expect(problems).toMatchObject([{ where: 'a.txt, line 2', count: 2 }]);
});

test('NUL bytes far into a file cost their line', async () => {
  const { examples, problems } = await read('a.txt', `${'line\n'.repeat(20_000)}a\0b\nend\n`);
  expect(examples.at(-1)).toMatchObject({ line: 20_002, text: 'end\n' });
  expect(problems).toMatchObject([{ where: 'a.txt, line 20001', what: expect.stringContaining('NUL') }]);
});

test('a line beyond the limit is refused with its number, whatever comes after it', async () => {
  const long = 'x'.repeat(MAX_LINE_BYTES + 1);
  for (const name of ['a.txt', 'a.jsonl']) {
    const { examples, problems } = await read(name, `${GOOD}\n${long}\n${GOOD}\n`);
    expect(problems).toMatchObject([{ where: `${name}, line 2`, what: 'This line is longer than 8 MiB.' }]);
    expect(examples.at(-1)).toMatchObject({ line: 3 });
    const cut = await read(name, `${GOOD}\n${long}`);
    expect(cut.problems).toMatchObject([{ where: `${name}, line 2` }]);
  }
});

test('a record beyond the limit is refused in a JSON list', async () => {
  const { examples, problems } = await read(
    'a.json',
    `[${GOOD},\n{"text":"${'x'.repeat(MAX_LINE_BYTES + 2 ** 20)}"},\n${GOOD}]`,
  );
  expect(problems).toMatchObject([
    { where: 'a.json, line 2', what: 'The record that starts here is longer than 8 MiB.' },
  ]);
  expect(examples.map(brief)).toEqual(['1| good', '3| good']);
});

test('a fault is said once with how often; five are listed, the rest is counted', async () => {
  const lines = Array.from({ length: 42 }, (_, i) => (i % 2 ? GOOD : '{bad'));
  const { examples, problems } = await read('a.jsonl', lines.join('\n'));
  expect(examples.length).toBe(21);
  expect(problems).toMatchObject([
    { what: expect.stringContaining('(21 times)'), where: 'a.jsonl, line 1', count: 21 },
  ]);
  const different = Array.from({ length: 42 }, (_, i) => (i % 2 ? GOOD : `bad ${i}`));
  const several = await read('a.jsonl', different.join('\n'));
  expect(several.problems.map(({ where }) => where)).toEqual(
    [1, 3, 5, 7, 9].map((line) => `a.jsonl, line ${line}`).concat('a.jsonl'),
  );
  expect(several.problems.at(-1)!.what).toBe('and 16 more lines were skipped.');
});

test('every fault of a record is named, and costs that record', async () => {
  const turn = (role: string, content: unknown = 'x') => ({ role, content });
  const cases: readonly (readonly [unknown, string])[] = [
    ['{"text": "a"', 'This line is not valid JSON: it does not end with a closing brace.'],
    ["{'text': array(['a'])}", 'This line is not valid JSON: it uses single quotes.'],
    ['// b', 'This line is not valid JSON: it begins with a comment, which JSON does not have.'],
    ['hello there', 'This line is not valid JSON: it starts with "hello there".'],
    ['"text"', 'A record should be an object like {"prompt": …, "completion": …} but this one is a string.'],
    ['null', 'A record should be an object like {"prompt": …, "completion": …} but this one is null.'],
    [{}, 'This record is empty.'],
    [{ title: 1, body: 2 }, 'This record has no known field; it has "title", "body".'],
    [{ prompt: 'a' }, 'This record has "prompt" but no "completion".'],
    [{ answer: 'a' }, 'This record has "answer" but no "question".'],
    [{ prompt: 1, completion: 'b' }, '"prompt" should be a string but is a number.'],
    [{ prompt: 'a', completion: null }, '"completion" should be a string but is null.'],
    [{ prompt: 'a', completion: ' ' }, 'There is nothing to learn: the completion is empty.'],
    [{ instruction: 'a', input: [], output: 'b' }, '"input" should be a string but is an empty list.'],
    [
      { prompt: ['a', 'b'], completion: 'c' },
      '"prompt" is a list of texts where one text, or a list of turns, should be.',
    ],
    [
      { prompt: 'a', completion: 'c', label: false },
      'This reply is marked as not wanted ("label": false), so it is not learned.',
    ],
    [
      { message_id: '1', parent_id: null, role: 'prompter', text: 'a' },
      'This is a message of a tree, as Open Assistant keeps them; trees are not made into conversations here.',
    ],
    [{ text: ['a'] }, '"text" should be a string but is a list.'],
    [{ text: '' }, 'There is nothing to learn: "text" is empty.'],
    [{ messages: 'hi' }, '"messages" should be a list of turns but is a string.'],
    [{ messages: [] }, 'The conversation has no turns.'],
    [{ messages: ['hi'] }, 'Turn 1 should be an object but is a string.'],
    [{ messages: [{ content: 'x' }] }, 'Turn 1 has no role.'],
    [{ messages: [turn('toString')] }, 'Turn 1 has the role "toString", which is unknown here.'],
    [{ messages: [turn('tool')] }, 'The last turn of the user has no reply.'],
    [{ messages: [turn('user', 5)] }, 'Turn 1 has a number where its text should be.'],
    [
      { messages: [turn('user', [{ type: 'image_url', image_url: {} }])] },
      'Turn 1 has a list where its text should be.',
    ],
    [{ messages: [turn('user'), turn('assistant', '')] }, 'Turn 2 is an empty reply: there is nothing to learn.'],
    [{ messages: [turn('system')] }, 'The conversation has no reply to learn from.'],
    [{ messages: [turn('user')] }, 'The last turn of the user has no reply.'],
    [
      { messages: [turn('assistant'), turn('user')] },
      'The only reply opens the conversation: it answers nothing, so there is nothing to learn.',
    ],
    [
      { messages: [turn('user'), { ...turn('assistant'), weight: 0 }] },
      'Every reply of the conversation is marked as not to be learned.',
    ],
    [{ prompt: 'a', completion: 'b', weight: 0 }, 'The record is marked as not to be learned.'],
    [{ messages: [turn('system'), turn('user'), turn('user')] }, 'The last turn of the user has no reply.'],
    [
      { conversations: [{ from: 'gpt', value: 'x' }] },
      'The only reply opens the conversation: it answers nothing, so there is nothing to learn.',
    ],
  ];
  for (const [record, what] of cases) {
    const line = typeof record === 'string' ? record : JSON.stringify(record);
    const { examples, problems } = await read('a.jsonl', `${GOOD}\n${line}\n${GOOD}\n`);
    expect(examples.map(brief), line).toEqual(['1| good', '3| good']);
    expect(problems, line).toMatchObject([
      { what, where: 'a.jsonl, line 2', fix: expect.stringMatching(/^[A-Z].*\.$/) },
    ]);
  }
});

test('JSON documents: broken records, ends that are missing, more than one list, stray text', async () => {
  const at = async (content: string) => {
    const { examples, problems } = await read('a.json', content);
    return [examples.map(brief), problems.map(({ what, where }) => `${where}: ${what}`)];
  };
  expect(await at(`[${GOOD},\n{"text" "a"},\n${GOOD}]`)).toEqual([
    ['1| good', '3| good'],
    ['a.json, line 2: This line is not valid JSON: a quote, comma or bracket is missing or misplaced.'],
  ]);
  expect(await at(`[${GOOD},\n{"text": "a}\n,\n${GOOD}]`)).toEqual([
    ['1| good'],
    [
      'a.json, line 2: The record from here to line 4 is not valid JSON: a quote, comma or bracket is missing or misplaced.',
    ],
  ]);
  expect(await at(`[${GOOD},\n{"text": "a\\\n},\n${GOOD}]`)).toEqual([
    ['1| good', '4| good'],
    [
      'a.json, line 2: The record from here to line 3 is not valid JSON: a quote, comma or bracket is missing or misplaced.',
    ],
  ]);
  expect(await at(`[${GOOD},\n{"text": "a"}},\n${GOOD}]`)).toEqual([
    ['1| good', '3| good'],
    ['a.json, line 2: This line is not valid JSON: a quote, comma or bracket is missing or misplaced.'],
  ]);
  expect(await at(`[\n${GOOD},\n{"text":"a`)).toEqual([
    ['2| good'],
    ['a.json, line 3: The record that starts here never ends.'],
  ]);
  expect(await at(`[\n${GOOD},\n`)).toEqual([
    ['2| good'],
    ['a.json, line 3: The file ends before its last bracket is closed.'],
  ]);
  expect(await at(`{"train":[${GOOD}],\n"test":[${GOOD}]}`)).toEqual([
    ['1| good'],
    ['a.json, line 2: The file holds more than one list of records; only the first was read.'],
  ]);
  expect(await at('This is no JSON.')).toEqual([[], ['a.json, line 1: There is text outside of any JSON value.']]);
  expect(await at('[]')).toEqual([[], ['a.json: The file holds no example.']]);
});

test('deep nesting overflows nothing', async () => {
  const deep = '['.repeat(300_000);
  for (const name of ['a.json', 'a.jsonl']) {
    const { examples, problems } = await read(name, `${GOOD}\n{"messages":${deep}${']'.repeat(300_000)}}\n${GOOD}\n`);
    expect(examples.map(brief)).toEqual(['1| good', '3| good']);
    expect(problems.map(({ where }) => where)).toEqual([`${name}, line 2`]);
    expect((await read(name, `{"text":"x","more":${deep}`)).problems).toMatchObject([{ where: `${name}, line 1` }]);
  }
});
