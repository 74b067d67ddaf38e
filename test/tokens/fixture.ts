import { readFileSync } from 'node:fs';
import { openChatTokenizer } from '../../src/tokens/chat_template';

const json = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/tokens/${name}`, import.meta.url), 'utf8'));

/** 6 control tokens, 256 bytes, 31 characters and 17 merges, written by hand. */
export const tokenizerJson = () => json('tokenizer.json');

/** Names its control tokens, and has the template of the base that ships. */
export const tokenizerConfig = () => json('tokenizer_config.json');

export const VOCABULARY = Object.keys(tokenizerJson().model.vocab).length;

export const tinyTokenizer = () =>
  openChatTokenizer({ tokenizer: tokenizerJson(), tokenizerConfig: tokenizerConfig() }, VOCABULARY);
