import type { Content, Role, Turn } from './example';

/** Why a record cannot be learned from. */
export interface RecordFault {
  readonly what: string;
  readonly fix: string;
}

export interface RecordReading {
  /** The record's form as people call it: "chat messages", "prompt and completion", … */
  readonly form: string;
  readonly content: Content;
}

type Fields = Readonly<Record<string, unknown>>;

/** Pairs of names for what is shown and what is learned; a third names further input that joins what is shown. */
export const PAIRS: readonly (readonly [form: string, prompt: string, completion: string, input?: string])[] = [
  ['prompt and completion', 'prompt', 'completion'],
  ['prompt and completion', 'prompt', 'response'],
  ['instructions (Alpaca)', 'instruction', 'output', 'input'],
  ['instructions (Alpaca)', 'instruction', 'response', 'context'],
  ['questions and answers', 'question', 'answer'],
];

/** A form of records: one row of the table below. */
export interface RecordForm {
  /** Its fields, as they are called. */
  readonly id: string;
  /** Names of fields that make an object a record. */
  readonly fields: readonly string[];
  matches(fields: Fields): boolean;
  read(fields: Fields): RecordReading | RecordFault;
}

const chat = (form: string, field: string): RecordForm => ({
  id: field,
  fields: [field],
  matches: (fields) => has(fields, field),
  read: (fields) => chatReading(form, field, fields[field]),
});

const pair = ([form, prompt, completion, input]: (typeof PAIRS)[number]): RecordForm => ({
  id: `${prompt} and ${completion}`,
  fields: [prompt, completion, ...(input === undefined ? [] : [input])],
  matches: (fields) => has(fields, prompt) && has(fields, completion),
  read: (fields) => pairReading(form, fields, prompt, completion, input),
});

const text: RecordForm = {
  id: 'text',
  fields: ['text'],
  matches: (fields) => has(fields, 'text'),
  read: (fields) => textReading(fields.text),
};

/** Every form of records; the first that matches reads a record, whatever else the record has. */
export const RECORD_FORMS: readonly RecordForm[] = [
  chat('chat messages', 'messages'),
  chat('conversations (ShareGPT)', 'conversations'),
  ...PAIRS.map(pair),
  text,
];

/** True where a field of this name makes an object a record. */
export const isRecordField = (name: string) => RECORD_FORMS.some(({ fields }) => fields.includes(name));

const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
};

const KNOWN =
  'Use "messages", "conversations", "prompt" and "completion", "instruction" and "output", "question" and "answer", or "text".';

/** Reads one record of a JSON file by the first form that matches. Only own fields count, so a record cannot speak through a prototype. */
export function readRecord(record: unknown): RecordReading | RecordFault {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return {
      what: `A record should be an object like {"prompt": …, "completion": …} but this one is ${describe(record)}.`,
      fix: KNOWN,
    };
  }
  const fields = record as Fields;
  return RECORD_FORMS.find((form) => form.matches(fields))?.read(fields) ?? unknownRecord(fields);
}

