import { MAX_LINE_BYTES } from './blocks';
import { isRecordField } from './records';

export interface ScannerEvents {
  /** The text of one record, to be parsed, with the lines of its first and last character. */
  record(text: string, firstLine: number, lastLine: number): void;
  fault(line: number, what: string, fix: string): void;
}

const NEXT_IN_STRING = /["\\\n]/g;
const KEY_BEFORE_COLON = /"((?:[^"\\]|\\.){0,200})"\s*$/;

/**
 * Takes the records out of a JSON document while it streams by. Records are: the elements of a list; the elements of the first
 * list of objects in an object; or objects that stand one after another.
 */
export class JsonScanner {
  readonly #events: ScannerEvents;
  readonly #capture: RecordCapture;
  /** Brackets that are open, as their closing characters. */
  readonly #awaited: string[] = [];
  /** Depth of the list whose elements are records; 0 where there is none. */
  #listDepth = 0;
  /** A top-level object whose list has been read. */
  #listRead = false;
  /** The top-level object has a field that makes it a record. */
  #isRecord = false;
  /** A list has just opened that may hold the records. */
  #undecided = false;
  #inString = false;
  #escaped = false;
  #straying = false;

  constructor(events: ScannerEvents) {
    this.#events = events;
    this.#capture = recordCapture(events);
  }

  /** The next part of the document; `line` is the line of its first character. */
  push(text: string, line: number) {
    let at = 0;
    while (at < text.length) {
      if (this.#inString) {
        at = this.#skipString(text, at);
        continue; // a line feed that ends a string is left for the branch below
      }
      const char = text[at]!;
      if (char === '\n') line++;
      else if (char !== ' ' && char !== '\t' && char !== '\r') this.#structural(char, at, text, line);
      at++;
    }
    this.#capture.endOfText(text, line);
  }

  end() {
    if (this.#awaited.length > 0) this.#capture.unfinished();
  }

  /** Position after the string's end, or of the line feed that ends a string that was never closed: its record fails to parse, the next is found. */
  #skipString(text: string, at: number) {
    if (this.#escaped) {
      this.#escaped = false;
      if (text[at] !== '\n') return at + 1;
    }
    NEXT_IN_STRING.lastIndex = at;
    const found = NEXT_IN_STRING.exec(text);
    if (!found) return text.length;
    if (found[0] === '\\') this.#escaped = true;
    else this.#inString = false;
    return found[0] === '\n' ? found.index : found.index + 1;
  }

  #structural(char: string, at: number, text: string, line: number) {
    const [awaited, capture] = [this.#awaited, this.#capture];
    if (char === '{') this.#open('}', at, line);
    else if (char === '[') this.#open(']', at, line);
    else if (char === '}' || char === ']') this.#close(char, at, text, line);
    else if (char === ',') {
      if (awaited.length > 0 && awaited.length === this.#listDepth) capture.end(at, text, line);
    } else if (char === ':') {
      if (awaited.length !== 1 || this.#listDepth !== 0 || !capture.active()) return;
      const key = KEY_BEFORE_COLON.exec(capture.tail(at, text))?.[1];
      this.#isRecord ||= key !== undefined && isRecordField(key);
    } else {
      this.#undecided = false;
      this.#inString = char === '"' && awaited.length > 0;
      if (awaited.length === 0) this.#stray(line);
      else if (awaited.length === this.#listDepth) capture.begin(at, line);
    }
  }

  #open(closing: string, at: number, line: number) {
    const depth = this.#awaited.length;
    if (depth === 0) {
      [this.#listDepth, this.#listRead, this.#isRecord, this.#straying] = [0, false, false, false];
      if (closing === ']') this.#listDepth = 1;
      else this.#capture.begin(at, line);
    } else if (this.#undecided && closing === '}') this.#foundList(depth, at, line);
    else if (depth === this.#listDepth) this.#capture.begin(at, line);
    this.#undecided = closing === ']' && depth === 1 && this.#listDepth === 0 && !this.#isRecord;
    this.#awaited.push(closing);
  }

  /** A list of objects in a top-level object that is no record itself. */
  #foundList(depth: number, at: number, line: number) {
    if (this.#listRead) {
      const what = 'The file holds more than one list of records; only the first was read.';
      this.#events.fault(line, what, 'Put each list in a file of its own.');
      return;
    }
    this.#capture.drop();
    this.#listDepth = depth;
    this.#capture.begin(at, line);
  }

  #close(closing: string, at: number, text: string, line: number) {
    this.#undecided = false;
    const [awaited, capture] = [this.#awaited, this.#capture];
    if (awaited.length === 0) return this.#stray(line);
    if (awaited.at(-1) !== closing) {
      // What closes nothing stays in its record, which then does not parse; what closes something further out ends all that is open in it.
      const outer = awaited.lastIndexOf(closing);
      if (outer < 0 || (this.#listDepth > 0 && outer < this.#listDepth - 1)) return;
      awaited.length = outer + 1;
    }
    const depth = awaited.length;
    if (depth === this.#listDepth) {
      capture.end(at, text, line);
      [this.#listDepth, this.#listRead] = [0, true];
    }
    awaited.pop();
    if (depth === 1) capture.end(at + 1, text, line);
  }

  #stray(line: number) {
    if (this.#straying) return;
    this.#straying = true;
    const what = 'There is text outside of any JSON value.';
    this.#events.fault(line, what, 'Check that the file is JSON; save plain text as .txt.');
  }
}

type RecordCapture = ReturnType<typeof recordCapture>;

/** The text of the record being read, which may span several blocks. */
function recordCapture(events: ScannerEvents) {
  let parts: string[] = [];
  let length = 0;
  let start = -1;
  let firstLine = 0;
  let lastLine = 0;
  let tooLong = false;
  const drop = () => {
    [parts, length, start, tooLong] = [[], 0, -1, false];
  };
  return {
    drop,
    active: () => start >= 0,
    begin(at: number, line: number) {
      if (start >= 0) return;
      [start, firstLine] = [at, line];
    },
    /** The last characters of the record before `at`. */
    tail: (at: number, text: string) => ((parts.at(-1) ?? '') + text.slice(start, at)).slice(-256),
    end(at: number, text: string, line: number) {
      if (start < 0) return;
      const record = tooLong ? null : parts.join('') + text.slice(start, at);
      drop();
      if (record !== null) events.record(record, firstLine, line);
    },
    endOfText(text: string, line: number) {
      lastLine = line;
      if (start < 0) return;
      length += text.length - start;
      if (!tooLong) parts.push(text.slice(start));
      start = 0;
      if (length <= MAX_LINE_BYTES || tooLong) return;
      tooLong = true;
      parts = [];
      events.fault(
        firstLine,
        `The record that starts here is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB.`,
        'Close its brackets and quotes, or break it into shorter records.',
      );
    },
    unfinished() {
      const line = start >= 0 ? firstLine : lastLine;
      const what =
        start >= 0 ? 'The record that starts here never ends.' : 'The file ends before its last bracket is closed.';
      events.fault(line, what, 'The file may have been cut off: save it again, or close its brackets and quotes.');
    },
  };
}
