import { isDeeper } from '../containers/shallow_json';
import { chatTurns, spelledChat, spelledExchange } from './chat_turns';
import { mappingTurns } from './chatgpt_export';
import { textOfParts } from './content_parts';
import { exchangeTurns, historyTurns } from './context_turns';
import type { Content, Turn } from './example';
import { describe, type Fields, has, isFault, type RecordFault, wrongType } from './fields';
import { DEEPEST_RECORD } from './json_text';
import { otherKind, unknownRecord } from './other_records';
import { HISTORY, PAIRS, type Pair, SYSTEM, WEIGHTS } from './record_fields';
import { isBlank, isClass, isMeaningless, NoteList, type RecordNote, type RecordNotes } from './record_notes';
import { hasTemplateMarks } from './spelled_chat';
import type { RecordSink } from './text_reader';
import { isShownTools, withTools } from './tools';
import { arrangeTurns } from './turn_order';

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

/** Conversations under names that other records use otherwise: only as lists. */
const listed = (field: string): RecordForm => ({
  ...chat('conversations', field),
  matches: (fields) => Array.isArray(fields[field]),
});

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
  ...['dialogue', 'dialog', 'items', 'contents'].map(listed),
  text,
];

/** True where a field of this name makes an object a record. */
export const isRecordField = (name: string) => RECORD_FORMS.some(({ fields }) => fields.includes(name));

const KNOWN =
  'Use "messages", "conversations", "prompt" and "completion", "instruction" and "output", "question" and "answer", or "text".';

/** The form that reads a record and its fields, whose names may be in capitals; null where there is none. */
export function knownForm(given: Fields): { readonly form: RecordForm; readonly fields: Fields } | null {
  for (const fields of [
    given,
    Object.fromEntries(Object.entries(given).map(([name, it]) => [name.toLowerCase(), it])),
  ]) {
    const form = RECORD_FORMS.find((one) => one.matches(fields));
    if (form) return { form, fields };
  }
  return null;
}

const TOO_DEEP = `The record is nested more than ${DEEPEST_RECORD} levels deep.`;

/** Reads one record of a JSON file by the first form that matches. */
export function readRecord(record: unknown): RecordReading | RecordFault {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return {
      what: `A record should be an object like {"prompt": …, "completion": …} but this one is ${describe(record)}.`,
      fix: KNOWN,
    };
  }
  if (isDeeper(record, DEEPEST_RECORD)) return { what: TOO_DEEP, fix: 'Take out what is nested that deep.' };
  const known = knownForm(record as Fields);
  const other = otherKind(record as Fields, known?.form.id ?? null);
  if (other) return other;
  if (!known) return unknownRecord(record as Fields, KNOWN);
  const { form, fields } = known;
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
    if (form.fields.includes(name) || isBlank(value) || name === 'loss_mask') continue;
    if (isMeaningless(name) && !(content.kind === 'text' && isClass(name))) continue;
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

/** The field says again what the conversation says, a turn or all of it. */
function repeats(content: Content, value: unknown): boolean {
  if (content.kind !== 'chat' || typeof value !== 'string') return false;
  const lines = content.turns.map((turn) => turn.content.trim().split('\n', 1)[0]!);
  return (
    content.turns.some((turn) => turn.content.trim() === value.trim()) || lines.every((line) => value.includes(line))
  );
}

function pairReading(
  [form, prompt, completion, input]: Pair,
  fields: Fields,
  notes: RecordNotes,
): Reading | RecordFault {
  const more = input !== undefined && has(fields, input) ? (fields[input] ?? '') : '';
  if (typeof more !== 'string') return wrongType(input!, 'a string', more);
  const exchanged = spelledExchange(fields[prompt], fields[completion], notes);
  const turns = exchanged ?? exchangeTurns(fields, prompt, completion, more, notes);
  return isFault(turns) ? turns : conversation(form, fields, turns, notes);
}

/** The conversation of these turns, in order, behind what the record says comes before them. */
function conversation(form: string, fields: Fields, turns: readonly Turn[], notes: RecordNotes): Reading | RecordFault {
  const history = historyTurns(fields[HISTORY], notes);
  if (isFault(history)) return history;
  const before = turns.length > 0 ? [...systemTurns(fields, notes), ...history] : [];
  const arranged = arrangeTurns(withTools([...before, ...turns], fields, notes), notes);
  if (isFault(arranged)) return arranged;
  if (arranged.some(({ content }) => hasTemplateMarks(content))) {
    notes.add(
      'Marks of a chat template stand inside a turn, and are read as the letters that they are written with.',
      'Take them out: the marks of the base are put around every turn.',
    );
  }
  return { form, content: { kind: 'chat', turns: arranged } };
}

function systemTurns(fields: Fields, notes: RecordNotes): readonly Turn[] {
  const name = SYSTEM.find((one) => !isBlank(fields[one]));
  if (name === undefined) return [];
  const given = fields[name];
  const content = typeof given === 'string' ? given : textOfParts(given, notes);
  if (content !== null) return [{ role: 'system', content }];
  notes.unread(name);
  return [];
}

function textReading(fields: Fields, notes: RecordNotes): Reading | RecordFault {
  const given = fields.text;
  if (typeof given !== 'string') return wrongType('text', 'a string', given);
  if (given.trim() === '')
    return { what: 'There is nothing to learn: "text" is empty.', fix: 'Fill it in, or remove the record.' };
  const turns = spelledChat(given, notes);
  if (turns === null) return { form: 'texts', content: { kind: 'text', text: given } };
  return isFault(turns) ? turns : conversation('conversations spelled as text', fields, turns, notes);
}

function chatReading(form: string, name: string, fields: Fields, notes: RecordNotes): Reading | RecordFault {
  const turns = chatTurns(fields, name, notes);
  return isFault(turns) ? turns : conversation(form, fields, turns, notes);
}

/** Hands on a record that was read, with what is to be said of it. */
export function giveReading({ content, notes, unread }: RecordReading, line: number, sink: RecordSink): void {
  for (const note of notes) sink.problems.note(line, note);
  sink.problems.unread(line, unread);
  sink.content(content, line);
}
