import { textOfParts } from './content_parts';
import type { Role, Turn } from './example';
import { describe, type Fields, has, type RecordFault } from './fields';
import { callOf, callText, reasoningText, responseText } from './marks';
import { isBlank, isMeaningless, OF_TURN, type RecordNotes } from './record_notes';

/** What speaks: as the template knows it, a tool that answers, or a call of one. */
type Speaker = Role | 'tool' | 'call';

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  prompter: 'user',
  customer: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  chatbot: 'assistant',
  chatgpt: 'assistant',
  ai: 'assistant',
  agent: 'assistant',
  tool: 'tool',
  function: 'tool',
  ipython: 'tool',
  observation: 'tool',
  tool_response: 'tool',
  function_response: 'tool',
  tool_call: 'call',
  function_call: 'call',
};

/** Names of a turn's own fields, by what they hold. */
const ROLE = ['role', 'from', 'speaker', 'sender'];
const CONTENT = ['content', 'value', 'text', 'parts'];
const REASONING = ['reasoning_content', 'reasoning', 'thinking'];
const CALLS = ['tool_calls', 'function_call'];
/** 0 or false on a turn: it is shown and not learned. */
const MARKS = ['weight', 'loss', 'train', 'loss_mask', 'trainable', 'train_on_turn'];
const KNOWN = new Set([...ROLE, ...CONTENT, ...REASONING, ...CALLS, ...MARKS]);

/** A turn, and the role that it was given where that is unknown here. */
export interface ReadTurn extends Turn {
  readonly stranger?: string;
}

/** Reads turn `number` of a conversation, from 1. What stands beside its text is written into it, or told to `notes`. */
export function readTurn(entry: unknown, number: number, notes: RecordNotes): ReadTurn | RecordFault {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return {
      what: `Turn ${number} should be an object but is ${describe(entry)}.`,
      fix: 'Write it as {"role": "user", "content": "…"}.',
    };
  }
  const fields = entry as Fields;
  const name = firstOf(fields, ROLE);
  if (typeof name !== 'string' || name.trim() === '') {
    return { what: `Turn ${number} has no role.`, fix: 'Use the roles system, user and assistant.' };
  }
  const text = textOf(firstOf(fields, CONTENT), hasCalls(fields), number, notes);
  if (typeof text !== 'string') return text;
  noteUnread(fields, notes);
  const known = name.trim().toLowerCase();
  if (!Object.hasOwn(SPEAKERS, known)) return { role: 'user', content: `${name}: ${text}`, stranger: name };
  return spoken(SPEAKERS[known]!, text, fields, notes);
}

function spoken(speaker: Speaker, text: string, fields: Fields, notes: RecordNotes): Turn {
  if (speaker === 'system') return { role: 'system', content: text };
  if (speaker === 'user') return { role: 'user', content: text };
  if (speaker === 'tool') return { role: 'user', content: responseText(text, notes) };
  const learned = isLearned(fields, notes);
  const content =
    speaker === 'call' ? callText([text], notes) : [reasoningOf(fields, notes), text, callsOf(fields, notes)];
  const parts = typeof content === 'string' ? [content] : content;
  const joined = parts.filter((part) => part.trim() !== '').join('\n');
  return { role: 'assistant', content: joined, ...(learned ? {} : { learned: false as const }) };
}

function firstOf(fields: Fields, names: readonly string[]): unknown {
  const name = names.find((one) => has(fields, one) && fields[one] !== null) ?? names.find((one) => has(fields, one));
  return name === undefined ? undefined : fields[name];
}

const hasCalls = (fields: Fields) => CALLS.some((name) => has(fields, name) && !isBlank(fields[name]));

function textOf(content: unknown, called: boolean, number: number, notes: RecordNotes): string | RecordFault {
  if (typeof content === 'string') return content;
  const joined = textOfParts(content, notes);
  if (joined !== null) return joined;
  if (content === null || (content === undefined && called)) return '';
  return {
    what: `Turn ${number} has ${describe(content)} where its text should be.`,
    fix: 'Give every turn a "content" that is a string.',
  };
}

function isLearned(fields: Fields, notes: RecordNotes): boolean {
  const marks = MARKS.filter((name) => has(fields, name) && fields[name] !== null).map((name) => fields[name]);
  if (marks.some((mark) => typeof mark === 'number' && mark !== 0 && mark !== 1)) {
    notes.add(
      'A turn has a weight between 0 and 1, or above: it is learned like any other.',
      'Use 0 for turns that are only shown, 1 for those that are learned.',
    );
  }
  return !marks.some((mark) => mark === 0 || mark === false || mark === '0' || mark === 'false');
}

function reasoningOf(fields: Fields, notes: RecordNotes): string {
  const reasoning = firstOf(fields, REASONING);
  if (typeof reasoning !== 'string' || reasoning.trim() === '') return '';
  return reasoningText(reasoning, notes);
}

function callsOf(fields: Fields, notes: RecordNotes): string {
  if (!hasCalls(fields)) return '';
  const calls = CALLS.filter((name) => has(fields, name) && !isBlank(fields[name])).flatMap((name) => {
    const value = fields[name];
    return Array.isArray(value) ? value : [value];
  });
  return callText(calls.map(callOf), notes);
}

function noteUnread(fields: Fields, notes: RecordNotes): void {
  for (const [name, value] of Object.entries(fields)) {
    if (KNOWN.has(name) || isMeaningless(name) || isBlank(value)) continue;
    notes.unread(`${name}${OF_TURN}`);
  }
}
