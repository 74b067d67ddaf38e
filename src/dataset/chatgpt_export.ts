import type { Turn } from './example';
import { type Fields, isFault, type RecordFault } from './fields';
import { parsedOr } from './json_text';
import type { RecordNotes } from './record_notes';
import { type ReadTurn, readTurn } from './turns';

/** A message and its place in the tree of a conversation, as ChatGPT exports it. */
interface Node {
  readonly parent?: string | null;
  readonly children?: readonly string[];
  readonly message?: Message | null;
}

interface Message {
  readonly author?: Fields;
  readonly content?: Fields;
  /** Of a call: the tool. */
  readonly recipient?: string;
  readonly metadata?: Fields;
}

/** The turns of a conversation that ChatGPT exported: the branch that was shown last. */
export function mappingTurns(fields: Fields, notes: RecordNotes): readonly Turn[] | RecordFault {
  const { mapping, current_node: current } = fields;
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    return { what: '"mapping" holds no messages.', fix: 'Export the conversations again.' };
  }
  const nodes = new Map(Object.entries(mapping as Record<string, Node | null>));
  const turns: Turn[] = [];
  for (const { message, children = [] } of branchTo(lastOf(nodes, current), nodes)) {
    if (children.length > 1) {
      notes.add('Of messages that were written again, the last version was read.', 'Nothing needs to be done.');
    }
    const turn = message && turnOf(message, turns.length + 1, notes);
    if (!turn) continue;
    if (isFault(turn)) return turn;
    turns.push(turn);
  }
  return turns;
}

type Nodes = ReadonlyMap<string, Node | null>;

function lastOf(nodes: Nodes, current: unknown): string | undefined {
  if (typeof current === 'string' && nodes.has(current)) return current;
  return [...nodes].findLast(([, node]) => (node?.children ?? []).length === 0)?.[0];
}

/** From the root to this node. */
function branchTo(last: string | undefined, nodes: Nodes): readonly Node[] {
  const branch: Node[] = [];
  const seen = new Set<string>(); // a damaged file may go in a circle
  for (let id: string | null | undefined = last; id && !seen.has(id); ) {
    seen.add(id);
    const node: Node | null | undefined = nodes.get(id);
    if (node) branch.unshift(node);
    id = node?.parent;
  }
  return branch;
}

/** What is in these is neither said nor answered; of the others the text is read. */
const HIDDEN_TYPES = ['thoughts', 'reasoning_recap', 'user_editable_context', 'model_editable_context', 'system_error'];
/** Marks of sources in an answer, which only ChatGPT's page shows. */
const CITATIONS = /\ue200[^\ue201]*\ue201|\u3010[^\u3010\u3011]*\u2020[^\u3010\u3011]*\u3011/g;

/** Null where nothing was said. What is hidden in ChatGPT, too, is told to `notes`. */
function turnOf(message: Message, number: number, notes: RecordNotes): ReadTurn | RecordFault | null {
  const { author, content, recipient = 'all', metadata } = message;
  const text = textOf(content, notes);
  if (HIDDEN_TYPES.includes(content?.content_type as string) || metadata?.is_visually_hidden_from_conversation) {
    if (text !== '' || HIDDEN_TYPES.includes(content?.content_type as string)) {
      const what = "What ChatGPT does not show, such as its thoughts or a person's instructions, was left out.";
      notes.add(what, 'Write it into the conversation where it should be learned from.');
    }
    return null;
  }
  if (text === '') return null;
  const isCall = author?.role === 'assistant' && recipient !== 'all';
  const call = isCall ? JSON.stringify({ name: recipient, arguments: parsedOr(text) }) : text;
  return readTurn({ role: isCall ? 'tool_call' : author?.role, content: call }, number, notes);
}

/** The text of a message: its parts, or the code or answer of a tool. */
function textOf(content: Fields | undefined, notes: RecordNotes): string {
  const { parts, text, result } = content ?? {};
  if (!Array.isArray(parts)) return [text, result].find((one) => typeof one === 'string')?.trim() ?? '';
  const texts = parts.map((part) => (typeof part === 'object' && part !== null ? (part as Fields).text : part));
  const said = texts.filter((part) => typeof part === 'string');
  if (said.length < parts.length) {
    notes.add('A part of a turn that is no text, such as an image, was left out.', 'Describe it in words.');
  }
  return said.join('\n').replace(CITATIONS, '').trim();
}
