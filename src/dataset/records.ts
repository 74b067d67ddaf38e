import { mappingTurns } from './chatgpt_export';
import { exchangeTurns, historyTurns } from './context_turns';
import type { Content, Turn } from './example';
import { describe, type Fields, has, isFault, type RecordFault, wrongType } from './fields';
import { listIn } from './json_text';
import { isBlank, isMeaningless, NoteList, type RecordNote, type RecordNotes } from './record_notes';
import { spelledTurns } from './spelled_chat';
import type { RecordSink } from './text_reader';
import { isShownTools, TOOLS, withTools } from './tools';
import { arrangeTurns } from './turn_order';
import { readTurn } from './turns';

export interface RecordReading {
  /** The record's form as people call it: "chat messages", "prompt and completion", … */
  readonly form: string;
  readonly content: Content;
  /** What was repaired, or is not shown to the model. */
  readonly notes: readonly RecordNote[];
  /** Fields that no form knows. */
  readonly unread: readonly string[];
}

type Reading = Pick<RecordReading, 'form' | 'content'>;

type Pair = readonly [form: string, prompt: string, completion: string, input?: string | undefined];

const PROMPT = 'prompt and completion';
const ALPACA = 'instructions (Alpaca)';
const QUESTION = 'questions and answers';

/** Pairs of names for what is shown and what is learned; a third names further input that joins what is shown. */
export const PAIRS: readonly Pair[] = [
  [PROMPT, 'prompt', 'completion', 'context'],
  [PROMPT, 'prompt', 'response', 'context'],
  [ALPACA, 'instruction', 'output', 'input'],
  [ALPACA, 'instruction', 'response', 'context'],
  [QUESTION, 'question', 'answer', 'context'],
  [PROMPT, 'prompt', 'output', 'input'],
  [PROMPT, 'prompt', 'answer', 'context'],
  [PROMPT, 'query', 'response', 'context'],
  [PROMPT, 'query', 'answer', 'context'],
  [ALPACA, 'instruction', 'answer', 'input'],
  [ALPACA, 'instruction', 'completion', 'input'],
  [QUESTION, 'question', 'response', 'context'],
  [QUESTION, 'question', 'output', 'context'],
  [PROMPT, 'user', 'assistant', 'context'],
  [PROMPT, 'human', 'assistant', 'context'],
  [PROMPT, 'input', 'output', 'context'],
  [PROMPT, 'input', 'response', 'context'],
  [PROMPT, 'input', 'target', 'context'],
  [PROMPT, 'source', 'target'],
];

/** Fields beside a form's own that carry meaning, and are read or spoken of whatever the form. */
const SYSTEM = ['system', 'system_prompt', 'system_message'];
export const BESIDE = [...SYSTEM, 'history', ...TOOLS, 'weight', 'loss_mask'];
const WEIGHTS = ['weight', 'loss', 'train'];
const HISTORY = 'history';

/** A form of records: one row of the table below. */
export interface RecordForm {
  /** Its fields, as they are called. */
  readonly id: string;
  /** Names of fields that make an object a record. */
  readonly fields: readonly string[];
  matches(fields: Fields): boolean;
  read(fields: Fields, notes: RecordNotes): Reading | RecordFault;
  /** What else stands in such a record is known to say nothing. */
  readonly isWhole?: true;
}

const chat = (form: string, field: string): RecordForm => ({
  id: field,
  fields: [field],
  // An empty list beside a pair is a column that other records of the file use.
  matches: (fields) => has(fields, field) && !(isBlank(fields[field]) && hasPair(fields)),
  read: (fields, notes) => chatReading(form, field, fields, notes),
});

const pair = ([form, prompt, completion, input]: Pair): RecordForm => ({
  id: `${prompt} and ${completion}`,
  fields: [prompt, completion, ...(input === undefined ? [] : [input])],
  matches: (fields) => has(fields, prompt) && has(fields, completion),
  read: (fields, notes) => pairReading([form, prompt, completion, input], fields, notes),
});

