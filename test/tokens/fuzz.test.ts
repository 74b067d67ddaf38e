import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { ProblemError } from '../../src/problem';
import { openChatTokenizer } from '../../src/tokens/chat_template';
import { chatPrompt } from '../../src/tokens/chat_tokens';
import { numbers } from '../dataset/read';
import { tokenizerConfig } from './fixture';

vi.setConfig({ testTimeout: 120_000 }); // thousands of tokenizers on a busy machine

vi.spyOn(console, 'warn').mockReturnValue(); // the library says of a pattern that it cannot read it

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tokens/${name}`, import.meta.url), 'utf8');

const STRANGE: readonly unknown[] = [null, -1, 1.5, 2 ** 40, '', 'x', [], {}, true, [null], { type: 'Sequence' }, 0];

/** The same with one value somewhere inside changed, moved or left out. */
function damaged(json: unknown, random: () => number): unknown {
  if (typeof json !== 'object' || json === null || random() % 6 === 0) return STRANGE[random() % STRANGE.length];
  const keys = Object.keys(json);
  const key = keys[random() % Math.max(1, keys.length)];
  if (key === undefined) return { x: STRANGE[random() % STRANGE.length] };
  const copy = (Array.isArray(json) ? [...json] : { ...json }) as Record<string, unknown>;
  if (random() % 5 === 0) delete copy[key];
  else copy[key] = damaged(copy[key], random);
  return copy;
}

/** What comes of files: a tokenizer that reads and writes, or a problem. */
async function tried(tokenizer: unknown, tokenizerConfig: unknown, generationConfig: unknown): Promise<string> {
  try {
    const opened = await openChatTokenizer({ tokenizer, tokenizerConfig, generationConfig }, 2048);
    opened.decode(opened.encode('The ship\n left <bos> 12 é'), true);
    if (!opened.chat.ok) return opened.chat.problem.what;
    chatPrompt(opened, 'Hi');
    return '';
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(ProblemError);
    return (error as ProblemError).problem.what;
  }
}

test.each(['gemma', 'llama2', 'metaspace', 'llama3', 'qwen', 'smollm'])(
  '%s: whatever is wrong in its files, it opens, or a sentence says why not',
  async (name) => {
    const random = numbers(name.length);
    const { tokenizer } = JSON.parse(fixture(`forms/${name}.json`)) as { tokenizer: object };
    // Vocabularies are long: what is beside them is met as often.
    const ends = { eos_token_id: [1, 2], pad_token_id: 0 };
    const sentences = new Set<string>();
    for (let round = 0; round < 250; round++) {
      const one = round % 3 === 0 ? tokenizer : damaged(tokenizer, random);
      const config = round % 3 === 1 ? {} : damaged(tokenizerConfig(), random);
      sentences.add(await tried(one, config, round % 2 === 0 ? ends : damaged(ends, random)));
    }
    expect(sentences.has('')).toBe(name === 'gemma');
    expect(sentences.size).toBeGreaterThan(5);
  },
);

test.each(['gemma3', 'llama3_1', 'qwen3'])('a damaged template of %s is refused, or writes', async (name) => {
  const random = numbers(7);
  const { tokenizer } = JSON.parse(fixture('forms/gemma.json')) as { tokenizer: object };
  const source = fixture(`templates/${name}.jinja`);
  const what = new Set<string>();
  for (let round = 0; round < 150; round++) {
    const [at, length] = [random() % source.length, random() % 12];
    const chat_template = source.slice(0, at) + source.slice(at + length);
    what.add(await tried(tokenizer, { ...tokenizerConfig(), chat_template }, {}));
  }
  expect(what.size).toBeGreaterThan(3);
});
