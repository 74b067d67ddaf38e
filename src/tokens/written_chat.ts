import type { Turn } from '../dataset/example';
import { problem } from '../problem';
import { type ChatTemplate, OTHERWISE, type Variables } from './chat_template';

/** What a template writes of a conversation, or of as much as one reply sees. */
export interface WrittenChat {
  readonly text: string;
  readonly spans: readonly WrittenSpan[];
  /** Where begins what none of the texts before it has. */
  readonly seen: number;
}

/** Turns that are written together, mostly one, by places in the text. */
export interface WrittenSpan {
  readonly start: number;
  /** Where the content begins: of a reply that is learned, behind what asks for it. */
  readonly content: number;
  /** Behind the control token that ends it; what follows that is nobody's. */
  readonly said: number;
  readonly learned: boolean;
  /** From where to where a user speaks. */
  readonly asked?: readonly [number, number];
}

/** Turns up to here are written from the beginning on; later ones after the first and the last before them, or a long conversation would cost its square. */
const NEAR = 40;

const isLearned = ({ role, learned }: Turn) => role === 'assistant' && learned !== false;

/** One text of all turns where the template lets it be; else one for each reply that is learned. @throws ProblemError where the template refuses */
export function writtenChats(
  template: ChatTemplate,
  turns: readonly Turn[],
  variables: Variables,
): readonly WrittenChat[] {
  const whole = wholeChat(template, turns, variables);
  return whole ? [whole] : replyChats(template, turns, variables);
}

/** Where the turns of a text end, null where what is written of them alone is no beginning of it; and where learned replies begin. */
interface Places {
  readonly ends: (number | null)[];
  readonly asks: Map<number, number>;
}

/** The whole conversation, where each reply stands in it as it is written when it is the last. */
function wholeChat(template: ChatTemplate, turns: readonly Turn[], variables: Variables): WrittenChat | null {
  const text = template.write(turns, false, variables);
  const contextOf = contexts(turns);
  const places: Places = { ends: [], asks: new Map() };
  for (const [n, turn] of turns.entries()) {
    const learned = isLearned(turn);
    if (learned && n === 0) return null; // it answers nothing
    const context = contextOf(n);
    const at = n < NEAR ? 0 : places.ends[n - 1]!;
    const skipped = n < NEAR ? '' : template.write(context, false, variables);
    const after = template.write([...context, turn], false, variables);
    const isPart = at !== null && after.startsWith(skipped) && text.startsWith(after.slice(skipped.length), at);
    places.ends.push(isPart ? at + after.length - skipped.length : null);
    if (!learned) continue;
    const asked = template.write(context, true, variables);
    if (!after.startsWith(asked)) throw problem(OTHERWISE);
    if (!isPart) return null;
    places.asks.set(n, at + asked.length - skipped.length);
  }
  if (places.ends.at(-1) !== text.length) return null;
  return { text, spans: spansOf(template, text, turns, places), seen: 0 };
}

/** What each turn is written after: all before it; of a late one, the first turns, and those from the last of a user on. */
function contexts(turns: readonly Turn[]): (n: number) => readonly Turn[] {
  const second = turns.findIndex(
    ({ role }, i) => role === 'user' && turns.slice(0, i).some((one) => one.role === 'user'),
  );
  const lead = turns.slice(0, second < 0 ? NEAR : Math.min(second, NEAR));
  let user = 0;
  return (n) => {
    if (turns[n]!.role === 'user') user = n;
    return n < NEAR ? turns.slice(0, n) : [...lead, ...turns.slice(Math.max(user, lead.length), n)];
  };
}

