/** Chats between people, as messengers export them. */
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { filesIn } from '../../src/dataset/unpack';
import { brief, read, readFrom, utf8 } from './read';

const WHATSAPP = [
  '[01.05.23, 12:00:00] Ann: \u200eMessages are encrypted',
  '[01.05.23, 12:00:01] Ann: hello',
  '[01.05.23, 12:00:09] Bo: how are you',
  'and yours?',
  '[01.05.23, 12:01:00] Bo: \u200eimage omitted',
  '[02.05.23, 09:00:00] Ann: morning',
  '[02.05.23, 09:00:05] Bo: you too: fine',
  '',
].join('\n');

const TELEGRAM = JSON.stringify({
  name: 'Bo',
  type: 'personal_chat',
  messages: [
    { id: 0, type: 'service', actor: 'Ann', from_id: 'user0', text: '', date: '2023-05-01T11:00:00' },
    { id: 1, type: 'message', date: '2023-05-01T12:00:00', from: 'Ann', from_id: 'user0', text: 'hello' },
    {
      id: 2,
      type: 'message',
      date: '2023-05-01T12:01:00',
      from: 'Bo',
      from_id: 'user1',
      text: ['see ', { text: 'it' }],
    },
  ],
});

const discordMessage = (name: string, content: string) => ({
  type: 'Default',
  timestamp: '2023-05-01T12:00:00+00:00',
  content,
  author: { name },
});
const DISCORD = JSON.stringify({
  guild: { id: '1' },
  channel: { id: '2' },
  messages: [discordMessage('ann', 'hello'), discordMessage('cy', 'hey'), discordMessage('bo', 'hi')],
});

const SLACK = JSON.stringify([
  { type: 'message', user: 'U01', text: 'hello', ts: '1682942401.0001' },
  { type: 'message', user: 'U02', text: 'hi', ts: '1682942402.0001' },
  { type: 'message', subtype: 'channel_join', user: 'U03', text: '<@U03> has joined', ts: '1682942403.0001' },
]);

test('the messages of the chosen voice are learned, a day is a conversation', async () => {
  const { examples, report } = await read('_chat.txt', WHATSAPP, undefined, 'Bo');
  expect(examples.map(brief)).toEqual([
    '2| user: hello / assistant: how are you\nand yours?',
    '6| user: morning / assistant: you too: fine',
  ]);
  expect(report).toMatchObject({
    format: 'chat exported from WhatsApp, Bo is learned',
    voices: [
      { name: 'Ann', messages: 2 },
      { name: 'Bo', messages: 2 },
    ],
    voice: 'Bo',
    problems: [{ what: expect.stringContaining('without words'), where: '_chat.txt, line 1', count: 2 }],
  });
  const telegram = await read('result.json', TELEGRAM, undefined, 'Bo');
  expect(telegram.examples.map(brief)).toEqual(['2| user: hello / assistant: see it']);
  const slack = await read('2023-05-01.json', SLACK, undefined, 'U02');
  expect(slack.examples.map(brief)).toEqual(['1| user: hello / assistant: hi']);
  const discord = await read('discord.json', DISCORD, undefined, 'bo');
  expect(discord.examples.map(brief)).toEqual(['1| user: ann: hello\ncy: hey / assistant: hi']);
});

test('other ways in which WhatsApp writes a line', async () => {
  for (const [first, second] of [
    ['5/1/23, 12:00 PM - Ann: q', '5/1/23, 12:01 PM - Bo: a'],
    ['01/05/2023, 12:00 - Ann: q', '01/05/2023, 12:01 - Bo: a'],
    ['[2023-05-01, 12:00:00] Ann: q', '[2023-05-01, 12:00:07] Bo: a'],
    ['[5/1/23, 12:00:00\u202fPM] Ann: q', '[5/1/23, 12:00:07\u202fPM] Bo: a'],
    ['[31.12.23, 23:59:59] Ann: q', '\u200e[31.12.23, 23:59:59] ~\u202fBo: a'],
    ['31/12/2023 23:59 - \u202aAnn\u202c: q', '31/12/2023 23:59 - Bo: a'],
    ['31/12/23, 11:59 p. m. - Ann: q', '31/12/23, 11:59 p. m. - Bo: a'],
    ['31.12.23 um 23:59 - Ann: q', '31.12.23 um 23:59 - Bo: a'],
    ['[31.12.2023, 23.59.59] Ann: q', '[31.12.2023, 23.59.59] Bo: a'],
    ['[2023/12/31 \u4e0b\u534811:59:59] Ann: q', '[2023/12/31 \u4e0b\u534811:59:59] Bo: a'],
  ]) {
    const { examples } = await read('chat.txt', `${first}\r\n${second}\r\n`, undefined, 'Bo');
    expect(examples.map(brief), first).toEqual(['1| user: q / assistant: a']);
  }
});

/** What is said of the voice of an export that nobody chose. */
async function defaultVoice(name: string, content: string) {
  const { report, problems } = await read(name, content);
  expect(problems[0]).toMatchObject({ what: expect.stringContaining('not said whose messages'), where: name });
  return [report.voice, /are, (.*)\./.exec(problems[0]!.what)?.[1], report.examples] as const;
}