const hasPair = (fields: Fields) =>
  PAIRS.some(([, prompt, completion]) => has(fields, prompt) && has(fields, completion));

const text: RecordForm = {
  id: 'text',
  fields: ['text'],
  matches: (fields) => has(fields, 'text'),
  read: (fields, notes) => textReading(fields, notes),
};

const chatGpt: RecordForm = {
  id: 'mapping',
  fields: ['mapping'],
  matches: ({ mapping }) => typeof mapping === 'object' && mapping !== null && !Array.isArray(mapping),
  isWhole: true,
  read(fields, notes) {
    const turns = mappingTurns(fields, notes);
    return isFault(turns) ? turns : conversation('conversations exported from ChatGPT', {}, turns, notes);
  },
};

const claude: RecordForm = {
  ...chat('conversations exported from Claude', 'chat_messages'),
  isWhole: true,
};

/** Every form of records; the first that matches reads a record, whatever else the record has. */
export const RECORD_FORMS: readonly RecordForm[] = [
  chat('chat messages', 'messages'),
  chat('conversations (ShareGPT)', 'conversations'),
  chat('conversations (ShareGPT)', 'conversation'),
  chatGpt,
  claude,
  ...PAIRS.map(pair),
  text,
];

/** True where a field of this name makes an object a record. */
export const isRecordField = (name: string) => RECORD_FORMS.some(({ fields }) => fields.includes(name));

const KNOWN =
  'Use "messages", "conversations", "prompt" and "completion", "instruction" and "output", "question" and "answer", or "text".';

/** Reads one record of a JSON file by the first form that matches. */
export function readRecord(record: unknown): RecordReading | RecordFault {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return {
      what: `A record should be an object like {"prompt": …, "completion": …} but this one is ${describe(record)}.`,
      fix: KNOWN,
    };
  }
  const fields = record as Fields;
  const form = RECORD_FORMS.find((one) => one.matches(fields));
  if (!form) return unknownRecord(fields);
  const notes = new NoteList();
  const reading = form.read(fields, notes);
  if (isFault(reading)) return reading;
  if (isUnlearned(fields)) {
    return { what: 'The record is marked as not to be learned.', fix: 'Give it a weight of 1 where it should be.' };
  }
  noteRest(fields, form, reading.content, notes);
  return { ...reading, notes: [...notes.notes.values()], unread: [...notes.fields] };
}

const UNLEARNED: readonly unknown[] = [0, false, '0', 'false', 'False'];

const isUnlearned = (fields: Fields) => WEIGHTS.some((name) => has(fields, name) && UNLEARNED.includes(fields[name]));

/** Says what else the record holds. */
function noteRest(fields: Fields, form: RecordForm, content: Content, notes: RecordNotes): void {
  for (const [name, value] of form.isWhole ? [] : Object.entries(fields)) {
    if (form.fields.includes(name) || isBlank(value) || isMeaningless(name) || name === 'loss_mask') continue;
    if (content.kind === 'chat' && isShownTools(name, value)) continue;
    if (WEIGHTS.includes(name)) {
      if (Number(value) !== 1) {
        const what = `"${name}" is neither 0 nor 1: every record is learned alike.`;
        notes.add(what, 'Repeat records that should count for more.');
      }
    } else if (!repeats(content, value) && (content.kind === 'text' || !(SYSTEM.includes(name) || name === HISTORY)))
      notes.unread(name);
  }
}

/** The field says again what the conversation says. */
const repeats = (content: Content, value: unknown) =>
  content.kind === 'chat' &&
  typeof value === 'string' &&
  content.turns.some((turn) => turn.content.trim() === value.trim());

