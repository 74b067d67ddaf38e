import type { Turn } from '../dataset/example';
import { ProblemError } from '../problem';
import type { ChatTemplate, ChatTokenizer, Variables } from './chat_template';
import { tokenize } from './rendering';
import type { TextTokenizer } from './tokenizer';
import { type WrittenChat, writtenChats } from './written_chat';

/** Tokens with a mark for those that count in the loss when they are the target. */
export interface MaskedTokens {
  readonly tokens: number[];
  /** 1 on what the model is to say, up to and with the token that ends its turn; 0 elsewhere. As long as `tokens`. */
  readonly mask: number[];
}

/** Turns of a conversation that are written together, mostly one, in their tokens: where they begin, where the content does after the header, and their end. */
export interface TurnSpan {
  readonly start: number;
  readonly content: number;
  /** Behind the token that ends it. */
  readonly end: number;
  readonly learned: boolean;
  /** From where to where a user speaks in it; absent where none does. */
  readonly asked?: readonly [number, number];
}

/** A conversation as tokens, or as much of it as one reply sees. */
export interface ChatTokens extends MaskedTokens {
  readonly spans: readonly TurnSpan[];
  /** Tokens that each of its windows begins with: <bos>, or none. */
  readonly opening: number;
  /** Tokens that a sequence before it has shown already. */
  readonly seen: number;
}

/**
 * Writes a conversation as the model reads it, by its template. One sequence, in which all replies are learned, where what the template
 * writes of the whole begins with what it writes of each part; otherwise one for each reply, since a template that
 * writes earlier turns differently would have a reply learned after what it never sees. A reply is learned from what asks for it up to
 * and with the control token that ends it; both are tokenized apart, as when the model answers.
 * @throws ProblemError where the tokenizer has no template, or that refuses the conversation
 */
export function chatSequences(
  tokenizer: ChatTokenizer,
  turns: readonly Turn[],
  variables?: Variables,
): readonly ChatTokens[] {
  const template = templateOf(tokenizer);
  const { texts, show } = template.marks.hide(turns.map(({ content }) => content));
  const hidden = turns.map((turn, n) => ({ ...turn, content: texts[n]! }));
  const given = template.hasSystem ? hidden : systemInUser(hidden);
  const encode = remembering(tokenizer.encode);
  return writtenChats(template, given, variables ?? template.variables(turns.some(isReasoned))).map((written) =>
    tokenized({ ...tokenizer, encode }, template, written, show),
  );
}

/** True of a reply that is learned with the thoughts before it. */
export const isReasoned = ({ role, content, learned }: Turn): boolean =>
  role === 'assistant' && learned !== false && content.includes('</think>');

/** @throws ProblemError that says why no conversation can be written */
export function templateOf({ chat }: ChatTokenizer): ChatTemplate {
  if (!chat.ok) throw new ProblemError(chat.problem);
  return chat.value;
}

/** A reply's history is encoded again for each reply. */
function remembering(encode: TextTokenizer['encode']): TextTokenizer['encode'] {
  const known = new Map<string, number[]>();
  return (text, before = 'nothing') => {
    const key = `${before} ${text}`;
    const ids = known.get(key) ?? encode(text, before);
    known.set(key, ids);
    return ids;
  };
}

function tokenized(
  { encode, control }: TextTokenizer,
  { marks }: ChatTemplate,
  { text, spans, seen }: WrittenChat,
  show: (part: string) => string,
): ChatTokens {
  const learned = spans.filter((span) => span.learned);
  const cuts = learned.flatMap(({ content, said }) => [content, said]);
  const { tokens, tokensBefore } = tokenize(encode, text, marks.find(text), cuts, show);
  const mask = tokens.map(() => 0);
  for (const { content, said } of learned) mask.fill(1, tokensBefore(content), tokensBefore(said));
  const { opening } = control;
  const isOpened = opening.length > 0 && opening.every((id, n) => id === tokens[n]);
  const first = isOpened ? opening.length : 0;
  return {
    tokens,
    mask,
    opening: first,
    seen: tokensBefore(seen),
    spans: spans.map(({ start, content, said, learned, asked }) => ({
      start: Math.max(first, tokensBefore(start)),
      content: Math.max(first, tokensBefore(content)),
      end: tokensBefore(said),
      learned,
      ...(asked ? { asked: [tokensBefore(asked[0]), tokensBefore(asked[1])] as const } : {}),
    })),
  };
}

function systemInUser(turns: readonly Turn[]): readonly Turn[] {
  const [system, user, ...rest] = turns;
  if (system?.role !== 'system') return turns;
  if (user?.role !== 'user') return [{ role: 'user', content: system.content }, ...turns.slice(1)];
  return [{ role: 'user', content: `${system.content.trim()}\n\n${user.content.trim()}`.trim() }, ...rest];
}

/**
 * The tokens after which the model answers a user.
 * @param reasons true: it may think aloud first, where its template lets it
 * @throws ProblemError as chatSequences does
 */
export function chatPrompt(tokenizer: ChatTokenizer, content: string, reasons = false): number[] {
  const template = templateOf(tokenizer);
  const { texts, show } = template.marks.hide([content]);
  const asked: Turn[] = [{ role: 'user', content: texts[0]! }];
  const text = template.write(asked, true, template.variables(reasons));
  return tokenize(tokenizer.encode, text, template.marks.find(text), [], show).tokens;
}

/** The tokens after which the model goes on with a text. */
export const textPrompt = ({ control, encode }: TextTokenizer, text: string): number[] => [
  ...control.opening,
  ...encode(text),
];

/** Tokens that end what a model writes: those of its files, and the one that ends a turn. */
export const endsOf = ({ control, chat }: ChatTokenizer): ReadonlySet<number> =>
  new Set(chat.ok ? [...control.eos, chat.value.endOfTurn] : control.eos);

/** The token that ends a text of its own: one that does not end a turn, where the model has it; undefined in a model without any. */
export function endOfText({ control, chat }: ChatTokenizer): number | undefined {
  const ofTurn = chat.ok ? chat.value.endOfTurn : undefined;
  return control.eos.find((id) => id !== ofTurn) ?? control.eos[0];
}