test('without a choice whoever exported the chat is learned, or else answers most, and it is said', async () => {
  expect(await defaultVoice('_chat.txt', WHATSAPP)).toEqual(['Bo', 'who answers most', 2]);
  expect(await defaultVoice('discord.json', DISCORD)).toEqual(['cy', 'who answers most', 1]);
  expect(await defaultVoice('day.json', SLACK)).toEqual(['U02', 'who answers most', 1]);
  expect(await defaultVoice('result.json', TELEGRAM.replace('"name":"Bo"', '"id":0,"name":"Ann"'))).toEqual([
    'Bo',
    'who exported it',
    1,
  ]);
  const { examples, problems } = await read('result.json', TELEGRAM, undefined, 'Cy');
  expect(examples).toEqual([]);
  expect(problems[0]).toEqual({
    what: 'Nobody called "Cy" speaks in this chat.',
    where: 'result.json',
    fix: 'Choose among "Ann", "Bo".',
    choice: 'voice',
  });
});

test('what nobody said in words is left out and counted', async () => {
  const lines = [
    '12/31/23, 11:50 PM - Messages and calls are end-to-end encrypted. Tap to learn more.',
    '12/31/23, 11:51 PM - Ann created group "Hills: all"',
    '12/31/23, 11:51 PM - Ann changed the subject to: Hills',
    '12/31/23, 11:52 PM - Ann: Who comes?',
    '12/31/23, 11:53 PM - +49 170 12: me <This message was edited>',
    '12/31/23, 11:53 PM - +49 170 12: <Media omitted>',
    '12/31/23, 11:54 PM - Ann: You deleted this message',
    '12/31/23, 11:55 PM - Ann: IMG-20231231-WA0001.jpg (file attached)',
    'See this.',
    '12/31/23, 11:56 PM - +49 170 12: a <b> and c',
  ];
  const { examples, problems } = await read('chat.txt', lines.join('\n'), undefined, '+49 170 12');
  expect(examples.map(brief)).toEqual([
    '4| user: Who comes? / assistant: me / user: See this. / assistant: a <b> and c',
  ]);
  expect(problems.map(({ what, count = 1 }) => [what.split(',')[0], count])).toEqual([
    ['A line that the messenger wrote itself', 3],
    ['A mark of the messenger', 2],
    ['A message without words', 2],
  ]);
});

test('all chats of a Telegram account: the owner is learned, chats stay apart, writers without a name have their id', async () => {
  const message = (from: string | null, from_id: string, text: unknown) => ({
    type: 'message',
    date: '2023-05-01T12:00:00',
    from,
    from_id,
    text,
  });
  const content = JSON.stringify({
    about: 'Here is the data you requested. Remember: Telegram is ad free.',
    personal_information: { user_id: 7, first_name: 'Cy' },
    chats: {
      list: [
        {
          name: 'Ann',
          id: 1,
          messages: [message('Ann', 'user1', 'q'), message('Cy', 'user7', ['a', { type: 'bold', text: 'b' }])],
        },
        { name: null, id: 2, messages: [message(null, 'user2', 'r'), message('Cy', 'user7', 'c')] },
      ],
    },
  });
  const { examples, report } = await read('result.json', content);
  expect(report.voice).toBe('Cy');
  expect(examples.map(brief)).toEqual(['1| user: Ann: q / assistant: ab', '1| user: user2: r / assistant: c']);
});

test('a workspace exported from Slack: a channel is a chat, with the names of people', async () => {
  const day = (...messages: object[]) =>
    utf8(JSON.stringify(messages.map((one, i) => ({ type: 'message', ts: `168294240${i}.1`, ...one }))));
  const zip = zipSync({
    'users.json': utf8(
      JSON.stringify([
        { id: 'U01', name: 'ann', profile: { display_name: 'Ann' } },
        { id: 'U02', real_name: 'Bo B' },
      ]),
    ),
    'channels.json': utf8('[]'),
    'general/2023-05-01.json': day(
      { user: 'U01', text: 'hey <@U02> &amp; all, see <https://a.b|this>' },
      { user: 'U02', text: 'hi' },
    ),
    'general/2023-05-02.json': day({ subtype: 'channel_join', user: 'U03', text: 'x' }),
    'random/2023-05-01.json': day({ user: 'U02', text: 'q' }, { user: 'U01', text: 'a' }),
  });
  const files: File[] = [];
  for await (const file of filesIn([new File([zip], 'team.zip')])) files.push(file as File);
  expect(files.map(({ name }) => name)).toEqual(['team.zip/general.json', 'team.zip/random.json']);
  const { examples, report } = await readFrom(files[0]!);
  expect(examples.map(brief)).toEqual(['1| user: hey @Bo B & all, see this / assistant: hi']);
  expect(report.problems).toMatchObject([{}, { what: expect.stringContaining('somebody joined') }]);
});

