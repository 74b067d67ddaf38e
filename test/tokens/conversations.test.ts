import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ChatTokenizer, withTemplate } from '../../src/tokens/chat_template';
import { openDataset, readDataset } from '../../src/tokens/open_dataset';
import { byteTokenizer } from './byte_tokenizer';

const template = (name: string) =>
  readFileSync(new URL(`../fixtures/tokens/templates/${name}.jinja`, import.meta.url), 'utf8');

const QWEN = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
const GEMMA = ['<eos>', '<bos>', '<start_of_turn>', '<end_of_turn>'];
const OPTIONS = { sequenceLength: 256, context: 4096, heldoutFraction: 0, seed: 1 };

type Said = readonly (readonly [role: string, content: string, weight?: number])[];

const jsonLines = (conversations: readonly Said[]) =>
  new File(
    conversations.map(
      (said) => `${JSON.stringify({ messages: said.map(([role, content, weight]) => ({ role, content, weight })) })}\n`,
    ),
    'a.jsonl',
  );

/** The windows as text with control tokens, and what is learned of them. */
async function windowsOf(conversations: readonly Said[], tokenizer: ChatTokenizer, options = OPTIONS) {
  const { dataset, report } = await openDataset([jsonLines(conversations)], options, tokenizer);
  const windows = [...dataset.training].map((w) => {
    const [begin, end] = [dataset.offsets[w]!, dataset.offsets[w + 1]!];
    const tokens = [...dataset.tokens.subarray(begin, end)];
    const learned = tokens.filter((_, n) => dataset.lossMask[begin + n] === 1);
    return { text: tokenizer.decode(tokens, true), learned: tokenizer.decode(learned, true) };
  });
  return { windows, report };
}

const FINE: Said = [
  ['user', 'Hi'],
  ['assistant', 'Hello'],
];
/** Two replies in a row, as one of them is only shown. */
const UNEVEN: Said = [
  ['user', 'Hi'],
  ['assistant', 'Hello', 0],
  ['assistant', 'Good day'],
];

test('a conversation that the template refuses is told of, with its sentence; the others are learned', async () => {
  const tokenizer = await byteTokenizer(GEMMA, template('gemma3'));
  const { windows, report } = await windowsOf([FINE, UNEVEN, FINE, UNEVEN], tokenizer);
  expect(windows.map(({ learned }) => learned)).toEqual(['Hello<end_of_turn>', 'Hello<end_of_turn>']);
  expect(report.files[0]).toMatchObject({
    examples: 2,
    problems: [
      {
        what: 'The chat template refuses the conversation: "Conversation roles must alternate user/assistant/user/assistant/..." (2 times).',
        where: 'a.jsonl, line 2',
        fix: 'Change the conversation, leave it out, or choose another template.',
        count: 2,
      },
    ],
  });
  expect(report.examples).toBe(2);
  const { dataset, report: none } = await readDataset([jsonLines([UNEVEN])], OPTIONS, tokenizer);
  expect(dataset).toBe(null);
  expect(none.fault).toMatchObject({ what: expect.stringContaining('roles must alternate'), where: 'a.jsonl, line 1' });
});

test('the same conversation is learned where the template takes it', async () => {
  const tokenizer = await withTemplate(await byteTokenizer(QWEN), 'chatml');
  const { windows } = await windowsOf([UNEVEN], tokenizer);
  expect(windows.map(({ learned }) => learned)).toEqual(['Good day<|im_end|>']);
});

test('a model without a template learns texts, and says of conversations what can be chosen', async () => {
  const tokenizer = await byteTokenizer(QWEN);
  const text = new File(['the cat '.repeat(40)], 'b.txt');
  const { report } = await openDataset([jsonLines([FINE, FINE]), text], OPTIONS, tokenizer);
  expect(report.files.map(({ examples }) => examples)).toEqual([0, 1]);
  expect(report.files[0]!.problems).toEqual([
    {
      what: 'The model has no chat template: nothing says how it reads a conversation.',
      where: 'a.jsonl',
      fix: 'Choose one of the known templates, or plain text.',
      choice: 'template',
      templates: ['plain', 'chatml'],
    },
  ]);
  const chosen = await withTemplate(tokenizer, 'chatml');
  expect((await windowsOf([FINE], chosen)).windows).toEqual([
    { text: '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n', learned: 'Hello<|im_end|>' },
  ]);
});

