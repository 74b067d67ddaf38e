import type { Turn } from '../dataset/example';
import type { TextTokenizer } from './tokenizer';

/** Tokens with a mark for those that count in the loss when they are the target. */
export interface MaskedTokens {
  readonly tokens: number[];
  /** 1 on the model's content and its <end_of_turn>, 0 elsewhere. As long as `tokens`. */
  readonly mask: number[];
}

/**
 * Writes a conversation as the model reads it:
 * `<bos><start_of_turn>user\n…<end_of_turn>\n<start_of_turn>model\n…<end_of_turn>\n`. A system turn goes before the first user
 * turn, with a blank line between. Contents are trimmed. The model's header and its content are tokenized apart, as they are
 * when the model continues a prompt.
 */
export function chatTokens(tokenizer: TextTokenizer, turns: readonly Turn[]): MaskedTokens {
  const { bos, startOfTurn, endOfTurn } = tokenizer.control;
  const lineEnd = tokenizer.encode('\n');
  const tokens = [bos];
  const mask = [0];
  const add = (ids: readonly number[], trained: 0 | 1) => {
    for (const id of ids) {
      tokens.push(id);
      mask.push(trained);
    }
  };
  for (const { role, content } of mergeSystem(turns)) {
    add([startOfTurn], 0);
    if (role === 'user') add([...tokenizer.encode(`user\n${content.trim()}`), endOfTurn], 0);
    else {
      add(tokenizer.encode('model\n'), 0);
      add([...tokenizer.encode(content.trim()), endOfTurn], 1);
    }
    add(lineEnd, 0);
  }
  return { tokens, mask };
}

/** The tokens after which the model answers a user. */
export function chatPrompt(tokenizer: TextTokenizer, content: string): number[] {
  const { tokens } = chatTokens(tokenizer, [{ role: 'user', content }]);
  return [...tokens, tokenizer.control.startOfTurn, ...tokenizer.encode('model\n')];
}

/** The tokens after which the model goes on with a text. */
export const textPrompt = (tokenizer: TextTokenizer, text: string): number[] => [
  tokenizer.control.bos,
  ...tokenizer.encode(text),
];

function mergeSystem(turns: readonly Turn[]): readonly Turn[] {
  const [system, user, ...rest] = turns;
  if (system?.role !== 'system' || user === undefined) return turns;
  return [{ role: 'user', content: `${system.content.trim()}\n\n${user.content.trim()}` }, ...rest];
}
