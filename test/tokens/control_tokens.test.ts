import { expect, test } from 'vitest';
import { openTokenizer } from '../../src/tokens/tokenizer';
import type { TokenizerFiles } from '../../src/tokens/tokenizer_json';
import { byteLevelJson } from './byte_tokenizer';

const NAMES = ['<pad>', '<bos>', '<eos>', '<eot>', '<tool>'];
const [PAD, BOS, EOS, EOT, TOOL] = [256, 257, 258, 259, 260];
const ROWS = 300;

const opened = (files: Partial<TokenizerFiles>, rows = ROWS) =>
  openTokenizer({ tokenizer: byteLevelJson(NAMES), ...files }, rows);
const controlOf = (files: Partial<TokenizerFiles>) => opened(files).control;

test('names of tokenizer_config.json, as texts or as objects', () => {
  const named = { bos_token: '<bos>', eos_token: { content: '<eos>', special: true }, pad_token: '<pad>' };
  expect(controlOf({ tokenizerConfig: named })).toEqual({ pad: PAD, bos: BOS, eos: [EOS], opening: [] });
});

test('several ends: the tokenizer’s own first, then those of generation_config.json, before config.json', () => {
  const tokenizerConfig = { bos_token: '<bos>', eos_token: '<eot>' };
  const config = { eos_token_id: TOOL };
  expect(controlOf({ tokenizerConfig, config }).eos).toEqual([EOT, TOOL]);
  expect(controlOf({ tokenizerConfig, config, generationConfig: { eos_token_id: [EOS, EOT] } }).eos).toEqual([
    EOT,
    EOS,
  ]);
  expect(controlOf({ tokenizerConfig, config, generationConfig: { eos_token_id: null } }).eos).toEqual([EOT, TOOL]);
});

test('<bos> is what the tokenizer says, also where it says none; ids are for those that say nothing', () => {
  const config = { bos_token_id: BOS, eos_token_id: EOS, pad_token_id: PAD };
  expect(controlOf({ tokenizerConfig: { bos_token: null }, config }).bos).toBe(null);
  expect(controlOf({ config })).toEqual({ pad: PAD, bos: BOS, eos: [EOS], opening: [] });
  expect(controlOf({})).toEqual({ pad: 0, bos: null, eos: [], opening: [] });
});

test('a model without <pad>, or without a row for it, fills up with its end', () => {
  const ends = { eos_token: '<eos>' };
  expect(controlOf({ tokenizerConfig: ends }).pad).toBe(EOS);
  expect(controlOf({ tokenizerConfig: { ...ends, pad_token: null } }).pad).toBe(EOS);
  const late = byteLevelJson(NAMES);
  late.added_tokens[0]!.id = ROWS;
  expect(controlOf({ tokenizer: late, tokenizerConfig: { ...ends, pad_token: '<pad>' } }).pad).toBe(EOS);
});

test('a control token that is missing, or beyond the rows, is refused by name', () => {
  expect(() => opened({ tokenizerConfig: { eos_token: '<end>' } })).toThrow('no special token <end>');
  expect(() => opened({ tokenizerConfig: { bos_token: '<tool>' } }, TOOL)).toThrow(`<tool> is token ${TOOL}, beyond`);
  expect(() => opened({ config: { eos_token_id: [EOS, 999] } })).toThrow(
    "eos_token_id is token 999, beyond the model's 300",
  );
});

test('no text is encoded to a token that some file says is a control token', () => {
  const plain = byteLevelJson(NAMES);
  for (const token of plain.added_tokens) token.special = false;
  const encoded = (files: Partial<TokenizerFiles>) => opened({ tokenizer: plain, ...files }).encode(NAMES.join(''));
  expect(encoded({})).toEqual([PAD, BOS, EOS, EOT, TOOL]); // marks that are text, as Qwen's <think> is
  const files: Partial<TokenizerFiles> = {
    tokenizerConfig: {
      bos_token: '<bos>',
      additional_special_tokens: ['<tool>'],
      added_tokens_decoder: { [PAD]: { content: '<pad>', special: true } },
    },
    generationConfig: { eos_token_id: [EOS, EOT] },
  };
  expect(encoded(files).some((id) => id >= PAD)).toBe(false);
  const tokenizer = opened({ tokenizer: plain, ...files });
  expect(tokenizer.decode(encoded(files))).toBe(NAMES.join(''));
  expect([...tokenizer.names.keys()].toSorted()).toEqual([PAD, BOS, EOS, EOT, TOOL]);
});

test('rows that no token has are no text, and neither are control tokens', () => {
  const { silent } = opened({});
  expect([...silent].toSorted((a, b) => a - b)).toEqual(Array.from({ length: ROWS - 256 }, (_, n) => 256 + n));
});

test('vocabularies of another kind are refused by their type', () => {
  const model = { type: 'Unigram', unk_id: 0, vocab: [['a', -1]] };
  expect(() => opened({ tokenizer: byteLevelJson(NAMES, { model }) })).toThrow('of the type "Unigram"; only BPE');
  const pieces = { type: 'WordPiece', vocab: { a: 0 } };
  expect(() => opened({ tokenizer: byteLevelJson(NAMES, { model: pieces }) })).toThrow('of the type "WordPiece"');
});
