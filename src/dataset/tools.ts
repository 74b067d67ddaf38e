import type { Turn } from './example';
import type { Fields } from './fields';
import { parsedOr } from './json_text';
import { isBlank, type RecordNotes } from './record_notes';

/** Names of fields that hold what a model may call. */
export const TOOLS = ['tools', 'functions', 'available_tools'];

/**
 * The turns with the tools of the record behind what the system says at their beginning: each a line of JSON, between marks as calls of them have.
 * Where the system's own words name them all already, nothing is added.
 */
export function withTools(turns: readonly Turn[], fields: Fields, notes: RecordNotes): readonly Turn[] {
  const field = TOOLS.find((name) => isListed(fields[name]));
  if (field === undefined) return turns;
  const tools = toolsIn(fields[field]);
  const opening = turns.findIndex(({ role }) => role !== 'system');
  const system = turns.slice(0, Math.max(0, opening));
  const said = system.map(({ content }) => content).join('\n');
  if (tools.every((tool) => isNamedIn(said, tool))) return turns;
  notes.add(
    `The tools in "${field}" are shown at the beginning, between <tools> and </tools>.`,
    'Nothing needs to be done; show the finished adapter its tools in the same form.',
  );
  const lines = tools.map((tool) => (typeof tool === 'string' ? tool : JSON.stringify(tool, withoutNull)));
  const content = ['<tools>', ...lines, '</tools>'].join('\n');
  return [...system, { role: 'system', content }, ...turns.slice(system.length)];
}

/** A list, an object or a text; also as JSON in a string. */
const isListed = (value: unknown): boolean =>
  !isBlank(value) && (typeof value === 'string' || typeof value === 'object');

/** True of a field of tools that `withTools` shows. */
export const isShownTools = (name: string, value: unknown): boolean => TOOLS.includes(name) && isListed(value);

function toolsIn(value: unknown): readonly unknown[] {
  const given = typeof value === 'string' ? parsedOr(value) : value;
  return (Array.isArray(given) ? given : [given]).map((one: unknown) => {
    const tool = typeof one === 'string' ? parsedOr(one) : one;
    return (tool as Fields | null)?.function ?? tool;
  });
}

function isNamedIn(text: string, tool: unknown): boolean {
  const name = typeof tool === 'string' ? tool : (tool as Fields | null)?.name;
  return typeof name === 'string' && text.includes(name);
}

/** Tables give every tool the parameters of all of them. */
const withoutNull = (_: string, value: unknown) => (value === null ? undefined : value);
