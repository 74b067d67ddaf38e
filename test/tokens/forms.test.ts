import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test, vi } from 'vitest';
import { controlMarks } from '../../src/tokens/control_marks';
import { openDataset } from '../../src/tokens/open_dataset';
import { tokenize } from '../../src/tokens/rendering';
import { openTokenizer } from '../../src/tokens/tokenizer';
import type { AddedToken } from '../../src/tokens/tokenizer_json';
import { numbers } from '../dataset/read';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

interface Form {
  readonly vocabulary: number;
  readonly opening: readonly number[];
  readonly marked: { readonly text: string; readonly ids: readonly number[] };
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[]; readonly decoded: string }[];
  readonly tokenizer: ConstructorParameters<typeof Tokenizer>[0] & { readonly added_tokens: readonly AddedToken[] };
}

const formOf = (name: string): Form =>
  JSON.parse(readFileSync(new URL(`../fixtures/tokens/forms/${name}.json`, import.meta.url), 'utf8'));

const FORMS = ['gemma', 'llama2', 'metaspace', 'llama3', 'qwen', 'smollm'];
const forms = FORMS.map((name) => {
  const form = formOf(name);
  return { name, ...form, opened: openTokenizer({ tokenizer: form.tokenizer }, form.vocabulary) };
});

test.each(forms)('$name: texts get the ids that Python gives them', ({ texts, opened }) => {
  for (const { text, ids } of texts) expect(opened.encode(text), JSON.stringify(text)).toEqual(ids);
});

test.each(forms)('$name: ids become the text that Python makes of them', ({ texts, opened }) => {
  for (const { text, ids, decoded } of texts) expect(opened.decode(ids), JSON.stringify(text)).toBe(decoded);
});

/** Spaces before words, and none; long words; line feeds of all kinds. */
function longText(random: () => number, words: number): string {
  const between = [' ', ' ', ' ', ' ', '  ', '\n', '.\n\n', ', ', ' \n ', '\t', '; "', '港'];
  const some = ['the', 'ship', 'left', '12', "it's", 'é', '船は', 'a1', '👩', 'x'.repeat(30)];
  return Array.from({ length: words }, () => some[random() % some.length]! + between[random() % between.length]!).join(
    '',
  );
}

test.each(forms)('$name: in pieces a long text has the ids of the whole', ({ tokenizer, opened }) => {
  const { added_tokens } = tokenizer;
  const whole = new Tokenizer({ ...tokenizer, added_tokens: added_tokens.filter(({ special }) => !special) }, {});
  const random = numbers(3);
  for (let round = 0; round < 6; round++) {
    const text = longText(random, 2000);
    const cut = [...opened.pieces(text)];
    expect(cut.length).toBeGreaterThan(3);
    expect(cut.join('')).toBe(text);
    const { ids } = whole.encode(text, { add_special_tokens: false });
    expect(opened.encode(text)).toEqual(ids);
    expect(cut.flatMap((piece, n) => opened.encode(piece, n === 0 ? 'nothing' : 'text'))).toEqual(ids);
    expect(opened.decode(ids)).toBe(whole.decode(ids));
  }
});

test.each(forms)('$name: control tokens stand where the text names them', ({ marked, opened }) => {
  const found = controlMarks(opened.names).find(marked.text);
  expect(found.length).toBeGreaterThan(1);
  const { tokens } = tokenize(opened.encode, marked.text, found, [], (part) => part);
  expect(tokens).toEqual(marked.ids);
  expect(opened.decode(tokens, true)).toBe(marked.text.normalize('NFC')); // one of the forms is in NFC
});

test.each(forms)('$name: what a text begins with is the post-processor’s word', ({ opening, opened }) => {
  expect(opened.control.opening).toEqual(opening);
});

test.each(forms)('$name: the preview joins to the text, with every space between words', async ({ opened }) => {
  const text = 'the ship left the harbour at noon and the wind went round to the north west '.repeat(12);
  const options = { sequenceLength: 24, context: 64, heldoutFraction: 0, seed: 1 };
  const tokenizer = { ...opened, chat: { ok: false as const, problem: { what: 'There is no template here.' } } };
  const { report } = await openDataset([new File([text], 'a.txt')], options, tokenizer);
  for (const { pieces } of report.preview) {
    const shown = pieces.filter(({ control }) => !control).map((piece) => piece.text);
    expect(` ${text}`).toContain(shown.join(''));
    expect(shown.length).toBeLessThanOrEqual(2); // what opens a window is no target of it
  }
  expect(report.preview.length).toBe(8);
});

test('a vocabulary of 262,144 tokens opens, and its words are found', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const vocab: Record<string, number> = { '<bos>': 0, '▁': 1 };
  const merges: [string, string][] = [];
  for (const letter of letters) vocab[letter] = 2 + letters.indexOf(letter);
  let words: string[] = [...letters];
  let size = 28;
  while (size < 262_144) {
    const longer: string[] = [];
    for (const word of words) {
      for (const letter of letters) {
        if (size === 262_144) break;
        vocab[word + letter] = size++;
        merges.push([word, letter]);
        longer.push(word + letter);
      }
    }
    words = longer;
  }
  const tokenizer = {
    added_tokens: [{ id: 0, content: '<bos>', special: true }],
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    model: { type: 'BPE', vocab, merges, byte_fallback: false },
  };
  const opened = openTokenizer({ tokenizer }, 262_144 + 64);
  expect(opened.encode('aab bc')).toEqual([vocab.aab, 1, vocab.bc]);
  expect(opened.decode(opened.encode('abcd the'))).toBe('abcd the');
  expect(opened.silent.size).toBe(1 + 64);
});
