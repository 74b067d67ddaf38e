import { type Fields, has } from './fields';
import { callOf, callText, reasoningText, responseText } from './marks';
import type { RecordNotes } from './record_notes';

/** Content as a list of parts, or as one part, as one text; null where none of them can be written as text. */
export function textOfParts(content: unknown, notes: RecordNotes): string | null {
  const parts = (Array.isArray(content) ? content : [content]).map((part) => partOf(part, notes));
  const found = parts.filter((part) => part !== null);
  if (found.length === 0) return null;
  if (found.length < parts.length) {
    notes.add('A part of a turn that is no text, such as an image, was left out.', 'Describe it in words.');
  }
  return found.map(({ text }) => text).join(found.some(({ isBlock }) => isBlock) ? '\n' : '');
}

/** A part as text; a block stands on lines of its own. */
interface Part {
  readonly text: string;
  readonly isBlock: boolean;
}

const spoken = (text: string): Part => ({ text, isBlock: false });
const block = (text: string): Part => ({ text, isBlock: true });

function partOf(part: unknown, notes: RecordNotes): Part | null {
  if (typeof part === 'string') return spoken(part);
  if (typeof part !== 'object' || part === null) return null;
  const { type, text, thinking, content, parts, functionCall, functionResponse } = part as Fields;
  if (has(part as Fields, 'text') && typeof text === 'string') return spoken(text);
  if (type === 'thinking' && typeof thinking === 'string') return block(reasoningText(thinking, notes));
  if (type === 'tool_use') return block(callText([callOf(part)], notes));
  // As Gemini has them: parts in an object with a role, and calls without a type.
  if (Array.isArray(parts)) return spoken(textOfParts(parts, notes) ?? '');
  if (has(part as Fields, 'functionCall')) return block(callText([callOf(functionCall)], notes));
  if (has(part as Fields, 'functionResponse')) return block(responseText(answerOf(functionResponse), notes));
  if (type !== 'tool_result') return null;
  return block(responseText((typeof content === 'string' ? content : textOfParts(content, notes)) ?? '', notes));
}

const answerOf = (given: unknown): string => JSON.stringify((given as Fields | null)?.response ?? given);
