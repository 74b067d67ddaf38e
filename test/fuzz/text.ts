/** Files of text: every row of TEXT_READERS, and archives of them. */
import { zipSync } from 'fflate';
import { fileKind } from '../../src/dataset/file_kind';
import { readFile } from '../../src/dataset/read_file';
import { TEXT_READERS } from '../../src/dataset/text_readers';
import { filesIn } from '../../src/dataset/unpack';
import type { Problem } from '../../src/problem';
import { tableOf } from '../dataset/parquet';
import type { Bytes } from './mutate';
import { bytesOf, type FuzzReader, jsonBytes, type Sample, utf8 } from './reader';

const MESSAGES = [
  { role: 'user', content: 'Grüße' },
  { role: 'assistant', content: '🐈 \ud83d', tool_calls: [{ function: { name: 'w', arguments: '{"a":[1]}' } }] },
];
const said = (role: string, text: string) => ({ author: { role }, content: { parts: [text] } });
const TELEGRAM = { type: 'message', from: 'Ann', from_id: 'user1', date: '2023-05-01', text: ['a', { text: 'b' }] };
const DISCORD = { type: 'Default', timestamp: '2023', content: 'a', author: { name: 'Ann' } };
const SLACK = { type: 'message', user: 'U1', ts: '1682942401.1', text: 'a <@U2>' };
const MESSENGER = { sender_name: 'Ann', content: 'a', timestamp_ms: 1682942401000 };

const zipped = (files: Readonly<Record<string, Bytes>>, level: 0 | 6 = 0): Bytes =>
  Uint8Array.from(zipSync(files, { level }));

const BOOK = {
  'META-INF/container.xml': utf8('<container><rootfile full-path="OPS/book.opf"/></container>'),
  'OPS/book.opf': utf8('<package><item id="a" href="one%20a.xhtml"/><itemref idref="a"/></package>'),
  'OPS/one a.xhtml': utf8('<p>One.</p>'),
};
const WORD = {
  'word/document.xml': utf8('<w:document><w:p><w:r><w:t>Hills &amp; more</w:t></w:r></w:p></w:document>'),
};

/** Samples of each row, by its id. */
const FILES: Readonly<Record<string, Sample>> = {
  Parquet: {
    'a.parquet': tableOf({ prompt: ['a', 'b'], completion: ['b', 'c'] }),
    'b.parquet': tableOf({ messages: [MESSAGES, MESSAGES], n: [1, 2] }, 'UNCOMPRESSED'),
  },
  table: {
    'a.csv': utf8('prompt,completion\n"a ""quoted""\nfield",b\nc,d\n'),
    'a.tsv': utf8('text\tother\none\ttwo\n'),
  },
  'chat export': {
    '_chat.txt': utf8(
      '[01.05.23, 12:00:01] Ann: q\n[01.05.23, 12:00:09] Bo: a <edited>\n\u200e[02.05.23, 12:00:09] Bo: b\n',
    ),
    'result.json': jsonBytes({ id: 1, type: 'personal_chat', messages: [TELEGRAM, { ...TELEGRAM, from: 'Bo' }] }),
    'discord.json': jsonBytes({ guild: {}, channel: {}, messages: [DISCORD, { ...DISCORD, author: { name: 'Bo' } }] }),
    'slack.json': jsonBytes([SLACK, { ...SLACK, user_profile: { real_name: 'Bo' } }]),
    'message_1.json': jsonBytes({
      participants: [{ name: 'Ann' }],
      messages: [{ ...MESSENGER, sender_name: 'Bo' }, MESSENGER], // the newest stands first
    }),
  },
  JSON: {
    'a.json': jsonBytes([
      { instruction: 'a', input: 'b', output: 'c' },
      { question: 'd', answer: 'e' },
    ]),
    'b.json': jsonBytes({
      data: [
        {
          conversations: [
            { from: 'human', value: 'a' },
            { from: 'gpt', value: 'b' },
          ],
        },
      ],
      more: [1],
    }),
    'c.json': jsonBytes([
      {
        current_node: 'b',
        mapping: { a: { message: said('user', 'q') }, b: { parent: 'a', message: said('assistant', 'a') } },
      },
    ]),
    'd.json': jsonBytes([
      {
        chat_messages: [
          { sender: 'human', text: 'a' },
          { sender: 'assistant', text: 'b' },
        ],
      },
    ]),
    'e.json': jsonBytes([
      { messages: MESSAGES, tools: [{ type: 'function', function: { name: 'w', parameters: { type: 'object' } } }] },
    ]),
  },
  'JSON Lines': {
    'a.jsonl': utf8(`${JSON.stringify({ messages: MESSAGES })}\n{"prompt":"a","completion":"b"}\n{"text":"c"}\n`),
    'b.jsonl': utf8(
      "{'messages': [{'role': 'user', 'content': 'it\\'s'}, {'role': 'assistant', 'content': None, 'tool_calls': [{'name': 'w'}]}], 'tools': '[]'}\n",
    ),
    'c.jsonl': utf8(
      `${JSON.stringify({ text: '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>' })}\n`,
    ),
  },
  document: {
    'a.html': utf8(
      '<!doctype html><title>x</title><h1>One &amp; two</h1><table><tr><td>a</td></tr></table><pre>b</pre>',
    ),
    'a.docx': zipped(WORD),
    'b.docx': zipped(WORD, 6),
    'a.epub': zipped(BOOK),
  },
  'plain text': { 'a.txt': utf8('One.\n\nTwo.\r\nThree ü 🐈.\n'), 'a.md': utf8('# One\n\n- two\n') },
};

