import type { Turn } from '../dataset/example';
import { ProblemError, problem } from '../problem';
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

/** Where the turns of a text end, null where that is not known; and where learned replies begin. */
interface Places {
  readonly ends: (number | null)[];
  readonly asks: Map<number, number>;
}

/** The whole conversation, where each reply stands in it as it is written when it is the last. */
function wholeChat(template: ChatTemplate, turns: readonly Turn[], variables: Variables): WrittenChat | null {
  const text = template.write(turns, false, variables);
  const contextOf = contexts(template, turns, variables);
  const places: Places = { ends: [], asks: new Map() };
  for (const [n, turn] of turns.entries()) {
    places.ends.push(n === turns.length - 1 ? text.length : null);
    if (turn.role !== 'assistant') continue;
    const learned = isLearned(turn);
    if (learned && n === 0) return null; // it answers nothing
    const { context, from, lead } = contextOf(n);
    const at = from === 0 ? 0 : places.ends[from - 1]!;
    const after =
      context.length === n && n === turns.length - 1 ? text : template.write([...context, turn], false, variables);
    const placeOf = (part: string) =>
      at !== null && part.startsWith(lead) && text.startsWith(part.slice(lead.length), at)
        ? at + part.length - lead.length
        : null;
    places.ends[n] = placeOf(after);
    const asked = n === 0 ? '' : template.write(context, learned, variables);
    if (turns[n - 1] && turns[n - 1]!.role !== 'assistant')
      places.ends[n - 1] = placeOf(learned ? withoutAsk(template, asked) : asked);
    if (!learned) continue;
    if (!after.startsWith(asked)) throw problem(OTHERWISE);
    const ask = placeOf(asked);
    if (places.ends[n] === null || ask === null) return null;
    places.asks.set(n, ask);
  }
  if (places.ends.at(-1) !== text.length) return null;
  const system = systemAlone(template, turns, variables);
  if (system !== null && text.startsWith(system)) places.ends[0] = system.length;
  return { text, spans: spansOf(template, text, turns, places), seen: 0 };
}

/**
 * What each reply is written after: all turns before it; a late one after the first turns, which are written as `lead`, and
 * those from the last of a user on, which is turn `from`.
 */
function contexts(template: ChatTemplate, turns: readonly Turn[], variables: Variables) {
  const users = turns.flatMap(({ role }, n) => (role === 'user' ? [n] : []));
  const first = turns.slice(0, users[1] ?? NEAR);
  let lead: string | null = null;
  let passed = 0;
  return (n: number): { context: readonly Turn[]; from: number; lead: string } => {
    if (n < NEAR) return { context: turns.slice(0, n), from: 0, lead: '' };
    lead ??= template.write(first, false, variables);
    while ((users[passed + 1] ?? n) < n) passed++;
    const from = Math.max(users[passed] ?? 0, first.length);
    return { context: [...first, ...turns.slice(from, n)], from, lead };
  };
}

/** A prompt without what opens the reply: up to the control token that follows the end of the last turn; all of it where none does. */
function withoutAsk({ marks, endOfTurn }: ChatTemplate, asked: string): string {
  const found = marks.find(asked);
  const last = found.findLastIndex(({ id }) => id === endOfTurn);
  return last < 0 ? asked : asked.slice(0, found[last + 1]?.at);
}

/** A text for each reply that is learned: what asks for it, and the reply up to its end. Of a long conversation the last turns before it. */
function replyChats(template: ChatTemplate, turns: readonly Turn[], variables: Variables): readonly WrittenChat[] {
  const chats: WrittenChat[] = [];
  const system = systemAlone(template, turns, variables);
  const questions = new Map<number, string>();
  for (const [n, turn] of turns.entries()) {
    if (n === 0 || turn.role !== 'assistant') continue;
    const history = n < NEAR ? turns.slice(0, n) : recent(turns, n);
    const asked = template.write(history, true, variables);
    if (n >= NEAR) questions.clear();
    questions.set(history.length - 1, withoutAsk(template, asked));
    if (!isLearned(turn)) continue;
    const answered = template.write([...history, turn], false, variables);
    if (!answered.startsWith(asked)) throw problem(OTHERWISE);
    const text = answered.slice(0, endOf(template, answered, asked.length));
    const ends = history.map((_, i) => {
      const question = i === 0 && system !== null ? system : questions.get(i);
      return question && asked.startsWith(question) ? question.length : null;
    });
    const places = { ends: [...ends, text.length], asks: new Map([[history.length, asked.length]]) };
    const spans = spansOf(template, text, [...history, turn], places);
    const [shown] = spans.findLast((span) => !span.learned && span.asked)?.asked ?? [0];
    chats.push({ text, spans, seen: chats.length === 0 ? 0 : shown });
  }
  return chats;
}

/** What is written of a turn of the system that stands in front; null without one, and where it has no place of its own. */
function systemAlone(template: ChatTemplate, turns: readonly Turn[], variables: Variables): string | null {
  const [system] = turns;
  if (system?.role !== 'system') return null;
  try {
    const written = template.write([system], false, variables);
    return written.includes(system.content.trim()) ? written : null;
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** The system's turns, and the last before a place, from one of a user on. */
function recent(turns: readonly Turn[], n: number): readonly Turn[] {
  const spoken = turns.findIndex(({ role }) => role !== 'system');
  const system = turns.slice(0, Math.max(0, spoken));
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
    if (end === null || (end <= start && n < ends.length - 1)) continue;
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
  const limit = user && turns[0] !== user && spoken ? spoken[0] - start : undefined;
  const header = (turns.length <= 2 && place(turns[0]!, limit)?.[0]) || start; // of many turns the first one's is no help
  return {
    start,
    content: ask ?? header,
    said: ask !== undefined ? endOf(template, whole.slice(0, end), ask) : mark ? start + mark.end : end,
    learned: ask !== undefined,
    ...(spoken ? { asked: [isOpening ? header : spoken[0], spoken[1]] as const } : {}),
  };
}
