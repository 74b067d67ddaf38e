import type { Problem } from '../problem';
import { type Fields, has, type RecordFault } from './fields';
import { LABELS, PAIRS } from './record_fields';
import { isMeaningless } from './record_notes';

/** Names under which preference data keep the better reply and the worse one, and what these are called. */
const PREFERENCES = [
  ['chosen', 'rejected', 'chosen', 'rejected'],
  ['chosen_response', 'rejected_response', 'chosen', 'rejected'],
  ['preferred_output', 'non_preferred_output', 'preferred', 'not'],
] as const;

/** No, as JSON, Python and tables write it. */
const UNWANTED: readonly unknown[] = [false, 'false', 'False', 'FALSE'];

/** Why a record that may look like one of a known form is of another kind, which is not read here; null where it is not. */
export function otherKind(fields: Fields, form: string | null): RecordFault | null {
  const preference = PREFERENCES.find(([better, worse]) => has(fields, better) && has(fields, worse));
  // Sets of preferences often have the better conversation as "messages", too.
  if (preference && form !== 'messages') return preferenceData(fields, preference, form);
  const unwanted = LABELS.find((name) => UNWANTED.includes(fields[name]));
  if (unwanted !== undefined && form !== null && !has(fields, 'text')) {
    return {
      what: `This reply is marked as not wanted ("${unwanted}": false), so it is not learned.`,
      fix: `Leave "${unwanted}" out where the reply should be learned.`,
    };
  }
  const isTree = has(fields, 'message_tree_id') || (has(fields, 'message_id') && has(fields, 'parent_id'));
  if (!isTree || form === 'messages') return null;
  return {
    what: 'This is a message of a tree, as Open Assistant keeps them; trees are not made into conversations here.',
    fix: 'Choose a set that holds whole conversations, such as those made of it for fine-tuning.',
  };
}

function preferenceData(
  fields: Fields,
  [better, worse, chosen, rejected]: (typeof PREFERENCES)[number],
  form: string | null,
): RecordFault {
  return {
    what: `This is preference data: a reply that was ${chosen} beside one that was ${rejected}. Comparing the two is not done here.`,
    fix: `To learn the ${chosen} reply alone, ${placeOf(fields, better, form)} and leave "${worse}" out.`,
  };
}

/** Where the better reply would have to stand to be learned. */
function placeOf(fields: Fields, better: string, form: string | null): string {
  if (form !== null) return `put "${better}" at the end of "${form}"`;
  const pair = PAIRS.find(([, prompt]) => has(fields, prompt));
  const value = fields[better];
  if (!Array.isArray(value)) return `rename "${better}" to "${pair ? pair[2] : 'text'}"`;
  const isWhole = value.some((turn) => ['user', 'human'].includes(turn?.role ?? turn?.from));
  return `rename "${better}" to "messages"${isWhole ? '' : ', put what it answers in front of it,'}`;
}

/** Says of a problem that a choice of fields would put it right. */
export const isOfFields = ({ choice }: Problem): boolean => choice === 'columns';

/** What a record lacks to be of a known form; `known` names the fields that are known. */
export function unknownRecord(fields: Fields, known: string): RecordFault {
  const partner = PAIRS.find(([, prompt, completion]) => has(fields, prompt) || has(fields, completion));
  if (partner) {
    const [missing, present] = has(fields, partner[1]) ? [partner[2], partner[1]] : [partner[1], partner[2]];
    const what = `This record has "${present}" but no "${missing}".`;
    return { what, fix: `Add "${missing}" to the record.`, choice: 'columns' };
  }
  const names = Object.keys(fields)
    .slice(0, 6)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ');
  if (names === '') return { what: 'This record is empty.', fix: known };
  const what = `This record has no known field; it has ${names}.`;
  return { what, fix: known, ...(hasText(fields) ? { choice: 'columns' as const } : {}) };
}

/** Some field could be chosen to be learned. */
const hasText = (fields: Fields): boolean =>
  Object.entries(fields).some(([name, value]) => typeof value === 'string' && !isMeaningless(name));