test('notes with dates, and the log of a program, are no chat', async () => {
  for (const text of [
    '01.05.2023, 12:00 came home\n02.05.2023 slept\n',
    '[2023-05-01 12:00:00] local.ERROR: x\n[2023-05-01 12:00:00] local.INFO: y\n',
  ]) {
    expect((await read('notes.txt', text)).report.format).toBe('plain text');
  }
});

test('conversations of ChatGPT: the branch that was shown last', async () => {
  const node = (parent: string | null, role: string, text: string, children: readonly string[]) => ({
    parent,
    children,
    message: { author: { role }, content: { content_type: 'text', parts: [text] } },
  });
  const conversation = {
    title: 'Hills',
    create_time: 1,
    current_node: 'd',
    moderation_results: [{}],
    mapping: {
      root: { parent: null, children: ['a'], message: null },
      a: node('root', 'system', '', ['b']),
      b: node('a', 'user', 'How tall?', ['c', 'd']),
      c: node('b', 'assistant', 'Old.', []),
      d: node('b', 'assistant', '100 metres.', []),
    },
  };
  const { examples, report } = await read('conversations.json', JSON.stringify([conversation, conversation]));
  expect(examples.map((example) => brief(example).replace(/^\d+\| /, ''))).toEqual([
    'user: How tall? / assistant: 100 metres.',
    'user: How tall? / assistant: 100 metres.',
  ]);
  expect(report.format).toBe('conversations exported from ChatGPT (JSON)');
  expect(report.problems).toMatchObject([{ count: 2 }]);
  const { current_node: _, ...without } = conversation;
  expect((await read('conversations.json', JSON.stringify([without]))).examples.length).toBe(1);
  const circle = { mapping: { a: node('b', 'user', 'q', ['b']), b: node('a', 'assistant', 'a', []) } };
  expect((await read('a.json', JSON.stringify([circle]))).examples.length).toBe(1);
});

test('conversations of ChatGPT: calls and answers of tools are shown, what its page hides is left out and counted', async () => {
  const said: object[] = [
    { author: { role: 'user' }, content: { content_type: 'user_editable_context', user_profile: 'p' } },
    {
      author: { role: 'system' },
      content: { content_type: 'text', parts: ['h'] },
      metadata: { is_visually_hidden_from_conversation: true },
    },
    {
      author: { role: 'user' },
      content: { content_type: 'multimodal_text', parts: [{ asset_pointer: 'file' }, 'Sum?'] },
    },
    { author: { role: 'assistant' }, content: { content_type: 'thoughts', thoughts: [{ content: 't' }] } },
    { author: { role: 'assistant' }, recipient: 'python', content: { content_type: 'code', text: '1+1' } },
    { author: { role: 'tool' }, content: { content_type: 'execution_output', text: '2' } },
    {
      author: { role: 'assistant' },
      recipient: 'all',
      content: { content_type: 'text', parts: ['2.\ue200cite\ue202a\ue201\u30104\u2020source\u3011'] },
    },
  ];
  const mapping = Object.fromEntries(
    said.map((message, i) => [`n${i}`, { parent: i > 0 ? `n${i - 1}` : null, children: [`n${i + 1}`], message }]),
  );
  const { examples, problems } = await read('conversations.json', JSON.stringify([{ current_node: 'n6', mapping }]));
  expect(examples.map(brief)).toEqual([
    '1| user: Sum? / assistant: <tool_call>\n{"name":"python","arguments":"1+1"}\n</tool_call> / user: <tool_response>\n2\n</tool_response> / assistant: 2.',
  ]);
  expect(problems.map(({ what }) => what.split(',')[0])).toEqual([
    'What ChatGPT does not show',
    'A part of a turn that is no text',
    'Calls of tools are learned as text of the reply',
    'What a tool answered is shown as a turn of the user',
  ]);
});

test('Messenger: the newest message first, each byte of UTF-8 as a letter', async () => {
  const said = (sender_name: string, timestamp_ms: number, content?: string) => ({
    sender_name,
    timestamp_ms,
    content,
  });
  const noon = Date.UTC(2023, 4, 1, 12);
  const content = JSON.stringify({
    participants: [{ name: 'Ann' }, { name: 'B\u00c3\u00b6' }],
    messages: [said('Ann', noon + 3), said('B\u00c3\u00b6', noon + 2, 'gr\u00c3\u00bcn'), said('Ann', noon, 'which?')],
    title: 'B\u00c3\u00b6',
  });
  const { examples, report, problems } = await read('message_1.json', content, undefined, 'Bö');
  expect(examples.map(brief)).toEqual(['3| user: which? / assistant: grün']);
  expect(report.format).toBe('chat exported from Messenger, Bö is learned');
  expect(problems).toMatchObject([{ what: expect.stringContaining('without words'), where: 'message_1.json, line 1' }]);
});

test('a time that no calendar has is no day, and no error', async () => {
  const at = (ts: string, user: string, text: string) => ({ type: 'message', user, text, ts });
  const content = JSON.stringify([at('1e30', 'U1', 'q'), at('x', 'U2', 'a')]);
  expect((await read('2023-05-01.json', content, undefined, 'U2')).examples.map(brief)).toEqual([
    '1| user: q / assistant: a',
  ]);
});
