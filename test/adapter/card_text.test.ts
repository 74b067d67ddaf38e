import { expect, test } from 'vitest';
import { codeInCell, markdownText, noticeText } from '../../src/adapter/card_text';
import { peftFiles } from '../../src/adapter/peft_zip';
import { actionsAdapter, robot } from './actions_sample';
import { sampleAdapter } from './sample';

const terms = { name: 'tiny base', licence: 'CC0-1.0' };
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** What a reader sees of Markdown in which nothing is markup. */
const shown = (markdown: string) =>
  markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

test.each([
  '<img src=x onerror=alert(1)> [go](javascript:alert(1))',
  'a `code` b',
  '**bold** _thin_ ~~gone~~ $x$ # 3',
  'a | b \\| c',
  'https://example.org www.example.org me@example.org',
  '&lt; &#60; &',
])('a name of markup is shown as it is: %s', (name) => {
  const markdown = markdownText(name);
  expect(shown(markdown)).toBe(name);
  expect(markdown).not.toMatch(/[<>[\]`|*~$@\\]|:\/\/|www\.|(^| )_|&(?!#\d+;|$)/);
});

test('plain names stay as they are', () => {
  for (const name of ['Sea / stories', 'ship_log v1.2', 'Tom & Jerry', 'Fjällräven 漁師', 'a (b), c: d'])
    expect([noticeText(name), markdownText(name)]).toEqual([name, name]);
});

test('line breaks become spaces; what is not seen is named', () => {
  expect(markdownText('a\r\n# b\u2028c')).toBe('a &#35; b c');
  expect(noticeText('a\u202eb\u0007c')).toBe('a\\u202eb\\u0007c');
  expect(noticeText('<b>x</b>\nMODIFIED: no')).toBe('&#60;b&#62;x&#60;/b&#62; MODIFIED: no');
});

test.each([
  ['a "b" <c>', '`a "b" <c>`'],
  ['a|b', '`a\\|b`'],
  ['a\\|b', '`a\\`<wbr>`\\|b`'],
  ['a `b` ``c``', '``` a `b` ``c`` ```'],
  ['a\n  b\r\n\r\nc', '`a`<br>`   b `<br><br>`c`'],
  ['\u202ea\tb', '`\\u202ea  b`'],
  ['', ''],
])('code in a cell: %j', (code, cell) => {
  expect(codeInCell(code)).toBe(cell);
});

/** The rows of the tables of a card, each as its cells; pipes that are escaped are none. */
const rowsOf = (card: string) =>
  card
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1));

const hostile = '<img src=x onerror=go()> [go](javascript:go)\n| a | b |\n---\n`tick` \u202e';

test('the card of a hostile name and a filter of several lines has its table whole, and no markup of theirs', () => {
  const sample = sampleAdapter();
  const freeze = 'All(\n  PathRegex(".*llm.*"),\n  Not(PathRegex(".*lora.*|`x`")))';
  const files = peftFiles({ ...sample, summary: { ...sample.summary, name: hostile, freeze } }, terms);
  const [card, notice] = [text(files['README.md']), text(files['NOTICE.txt'])];
  const rows = rowsOf(card);
  expect(rows.map((cells) => cells.length)).toEqual(Array(8).fill(2));
  expect(rows.at(-1)?.[1]).toBe(' `All(`<br>`   PathRegex(".*llm.*"), `<br>``   Not(PathRegex(".*lora.*\\|`x`"))) `` ');
  for (const file of [card, notice]) {
    expect(file).not.toMatch(/<img|\[go\]|`tick`|\u202e/);
    expect(file).toMatch(/&#60;img src=x onerror=go\(\)&#62; &#91;go&#93;/);
  }
  expect(card.match(/^---$/gm)).toHaveLength(2); // those of the front matter
  expect(notice.split('\n\n')).toHaveLength(2);
});

test('joints, cameras and tasks stay in their cells, and are code', () => {
  const names = [hostile, 'plain'];
  const jointNames = { state: names, action: names };
  const files = peftFiles(
    { ...actionsAdapter(), robot: { ...robot, jointNames, cameras: names, tasks: names } },
    terms,
  );
  const rows = rowsOf(text(files['README.md']));
  expect(new Set(rows.map((cells) => cells.length))).toEqual(new Set([2]));
  for (const name of ['Joints of the state, in order', 'Cameras, in order', 'Asked for']) {
    const cell = rows.find(([first]) => first?.trim() === name)?.[1] ?? '';
    expect(cell).toContain('`plain`');
    expect(cell.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '').replace(/<br>|<wbr>/g, '')).toMatch(/^[ ,]*$/); // all of it is code
  }
});