/** What a record lacks to be of a known form. */
function unknownRecord(fields: Fields): RecordFault {
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

/** An exchange of one prompt and one completion, as a conversation. */
export function exchange(prompt: string, completion: string): Content | RecordFault {
  if (completion.trim() === '')
    return { what: 'There is nothing to learn: the completion is empty.', fix: 'Fill it in, or remove the record.' };
  return {
    kind: 'chat',
    turns: [
      { role: 'user', content: prompt },
      { role: 'assistant', content: completion },
    ],
  };
}

export const isFault = (value: object): value is RecordFault => 'fix' in value;

function pairReading(
  form: string,
  fields: Fields,
  prompt: string,
  completion: string,
  input: string | undefined,
): RecordReading | RecordFault {
  for (const name of [prompt, completion]) {
    if (typeof fields[name] !== 'string') return wrongType(name, 'a string', fields[name]);
  }
  const more = input !== undefined && has(fields, input) ? (fields[input] ?? '') : '';
  if (typeof more !== 'string') return wrongType(input!, 'a string', more);
  const shown = more.trim() === '' ? (fields[prompt] as string) : `${fields[prompt]}\n\n${more}`;
  const content = exchange(shown, fields[completion] as string);
  return isFault(content) ? content : { form, content };
}

function textReading(text: unknown): RecordReading | RecordFault {
  if (typeof text !== 'string') return wrongType('text', 'a string', text);
  if (text.trim() === '')
    return { what: 'There is nothing to learn: "text" is empty.', fix: 'Fill it in, or remove the record.' };
  return { form: 'texts', content: { kind: 'text', text } };
}

function chatReading(form: string, name: string, list: unknown): RecordReading | RecordFault {
  if (!Array.isArray(list)) return wrongType(name, 'a list of turns', list);
  const turns: Turn[] = [];
  for (const [index, entry] of list.entries()) {
    const turn = readTurn(entry, index + 1);
    if (isFault(turn)) return turn;
    turns.push(turn);
  }
  return orderFault(turns) ?? { form, content: { kind: 'chat', turns } };
}

function readTurn(entry: unknown, number: number): Turn | RecordFault {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return {
      what: `Turn ${number} should be an object but is ${describe(entry)}.`,
      fix: 'Write it as {"role": "user", "content": "…"}.',
    };
  }
  const fields = entry as Fields;
  const name = has(fields, 'role') ? fields.role : has(fields, 'from') ? fields.from : undefined;
  if (typeof name !== 'string' || !Object.hasOwn(ROLES, name)) {
    const said =
      typeof name === 'string' ? `the role ${JSON.stringify(name.slice(0, 40))}, which is unknown here` : 'no role';
    return { what: `Turn ${number} has ${said}.`, fix: 'Use the roles system, user and assistant.' };
  }
  const content = has(fields, 'content') ? fields.content : has(fields, 'value') ? fields.value : undefined;
  const text = typeof content === 'string' ? content : joinParts(content);
  if (text === null) {
    return {
      what: `Turn ${number} has ${describe(content)} where its text should be.`,
      fix: 'Give every turn a "content" that is a string.',
    };
  }
  const role = ROLES[name]!;
  if (role === 'assistant' && text.trim() === '') {
    return {
      what: `Turn ${number} is an empty reply: there is nothing to learn.`,
      fix: 'Fill it in, or remove the record.',
    };
  }
  return { role, content: text };
}

/** Content as a list of text parts; null where it is anything else. */
function joinParts(content: unknown): string | null {
  if (!Array.isArray(content) || content.length === 0) return null;
  const texts = content.map((part: unknown) =>
    typeof part === 'object' && part !== null && has(part as Fields, 'text') ? (part as Fields).text : null,
  );
  return texts.every((text) => typeof text === 'string') ? texts.join('') : null;
}

function orderFault(turns: readonly Turn[]): RecordFault | null {
  const fix = 'Order the turns: system (if any), then user and assistant in turn, the assistant last.';
  if (turns.length === 0) return { what: 'The conversation has no turns.', fix };
  const spoken = turns[0]!.role === 'system' ? turns.slice(1) : turns;
  const skipped = turns.length - spoken.length;
  const wrong = spoken.findIndex((turn, i) => turn.role !== (i % 2 === 0 ? 'user' : 'assistant'));
  if (wrong >= 0) {
    const expected = wrong % 2 === 0 ? 'user' : 'assistant';
    return {
      what: `Turn ${wrong + 1 + skipped} is the ${spoken[wrong]!.role}'s where the ${expected}'s should be.`,
      fix,
    };
  }
  if (spoken.length % 2 === 1)
    return { what: 'The last turn of the user has no reply.', fix: "Add the assistant's reply, or remove that turn." };
  return spoken.length === 0 ? { what: 'The conversation has no reply to learn from.', fix } : null;
}

const has = (fields: Fields, name: string) => Object.hasOwn(fields, name);

const wrongType = (name: string, wanted: string, value: unknown): RecordFault => ({
  what: `"${name}" should be ${wanted} but is ${describe(value)}.`,
  fix: `Make "${name}" ${wanted}.`,
});

function describe(value: unknown) {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
}
