/** What stands in these is not read by anybody. */
const UNREAD = new Set(['head', 'script', 'style', 'template', 'noscript', 'svg', 'math', 'select', 'iframe']);
const BLOCKS = new Set(
  `address article aside blockquote body dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr
   main nav ol p pre section table tr ul`.split(/\s+/),
);
/** Begin a line and no paragraph. */
const LINES = new Set(['br', 'li']);
/** Stand beside each other on a line. */
const CELLS = new Set(['td', 'th']);

/** The text of a page of HTML as it is read: paragraphs with a blank line between, without what a browser hides. */
export async function textOfHtml(source: string): Promise<string> {
  const { Parser } = await import('htmlparser2');
  const parts: string[] = [];
  let hidden = 0;
  let kept = 0; // inside <pre>, white space counts
  const separate = (name: string) => {
    if (BLOCKS.has(name)) parts.push('\n\n');
    else if (LINES.has(name)) parts.push('\n');
    else if (CELLS.has(name) && !parts.at(-1)?.endsWith('\n')) parts.push('\t');
  };
  run(
    new Parser(
      {
        onopentag(name) {
          if (UNREAD.has(name)) hidden++;
          if (name === 'pre') kept++;
          separate(name);
        },
        ontext(text) {
          if (hidden > 0) return;
          const flowing = text.replace(/[ \t\n\r\u00a0]+/g, ' ');
          const read = kept > 0 ? text : /\s$/.test(parts.at(-1) ?? ' ') ? flowing.trimStart() : flowing;
          if (read !== '') parts.push(read);
        },
        onclosetag(name) {
          if (UNREAD.has(name)) hidden--;
          if (name === 'pre') kept--;
          if (!LINES.has(name) && !CELLS.has(name)) separate(name);
        },
      },
      { recognizeSelfClosing: true },
    ),
    source,
  );
  return tidied(parts.join(''));
}

/** The text of the main part of a Word document, a paragraph a line. */
export async function textOfWord(source: string): Promise<string> {
  const { Parser } = await import('htmlparser2');
  const parts: string[] = [];
  let isText = false;
  run(
    new Parser(
      {
        onopentag(name) {
          isText = name === 'w:t';
          if (name === 'w:tab') parts.push('\t');
          else if (name === 'w:br') parts.push('\n');
        },
        ontext(text) {
          if (isText) parts.push(text);
        },
        onclosetag(name) {
          isText = false;
          if (name === 'w:p') parts.push('\n');
        },
      },
      { xmlMode: true },
    ),
    source,
  );
  return tidied(parts.join(''));
}

/** The attributes of the elements of these names in an XML document, in order. */
export async function elementsOf(source: string, names: readonly string[]) {
  const { Parser } = await import('htmlparser2');
  const found: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[] = [];
  const onopentag = (name: string, attributes: Record<string, string>) => {
    const local = name.slice(name.indexOf(':') + 1);
    if (names.includes(local)) found.push({ name: local, attributes });
  };
  run(new Parser({ onopentag }, { xmlMode: true }), source);
  return found;
}

function run(parser: { write(source: string): void; end(): void }, source: string): void {
  parser.write(source);
  parser.end();
}

/** No spaces at the ends of lines, one blank line at most. */
const tidied = (text: string): string =>
  text
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
