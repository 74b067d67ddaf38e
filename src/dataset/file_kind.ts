import type { Problem } from '../problem';
import type { Encoding, SourceFormat } from './blocks';

/** Larger files are refused. */
export const MAX_FILE_BYTES = 512 * 2 ** 20;
const HEAD_BYTES = 2 ** 16;

/** What a file shows of itself before it is read: what the readers decide on. */
export interface FileKind extends SourceFormat {
  /** Its first bytes, 64 KiB at most. */
  readonly start: Uint8Array;
  /** The same as text. */
  readonly head: string;
  /** '.txt', '.csv', … in lower case; '' without one. */
  readonly ending: string;
  /** Why it is not text; null where it is. */
  readonly foreign: Problem | null;
  /** What holds the text, where the file is no text itself but can be opened. */
  readonly container: Container | null;
}

export type Container = 'parquet' | 'zip' | 'gzip' | 'docx' | 'epub';

const READABLE =
  'Choose .txt, .md, .html, .docx, .epub, .jsonl, .json, .csv, .tsv or .parquet files, or a .zip of them.';
const SAVE_TEXT = 'Save it as .txt (UTF-8) and choose that file.';
const SAVE_ROWS = 'Export it as .csv or .jsonl and choose that file.';
const SAVE_PDF =
  'Copy its text into a .txt file, or write one with "pdftotext FILE.pdf", look it through, and choose that file.';
const UNPACK = 'Unpack it and choose the files inside.';

/** What opens with these bytes is no text. A latin1 string of the bytes, the byte where they start, a name, what to do. */
const SIGNATURES: readonly (readonly [string, number, string, string])[] = [
  ['%PDF-', 0, 'a PDF document', SAVE_PDF],
  ['{\\rtf', 0, 'a rich-text document', SAVE_TEXT],
  ['\xd0\xcf\x11\xe0', 0, 'an Office document', SAVE_TEXT],
  ['PAR1', 0, 'a Parquet table', SAVE_ROWS],
  ['ARROW1', 0, 'an Arrow table', SAVE_ROWS],
  ['SQLite format 3', 0, 'a database', SAVE_ROWS],
  ['PK\x03\x04', 0, 'a ZIP archive', UNPACK],
  ['\x1f\x8b', 0, 'a gzip archive', UNPACK],
  ['7z\xbc\xaf', 0, 'a 7z archive', UNPACK],
  ['(\xb5/\xfd', 0, 'a zstd archive', UNPACK],
  ['\x89PNG', 0, 'an image', READABLE],
  ['\xff\xd8\xff', 0, 'an image', READABLE],
  ['GIF8', 0, 'an image', READABLE],
  ['RIFF', 0, 'an image, sound or video', READABLE],
  ['ftyp', 4, 'a video', READABLE],
  ['OggS', 0, 'sound or a video', READABLE],
  ['ID3', 0, 'sound', READABLE],
];

/** Kinds that share a signature with others, or have none, by ending. */
const ENDINGS: Readonly<Record<string, readonly [string, string]>> = {
  '.pdf': ['a PDF document', SAVE_PDF],
  '.doc': ['a Word document', SAVE_TEXT],
  '.ipynb': ['a notebook', 'Save it as .md or .py and choose that file.'],
  '.mht': ['a saved page', 'Save the page as .html and choose that file.'],
  '.mhtml': ['a saved page', 'Save the page as .html and choose that file.'],
  '.odt': ['an office document', SAVE_TEXT],
  '.rtf': ['a rich-text document', SAVE_TEXT],
  '.xls': ['a spreadsheet', SAVE_ROWS],
  '.xlsx': ['a spreadsheet', SAVE_ROWS],
  '.ods': ['a spreadsheet', SAVE_ROWS],
  '.parquet': ['a Parquet table', SAVE_ROWS],
  '.arrow': ['an Arrow table', SAVE_ROWS],
  '.zip': ['a ZIP archive', UNPACK],
  '.gz': ['a gzip archive', UNPACK],
  '.png': ['an image', READABLE],
  '.jpg': ['an image', READABLE],
  '.jpeg': ['an image', READABLE],
  '.webp': ['an image', READABLE],
  '.gif': ['an image', READABLE],
  '.safetensors': ['model weights', READABLE],
  '.gguf': ['model weights', READABLE],
};

