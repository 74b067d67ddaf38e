import { expect, test } from 'vitest';
import { mayHang } from '../../src/tokens/patterns';
import { openTokenizer } from '../../src/tokens/tokenizer';
import { byteLevelJson } from './byte_tokenizer';

test.each([
  ['GPT-2', String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`],
  [
    'Llama 3',
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  ],
  [
    'Qwen',
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  ],
  [
    'GPT-4o',
    String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{M}]*[\p{Ll}\p{M}]+(?i:'s|'t|'re)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+`,
  ],
  ['digits in threes', String.raw`\p{N}{1,3}(?=(?:\p{N}{3})*(?:\P{N}|$))`],
  ['BLOOM', ' ?[^(\\s|[.,!?…。，、।۔،])]+'],
  ['a group that is there or not', '(?:a+)?b(c|d)?(e*){1}'],
  ['letters that only look so', String.raw`[(a+)+]+\(a+\)+[\]*]+`],
])('the pattern of %s ends', (_, pattern) => expect(mayHang(pattern)).toBe(false));

test.each([
  '(a+)+',
  '(a*)*b',
  '(?:a|aa)+$',
  '((a+)b?)*',
  '(a?){50}a{50}',
  '(?=(a+)+b)',
  '(?<n>x{2,})+?',
  '[a](?i:b*){2,}',
])('the pattern %s may not', (pattern) => expect(mayHang(pattern)).toBe(true));

test.each([
  ['pre_tokenizer', { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated' }],
  ['normalizer', { type: 'Sequence', normalizers: [{ type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' }] }],
  ['decoder', { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' }] }],
])('a tokenizer whose %s has one is refused with it', (key, step) => {
  expect(() => openTokenizer({ tokenizer: byteLevelJson(['<|im_end|>'], { [key]: step }) }, 257)).toThrow(
    'tokenizer.json · The tokenizer has a pattern that may take for ever: (a+)+$.',
  );
});