/** A text for each reply that is learned: what asks for it, and the reply up to its end. Of a long conversation the last turns before it. */
function replyChats(template: ChatTemplate, turns: readonly Turn[], variables: Variables): readonly WrittenChat[] {
  const chats: WrittenChat[] = [];
  const beginnings = new Map<number, string>();
  for (const [n, turn] of turns.entries()) {
    if (n === 0 || !isLearned(turn)) continue;
    const history = n < NEAR ? turns.slice(0, n) : recent(turns, n);
    const asked = template.write(history, true, variables);
    const answered = template.write([...history, turn], false, variables);
    if (!answered.startsWith(asked)) throw problem(OTHERWISE);
    const text = answered.slice(0, endOf(template, answered, asked.length));
    const beginning = (i: number) => {
      const known = n < NEAR ? beginnings.get(i) : undefined;
      const written = known ?? template.write(history.slice(0, i + 1), false, variables);
      if (n < NEAR) beginnings.set(i, written);
      return written;
    };
    const ends = history.map(({ role }, i) => {
      const end = role === 'user' ? beginning(i) : null;
      return end !== null && asked.startsWith(end) ? end.length : null;
    });
    const places = { ends: [...ends, text.length], asks: new Map([[history.length, asked.length]]) };
    const spans = spansOf(template, text, [...history, turn], places);
    const [shown] = spans.findLast((span) => !span.learned && span.asked)?.asked ?? [0];
    chats.push({ text, spans, seen: chats.length === 0 ? 0 : shown });
  }
  return chats;
}

/** The system's turns, and the last before a place, from one of a user on. */
function recent(turns: readonly Turn[], n: number): readonly Turn[] {
  const system = turns.slice(
    0,
    Math.max(
      0,
      turns.findIndex(({ role }) => role !== 'system'),
    ),
  );
  const first = turns.findIndex(({ role }, i) => role === 'user' && i > n - NEAR);
  return [...system, ...turns.slice(first < 0 || first >= n ? n - 1 : first, n)];
}

/** Behind the last control token that ends a turn, after a place. @throws ProblemError where there is none */
function endOf({ marks, endOfTurn }: ChatTemplate, text: string, from: number): number {
  const mark = marks.find(text.slice(from)).findLast(({ id }) => id === endOfTurn);
  if (!mark) {
    throw problem(
      'The chat template writes a reply without the control token that ends one, so its end cannot be learned.',
    );
  }
  return from + mark.end;
}

function spansOf(
  template: ChatTemplate,
  text: string,
  turns: readonly Turn[],
  { ends, asks }: Places,
): readonly WrittenSpan[] {
  const spans: WrittenSpan[] = [];
  let [start, first] = [0, 0];
  for (const [n, end] of ends.entries()) {
    if (end === null) continue;
    spans.push(spanOf(template, text, { start, end, turns: turns.slice(first, n + 1), ask: asks.get(n) }));
    [start, first] = [end, n + 1];
  }
  return spans;
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly turns: readonly Turn[];
  /** Where the reply that is learned begins. */
  readonly ask: number | undefined;
}

function spanOf(template: ChatTemplate, whole: string, { start, end, turns, ask }: Group): WrittenSpan {
  const { marks, endOfTurn } = template;
  const text = whole.slice(start, end);
  const mark = marks.find(text).findLast(({ id }) => id === endOfTurn);
  const place = ({ content }: Turn, limit = text.length): readonly [number, number] | null => {
    const said = content.trim();
    const at = said === '' ? (mark?.at ?? -1) : text.lastIndexOf(said, limit);
    return at < 0 ? null : [start + at, start + at + said.length];
  };
  const user = turns.findLast(({ role }) => role === 'user');
  const spoken = user ? place(user) : null;
  const isOpening = turns[0]!.role !== 'assistant'; // what the system says may begin a user's turn
  const header = place(turns[0]!, user && turns[0] !== user && spoken ? spoken[0] - start : undefined)?.[0] ?? start;
  return {
    start,
    content: ask ?? header,
    said: ask !== undefined ? endOf(template, whole.slice(0, end), ask) : mark ? start + mark.end : end,
    learned: ask !== undefined,
    ...(spoken ? { asked: [isOpening ? header : spoken[0], spoken[1]] as const } : {}),
  };
}
