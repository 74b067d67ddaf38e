/** Pages, Word documents and e-books: their text as it is read. */
import { expect, test } from 'vitest';
import { writeZip } from '../../src/containers/zip';
import { type Bytes, brief, bytes, read, utf8 } from './read';

const zip = (files: Readonly<Record<string, string>>): Promise<Bytes> =>
  writeZip(
    Object.entries(files).map(([name, content]) => ({ name, content: utf8(content) })),
    new Date(0),
  );

test('a page of HTML: paragraphs, entities, tables and code; nothing that a browser hides', async () => {
  const page = `<!doctype html><html><head><title>No</title><style>p { color: red }</style></head>
<body><h1>Hills &amp; rivers</h1>
<p>The  hill
 was <b>green</b> <i>and</i> wide.</p><script>let no = 1;</script>
<ul><li>one<li>two</ul>
<table><tr><td>a</td><td>b</td></tr></table>
<pre>if x:
    y</pre>end&nbsp;here</body></html>`;
  const { examples, report } = await read('a.html', page);
  expect(examples.map((example) => example.kind === 'text' && example.text)).toEqual([
    'Hills & rivers\n\nThe hill was green and wide.\n\none\ntwo\n\na\tb\n\nif x:\n    y\n\nend here',
  ]);
  expect(report).toMatchObject({ format: 'page of HTML', examples: 1, problems: [] });
  const empty = await read('a.html', '<html><head><title>x</title></head></html>');
  expect(empty.problems).toMatchObject([{ what: 'The page of HTML holds no text.' }]);
  const latin1 = await read('a.html', bytes('<p>Gr', [0xfc], 'n</p>'));
  expect(latin1.report).toMatchObject({ mayBeLatin1: true, problems: [{ where: 'a.html' }] });
});

test('a Word document', async () => {
  const document = `<?xml version="1.0"?><w:document xmlns:w="w"><w:body>
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Hills</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The hill </w:t></w:r><w:r><w:t>was &lt;green&gt;.</w:t><w:tab/><w:t>x</w:t></w:r></w:p>
<w:p><w:r><w:delText>gone</w:delText></w:r></w:p></w:body></w:document>`;
  const { examples, report } = await read(
    'a.docx',
    await zip({ 'word/document.xml': document, 'word/styles.xml': '<a/>' }),
  );
  expect(examples.map(brief)).toEqual(['1| Hills\nThe hill was <green>.\tx']);
  expect(report).toMatchObject({ format: 'Word document', problems: [] });
});

test('an e-book, in the order of its spine', async () => {
  const page = (text: string) => `<html><head><title>t</title></head><body><p>${text}</p></body></html>`;
  const book = await zip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    'OPS/book.opf': `<opf:package xmlns:opf="o"><opf:manifest><opf:item id="b" href="text/two%20b.xhtml"/><opf:item id="a" href="one.xhtml"/>
<opf:item id="css" href="s.css"/></opf:manifest><opf:spine><opf:itemref idref="a"/><opf:itemref idref="b"/></opf:spine></opf:package>`,
    'OPS/one.xhtml': page('One.'),
    'OPS/text/two b.xhtml': page('Two.'),
  });
  const { examples, report } = await read('a.epub', book);
  expect(examples.map(brief)).toEqual(['1| One.\n\nTwo.']);
  expect(report).toMatchObject({ format: 'e-book', problems: [] });
});

test('an e-book whose chapters are encrypted is refused; one whose fonts are is read', async () => {
  const locked = (part: string) =>
    zip({
      'META-INF/container.xml': '<container><rootfile full-path="OPS/book.opf"/></container>',
      'META-INF/encryption.xml': `<encryption><enc:CipherReference xmlns:enc="e" URI="${part}"/></encryption>`,
      'OPS/book.opf': '<package><item id="a" href="one%20a.xhtml"/><itemref idref="a"/><itemref idref="a"/></package>',
      'OPS/one a.xhtml': '<p>One.</p>',
    });
  expect((await read('a.epub', await locked('OPS/font.otf'))).examples.map(brief)).toEqual(['1| One.']);
  const { examples, problems } = await read('a.epub', await locked('OPS/one%20a.xhtml'));
  expect([examples, problems]).toMatchObject([
    [],
    [{ what: 'The e-book cannot be read: its chapters are encrypted (DRM).', where: 'a.epub' }],
  ]);
});

test('documents that are damaged are refused by name', async () => {
  for (const [name, content, what] of [
    ['a.docx', bytes('PK', [3, 4, 0, 0]), /^The Word document cannot be read: /],
    ['a.docx', await zip({ 'other.xml': 'x' }), /it has no main part\.$/],
    ['a.epub', await zip({ 'other.xml': 'x' }), /it has no part "META-INF\/container\.xml"\.$/],
    ['a.epub', await zip({ 'META-INF/container.xml': '<a/>' }), /^The e-book cannot be read: /],
  ] as const) {
    const { examples, problems } = await read(name, content);
    expect(examples).toEqual([]);
    expect(problems).toMatchObject([{ what: expect.stringMatching(what), where: name }]);
  }
});

test('a page in the encoding that it names', async () => {
  const page = bytes(
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head><p>Sch',
    [0xf6],
    'n</p>',
  );
  const { examples, problems } = await read('a.html', page);
  expect(examples.map(brief)).toEqual(['1| Sch\u00f6n']);
  expect(problems).toEqual([]);
  const unknown = await read('a.html', '<meta charset="x-none"><p>Schön</p>');
  expect(unknown.examples.map(brief)).toEqual(['1| Schön']);
});

test('notebooks and saved pages are named with a way out', async () => {
  expect((await read('a.ipynb', '{"cells":[]}')).problems).toMatchObject([
    { what: expect.stringContaining('a notebook') },
  ]);
  expect((await read('a.mht', 'MIME-Version: 1.0')).problems).toMatchObject([
    { fix: expect.stringContaining('.html') },
  ]);
});
