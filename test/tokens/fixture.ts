import { readFileSync } from 'node:fs';
import { openTokenizer } from '../../src/tokens/tokenizer';

/** 6 control tokens, 256 bytes, 31 characters and 17 merges, written by hand. */
export const tokenizerJson = () =>
  JSON.parse(readFileSync(new URL('../fixtures/tokens/tokenizer.json', import.meta.url), 'utf8'));

export const VOCABULARY = Object.keys(tokenizerJson().model.vocab).length;

export const tinyTokenizer = () => openTokenizer(tokenizerJson(), VOCABULARY);
