import { openZip, unpackEntry, type ZipEntry } from '../containers/zip';
import { asProblem } from '../problem';
import { type FileKind, MAX_FILE_BYTES } from './file_kind';
import { elementsOf, textOfHtml, textOfWord } from './markup';
import type { TextSink } from './text_reader';

const HTML = ['.html', '.htm', '.xhtml'];
const NOT_UTF8 = 'The page holds bytes that are not UTF-8: it was probably saved in another encoding.';

/** True of pages of HTML, Word documents and e-books. */
export const isDocument = ({ ending, foreign, container }: FileKind): boolean =>
  container === 'docx' || container === 'epub' || (!foreign && HTML.includes(ending));

/** Reads the text of a page, a Word document or an e-book as one document. @returns its format */
export async function readDocument(file: File, kind: FileKind, sink: TextSink): Promise<string> {
  const format = kind.container === 'docx' ? 'Word document' : kind.container === 'epub' ? 'e-book' : 'page of HTML';
  try {
    const text = await textOf(file, kind, sink);
    if (text !== '') sink.content({ kind: 'text', text }, 1);
    else sink.problems.ofFile(`The ${format} holds no text.`, 'Choose one with text in it.');
  } catch (error) {
    const what = `The ${format} cannot be read: ${asProblem(error).what.replace(/\.$/, '')}.`;
    sink.problems.ofFile(what, 'Save it as .txt (UTF-8) and choose that file.');
  }
  return format;
}

async function textOf(file: File, { container, encoding, head, markBytes }: FileKind, sink: TextSink): Promise<string> {
  if (container === 'epub')
    return textOfBook(new Map((await openZip(file, MAX_FILE_BYTES)).map((entry) => [entry.name, entry])));
  if (container === 'docx') {
    const main = (await openZip(file, MAX_FILE_BYTES)).find(({ name }) => name === 'word/document.xml');
    if (!main) throw new Error('it has no main part');
    return textOfWord(await unpacked(main));
  }
  const own = markBytes === 0 && encoding === 'utf-8' ? ownEncoding(head) : encoding;
  const source = new TextDecoder(own).decode(await file.slice(markBytes).arrayBuffer());
  if (source.includes('\ufffd'))
    sink.problems.ofFile(NOT_UTF8, 'Save it as UTF-8 in a text editor and choose it again.', 'encoding');
  return textOfHtml(source);
}

/** The encoding that a page names in its head; UTF-8 where that is none. */
function ownEncoding(head: string): string {
  const name = /<meta[^>]{0,200}charset=["']?\s*([\w-]{1,40})/i.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return 'utf-8';
  }
}

const unpacked = async (entry: ZipEntry): Promise<string> => (await unpackEntry(entry, MAX_FILE_BYTES)).text();

type Entries = ReadonlyMap<string, ZipEntry>;

/** The chapters of an e-book in the order in which it is read. */
async function textOfBook(entries: Entries): Promise<string> {
  const part = async (name: string) => {
    const entry = entries.get(name);
    if (!entry) throw new Error(`it has no part "${name.slice(0, 80)}"`);
    return unpacked(entry);
  };
  const [root] = await elementsOf(await part('META-INF/container.xml'), ['rootfile']);
  const path = root?.attributes['full-path'] ?? '';
  const elements = await elementsOf(await part(path), ['item', 'itemref']);
  const hrefs = new Map(
    elements.filter(({ name }) => name === 'item').map(({ attributes: { id, href } }) => [id, href]),
  );
  const locks = 'META-INF/encryption.xml'; // many books lock their fonts alone
  const locked = entries.has(locks) ? await elementsOf(await part(locks), ['CipherReference']) : [];
  const isLocked = (name: string) => locked.some(({ attributes: { URI = '' } }) => beside('', URI) === name);
  const chapters = new Map<string, string>();
  for (const { name, attributes } of elements) {
    const href = name === 'itemref' ? hrefs.get(attributes.idref) : undefined;
    if (href === undefined) continue;
    const chapter = beside(path, href);
    if (isLocked(chapter)) throw new Error('its chapters are encrypted (DRM)');
    // A book that names a chapter again and again would have no end.
    if (!chapters.has(chapter)) chapters.set(chapter, await textOfHtml(await part(chapter)));
  }
  return [...chapters.values()].filter((chapter) => chapter !== '').join('\n\n');
}

/** Where a part lies that is named as seen from another. */
function beside(path: string, href: string): string {
  const url = new URL(href, `file:///${path}`);
  return decodeURIComponent(url.pathname.slice(1));
}
