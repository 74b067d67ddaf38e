import type { ChatTokens, MaskedTokens, TurnSpan } from './chat_template';

/** A window of a conversation. */
export interface ChatWindow extends MaskedTokens {
  /** Tokens before it that neither it nor a window before it shows. */
  readonly missed: number;
}

/**
 * Cuts a conversation into windows of at most `room` tokens, so that every reply is learned once with as much before it as fits. The first has what fits from
 * the beginning; after it each reply has a window that ends with it. A reply that leaves less than half of the window to what it answers goes over
 * several, which overlap. A window that begins inside a turn keeps <bos> and the header of that turn.
 */
export function chatWindows(chat: ChatTokens, room: number): ChatWindow[] {
  const { tokens, mask, spans } = chat;
  const learned = spans.filter((span) => span.learned);
  if (learned.length === 0) return [];
  if (tokens.length <= room) return [{ tokens, mask, missed: 0 }];
  const windows: ChatWindow[] = [];
  let shown = 0;
  const add = (from: number, to: number) => {
    const { first, head } = beginning(chat, to, room);
    const kept = head.map((at) => tokens[at]!);
    windows.push({
      tokens: [...kept, ...tokens.slice(first, to)],
      mask: [...kept.map(() => 0), ...mask.slice(first, to).map((one, i) => (first + i >= from ? one : 0))],
      missed: Math.max(0, first - shown) - head.filter((at) => at >= shown && at < first).length,
    });
    shown = to;
  };
  const whole = learned.filter((span) => span.end <= room);
  if (whole.length > 0) add(whole[0]!.content, whole.at(-1)!.end);
  for (const span of learned.slice(whole.length)) {
    for (let from = span.content; from < span.end; ) {
      const to = Math.min(span.end, from + room - Math.min(from, Math.ceil(room / 2)));
      add(from, to);
      from = to;
    }
  }
  return windows;
}

/** Places of the tokens that a window up to token `to` begins with, and the first of those after them, which follow each other. */
function beginning({ spans }: ChatTokens, to: number, room: number): { head: number[]; first: number } {
  if (to <= room) return { head: [], first: 0 };
  const earliest = to - (room - 1); // after <bos>
  const header = ({ start, content }: TurnSpan) => (4 * (content - start) <= room ? content - start : 0);
  const across = spans.find((span) => span.start < earliest && earliest + header(span) < span.end);
  if (!across) return { head: [0], first: spans.find((span) => span.start >= earliest)?.start ?? earliest };
  const kept = Array.from({ length: header(across) }, (_, i) => across.start + i);
  return { head: [0, ...kept], first: Math.max(kept.length > 0 ? across.content : 0, earliest + kept.length) };
}
