import { describe, expect, test } from 'vitest';
import { isFault } from '../../src/dataset/fields';
import { fileKind } from '../../src/dataset/file_kind';
import { PAIRS } from '../../src/dataset/record_fields';
import { RECORD_FORMS, readRecord } from '../../src/dataset/records';
import { TEXT_READERS } from '../../src/dataset/text_readers';
import { tableOf } from './parquet';
import { type Bytes, read } from './read';

const RECORD = '{"prompt":"a","completion":"b"}';

const CHAT = '[01.05.23, 12:00:01] Ann: q\n[01.05.23, 12:00:09] Bo: a\n';

/** Of every reader, files that are its own: a name, a content, and the format that the report names. */
const FILES: Readonly<
  Record<string, readonly (readonly [name: string, content: string | Bytes, format: string, voice?: string])[]>
> = {
  Parquet: [
    [
      'a.parquet',
      tableOf({ prompt: ['a'], completion: ['b'] }),
      'table (Parquet), columns guessed by name: prompt → completion',
    ],
    ['a', tableOf({ text: ['a', 'b'] }), 'table (Parquet), column guessed: text'],
  ],
  table: [
    ['a.csv', 'prompt,completion\na,b\n', 'table (commas), columns guessed by name: prompt → completion'],
    ['a.tsv', 'text\none\n', 'table (tabs), column guessed: text'],
    ['list.csv', '[a],answer,question\nc,d,e\n', 'table (commas), columns guessed by name: question → answer'],
  ],
  'chat export': [['_chat.txt', CHAT, 'chat exported from WhatsApp, Bo is learned', 'Bo']],
  JSON: [
    ['a.json', `[${RECORD}]`, 'prompt and completion (JSON)'],
    ['a.json', RECORD, 'prompt and completion (JSON)'],
    ['a.jsonl', `[\n${RECORD}\n]`, 'prompt and completion (JSON)'],
    ['a.ndjson', '{\n"text": "one"\n}', 'texts (JSON)'],
  ],
  'JSON Lines': [
    ['a.jsonl', RECORD, 'prompt and completion (JSON Lines)'],
    ['a.json', `${RECORD}\n${RECORD}`, 'prompt and completion (JSON Lines)'],
  ],
  document: [
    ['a.html', '<p>One</p>', 'page of HTML'],
    ['a.xhtml', '<html><body>One</body></html>', 'page of HTML'],
  ],
  'plain text': [
    ['a.txt', RECORD, 'plain text'],
    ['a.md', '# One\n', 'plain text'],
    ['a', 'a,b\n', 'plain text'],
    ['a.py', 'print(1)\n', 'plain text (.py)'],
  ],
};

test('every reader has files of its own in this test', () => {
  expect(TEXT_READERS.map(({ id }) => id)).toEqual(Object.keys(FILES));
});

describe.each(TEXT_READERS)('reader $id', (reader) => {
  const files = (FILES[reader.id] ?? []).map(([name, content, format, voice]) => ({ name, content, format, voice }));
  test.each(files)('takes $name as $format, which no row before it takes', async ({ name, content, format, voice }) => {
    const kind = await fileKind(new File([content], name));
    if ('what' in kind) throw new Error(kind.what);
    expect(TEXT_READERS.find((one) => one.matches(kind))?.id).toBe(reader.id);
    const { report } = await read(name, content, undefined, voice);
    expect(report).toMatchObject({ format });
    expect(report.problems.filter(({ what }) => !what.startsWith('What stands in'))).toEqual([]);
    expect(report.examples).toBeGreaterThan(0);
  });

  test('takes nothing that is not text, whatever its name', async () => {
    for (const [name] of FILES[reader.id] ?? []) {
      const kind = await fileKind(new File([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0)], name));
      if ('what' in kind) throw new Error(kind.what);
      expect(kind.foreign).not.toBeNull();
      expect(reader.matches(kind)).toBe(false);
    }
  });
});

const said = (role: string, text: string) => ({ author: { role }, content: { parts: [text] } });

/** Of every form of records, one that has nothing more than it must. */
const RECORDS: Readonly<Record<string, object>> = {
  messages: { messages: [...'ab'].map((content, n) => ({ role: n === 0 ? 'user' : 'assistant', content })) },
  conversations: { conversations: [...'ab'].map((value, n) => ({ from: n === 0 ? 'human' : 'gpt', value })) },
  conversation: { conversation: [...'ab'].map((value, n) => ({ from: n === 0 ? 'human' : 'gpt', value })) },
  mapping: { mapping: { a: { message: said('user', 'a') }, b: { parent: 'a', message: said('assistant', 'b') } } },
  chat_messages: { chat_messages: [...'ab'].map((text, n) => ({ sender: n === 0 ? 'human' : 'assistant', text })) },
  ...Object.fromEntries(
    PAIRS.map(([, prompt, completion]) => [`${prompt} and ${completion}`, { [prompt]: 'a', [completion]: 'b' }]),
  ),
  ...Object.fromEntries(['dialogue', 'dialog', 'items', 'contents'].map((name) => [name, { [name]: ['a', 'b'] }])),
  text: { text: 'b' },
};

test('every form of records takes its own record, which no row before it takes', () => {
  expect(RECORD_FORMS.map(({ id }) => id)).toEqual(Object.keys(RECORDS));
  for (const [id, record] of Object.entries(RECORDS)) {
    expect(RECORD_FORMS.find((form) => form.matches({ ...record }))?.id).toBe(id);
    expect(isFault(readRecord(record)), id).toBe(false);
  }
});

test('a record of several forms is read by the first of them', () => {
  const all: Record<string, unknown> = Object.assign({}, ...Object.values(RECORDS).reverse());
  for (const form of RECORD_FORMS) {
    if (!form.matches(all)) continue; // another row took a field that both have
    const reading = readRecord(all);
    const direct = form.read(all, { add: () => undefined, unread: () => undefined });
    expect('form' in reading && reading.form).toBe('form' in direct && direct.form);
    for (const field of form.fields) delete all[field];
  }
  expect(Object.keys(all)).toEqual(['dialogue', 'human']); // "summary" went with "document", "assistant" with "user"
});
