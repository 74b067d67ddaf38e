import { type ChatTokenizer, openChatTokenizer } from '../../src/tokens/chat_template';
import type { TokenizerFiles } from '../../src/tokens/tokenizer_json';
import { byteOfLetter } from '../../src/tokens/whole_characters';

/** A tokenizer.json whose tokens are the 256 bytes, and control tokens after them. */
export const byteLevelJson = (control: readonly string[], changes: object = {}) => ({
  added_tokens: control.map((content, n) => ({ id: 256 + n, content, special: true, normalized: false })),
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', unk_token: null, vocab: Object.fromEntries(byteOfLetter), merges: [] },
  ...changes,
});

/** Such a tokenizer with a template, whose turns end with the last control token. */
export const byteTokenizer = (
  control: readonly string[],
  chatTemplate?: string,
  files: Partial<TokenizerFiles> = {},
): Promise<ChatTokenizer> =>
  openChatTokenizer(
    {
      tokenizer: byteLevelJson(control),
      tokenizerConfig: { bos_token: null, eos_token: control.at(-1) },
      ...(chatTemplate === undefined ? {} : { chatTemplate }),
      ...files,
    },
    256 + control.length,
  );

/** A sequence as text with its control tokens, and from which character to which it is learned. */
export function shown(
  tokenizer: ChatTokenizer,
  { tokens, mask }: { tokens: readonly number[]; mask: readonly number[] },
) {
  const trained: [number, number][] = [];
  const place = (at: number) => [...tokenizer.decode(tokens.slice(0, at), true)].length;
  for (let from = mask.indexOf(1); from >= 0; ) {
    const end = mask.indexOf(0, from);
    const to = end < 0 ? mask.length : end;
    trained.push([place(from), place(to)]);
    from = mask.indexOf(1, to);
  }
  return { text: tokenizer.decode(tokens, true), trained };
}