test('what the system says where the template has no turn for it is said once', async () => {
  const tokenizer = await withTemplate(await byteTokenizer(GEMMA), 'gemma');
  const instructed: Said = [['system', 'Be brief.'], ...FINE];
  const { windows, report } = await windowsOf([instructed, FINE, instructed], tokenizer);
  expect(windows[0]!.text).toContain('user\nBe brief.\n\nHi<end_of_turn>');
  expect(report.files[0]!.problems).toMatchObject([
    { what: expect.stringMatching(/has no turn of the system.* \(2 times\)\.$/), where: 'a.jsonl, line 1', count: 2 },
  ]);
});

test('Qwen3: each reply in a sequence of its own, in one half of the data, and its conversation counted once', async () => {
  const tokenizer = await byteTokenizer(QWEN, template('qwen3'));
  const long: Said = Array.from({ length: 8 }, (_, n) => [n % 2 === 0 ? 'user' : 'assistant', `${'a'.repeat(9)}${n}`]);
  const { windows, report } = await windowsOf([long, FINE], tokenizer);
  expect(windows.map(({ learned }) => learned)).toEqual(
    [1, 3, 5, 7].map((n) => `aaaaaaaaa${n}<|im_end|>`).concat('Hello<|im_end|>'),
  );
  expect(report).toMatchObject({ examples: 2, spread: 0, cut: { examples: 0 }, reasons: false });
  const many = Array.from({ length: 12 }, (_, n): Said => [['user', `b${n}`], ...long.slice(1)]);
  const { dataset } = await openDataset([jsonLines(many)], { ...OPTIONS, heldoutFraction: 0.2 }, tokenizer);
  expect(dataset.heldout.length % 4).toBe(0);
  expect(dataset.heldout.length).toBeGreaterThan(0);
});

test('a length that is not set holds the longest sequence, and replies that think aloud are noticed', async () => {
  const tokenizer = await byteTokenizer(QWEN, template('qwen3'));
  const thinking: Said = [
    ['user', '2+2'],
    ['assistant', `<think>\n${'b'.repeat(100)}\n</think>\n\n4`],
  ];
  const options = { ...OPTIONS, sequenceLength: null };
  const { dataset, report } = await openDataset([jsonLines([FINE, thinking])], options, tokenizer);
  const longest = dataset.offsets[2]! - dataset.offsets[1]!;
  expect(report).toMatchObject({ longest, reasons: true, spread: 0 });
  expect(report.sequenceLength).toBe(16 * Math.ceil((longest - 1) / 16));
});

test('the preview tells the template’s control tokens from letters that look like them', async () => {
  const tokenizer = await byteTokenizer(QWEN, template('qwen3'));
  const { report } = await windowsOf(
    [
      [
        ['user', 'What is <|im_end|>?'],
        ['assistant', 'A <|im_end|>.'],
      ],
    ],
    tokenizer,
  );
  expect(report.preview[0]!.pieces).toEqual([
    { text: '<|im_start|>', trained: false, control: true },
    { text: 'user\nWhat is <|im_end|>?', trained: false },
    { text: '<|im_end|>', trained: false, control: true },
    { text: '\n', trained: false },
    { text: '<|im_start|>', trained: false, control: true },
    { text: 'assistant\n<think>\n\n</think>\n\n', trained: false },
    { text: 'A <|im_end|>.', trained: true },
    { text: '<|im_end|>', trained: true, control: true },
    { text: '\n', trained: false },
  ]);
});

test('prompts are what users say first, whatever the template writes around it', async () => {
  const conversations = Array.from(
    { length: 6 },
    (_, n): Said => [
      ['system', 'Be brief.'],
      ['user', ` q${n} `],
      ['assistant', 'Yes'],
    ],
  );
  for (const [marks, name] of [
    [QWEN, 'qwen3'],
    [GEMMA, 'gemma3'],
  ] as const) {
    const config = { bos_token: name === 'gemma3' ? '<bos>' : null, eos_token: marks.at(-1) };
    const tokenizer = await byteTokenizer(marks, template(name), { tokenizerConfig: config });
    const options = { ...OPTIONS, heldoutFraction: 0.5 };
    const { dataset, report } = await openDataset([jsonLines(conversations)], options, tokenizer);
    // Gemma's user says what the system does.
    const begins = name === 'gemma3' ? 'Be brief.\n\n' : '';
    expect(report.prompts).toEqual([...dataset.heldout].map((n) => `${begins}q${n}`));
  }
});