/** Each file by itself. */
const alone = (files: Sample): Sample[] => Object.entries(files).map(([name, content]) => ({ [name]: content }));

async function readAlone(file: File): Promise<readonly Problem[] | undefined> {
  let examples = 0;
  const { problems } = await readFile(file, { voice: 'Bo' }, () => examples++);
  if (examples === 0 && problems.length === 0) throw new Error('neither an example nor a problem');
  return examples === 0 ? problems : undefined;
}

async function readSample(sample: Sample): Promise<readonly Problem[] | undefined> {
  const [[name, content]] = Object.entries(sample) as [[string, Bytes]];
  return readAlone(new File([content], name));
}

const ofRow = ({ id }: (typeof TEXT_READERS)[number]): FuzzReader => ({
  id: `text: ${id}`,
  async samples() {
    const samples = alone(FILES[id] ?? {});
    for (const sample of samples) await checkRow(id, sample);
    return samples;
  },
  read: readSample,
});

/** @throws Error where another row would take the sample */
async function checkRow(id: string, sample: Sample): Promise<void> {
  const [[name, content]] = Object.entries(sample) as [[string, Bytes]];
  const kind = await fileKind(new File([content], name));
  if ('what' in kind || TEXT_READERS.find((one) => one.matches(kind))?.id !== id)
    throw new Error(`${name} is no ${id}`);
}

const gzipped = async (content: Bytes): Promise<Bytes> =>
  bytesOf(await new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).blob());

const archives: FuzzReader = {
  id: 'text: archives',
  samples: async () => [
    { 'a.zip': zipped({ 'b.txt': utf8('One.'), 'c.jsonl': FILES['JSON Lines']!['a.jsonl']! }) },
    { 'b.zip': zipped({ 'b.txt': utf8('One.'.repeat(99)), 'c.json': FILES.JSON!['a.json']! }, 6) },
    {
      'slack.zip': zipped({
        'users.json': jsonBytes([
          { id: 'U1', name: 'Ann', profile: { display_name: 'A' } },
          { id: 'U2', name: 'Bo' },
        ]),
        'general/2023-05-01.json': jsonBytes([SLACK, { ...SLACK, user: 'U2' }]),
      }),
    },
    { 'a.txt.gz': await gzipped(utf8('One.\n\nTwo.')) },
  ],
  async read(sample) {
    const [[name, content]] = Object.entries(sample) as [[string, Bytes]];
    const problems: Problem[] = [];
    let isRead = false;
    for await (const file of filesIn([new File([content], name)])) {
      const found = 'problem' in file ? [file.problem] : await readAlone(file);
      if (found) problems.push(...found);
      else isRead = true;
    }
    return isRead ? undefined : problems;
  },
};

export const TEXT: readonly FuzzReader[] = [...TEXT_READERS.map(ofRow), archives];
