import type { Turn } from './example';
import { type Fields, has, isFault, type RecordFault, wrongType } from './fields';
import { listIn } from './json_text';
import { PAIRS } from './record_fields';
import type { RecordNotes } from './record_notes';
import { hasTemplateMarks, type SpelledTurn, spelledTurns } from './spelled_chat';
import { type ReadTurn, readTurn } from './turns';

/** The turns of a record's list of them: objects with a role, pairs, or texts of user and assistant in turn. */
export function chatTurns(fields: Fields, name: string, notes: RecordNotes): readonly ReadTurn[] | RecordFault {
  const list = listIn(fields[name], notes);
  if (!Array.isArray(list)) {
    const spelled = typeof list === 'string' ? spelledChat(list, notes) : null;
    return spelled ?? wrongType(name, 'a list of turns', fields[name]);
  }
  const mask = Array.isArray(fields.loss_mask) ? fields.loss_mask : [];
  const isAlternating = list.length > 1 && list.every((one) => typeof one === 'string');
  if (isAlternating) {
    const what = 'Turns without roles were read as those of user and assistant in turn.';
    notes.add(what, 'Nothing needs to be done where the user begins.');
  }
  const turns: ReadTurn[] = [];
  for (const [index, entry] of list.entries()) {
    const role = index % 2 === 0 ? 'user' : 'assistant';
    for (const given of isAlternating ? [{ role, content: entry }] : turnsIn(entry)) {
      const turn = readTurn(given, index + 1, notes);
      if (isFault(turn)) return turn;
      turns.push(mask[index] === 0 && turn.role === 'assistant' ? { ...turn, learned: false } : turn);
    }
  }
  return turns;
}

/** What an entry of a list of turns stands for: itself, or a pair of turns. */
function turnsIn(entry: unknown): readonly unknown[] {
  if (typeof entry !== 'object' || entry === null) return [entry];
  const fields = entry as Fields;
  const pair = PAIRS.find(([, prompt, completion]) => has(fields, prompt) && has(fields, completion));
  if (!pair || has(fields, 'role') || has(fields, 'from')) return [entry];
  const [, prompt, completion] = pair;
  return [
    { role: 'user', content: fields[prompt] },
    { role: 'assistant', content: fields[completion] },
  ];
}

/** The conversation that a text spells in a chat template; null where it spells none. */
export function spelledChat(text: string, notes: RecordNotes): readonly ReadTurn[] | RecordFault | null {
  const spelled = spelledTurns(text);
  if (spelled === null) return null;
  notes.add(
    'The text spells a conversation with the marks of a chat template; it was read as that conversation.',
    'Nothing needs to be done; only the replies are learned.',
  );
  return readSpelled(spelled, notes);
}

/** A prompt that is written in a chat template, and its completion, as the conversation that they spell: the last reply is learned. Null for others. */
export function spelledExchange(
  prompt: unknown,
  completion: unknown,
  notes: RecordNotes,
): readonly Turn[] | RecordFault | null {
  if (typeof prompt !== 'string' || typeof completion !== 'string' || completion.trim() === '') return null;
  if (!hasTemplateMarks(prompt) && !/^### (?:Response|Assistant|Answer|Output):\s*$/m.test(prompt)) return null;
  const turns = spelledChat(prompt + completion, notes);
  if (turns === null || isFault(turns)) return turns;
  const last = turns.findLastIndex(({ role }) => role === 'assistant');
  return turns.map((turn, i) => (turn.role === 'assistant' && i < last ? { ...turn, learned: false } : turn));
}

function readSpelled(spelled: readonly SpelledTurn[], notes: RecordNotes): readonly ReadTurn[] | RecordFault {
  const turns: ReadTurn[] = [];
  for (const [index, one] of spelled.entries()) {
    const turn = readTurn(one, index + 1, notes);
    if (isFault(turn)) return turn;
    turns.push(turn);
  }
  return turns;
}
