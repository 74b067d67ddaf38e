import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problemLog } from '../../../src/dataset/problem_log';
import { OF_TURN } from '../../../src/dataset/record_notes';
import { counted } from '../../../src/recording/problems';
import { catalogueOf, translate } from '../../../src/ui/words/sentence_patterns';
import { composedSentencesZh } from '../../../src/ui/words/sentences_composed_zh';
import { publicSentencesZh } from '../../../src/ui/words/sentences_public_zh';
import { sentences } from '../../../src/ui/words/sentences_zh';
import { engineTexts, isSaid, textsOf } from './engine_sentences';

const texts = engineTexts();
const said = texts.filter(isSaid);
const catalogue = catalogueOf(sentences);
const chinese = new Map(sentences);

/** What a file beside the source says of itself. */
const described = ['public/base/text/config.json', 'public/base/actions/config.json', 'public/samples/index.json']
  .flatMap((file): unknown => JSON.parse(readFileSync(file, 'utf8')))
  .flatMap((one) => {
    const { title, description, trained_on, licence } = one as Record<string, unknown>;
    return [title, description, trained_on, licence].filter((text) => typeof text === 'string');
  });

const holesOf = (text: string) => [...new Set(text.match(/(?<=[{<])\d(?=[}>])/g))].sort();

test('every sentence of the engine has its Chinese form', () => {
  expect(said.length).toBeGreaterThan(900);
  const missing = said.filter(({ text }) => !chinese.has(text)).map(({ file, text }) => `${file}: ${text}`);
  expect(missing).toEqual([]);
  expect(described.length).toBeGreaterThan(6);
  expect(described.filter((text) => !chinese.has(text))).toEqual([]);
});

test('no Chinese form is left of a sentence that the engine no longer says', () => {
  const alive = new Set<string>([...texts.map(({ text }) => text), ...described]);
  const composed = new Set(composedSentencesZh.map(([english]) => english));
  const dead = sentences.filter(([english]) => !alive.has(english) && !composed.has(english));
  expect(dead.map(([english]) => english)).toEqual([]);
  expect(publicSentencesZh.map(([english]) => english).sort()).toEqual([...described].sort());
  expect(chinese.size, 'a sentence stands twice').toBe(sentences.length);
});

test('what goes into a sentence stands in its Chinese form, which is written as Chinese is', () => {
  for (const [english, translated] of sentences) {
    expect(holesOf(translated), english).toEqual(holesOf(english));
    if (/[a-z]+ [a-z]+ [a-z]+/.test(english)) expect(translated).toMatch(/\p{Script=Han}/u);
    // The marks of Chinese are full-width; codes, paths and lists keep theirs.
    expect(translated).not.toMatch(/\p{Script=Han}([,;:?!]|\.( |$))/u);
    if (/[a-z]\.$/.test(english)) expect(translated).toMatch(/[。>]$/);
  }
});

test('what is put together from parts is said too', () => {
  const log = problemLog('a.jsonl');
  for (const line of [3, 4, 5])
    log.atLine(line, 'Turn 2 has no role.', 'Write it as {"role": "user", "content": "…"}.');
  for (let line = 10; line < 20; line += 1) log.atLine(line, `Turn ${line} has no role.`, 'Remove the line.');
  log.unread(6, ['a note', `source${OF_TURN}`]);
  const [first, , , , , ...rest] = log.list();
  expect(translate(first!.what, catalogue)).toBe('第 2 轮没有角色（3 次）。');
  expect(translate(first!.where!, catalogue)).toBe('a.jsonl，第 3 行');
  for (const { what } of rest) expect(translate(what, catalogue)).not.toMatch(/[a-z]{4,} [a-z]{4,} [a-z]{4,}/);
  const nouns = ['file', 'frame', 'joint', 'video', 'picture', 'episode'];
  for (const noun of nouns.flatMap((one) => [counted(1, one), counted(2, one)]))
    expect(translate(noun, catalogue)).toMatch(/^[12] \p{Script=Han}+$/u);
});

describe('texts are found in the source', () => {
  const of = (source: string) =>
    textsOf('src/x.ts', source.replaceAll('§', '$')) // so that no string here looks like a template
      .filter(isSaid)
      .map(({ text }) => text);

  test('with what is put in, in each of their wordings', () => {
    expect(of('f(`The §{a} §{n === 1 ? "file is" : "files are"} here§{more && " too"}.`);')).toEqual([
      'The {0} file is here.',
      'The {0} file is here too.',
      'The {0} files are here.',
      'The {0} files are here too.',
    ]);
  });

  test('conditions that are written alike go alike, and a name stands for what it can be', () => {
    const source =
      'const who = x ? "One has" : "Some have"; f(`§{who} gone.`, `§{n ? "a" : "b"} is §{n ? "up" : "down"}.`);';
    expect(of(source)).toEqual(['One has', 'Some have', 'One has gone.', 'Some have gone.', 'a is up.', 'b is down.']);
  });

  test('but not mistakes of ours, names of things and code', () => {
    expect(of('throw new Error("It is our fault."); import x from "no words here"; type A = "one of two";')).toEqual(
      [],
    );
    expect(of('const b = c === "is not this"; f({ label: "is no word" }, x.includes("is no word"));')).toEqual([]);
  });
});

describe('a sentence is found by its fixed words', () => {
  const small = catalogueOf([
    ['The file is empty.', '文件是空的。'],
    ['Choose it again.', '请重新选择。'],
    ['{0} cannot be {1}: {2}.', '<0>不能是 {1}：<2>。'],
    ['{0} is missing{1}{2}.', '缺少 {0}<1><2>。'],
    [' after "{0}"', '，在“{0}”之后'],
    [' before "{0}"', '，在“{0}”之前'],
    ['Steps', '步数'],
    ['{0} to {1}', '<0>到<1>'],
    ['{0} frames', '{0} 帧'],
    ['run {0}', '训练 {0}'],
    ['The file cannot be read: {0}.', '文件无法读取：<0>。'],
  ]);

  test.each([
    ['The file is empty.', '文件是空的。'],
    ['The file is empty. Choose it again.', '文件是空的。请重新选择。'],
    ['Steps cannot be 0: 3 frames to 5 frames.', '步数不能是 0：3 帧到 5 帧。'],
    ['The file cannot be read: the file is odd.', '文件无法读取：the file is odd。'],
    ['The file cannot be read: The file is empty.', '文件无法读取：文件是空的。'],
    ['"(" is missing after "a b" before "c".', '缺少 "("，在“a b”之后，在“c”之前。'],
    ['Nobody knows. Steps cannot be 0: 3.', 'Nobody knows. 步数不能是 0：3。'],
    ['run 3', '训练 3'],
    ['', ''],
  ])('%s', (english, expected) => {
    expect(translate(english, small)).toBe(expected);
  });

  test.each([
    'Failed to fetch',
    'we run the model',
    'He is to be there',
    'Nobody knows this.',
    'frames and more frames. '.repeat(300),
  ])('what somebody else says stays as it is: %.30s', (text) => {
    expect(translate(text, small)).toBe(text);
  });

  test('a long text with every separator many times takes no time', () => {
    const text = `${'a: b, c cannot be d to e is missing '.repeat(100)}`;
    expect(translate(text, catalogue)).toBe(text);
  });
});
