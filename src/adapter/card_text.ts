/** Names and filters as they stand in README.md and NOTICE.txt: whoever wrote them, they are shown and mean nothing there. */

/** A line break, or what is not seen but changes how the text around it is shown. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu;
/** What begins markup in a text file that something may take for HTML or Markdown. */
const ACTIVE = /[<>[\]`|]|&(?=#?\w+;)/giu;
/** All that is markup in Markdown, and what makes links of addresses. */
const MARKUP = /[<>[\]`|]|&(?=#?\w+;)|[\\*~#$@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/\/)|(?<=www)\./giu;

const seen = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const entity = (character: string) => `&#${character.charCodeAt(0)};`;
const inOneLine = (text: string) => text.replace(/\s+/g, ' ').trim().replace(UNSEEN, seen);

/** For a text file. */
export const noticeText = (text: string) => inOneLine(text).replace(ACTIVE, entity);

/** For a heading or a sentence in Markdown. */
export const markdownText = (text: string) => inOneLine(text).replace(MARKUP, entity);

/** As code in a cell of a Markdown table, its lines one below the other. */
export const codeInCell = (text: string) =>
  text
    .split(/\r\n|\r|\n/)
    .map(codeLine)
    .join('<br>');

/** Renderers differ on `\\|` in a cell, so a backslash and a pipe never touch. */
const codeLine = (line: string) =>
  line
    .split(/(?<=\\)(?=\|)/)
    .map(codeSpan)
    .join('<wbr>');

function codeSpan(text: string): string {
  if (text.trim() === '') return '';
  const content = text.replaceAll('\t', '  ').replace(UNSEEN, seen).replaceAll('|', '\\|');
  const runs = content.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((most, run) => Math.max(most, run.length), 0) + 1);
  const space = /^[` ]|[` ]$/.test(content) ? ' ' : ''; // Markdown takes one away at each end
  return `${fence}${space}${content}${space}${fence}`;
}
