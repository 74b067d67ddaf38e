/** Chats between people, as messengers export them. */
import { expect, test } from 'vitest';
import { brief, read } from './read';

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
    '1| user: Messages are encrypted\nhello / assistant: how are you\nand yours?',
    '6| user: morning / assistant: you too: fine',
  ]);
  expect(report).toMatchObject({
    format: 'chat exported from WhatsApp',
    voices: ['Ann', 'Bo'],
    problems: [{ what: expect.stringContaining('without text'), where: '_chat.txt, line 5' }],
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
  ]) {
    const { examples } = await read('chat.txt', `${first}\r\n${second}\r\n`, undefined, 'Bo');
    expect(examples.map(brief), first).toEqual(['1| user: q / assistant: a']);
  }
});

test('without a voice nothing is learned, and it is said once who speaks', async () => {
  for (const [name, content, who] of [
    ['_chat.txt', WHATSAPP, /WhatsApp.*"Ann", "Bo"/],
    ['result.json', TELEGRAM, /Telegram.*"Ann", "Bo"/],
    ['discord.json', DISCORD, /Discord.*"ann", "cy", "bo"/],
    ['day.json', SLACK, /Slack.*"U01", "U02"/],
  ] as const) {
    const { examples, problems } = await read(name, content);
    expect(examples).toEqual([]);
    const asked = problems.filter(({ what }) => !what.includes('without text'));
    expect(asked).toEqual([{ what: expect.stringMatching(who), where: name, fix: expect.any(String) }]);
  }
  const { problems } = await read('result.json', TELEGRAM, undefined, 'Cy');
  expect(problems).toMatchObject([{ what: 'Nobody called "Cy" speaks in this chat; those who do are "Ann", "Bo".' }]);
});

test('notes with dates are no chat', async () => {
  const { report } = await read('notes.txt', '01.05.2023, 12:00 came home\n02.05.2023 slept\n');
  expect(report.format).toBe('plain text');
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
