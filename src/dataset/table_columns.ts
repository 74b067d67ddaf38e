import type { TableColumns } from '../settings/text';
import { isFault } from './fields';
import { otherKind } from './other_records';
import { BESIDE, PAIRS } from './record_fields';
import { isClass, isMeaningless } from './record_notes';
import { giveReading, readRecord } from './records';
import type { RecordSink } from './text_reader';

/** Which columns become which fields of a record, for the forms of records to read. */
export interface Choice {
  readonly fields: readonly (readonly [field: string, column: number])[];
  readonly chosen: TableColumns;
  readonly how: string;
}

/** Columns whose cells are whole conversations, as lists in JSON. */
const CHAT_NAMES = ['messages', 'conversations', 'conversation'];
const BY_ORDER = [
  'The first row is taken for the names of the columns, the first column for what is asked and the second for what is answered.',
  'Where the first row is an example, put one with names above it, such as "prompt" and "completion".',
] as const;
/** The field of running text, of which all is learned. */
const RUNNING = 'text';
const TEXT_NAMES = ['text', 'content', 'body', 'document'];

/** Reads a row as a record of the chosen fields. `cells` has a value for each column. */
export function readRow(cells: readonly unknown[], choice: Choice, line: number, sink: RecordSink) {
  const reading = readRecord(Object.fromEntries(choice.fields.map(([field, column]) => [field, cells[column]])));
  if (isFault(reading)) sink.problems.atLine(line, reading.what, reading.fix);
  else giveReading(reading, line, sink);
}

/** The columns that a person wants, else those that their names tell; null, and a problem at `line`, where there are none. */
export function chooseColumns(
  columns: readonly string[],
  wanted: TableColumns | undefined,
  line: number,
  sink: RecordSink,
): Choice | null {
  if (wanted) return chosenColumns(columns, wanted, line, sink);
  const choice = guessColumns(columns, line, sink);
  const used = choice?.fields.map(([, column]) => columns[column]) ?? columns;
  const isText = choice?.fields.some(([field]) => field === RUNNING) ?? false;
  const others = columns.filter(
    (name) => !used.includes(name) && name !== '' && (!isMeaningless(name) || (isText && isClass(name))),
  );
  sink.problems.unread(line, others);
  return choice;
}

function chosenColumns(
  columns: readonly string[],
  wanted: TableColumns,
  line: number,
  sink: RecordSink,
): Choice | null {
  const names = wanted.prompt === undefined ? [wanted.completion] : [wanted.prompt, wanted.completion];
  const missing = names.find((name) => !columns.includes(name));
  if (missing !== undefined) {
    sink.problems.atLine(
      line,
      `The table has no column "${missing}".`,
      `Choose among ${listNames(columns)}.`,
      'columns',
    );
    return null;
  }
  const completion = columns.indexOf(wanted.completion);
  const name = wanted.completion.toLowerCase();
  const isRunningText = wanted.prompt === undefined && !CHAT_NAMES.includes(name);
  const learned = isRunningText ? RUNNING : wanted.prompt === undefined ? name : 'completion';
  const prompt = wanted.prompt === undefined ? [] : [['prompt', columns.indexOf(wanted.prompt)] as const];
  const beside = isRunningText ? [] : besideIn(columns).filter(([field]) => !names.includes(field));
  return { fields: [...prompt, [learned, completion], ...beside], chosen: wanted, how: 'columns as chosen' };
}

const indexIn = (columns: readonly string[], name: string) =>
  columns.findIndex((column) => column.toLowerCase() === name);

/** Columns of what stands beside a conversation, whatever its form. */
const besideIn = (columns: readonly string[]) =>
  BESIDE.map((name) => [name, indexIn(columns, name)] as const).filter(([, column]) => column >= 0);

function guessColumns(columns: readonly string[], line: number, sink: RecordSink): Choice | null {
  const find = (name: string) => indexIn(columns, name);
  const single = (field: string, column: number, beside: Choice['fields'] = []): Choice => ({
    fields: [[field, column], ...beside],
    chosen: { completion: columns[column]! },
    how: `column guessed: ${columns[column]}`,
  });
  const conversations = CHAT_NAMES.find((name) => find(name) >= 0);
  if (conversations !== undefined) return single(conversations, find(conversations), besideIn(columns));
  for (const [, prompt, completion, input] of PAIRS) {
    if (find(prompt) < 0 || find(completion) < 0) continue;
    const shown = [prompt, ...(input !== undefined && find(input) >= 0 ? [input] : [])];
    const own = [...shown, completion].map((name) => [name, find(name)] as const);
    return {
      fields: [...own, ...besideIn(columns)],
      chosen: { prompt: columns[find(prompt)]!, completion: columns[find(completion)]! },
      how: `columns guessed by name: ${shown.map((name) => columns[find(name)]).join(' + ')} → ${columns[find(completion)]}`,
    };
  }
  const other = otherKind(Object.fromEntries(columns.map((name) => [name.toLowerCase(), ''])), null);
  if (other) {
    sink.problems.atLine(line, other.what, other.fix, 'columns');
    return null;
  }
  const text = TEXT_NAMES.map(find).find((column) => column >= 0) ?? (columns.length === 1 ? 0 : -1);
  if (text >= 0) return single(RUNNING, text);
  if (columns.length === 2) {
    const [prompt, completion] = columns as [string, string];
    const how = `columns guessed by order: ${prompt} → ${completion}`;
    sink.problems.ofFile(BY_ORDER[0], BY_ORDER[1]);
    return {
      fields: [
        ['prompt', 0],
        ['completion', 1],
      ],
      chosen: { prompt, completion },
      how,
    };
  }
  sink.problems.atLine(
    line,
    'It is not clear which columns to learn from.',
    `Choose them among ${listNames(columns)}.`,
    'columns',
  );
  return null;
}

const listNames = (names: readonly string[]) =>
  names
    .slice(0, 12)
    .map((name) => `"${name.slice(0, 40)}"`)
    .join(', ') + (names.length > 12 ? ', …' : '');
