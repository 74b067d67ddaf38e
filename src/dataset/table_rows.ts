import { MAX_LINE_BYTES, type TextBlock } from './blocks';
import type { ProblemLog } from './problem_log';

export interface Row {
  readonly fields: readonly string[];
  /** Line that the row starts on, from 1. */
  readonly line: number;
}

/**
 * Rows of a table while it streams by (RFC 4180), those of a block at once. A row whose quotes are wrong goes to `problems` and costs its first line only: reading
 * goes on with the next, so a quote that was never closed does not swallow the file.
 */
export async function* tableRows(
  blocks: AsyncIterable<TextBlock>,
  delimiter: string,
  problems: ProblemLog,
): AsyncGenerator<readonly Row[], void> {
  const parse = rowParser(delimiter);
  let text = '';
  let line = 1;
  /** Reads the rows of `text` and keeps what is not yet a whole row. */
  const rows = (last: boolean) => {
    const found: Row[] = [];
    let start = 0;
    while (start < text.length) {
      const row = parse(text, start);
      if (row === 'open' && !last && text.length - start <= MAX_LINE_BYTES) break;
      let end: number;
      if (typeof row === 'string') {
        const what = row === 'open' ? 'A quote opens here and never closes.' : 'The quotes in this row do not match.';
        problems.atLine(line, what, 'Close every quote, and double the quotes inside a quoted field.');
        end = text.indexOf('\n', start) + 1 || text.length;
      } else {
        found.push({ fields: row.fields, line });
        end = row.end;
      }
      line += countLines(text, start, end);
      start = end;
    }
    text = text.slice(start);
    return found;
  };
  for await (const block of blocks) {
    if (text === '') line = block.line;
    text += block.text;
    yield rows(false);
  }
  yield rows(true);
}

/** The delimiter that gives the first row the most fields. */
export function guessDelimiter(head: string, delimiters: readonly string[]) {
  const widths = delimiters.map((delimiter) => {
    const row = rowParser(delimiter)(head, 0);
    return typeof row === 'string' ? 0 : row.fields.length;
  });
  return delimiters[widths.indexOf(Math.max(...widths))]!;
}

/** Parses the row that starts at a position: its fields and where the next begins; 'open' if the text ends within quotes. */
function rowParser(delimiter: string) {
  const bare = new RegExp(`[^${delimiter}\n]*`, 'y');
  return (text: string, start: number): { fields: string[]; end: number } | 'open' | 'mismatched' => {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      if (text[at] === '"') {
        const field = quotedField(text, at);
        if (field === null) return 'open';
        fields.push(field.value);
        at = field.end;
      } else {
        bare.lastIndex = at;
        const field = bare.exec(text)![0];
        fields.push(field);
        at += field.length;
      }
      if (at >= text.length || text[at] === '\n') return { fields, end: at + 1 };
      if (text[at] !== delimiter) return 'mismatched';
      at++;
    }
  };
}

/** Null where the quotes do not close. Spaces after the closing quote are dropped. */
function quotedField(text: string, start: number) {
  let value = '';
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return null;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      let end = quote + 1;
      while (text[end] === ' ') end++;
      return { value, end };
    }
    value += '"';
    from = quote + 2;
  }
}

function countLines(text: string, start: number, end: number) {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
