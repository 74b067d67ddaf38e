import type { ChatTokens, MaskedTokens, TurnSpan } from './chat_tokens';

/** A window of a conversation. */
export interface ChatWindow extends MaskedTokens {
  /** Tokens before it that neither it nor a window before it shows. */
  readonly missed: number;
  /** From where to where in it a user speaks first; absent where none does. */
  readonly asked?: readonly [number, number];
}

/**
 * Cuts a conversation into windows of at most `room` tokens, so that every reply is learned once. A window learns as many replies as fit, each with half
 * a window before it or all that there is, and shows as much before them as it has room for; a reply joins no other where that would cut what it answers.
 * A reply longer than that goes over several windows. One that begins inside a turn keeps what opens every text and the header of that turn.
 */
export function chatWindows(chat: ChatTokens, room: number): ChatWindow[] {
  const { tokens, mask, spans } = chat;
  const learned = spans.filter((span) => span.learned);
  if (learned.length === 0) return [];
  if (tokens.length <= room) return [{ tokens, mask, missed: 0, ...askedIn(chat, [], 0, tokens.length) }];
  const windows: ChatWindow[] = [];
  let shown = chat.seen;
  const add = (from: number, to: number) => {
    const { first, head } = beginning(chat, to, room);
    const kept = head.map((at) => tokens[at]!);
    windows.push({
      tokens: [...kept, ...tokens.slice(first, to)],
      mask: [...kept.map(() => 0), ...mask.slice(first, to).map((one, i) => (first + i >= from ? one : 0))],
      missed: Math.max(0, first - shown) - head.filter((at) => at >= shown && at < first).length,
      ...askedIn(chat, head, first, to),
    });
    shown = to;
  };
  const joins = ({ end }: TurnSpan, limit: number) => end <= limit && beginning(chat, end, room).first <= shown;
  let from = 0;
  for (let next = 0; next < learned.length; ) {
    from = Math.max(from, learned[next]!.content);
    const limit = from + room - Math.min(from, Math.ceil(room / 2));
    let after = learned[next]!.end <= limit ? next + 1 : next;
    while (after > next && after < learned.length && joins(learned[after]!, limit)) after++;
    const to = after > next ? learned[after - 1]!.end : limit;
    add(from, to);
    [from, next] = [to, after];
  }
  return windows;
}

/** Places of the tokens that a window up to token `to` begins with, and the first of those after them, which follow each other. */
function beginning({ spans, opening }: ChatTokens, to: number, room: number): { head: number[]; first: number } {
  if (to <= room) return { head: [], first: 0 };
  const earliest = to - (room - opening);
  const opens = Array.from({ length: opening }, (_, i) => i);
  const header = ({ start, content }: TurnSpan) => (4 * (content - start) <= room ? content - start : 0);
  const reached = firstEndingAfter(spans, earliest);
  const span = spans[reached]!;
  if (span.start >= earliest) return { head: opens, first: span.start };
  if (earliest + header(span) >= span.end) return { head: opens, first: spans[reached + 1]?.start ?? earliest };
  const kept = Array.from({ length: header(span) }, (_, i) => span.start + i);
  return { head: [...opens, ...kept], first: Math.max(kept.length > 0 ? span.content : 0, earliest + kept.length) };
}

/** Where the first user speaks of whom a window shows words: one who is cut has the header before what is left. */
function askedIn({ spans }: ChatTokens, head: readonly number[], first: number, to: number): Pick<ChatWindow, 'asked'> {
  const [from, end] = spans.find(({ asked }) => asked && asked[1] > first)?.asked ?? [to, to];
  const place = (at: number) => head.length + at - first;
  return from < to ? { asked: [place(Math.max(from, first)), place(Math.min(end, to))] } : {};
}

/** Index of the first turn that ends behind a place; a conversation may have very many. */
function firstEndingAfter(spans: readonly TurnSpan[], place: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
