import type { Turn } from './example';
import { type Fields, isFault, type RecordFault, wrongType } from './fields';
import { listIn } from './json_text';
import { isBlank, type RecordNotes } from './record_notes';
import { readTurn } from './turns';

/** A prompt and its completion, each a string or a list of turns, as turns. Replies inside the prompt are shown, not learned. */
export function exchangeTurns(
  fields: Fields,
  prompt: string,
  completion: string,
  more: string,
  notes: RecordNotes,
): readonly Turn[] | RecordFault {
  const asked = sideOf(fields, prompt, 'user', notes);
  if (isFault(asked)) return asked;
  const answered = sideOf(fields, completion, 'assistant', notes);
  if (isFault(answered)) return answered;
  if (answered.every(({ content }) => content.trim() === ''))
    return { what: 'There is nothing to learn: the completion is empty.', fix: 'Fill it in, or remove the record.' };
  if (more.trim() === '' && asked.every(({ content }) => content.trim() === '')) {
    notes.add(
      'A prompt is empty: its completion is learned as a reply to nothing.',
      'Fill it in, or remove the record.',
    );
  }
  const shown = asked.map((turn): Turn => (turn.role === 'assistant' ? { ...turn, learned: false } : turn));
  return [...withMore(shown, more), ...answered];
}

function sideOf(
  fields: Fields,
  name: string,
  role: 'user' | 'assistant',
  notes: RecordNotes,
): readonly Turn[] | RecordFault {
  const value = fields[name];
  if (typeof value === 'string') return [{ role, content: value }];
  if (!Array.isArray(value) || value.length === 0) return wrongType(name, 'a string', value);
  if (value.every((one) => typeof one === 'string')) {
    return {
      what: `"${name}" is a list of texts where one text, or a list of turns, should be.`,
      fix: 'Give each of them a record of its own.',
    };
  }
  return turnsOf(value, notes);
}

function turnsOf(list: readonly unknown[], notes: RecordNotes): readonly Turn[] | RecordFault {
  const turns: Turn[] = [];
  for (const [index, entry] of list.entries()) {
    const turn = readTurn(entry, index + 1, notes);
    if (isFault(turn)) return turn;
    turns.push(turn);
  }
  return turns;
}

/** Further input goes below what was asked. */
function withMore(turns: readonly Turn[], more: string): readonly Turn[] {
  const last = turns.at(-1);
  if (more.trim() === '' || last === undefined) return turns;
  return [...turns.slice(0, -1), { ...last, content: `${last.content}\n\n${more}` }];
}

/** The turns before an instruction: pairs of what was said and what was replied, or turns. */
export function historyTurns(given: unknown, notes: RecordNotes): readonly Turn[] | RecordFault {
  if (isBlank(given)) return [];
  const list = listIn(given, notes);
  if (!Array.isArray(list)) return wrongType('history', 'a list of pairs', given);
  const turns: Turn[] = [];
  for (const entry of list) {
    if (!Array.isArray(entry)) return turnsOf(list, notes);
    const [asked, answered] = entry;
    if (typeof asked !== 'string' || typeof answered !== 'string')
      return wrongType('history', 'a list of pairs of strings', entry);
    turns.push({ role: 'user', content: asked }, { role: 'assistant', content: answered });
  }
  return turns;
}