/** What a record lacks to be of a known form. */
function unknownRecord(fields: Fields): RecordFault {
  if (has(fields, 'chosen') && has(fields, 'rejected')) return preferenceData(fields.chosen, has(fields, 'prompt'));
  const partner = PAIRS.find(([, prompt, completion]) => has(fields, prompt) || has(fields, completion));
  if (partner) {
    const [missing, present] = has(fields, partner[1]) ? [partner[2], partner[1]] : [partner[1], partner[2]];
    return { what: `This record has "${present}" but no "${missing}".`, fix: `Add "${missing}" to the record.` };
  }
  const names = Object.keys(fields)
    .slice(0, 6)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ');
  return { what: names ? `This record has no known field; it has ${names}.` : 'This record is empty.', fix: KNOWN };
}

function preferenceData(chosen: unknown, asked: boolean): RecordFault {
  const name = Array.isArray(chosen) && !asked ? 'messages' : asked ? 'completion' : 'text';
  return {
    what: 'This is preference data: a reply that was chosen beside one that was rejected. Comparing the two is not done here.',
    fix: `To learn the chosen reply alone, rename "chosen" to "${name}" and leave "rejected" out.`,
  };
}

function pairReading(
  [form, prompt, completion, input]: Pair,
  fields: Fields,
  notes: RecordNotes,
): Reading | RecordFault {
  const more = input !== undefined && has(fields, input) ? (fields[input] ?? '') : '';
  if (typeof more !== 'string') return wrongType(input!, 'a string', more);
  const exchanged = exchangeTurns(fields, prompt, completion, more, notes);
  if (isFault(exchanged)) return exchanged;
  return conversation(form, fields, exchanged, notes);
}

/** The conversation of these turns, in order, behind what the record says comes before them. */
function conversation(form: string, fields: Fields, turns: readonly Turn[], notes: RecordNotes): Reading | RecordFault {
  const history = historyTurns(fields[HISTORY], notes);
  if (isFault(history)) return history;
  const before = turns.length > 0 ? [...systemTurns(fields), ...history] : [];
  const arranged = arrangeTurns(withTools([...before, ...turns], fields, notes), notes);
  return isFault(arranged) ? arranged : { form, content: { kind: 'chat', turns: arranged } };
}

function systemTurns(fields: Fields): readonly Turn[] {
  const name = SYSTEM.find((one) => typeof fields[one] === 'string' && !isBlank(fields[one]));
  return name === undefined ? [] : [{ role: 'system', content: fields[name] as string }];
}

function textReading(fields: Fields, notes: RecordNotes): Reading | RecordFault {
  const given = fields.text;
  if (typeof given !== 'string') return wrongType('text', 'a string', given);
  if (given.trim() === '')
    return { what: 'There is nothing to learn: "text" is empty.', fix: 'Fill it in, or remove the record.' };
  const turns = spelledTurns(given);
  if (turns === null) return { form: 'texts', content: { kind: 'text', text: given } };
  notes.add(
    'The text spells a conversation with the marks of a chat template; it was read as that conversation.',
    'Nothing needs to be done; only the replies are learned.',
  );
  return conversation('conversations spelled as text', fields, turns, notes);
}

function chatReading(form: string, name: string, fields: Fields, notes: RecordNotes): Reading | RecordFault {
  const list = listIn(fields[name], notes);
  if (!Array.isArray(list)) return wrongType(name, 'a list of turns', fields[name]);
  const mask = Array.isArray(fields.loss_mask) ? fields.loss_mask : [];
  const turns: Turn[] = [];
  for (const [index, entry] of list.entries()) {
    const turn = readTurn(entry, index + 1, notes);
    if (isFault(turn)) return turn;
    turns.push(mask[index] === 0 && turn.role === 'assistant' ? { ...turn, learned: false } : turn);
  }
  return conversation(form, fields, turns, notes);
}

/** Hands on a record that was read, with what is to be said of it. */
export function giveReading({ content, notes, unread }: RecordReading, line: number, sink: RecordSink): void {
  for (const note of notes) sink.problems.note(line, note);
  sink.problems.unread(line, unread);
  sink.content(content, line);
}
