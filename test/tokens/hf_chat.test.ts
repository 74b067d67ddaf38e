import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Turn } from '../../src/dataset/example';
import { chatPrompt, chatSequences, templateOf } from '../../src/tokens/chat_tokens';
import { byteTokenizer, shown } from './byte_tokenizer';

interface Case {
  readonly what: string;
  readonly messages: readonly Turn[];
  /** The sentence with which the template refuses it. */
  readonly refused?: string;
  readonly rendered: string;
  /** What comes before the last turn. */
  readonly prompt: string;
  readonly examples: readonly { readonly text: string; readonly trained: readonly [number, number][] }[];
  readonly one_sequence: boolean;
}

interface Form {
  readonly template?: string;
  readonly template_sha256: string;
  readonly given: { readonly bos_token?: string };
  readonly end_of_turn: string;
  readonly cases: readonly Case[];
}

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tokens/${name}`, import.meta.url), 'utf8');
const forms = JSON.parse(fixture('hf_chat.json')) as Record<string, Form>;

const MARKS: Readonly<Record<string, readonly string[]>> = {
  chatml: ['<|im_start|>'],
  chatml_default_system: ['<|im_start|>'],
  gemma3: ['<bos>', '<start_of_turn>'],
  llama3_1: ['<|begin_of_text|>', '<|start_header_id|>', '<|end_header_id|>'],
  qwen3: ['<|endoftext|>', '<|im_start|>'],
};

const cases = Object.entries(forms).flatMap(([name, form]) => form.cases.map((one) => ({ name, form, ...one })));

async function opened(name: string, { template, template_sha256, given, end_of_turn }: Form) {
  const source = template ?? fixture(`templates/${name}.jinja`);
  expect(createHash('sha256').update(source).digest('hex')).toBe(template_sha256);
  const config = { bos_token: given.bos_token ?? null, eos_token: end_of_turn, chat_template: source };
  return byteTokenizer([...MARKS[name]!, end_of_turn], undefined, { tokenizerConfig: config });
}

test('there are five templates of ten conversations each', () => {
  expect(Object.keys(forms)).toEqual(Object.keys(MARKS));
  expect(cases.length).toBe(50);
});

test.each(cases)(
  '$name, $what: written and refused as by transformers',
  async ({ name, form, messages, ...expected }) => {
    const tokenizer = await opened(name, form);
    const { write } = templateOf(tokenizer);
    if (expected.refused !== undefined) {
      const sentence = `The chat template refuses the conversation: "${expected.refused}".`;
      expect(() => write(messages, false, {})).toThrow(sentence);
      expect(() => chatSequences(tokenizer, messages)).toThrow(sentence);
      return;
    }
    expect(write(messages, false, {})).toBe(expected.rendered);
    expect(write(messages.slice(0, -1), true, {})).toBe(expected.prompt);
  },
);

test.each(cases.filter(({ refused }) => refused === undefined))(
  '$name, $what: the sequences, and what of them is learned',
  async ({ name, form, messages, examples, one_sequence, rendered }) => {
    const tokenizer = await opened(name, form);
    const sequences = chatSequences(tokenizer, messages, {});
    expect(sequences.map((one) => shown(tokenizer, one))).toEqual(examples);
    if (one_sequence) expect(shown(tokenizer, sequences[0]!).text).toBe(rendered);
  },
);

test('what a template writes are control tokens, and the same letters in the data are not', async () => {
  for (const [name, form] of Object.entries(forms)) {
    const tokenizer = await opened(name, form);
    const asked = `a${[...MARKS[name]!, form.end_of_turn].join('b')}c`;
    const turns: Turn[] = [
      { role: 'user', content: asked },
      { role: 'assistant', content: asked },
    ];
    const [{ tokens } = { tokens: [] }] = chatSequences(tokenizer, turns);
    const plain = chatSequences(
      tokenizer,
      turns.map((turn) => ({ ...turn, content: 'abc' })),
    );
    const control = (ids: readonly number[]) => ids.filter((id) => id >= 256);
    expect(control(tokens)).toEqual(control(plain[0]!.tokens));
    expect(tokenizer.decode(tokens, true).split(asked).length).toBe(3);
    expect(chatPrompt(tokenizer, asked)).toEqual(tokens.slice(0, chatPrompt(tokenizer, asked).length));
  }
});
