import type { Turn } from './example';
import { type Fields, isFault, type RecordFault } from './fields';
import type { RecordNotes } from './record_notes';
import { readTurn } from './turns';

/** A message and its place in the tree of a conversation, as ChatGPT exports it. */
interface Node {
  readonly parent?: string | null;
  readonly children?: readonly string[];
  readonly message?: { readonly author?: Fields; readonly content?: Fields } | null;
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
    const text = message && textOf(message.content);
    if (!text) continue;
    const turn = readTurn({ role: message.author?.role, content: text }, turns.length + 1, notes);
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

/** Content without parts is not what was said: thoughts, settings. */
function textOf(content: Fields | undefined): string {
  const parts = content?.parts;
  return Array.isArray(parts)
    ? parts
        .filter((part) => typeof part === 'string')
        .join('\n')
        .trim()
    : '';
}
