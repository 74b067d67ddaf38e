import type { Fields } from './fields';
import { parsedOr } from './json_text';
import type { RecordNotes } from './record_notes';

/** Text of a turn that is no speech, between marks that say what it is, which some sets have written already. */
function marked(mark: string, text: string): string {
  const words = text.trim();
  const isMarked = words.startsWith(`<${mark}>`) && words.endsWith(`</${mark}>`);
  return isMarked ? words : `<${mark}>\n${words}\n</${mark}>`;
}

export function reasoningText(text: string, notes: RecordNotes): string {
  notes.add(
    'The reasoning of a turn is learned before its reply, between <think> and </think>.',
    'Leave it out where only the reply should be learned.',
  );
  return marked('think', text);
}

/** Calls as `callOf` writes them, or as they came. */
export function callText(calls: readonly string[], notes: RecordNotes): string {
  notes.add(
    'Calls of tools are learned as text of the reply, between <tool_call> and </tool_call>.',
    'Nothing needs to be done; what answers the finished adapter has to look for these marks.',
  );
  return calls.map((call) => marked('tool_call', call)).join('\n');
}

/** A call as one line of JSON: its name and arguments, without ids. */
export function callOf(call: unknown): string {
  if (typeof call !== 'object' || call === null) return String(call);
  const { name, arguments: given, input, args } = ((call as Fields).function ?? call) as Fields;
  const values = given ?? input ?? args;
  return JSON.stringify({ name, arguments: typeof values === 'string' ? parsedOr(values) : values });
}

export function responseText(text: string, notes: RecordNotes): string {
  notes.add(
    'What a tool answered is shown as a turn of the user, between <tool_response> and </tool_response>.',
    'Nothing needs to be done; ask the finished adapter in the same form.',
  );
  return marked('tool_response', text);
}
