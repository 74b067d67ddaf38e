import type { Turn } from './example';
import type { RecordFault } from './fields';
import type { RecordNotes } from './record_notes';
import type { ReadTurn } from './turns';

const ORDER = 'Order the turns: system (if any), then user and assistant in turn, the assistant last.';

/**
 * Makes a conversation of the turns as they came: one system turn at most, in front; no two turns of one role in a row, unless one of them is
 * learned and the other not; a reply that is learned at the end. What was changed is told to `notes`; nothing else is lost.
 */
export function arrangeTurns(given: readonly ReadTurn[], notes: RecordNotes): readonly Turn[] | RecordFault {
  if (given.length === 0) return { what: 'The conversation has no turns.', fix: ORDER };
  const filled = withoutEmptyReplies(given, notes);
  const turns = joinTurns(openingAsContext(systemInFront(filled, notes), notes), notes);
  const last = turns.findLastIndex((turn) => turn.role === 'assistant');
  if (!turns.some((turn) => isLearned(turn))) return nothingLearned(given, filled, turns);
  noteStrangers(given, notes);
  if (last < turns.length - 1) {
    notes.add(
      'The last turn of the user has no reply and was left out.',
      "Add the assistant's reply where it should be learned.",
    );
  }
  return turns.slice(0, last + 1);
}

const isLearned = (turn: Turn) => turn.role === 'assistant' && turn.learned !== false;

function nothingLearned(given: readonly ReadTurn[], filled: readonly Turn[], turns: readonly Turn[]): RecordFault {
  const stranger = given.findIndex((turn) => turn.stranger !== undefined);
  if (stranger >= 0 && !filled.some((turn) => turn.role === 'assistant')) {
    return {
      what: `Turn ${stranger + 1} has the role ${JSON.stringify(given[stranger]!.stranger!.slice(0, 40))}, which is unknown here.`,
      fix: 'Use the roles system, user and assistant.',
    };
  }
  const empty = given.findIndex((turn) => turn.role === 'assistant' && turn.content.trim() === '');
  if (empty >= 0 && !filled.some((turn) => turn.role === 'assistant')) {
    return {
      what: `Turn ${empty + 1} is an empty reply: there is nothing to learn.`,
      fix: 'Fill it in, or remove the record.',
    };
  }
  if (turns.at(-1)?.role === 'user' && !turns.some((turn) => turn.role === 'assistant')) {
    return { what: 'The last turn of the user has no reply.', fix: "Add the assistant's reply, or remove that turn." };
  }
  if (filled.some(isLearned)) {
    const what = 'The only reply opens the conversation: it answers nothing, so there is nothing to learn.';
    return { what, fix: 'Put the turn that it answers in front of it, or remove the record.' };
  }
  const isMarked = filled.some((turn) => turn.learned === false);
  return isMarked
    ? { what: 'Every reply of the conversation is marked as not to be learned.', fix: 'Mark one with 1, or true.' }
    : { what: 'The conversation has no reply to learn from.', fix: ORDER };
}

function withoutEmptyReplies(turns: readonly ReadTurn[], notes: RecordNotes): readonly ReadTurn[] {
  const filled = turns.filter((turn) => turn.role !== 'assistant' || turn.content.trim() !== '');
  if (filled.length < turns.length) notes.add('An empty reply was left out.', 'Fill it in where it should be learned.');
  return filled;
}

/** A system turn further on is shown to the model where it stands, as the beginning of the user's next turn. */
function systemInFront(turns: readonly Turn[], notes: RecordNotes): readonly Turn[] {
  const spoken = turns.findIndex((turn) => turn.role !== 'system');
  return turns.map((turn, i) => {
    if (turn.role !== 'system' || i < spoken || spoken < 0) return turn;
    notes.add('A system turn inside a conversation is shown as part of the next turn of the user.', ORDER);
    return { role: 'user', content: turn.content };
  });
}

/** A reply before any turn of the user answers nothing: it is shown, not learned. */
function openingAsContext(turns: readonly Turn[], notes: RecordNotes): readonly Turn[] {
  const user = turns.findIndex((turn) => turn.role === 'user');
  return turns.map((turn, i) => {
    if (turn.role !== 'assistant' || (user >= 0 && i > user) || turn.learned === false) return turn;
    notes.add(
      'A reply that opens the conversation is shown and not learned.',
      'Put the turn that it answers in front of it where it should be learned.',
    );
    return { ...turn, learned: false };
  });
}

function joinTurns(turns: readonly Turn[], notes: RecordNotes): readonly Turn[] {
  const runs: { readonly turn: Turn; readonly texts: string[] }[] = [];
  for (const turn of turns) {
    const run = runs.at(-1);
    if (run?.turn.role !== turn.role || run.turn.learned !== turn.learned) {
      runs.push({ turn, texts: [turn.content] });
      continue;
    }
    if (turn.role !== 'system') {
      notes.add('Turns of one role in a row were joined, with a blank line between them.', ORDER);
    }
    run.texts.push(turn.content);
  }
  return runs.map(({ turn, texts }) =>
    texts.length === 1 ? turn : { ...turn, content: texts.filter((text) => text.trim() !== '').join('\n\n') },
  );
}

function noteStrangers(turns: readonly ReadTurn[], notes: RecordNotes): void {
  for (const { stranger } of turns) {
    if (stranger === undefined) continue;
    const role = JSON.stringify(stranger.slice(0, 40));
    notes.add(
      `The role ${role} is unknown here: its turns are shown, with its name, and not learned.`,
      'Use the role assistant for whoever is to be learned.',
    );
  }
}
