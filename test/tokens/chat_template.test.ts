import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Turn } from '../../src/dataset/example';
import { KNOWN_TEMPLATES } from '../../src/settings/text';
import { type ChatTokenizer, templateIn, withTemplate } from '../../src/tokens/chat_template';
import { chatPrompt, chatSequences, endOfText, endsOf, templateOf, textPrompt } from '../../src/tokens/chat_tokens';
import { chatWindows } from '../../src/tokens/chat_windows';
import { numbers } from '../dataset/read';
import { byteLevelJson, byteTokenizer, shown } from './byte_tokenizer';

const QWEN = readFileSync(new URL('../fixtures/tokens/templates/qwen3.jinja', import.meta.url), 'utf8');
const CHATML = `{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}\
{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;
const MARKS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

const turn = (role: Turn['role'], content: string): Turn => ({ role, content });
const asked = (...contents: readonly string[]): Turn[] =>
  contents.map((content, n) => turn(n % 2 === 0 ? 'user' : 'assistant', content));

/** What is learned of each sequence, as text. */
const learned = (tokenizer: ChatTokenizer, turns: readonly Turn[]) =>
  chatSequences(tokenizer, turns).map(({ tokens, mask }) =>
    tokenizer.decode(
      tokens.filter((_, n) => mask[n] === 1),
      true,
    ),
  );

const textsOf = (tokenizer: ChatTokenizer, turns: readonly Turn[]) =>
  chatSequences(tokenizer, turns).map((one) => shown(tokenizer, one).text);

test('a template is a file beside the tokenizer, or in its configuration, alone or by the name default', () => {
  expect(templateIn({ tokenizer: {} })).toBe(null);
  expect(templateIn({ tokenizer: {}, tokenizerConfig: { chat_template: null } })).toBe(null);
  expect(templateIn({ tokenizer: {}, tokenizerConfig: { chat_template: 'a' } })).toBe('a');
  const named = [
    { name: 'tool_use', template: 'b' },
    { name: 'default', template: 'c' },
  ];
  expect(templateIn({ tokenizer: {}, tokenizerConfig: { chat_template: named } })).toBe('c');
  expect(templateIn({ tokenizer: {}, tokenizerConfig: { chat_template: named.slice(0, 1) } })).toBe(null);
  expect(templateIn({ tokenizer: {}, tokenizerConfig: { chat_template: 'a' }, chatTemplate: 'd' })).toBe('d');
});

test('Qwen3: without reasoning the empty thoughts are asked for, and no part of what is learned', async () => {
  const tokenizer = await byteTokenizer(MARKS, QWEN);
  const turns = asked('Hi', 'Hello', 'And?', 'Yes');
  expect(learned(tokenizer, turns)).toEqual(['Hello<|im_end|>', 'Yes<|im_end|>']);
  for (const text of textsOf(tokenizer, turns))
    expect(text).toMatch(/assistant\n<think>\n\n<\/think>\n\n\w+<\|im_end\|>$/);
  const [first] = chatSequences(tokenizer, turns);
  const prompt = chatPrompt(tokenizer, 'Hi');
  expect(first!.tokens.slice(0, prompt.length)).toEqual(prompt);
  expect(first!.mask.indexOf(1)).toBe(prompt.length);
});

test('Qwen3: reasoning is learned with the reply, and a prompt for it lets the model think', async () => {
  const tokenizer = await byteTokenizer(MARKS, QWEN);
  const turns = asked('2+2', '<think>\nadd\n</think>\n\n4');
  expect(learned(tokenizer, turns)).toEqual(['<think>\nadd\n</think>\n\n4<|im_end|>']);
  const prompt = chatPrompt(tokenizer, '2+2', true);
  expect(tokenizer.decode(prompt, true)).toBe('<|im_start|>user\n2+2<|im_end|>\n<|im_start|>assistant\n');
  expect(chatSequences(tokenizer, turns)[0]!.tokens.slice(0, prompt.length)).toEqual(prompt);
});

test('strip takes the characters that it is given, and white space where it is given none', async () => {
  const source = `{% for m in messages %}{{ '<|im_start|>' + m.role + ':' }}\
{{ '[' + m.content.lstrip('\\n') + '|' + m.content.rstrip('x\\n') + '|' + m.content.strip() + ']<|im_end|>' }}{% endfor %}\
{% if add_generation_prompt %}{{ '<|im_start|>assistant:' }}{% endif %}`;
  const { write } = templateOf(await byteTokenizer(MARKS, source));
  expect(write([turn('user', '\n a xx\n')], false, {})).toBe('<|im_start|>user:[ a xx\n|\n a |a xx]<|im_end|>');
});

test('the day is the same on all days', async () => {
  const source = `{% if not date_string is defined %}{{ raise_exception('no date') }}{% endif %}\
{{ date_string + ',' + strftime_now('%d %b %Y, %B %y %H:%M') + ';' }}${CHATML}`;
  const { write } = templateOf(await byteTokenizer(MARKS, source));
  expect(write([turn('user', 'a')], false, {})).toMatch(/^26 Jul 2024,26 Jul 2024, July 24 00:00;<\|im_start\|>/);
});

test('a range counts as Python does', async () => {
  const source = `{% for n in range(3) %}{{ n }}{% endfor %},{% for n in range(5, 1, -2) %}{{ n }}{% endfor %};${CHATML}`;
  const { write } = templateOf(await byteTokenizer(MARKS, source));
  expect(write([turn('user', 'a')], false, {})).toMatch(/^012,53;/);
});

test('a template that cannot be used says why, and which known ones can', async () => {
  const problemOf = async (source?: string, marks = MARKS) => {
    const { chat } = await byteTokenizer(marks, source);
    return chat.ok ? null : chat.problem;
  };
  const way = { fix: 'Choose one of the known templates, or plain text.', choice: 'template' };
  expect(await problemOf()).toEqual({
    ...way,
    what: expect.stringContaining('has no chat template'),
    templates: ['plain', 'chatml'],
  });
  expect(await problemOf('{% if %}')).toMatchObject({ ...way, what: expect.stringContaining('cannot be read') });
  expect(await problemOf('{% for m in messages %}{{ m.content }}{% endfor %}')).toMatchObject({
    ...way,
    what: expect.stringContaining('no control token'),
  });
  const thinking = CHATML.replace("assistant\\n' }}", "assistant\\n<think>\\n' }}");
  expect(await problemOf(thinking)).toMatchObject({ ...way, what: expect.stringContaining('otherwise than it asks') });
  const refusing = "{{ raise_exception('I am for tools alone.') }}";
  expect(await problemOf(refusing)).toMatchObject({
    what: 'The chat template refuses the conversation: "I am for tools alone.".',
    where: 'chat template',
  });
  const gemma = ['<eos>', '<bos>', '<start_of_turn>', '<end_of_turn>'];
  expect(await problemOf(undefined, gemma)).toMatchObject({ templates: ['plain', 'gemma'] });
});

test.each([
  ['a range without end', '{% for n in range(1000000000) %}{% endfor %}'],
  ['loops in loops', '{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}'],
  [
    'a list gone through again and again',
    '{% set all = range(2000) %}{% for a in all %}{% for b in all if b < 0 %}{% endfor %}{% endfor %}',
  ],
  [
    'a text that doubles',
    "{% set ns = namespace(s='abcd') %}{% for n in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
  ],
  [
    'a list that doubles',
    '{% set ns = namespace(s=[1]) %}{% for n in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}',
  ],
  [
    'macros that call themselves twice',
    '{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}',
  ],
])('a template that goes on and on is refused: %s', async (_, source) => {
  const { chat } = await byteTokenizer(MARKS, source + CHATML);
  expect(!chat.ok && chat.problem).toMatchObject({
    what: 'The chat template goes on for too long to write the conversation.',
    fix: expect.stringContaining('choose another template'),
  });
});

test('a long conversation has as many steps as it needs', async () => {
  const tokenizer = await byteTokenizer(MARKS, QWEN);
  const turns = asked(...Array.from({ length: 2000 }, (_, n) => `${n}`));
  expect(templateOf(tokenizer).write(turns, false, {})).toContain('1999<|im_end|>');
});

test('the known templates, on models that have their marks', async () => {
  const marks = [
    '<bos>',
    '<|im_start|>',
    '<|im_end|>',
    '<start_of_turn>',
    '<end_of_turn>',
    '<|start_header_id|>',
    '<|end_header_id|>',
    '<|eot_id|>',
    '<eos>',
  ];
  const config = { tokenizerConfig: { bos_token: '<bos>', eos_token: '<eos>' } };
  const base = await byteTokenizer(marks, undefined, config);
  expect(base.chat).toMatchObject({ problem: { templates: KNOWN_TEMPLATES } });
  const turns = [turn('system', ' Be brief. '), ...asked(' Hi ', 'Hello')];
  const written = async (name: (typeof KNOWN_TEMPLATES)[number]) => {
    const tokenizer = await withTemplate(base, name);
    const [prompt, text] = [chatPrompt(tokenizer, 'Hi'), chatSequences(tokenizer, asked('Hi', 'Hello'))[0]!];
    expect(text.tokens.slice(0, prompt.length)).toEqual(prompt);
    return [...textsOf(tokenizer, turns), ...learned(tokenizer, turns)];
  };
  expect(await written('plain')).toEqual(['<bos>Be brief.\n\nHi\n\nHello<eos>', 'Hello<eos>']);
  expect(await written('chatml')).toEqual([
    '<|im_start|>system\n Be brief. <|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n',
    'Hello<|im_end|>',
  ]);
  expect(await written('gemma')).toEqual([
    '<bos><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello<end_of_turn>\n',
    'Hello<end_of_turn>',
  ]);
  const header = (role: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
  expect(await written('llama3')).toEqual([
    `<bos>${header('system')}Be brief.<|eot_id|>${header('user')}Hi<|eot_id|>${header('assistant')}Hello<|eot_id|>`,
    'Hello<|eot_id|>',
  ]);
  expect(await withTemplate(base, undefined)).toBe(base);
});

test('where the template has no turn of the system, or leaves it out, the user says what it says', async () => {
  const refusing = `{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}${CHATML}`;
  const silent = CHATML.replace('{{', "{% if m.role != 'system' %}{{").replace('}}', '}}{% endif %}');
  for (const source of [refusing, silent]) {
    const tokenizer = await byteTokenizer(MARKS, source);
    const turns = [turn('system', 'Be brief.\n'), ...asked('Hi', 'Hello')];
    expect(textsOf(tokenizer, turns)).toEqual([
      '<|im_start|>user\nBe brief.\n\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n',
    ]);
    expect(textsOf(tokenizer, [turn('system', 'Be brief.'), turn('assistant', 'Hello')])).toEqual([
      '<|im_start|>user\nBe brief.<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n',
    ]);
  }
});

/** A conversation in which some replies are not learned; and what is to be written of it, and learned. */
function conversation(random: () => number, count: number) {
  let text = '';
  const said: string[] = [];
  const turns = Array.from({ length: count }, (_, n): Turn => {
    const content =
      ['no', 'yes it is', 'user', 'assistant\n', '', '<|im_end|>'][random() % 6]! + (n % 3 === 0 ? '' : n);
    const role = n % 2 === 0 ? 'user' : 'assistant';
    text += `<|im_start|>${role}\n${content}<|im_end|>\n`;
    if (role === 'user') return { role, content };
    if (random() % 4 === 0) return { role, content, learned: false };
    said.push(`${content}<|im_end|>`);
    return { role, content };
  });
  return { turns, text, said };
}

test.each([2, 12, 39, 40, 41, 42, 43, 150])(
  'a conversation of %i turns is one sequence, and each reply is learned',
  async (count) => {
    const tokenizer = await byteTokenizer(MARKS, CHATML);
    const random = numbers(count);
    for (let round = 0; round < 4; round++) {
      const { turns, text, said } = conversation(random, count);
      expect(textsOf(tokenizer, turns)).toEqual([text]);
      expect(learned(tokenizer, turns)).toEqual([said.join('')]);
      const [{ spans, tokens }] = chatSequences(tokenizer, turns) as [ReturnType<typeof chatSequences>[number]];
      expect(spans.length).toBe(count);
      for (const [n, { start, content, end, asked }] of spans.entries()) {
        const { role, content: own } = turns[n]!;
        expect(tokenizer.decode(tokens.slice(start, content), true)).toBe(`<|im_start|>${role}\n`);
        expect(tokenizer.decode(tokens.slice(content, end), true)).toBe(`${own}<|im_end|>`);
        if (asked) expect(tokenizer.decode(tokens.slice(...asked), true)).toBe(own.trim());
        expect(asked === undefined).toBe(role === 'assistant');
      }
    }
  },
);

test('a late turn that is written otherwise than the early ones makes a sequence of each reply', async () => {
  const counting = CHATML.replace("+ '\\n' + m.content", "+ (loop.index0 | string) + '\\n' + m.content").replace(
    "assistant\\n' }}{% endif %}",
    "assistant' + (messages | length | string) + '\\n' }}{% endif %}",
  );
  const tokenizer = await byteTokenizer(MARKS, counting);
  const early = asked(...Array.from({ length: 20 }, (_, n) => `a${n}`));
  expect(chatSequences(tokenizer, early).length).toBe(1);
  const late = asked(...Array.from({ length: 60 }, (_, n) => `a${n}`));
  expect(learned(tokenizer, late)).toEqual(Array.from({ length: 30 }, (_, n) => `a${2 * n + 1}<|im_end|>`));
});

test('Qwen3: of a long conversation every reply is learned once, after the turns before it', async () => {
  const tokenizer = await byteTokenizer(MARKS, QWEN);
  const turns = [turn('system', 'Be brief.'), ...asked(...Array.from({ length: 100 }, (_, n) => `a${n}`))];
  const texts = textsOf(tokenizer, turns);
  expect(learned(tokenizer, turns)).toEqual(Array.from({ length: 50 }, (_, n) => `a${2 * n + 1}<|im_end|>`));
  for (const [n, text] of texts.entries()) {
    expect(text.startsWith('<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\na')).toBe(true);
    expect(text.endsWith(`assistant\n<think>\n\n</think>\n\na${2 * n + 1}<|im_end|>`)).toBe(true);
    const before = [...text.matchAll(/\n(a\d+)<\|im_end\|>/g)].map(([, said]) => said);
    const from = 2 * n + 2 - before.length;
    expect(before).toEqual(Array.from({ length: before.length }, (_, i) => `a${from + i}`));
    expect(before.length).toBeGreaterThan(Math.min(2 * n + 1, 35));
  }
});

test.each([
  ['ChatML', CHATML],
  ['Qwen3', QWEN],
])('%s: in windows of any length each reply is learned once, and none begins without its header', async (_, source) => {
  const tokenizer = await byteTokenizer(MARKS, source);
  const random = numbers(9);
  const { turns } = conversation(random, 10);
  const chats = chatSequences(tokenizer, turns);
  const whole = chats.flatMap(({ tokens, mask }) => tokens.filter((_, n) => mask[n] === 1));
  const longest = Math.max(...chats.map(({ tokens }) => tokens.length));
  for (let room = 90; room <= longest; room += 7) {
    const windows = chats.flatMap((chat) => chatWindows(chat, room));
    expect(windows.flatMap(({ tokens, mask }) => tokens.filter((_, n) => mask[n] === 1))).toEqual(whole);
    for (const { tokens } of windows) {
      expect(tokens.length).toBeLessThanOrEqual(room);
      expect(tokenizer.decode(tokens, true)).toMatch(/^<\|im_start\|>(user|assistant)\n/);
    }
  }
});

test('what a text begins and ends with, and what ends an answer', async () => {
  const config = { tokenizerConfig: { bos_token: '<|im_start|>', eos_token: '<|im_end|>' } };
  const chat = await byteTokenizer(MARKS, CHATML, { ...config, generationConfig: { eos_token_id: [258, 256] } });
  expect([...endsOf(chat)]).toEqual([258, 256]);
  expect(endOfText(chat)).toBe(256); // a text of its own does not end as a turn does
  expect(textPrompt(chat, 'a')).toEqual(chat.encode('a')); // <bos> is the post-processor's word
  expect(endOfText(await byteTokenizer(MARKS, CHATML, config))).toBe(258);
  const none = await byteTokenizer(MARKS, undefined, { tokenizerConfig: {} });
  expect([none.control.eos, [...endsOf(none)], endOfText(none)]).toEqual([[], [], undefined]);
  const single = [{ SpecialToken: { id: '<|endoftext|>' } }, { Sequence: { id: 'A' } }];
  const tokens = { '<|endoftext|>': { id: '<|endoftext|>', ids: [256], tokens: ['<|endoftext|>'] } };
  const opened = await byteTokenizer(MARKS, CHATML, {
    tokenizer: byteLevelJson(MARKS, { post_processor: { type: 'TemplateProcessing', single, special_tokens: tokens } }),
  });
  expect(textPrompt(opened, 'a')).toEqual([256, ...opened.encode('a')]);
});
