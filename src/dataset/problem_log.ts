import type { Choice, Problem } from '../problem';
import { OF_TURN, type RecordNote } from './record_notes';

const LISTED_LINES = 5;

/** Collects what could not be read in one file: every problem of the file itself, those of single lines, each sentence once with how often, the first few of these and the count of the rest. */
export interface ProblemLog {
  atLine(line: number, what: string, fix: string, choice?: Choice): void;
  ofFile(what: string, fix: string, choice?: Choice): void;
  /** What was repaired in a record, or is not shown to the model: told once, with the line of the first and how often. */
  note(line: number, note: RecordNote): void;
  /** Fields of a record that are not read: all of a file are one problem. */
  unread(line: number, fields: readonly string[]): void;
  list(): Problem[];
}

/** A sentence, the line of the first that it is said of, and how often. */
interface Counted {
  readonly line: number;
  readonly note: RecordNote;
  count: number;
}

/** @param place what the numbers of its lines are called */
export function problemLog(file: string, place: 'line' | 'row' = 'line'): ProblemLog {
  const ofFile: Problem[] = [];
  const atLine = new Map<string, Counted>();
  const notes = new Map<string, Counted>();
  const fields = new Map<string, number>();
  let unreadAt = 0;
  let unreadRecords = 0;
  let unlisted = 0;
  return {
    atLine(line, what, fix, choice) {
      const key = `${what}\n${fix}`;
      const known = atLine.get(key);
      if (known) known.count++;
      else if (atLine.size < LISTED_LINES)
        atLine.set(key, { line, note: { what, fix, ...(choice ? { choice } : {}) }, count: 1 });
      else unlisted++;
    },
    ofFile(what, fix, choice) {
      ofFile.push({ what, where: file, fix, ...(choice ? { choice } : {}) });
    },
    note(line, note) {
      const known = notes.get(note.what);
      if (known) known.count++;
      else notes.set(note.what, { line, note, count: 1 });
    },
    unread(line, names) {
      if (names.length === 0) return;
      unreadAt ||= line;
      unreadRecords++;
      for (const name of names) fields.set(name, (fields.get(name) ?? 0) + 1);
    },
    list() {
      const faults = [...atLine.values()].sort((a, b) => a.line - b.line);
      const listed = [...faults, ...notes.values()].map(({ line, note, count }) =>
        counted(note, `${file}, ${place} ${line}`, count),
      );
      if (fields.size > 0) listed.push(counted(unreadFields(fields), `${file}, ${place} ${unreadAt}`, unreadRecords));
      if (unlisted === 0) return [...ofFile, ...listed];
      const what = unlisted === 1 ? `and 1 more ${place} was skipped.` : `and ${unlisted} more ${place}s were skipped.`;
      const fix = 'Correct them in the same way, or go on without them.';
      return [...ofFile, ...listed, { what, where: file, fix, count: unlisted }];
    },
  };
}

/** The sentence says how often, too: a problem is read where there is no room for a number beside it. */
function counted({ what, ...fix }: RecordNote, where: string, count: number): Problem {
  return count === 1
    ? { what, where, ...fix }
    : { what: what.replace(/\.$/, ` (${count} times).`), where, ...fix, count };
}

const NAMED_FIELDS = 8;

/** A field's name, which may be followed by where it is. */
const quoted = (name: string) =>
  name.endsWith(OF_TURN) ? `"${name.slice(0, -OF_TURN.length)}"${OF_TURN}` : `"${name}"`;

function unreadFields(fields: ReadonlyMap<string, number>): RecordNote {
  const names = [...fields.keys()].slice(0, NAMED_FIELDS).map((name) => quoted(name.slice(0, 60)));
  const more = fields.size > NAMED_FIELDS ? ', …' : '';
  return {
    what: `What stands in ${names.join(', ')}${more} is not shown to the model and not learned.`,
    fix: 'Write into a field that is read what the model should see of it, or go on without it.',
  };
}