const CONTAINERS: readonly (readonly [start: string, container: Container])[] = [
  ['PAR1', 'parquet'],
  ['PK\x03\x04', 'zip'],
  ['\x1f\x8b', 'gzip'],
];

/** Endings of containers of text; others, such as .docx, are archives of something else. */
const CONTAINER_ENDINGS = [
  '',
  '.parquet',
  '.zip',
  '.gz',
  '.gzip',
  '.txt',
  '.md',
  '.json',
  '.jsonl',
  '.ndjson',
  '.csv',
  '.tsv',
];

/** Documents that are archives inside. */
const ZIPPED: Readonly<Record<string, Container>> = { '.docx': 'docx', '.epub': 'epub' };

function containerOf(bytes: Uint8Array, ending: string): Container | null {
  const latin1 = String.fromCharCode(...bytes.subarray(0, 4));
  const found = CONTAINERS.find(([start]) => latin1.startsWith(start))?.[1] ?? null;
  if (found === 'zip' && Object.hasOwn(ZIPPED, ending)) return ZIPPED[ending]!;
  return found !== null && CONTAINER_ENDINGS.includes(ending) ? found : null;
}

const POINTER = 'version https://git-lfs.github.com/spec/';

/** What kind of file this is, by its first bytes and, where those leave a choice, its ending; or why no reader could read it. `chosen` is the encoding of a file that does not tell its own. */
export async function fileKind(file: File, chosen?: Encoding): Promise<FileKind | Problem> {
  const refuse = (what: string, fix: string): Problem => ({ what, where: file.name, fix });
  if (file.size === 0) return refuse('The file is empty.', 'Choose a file with text in it.');
  if (file.size > MAX_FILE_BYTES) {
    const limit = `${MAX_FILE_BYTES / 2 ** 20} MiB`;
    return refuse(
      `The file has ${Math.ceil(file.size / 2 ** 20)} MiB; the limit is ${limit}.`,
      'Split it, or choose a part of it.',
    );
  }
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const ending = /\.[^.]*$/.exec(file.name.toLowerCase())?.[0] ?? '';
  const mark = byteOrderMark(bytes);
  const { markBytes } = mark;
  const encoding = markBytes === 0 && chosen ? chosen : mark.encoding;
  const head = new TextDecoder(encoding).decode(bytes.subarray(markBytes));
  const newline = head.includes('\r') && !head.includes('\n') ? '\r' : '\n';
  const fault = pointerFault(head) ?? foreignFault(bytes, ending) ?? textFault(head, file.size);
  const container = containerOf(bytes, ending);
  return { encoding, markBytes, newline, start: bytes, head, ending, container, foreign: fault && refuse(...fault) };
}

type Fault = readonly [what: string, fix: string];

function pointerFault(head: string): Fault | null {
  if (!head.startsWith(POINTER)) return null;
  return [
    'The file is a pointer of Git LFS: it says where the content lies and does not hold it.',
    'Run "git lfs pull" in its folder, or download the file itself, and choose that.',
  ];
}

function foreignFault(bytes: Uint8Array, ending: string): Fault | null {
  const kind = foreignKind(bytes, ending);
  return kind && [`The file is ${kind[0]}, which cannot be read here.`, kind[1]];
}

function textFault(head: string, bytes: number): Fault | null {
  if (head.includes('\0'))
    return [
      'The file is binary, not text.',
      'If it is text in UTF-16 or UTF-32, save it as UTF-8 and choose it again.',
    ];
  if (head.trim() === '' && bytes <= HEAD_BYTES)
    return ['The file holds nothing but white space.', 'Choose a file with text in it.'];
  return null;
}

function foreignKind(bytes: Uint8Array, ending: string): readonly [string, string] | null {
  const latin1 = String.fromCharCode(...bytes.subarray(0, 32));
  const signature = SIGNATURES.find(([start, at]) => latin1.startsWith(start, at));
  if (Object.hasOwn(ENDINGS, ending)) return ENDINGS[ending]!;
  return signature ? [signature[2], signature[3]] : null;
}

function byteOrderMark([a, b, c]: Uint8Array): { encoding: Encoding; markBytes: number } {
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  return { encoding: 'utf-8', markBytes: a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0 };
}
