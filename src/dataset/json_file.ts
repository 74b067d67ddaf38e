import type { TableColumns } from '../settings/text';
import { freeBlocks, lineBlocks } from './blocks';
import { type Fields, has, isFault } from './fields';
import type { FileKind } from './file_kind';
import { JsonScanner } from './json_scanner';
import { parsedOr, pythonAsJson, withoutTrailingCommas } from './json_text';
import { BESIDE } from './record_fields';
import { giveReading, knownForm, readRecord } from './records';
import type { RecordSink } from './text_reader';

/** What was met in a file. */
interface Found {
  readonly wanted: TableColumns | undefined;
  /** Forms of records, the first met first. */
  readonly forms: Set<string>;
  /** Names of fields of records of no known form: a person may choose among them. */
  readonly fields: Set<string>;
}

export interface JsonReading {
  readonly forms: readonly string[];
  readonly columns?: readonly string[];
  readonly chosenColumns?: TableColumns;
}

const MOST_FIELDS = 64;

const newFound = (wanted: TableColumns | undefined): Found => ({ wanted, forms: new Set(), fields: new Set() });

const readingOf = ({ wanted, forms, fields }: Found): JsonReading => ({
  forms: [...forms],
  ...(fields.size > 0 ? { columns: [...fields] } : {}),
  ...(wanted ? { chosenColumns: wanted } : {}),
});

/** Reads JSON Lines. `wanted` says which fields to learn from, else the form of each record tells. */
export async function readJsonLines(
  file: File,
  kind: FileKind,
  wanted: TableColumns | undefined,
  sink: RecordSink,
): Promise<JsonReading> {
  const found = newFound(wanted);
  for await (const block of lineBlocks(file, kind, sink.problems)) {
    let line = block.line;
    for (const text of block.text.split('\n')) {
      if (text.trim() !== '') parseLine(text, line, found, sink);
      line++;
    }
  }
  return readingOf(found);
}

/** Reads a JSON document: a list of records, an object that holds one, or records one after another. */
export async function readJsonDocument(
  file: File,
  kind: FileKind,
  wanted: TableColumns | undefined,
  sink: RecordSink,
): Promise<JsonReading> {
  const found = newFound(wanted);
  const broken = new Set<number>();
  const scanner = new JsonScanner({
    record(text, firstLine, lastLine) {
      if (text.includes('\ufffd')) {
        for (let line = firstLine; line <= lastLine; line++) {
          if (!broken.has(line)) continue;
          sink.problems.atLine(
            line,
            'This record holds bytes that are not UTF-8.',
            'Save the file as UTF-8 in a text editor and choose it again.',
          );
          return;
        }
      }
      parseRecord(text, firstLine, lastLine, found, sink);
    },
    fault: sink.problems.atLine,
  });
  for await (const block of freeBlocks(file, kind, sink.problems, broken)) scanner.push(block.text, block.line);
  scanner.end();
  return readingOf(found);
}

const SEVERAL = [
  'A line holds more than one record, or a comma behind it; every record was read.',
  'Nothing needs to be done; in JSON Lines each record has a line of its own, without commas between them.',
] as const;

/** A line of JSON Lines: one record, or what else may stand there instead. */
function parseLine(text: string, line: number, found: Found, sink: RecordSink) {
  const several = parsed(text) === undefined ? recordsIn(text) : [];
  if (several.length === 0) return parseRecord(text, line, line, found, sink);
  sink.problems.note(line, { what: SEVERAL[0], fix: SEVERAL[1] });
  for (const record of several) parseRecord(record, line, line, found, sink);
}

/** The records in a line that is no JSON as a whole; none where anything in it is not understood. */
function recordsIn(text: string): readonly string[] {
  const found: string[] = [];
  let faults = 0;
  const scanner = new JsonScanner({ record: (record) => found.push(record), fault: () => faults++ });
  scanner.push(text, 1);
  scanner.end();
  return faults === 0 && found.every((record) => parsed(record) !== undefined) ? found : [];
}

/** Undefined where the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What makes JSON of nearly JSON, in the order in which it is tried. */
const REPAIRS = [
  {
    mended: withoutTrailingCommas,
    note: {
      what: 'A comma before a closing bracket was passed over.',
      fix: 'Nothing needs to be done; JSON has no comma there.',
    },
  },
  {
    mended: pythonAsJson,
    note: {
      what: 'A record was written as Python prints it, with NaN, None, True or single quotes, and was read as that.',
      fix: 'Nothing needs to be done; json.dumps writes JSON.',
    },
  },
];

const IN_STRING = {
  what: 'A record was written as a string of JSON and read from it.',
  fix: 'Nothing needs to be done.',
};

function parseRecord(text: string, line: number, lastLine: number, found: Found, sink: RecordSink) {
  let record = parsed(text);
  for (const { mended, note } of REPAIRS) {
    if (record !== undefined) break;
    record = parsed(mended(text));
    if (record !== undefined) sink.problems.note(line, note);
  }
  if (typeof record === 'string' && /^\s*[{[]/.test(record)) {
    record = parsedOr(record);
    if (typeof record === 'object') sink.problems.note(line, IN_STRING);
  }
  if (record === undefined) {
    const what =
      lastLine > line ? `The record from here to line ${lastLine} is not valid JSON` : 'This line is not valid JSON';
    sink.problems.atLine(line, `${what}: ${complaint(text)}.`, 'Correct its quotes, commas and brackets.');
    return;
  }
  noteFields(record, found);
  const reading = readRecord(found.wanted ? chosenFields(record, found.wanted) : record);
  if (isFault(reading)) {
    sink.problems.atLine(line, reading.what, reading.fix, reading.choice);
    return;
  }
  found.forms.add(reading.form);
  giveReading(reading, line, sink);
}

function noteFields(record: unknown, { wanted, fields }: Found): void {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return;
  if (wanted === undefined && knownForm(record as Fields)) return;
  for (const name of Object.keys(record)) if (fields.size < MOST_FIELDS) fields.add(name);
}

/** The fields that a person chose, under names that every reader knows. */
function chosenFields(record: unknown, { prompt, completion }: TableColumns): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record;
  const fields = record as Fields;
  const of = (name: string) => (has(fields, name) ? fields[name] : undefined);
  const beside = BESIDE.filter((name) => has(fields, name) && name !== prompt && name !== completion);
  const context = Object.fromEntries(beside.map((name) => [name, fields[name]]));
  if (prompt !== undefined) return { ...context, prompt: of(prompt), completion: of(completion) };
  return { ...context, [Array.isArray(of(completion)) ? 'messages' : 'text']: of(completion) };
}

/** What is probably wrong. Engines word their own messages differently, so those are not shown. */
function complaint(text: string) {
  const trimmed = text.trim();
  if (/^(?:\/\/|\/\*|#)/.test(trimmed)) return 'it begins with a comment, which JSON does not have';
  if (/^\{\s*'/.test(trimmed)) return 'it uses single quotes';
  if (trimmed.startsWith('{') && !trimmed.endsWith('}')) return 'it does not end with a closing brace';
  if (/,\s*[}\]]/.test(trimmed)) return 'a comma stands before a closing bracket';
  if (!trimmed.startsWith('{')) return `it starts with ${JSON.stringify(trimmed.slice(0, 20).toWellFormed())}`;
  return 'a quote, comma or bracket is missing or misplaced';
}
