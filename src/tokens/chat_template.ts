import type { Turn } from '../dataset/example';
import type { TextTokenizer } from './tokenizer';

/** Tokens with a mark for those that count in the loss when they are the target. */
export interface MaskedTokens {
  readonly tokens: number[];
  /** 1 on the model's content and its <end_of_turn>, 0 elsewhere. As long as `tokens`. */
  readonly mask: number[];
}

/** A turn of a conversation in its tokens: where it begins, where its content does after the header, and its end. */
export interface TurnSpan {
  readonly start: number;
  readonly content: number;
  /** Behind <end_of_turn>. */
  readonly end: number;
  readonly learned: boolean;
}

/** A conversation as tokens. */
export interface ChatTokens extends MaskedTokens {
  readonly spans: readonly TurnSpan[];
}

/**
 * Writes a conversation as the model reads it:
 * `<bos><start_of_turn>user\n…<end_of_turn>\n<start_of_turn>model\n…<end_of_turn>\n`. A system turn goes before the first user
 * turn, with a blank line between; where a reply opens the conversation, it is a user turn of its own. Contents are trimmed. The model's header and its content are tokenized apart, as they are
 * when the model continues a prompt.
 */
export function chatTokens(tokenizer: TextTokenizer, turns: readonly Turn[]): ChatTokens {
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
  const spans: TurnSpan[] = [];
  for (const { role, content, learned = role === 'assistant' } of mergeSystem(turns)) {
    const start = tokens.length;
    add([startOfTurn], 0);
    const speaker = role === 'user' ? 'user\n' : 'model\n';
    const header = tokenizer.encode(speaker);
    if (role === 'user') add([...tokenizer.encode(`${speaker}${content.trim()}`), endOfTurn], 0);
    else {
      add(header, 0);
      add([...tokenizer.encode(content.trim()), endOfTurn], learned ? 1 : 0);
    }
    spans.push({ start, content: Math.min(start + 1 + header.length, tokens.length), end: tokens.length, learned });
    add(lineEnd, 0);
  }
  return { tokens, mask, spans };
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
  if (user.role !== 'user') return [{ role: 'user', content: system.content }, user, ...rest];
  return [{ role: 'user', content: `${system.content.trim()}\n\n${user.content.trim()}` }, ...rest];
}
