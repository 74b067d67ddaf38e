import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { words as actions } from '../../../src/ui/actions/words';
import { words as look } from '../../../src/ui/actions/words_look';
import { words as lookZh } from '../../../src/ui/actions/words_look_zh';
import { words as actionsZh } from '../../../src/ui/actions/words_zh';
import { words as download } from '../../../src/ui/download/words';
import { words as downloadZh } from '../../../src/ui/download/words_zh';
import { words as text } from '../../../src/ui/text/words';
import { words as textZh } from '../../../src/ui/text/words_zh';
import { counted, duration } from '../../../src/ui/words/format';
import { language, preferredLanguage, speak } from '../../../src/ui/words/language';
import { strings } from '../../../src/ui/words/strings';
import { words as stringsZh } from '../../../src/ui/words/strings_zh';

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});

afterEach(async () => {
  await speak('en');
  vi.unstubAllGlobals();
});

/** Every word, by its place: functions are asked with a mark for each argument. */
function said(words: unknown, place = ''): [place: string, word: string][] {
  if (typeof words === 'string') return [[place, words]];
  if (typeof words === 'function') {
    const word: unknown = words(...Array.from({ length: words.length }, (_, n) => `«${n}»`));
    return typeof word === 'string' ? [[place, word]] : [];
  }
  if (typeof words !== 'object' || words === null) return [];
  return Object.entries(words).flatMap(([key, inner]) => said(inner, `${place}/${key}`));
}

const marks = (word: string) => [...new Set(word.match(/«\d»/g))].sort();

test.each([
  ['of every task', strings, stringsZh],
  ['of the text task', text, textZh],
  ['of the actions task', actions, actionsZh],
  ['of what is seen of a recording', look, lookZh],
  ['of download.html', download, downloadZh],
])('every word %s has its Chinese form, with everything that goes into it', (_, english, chinese) => {
  const ours = said({ ...english });
  const theirs = new Map(said(chinese));
  expect(ours.length).toBeGreaterThan(30);
  for (const [place, word] of ours) {
    const translated = theirs.get(place);
    expect(translated, place).toBeDefined();
    expect(marks(translated!), place).toEqual(marks(word));
    if (word === '') expect(translated, place).toBe('');
    // What is left in Latin letters are names, units and formats; a sentence is not.
    else if (/[a-z]+ [a-z]+ [a-z]+/.test(word)) expect(translated, place).toMatch(/\p{Script=Han}/u);
  }
});

test('words follow the language, numbers and times too', async () => {
  expect(strings.path.names.data).toBe('Data');
  await speak('zh');
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(strings.path.names.data).toBe('数据');
  expect([counted(1, 'step'), duration(80)]).toEqual(['1 步', '1 分 20 秒']);
  await speak('en');
  expect([counted(1, 'step'), duration(80)]).toEqual(['1 step', '1 min 20 s']);
});

test('the language is the one that was chosen, else what the browser prefers of what there is', async () => {
  expect(preferredLanguage(['zh-Hans-CN', 'en'])).toBe('zh');
  expect(preferredLanguage(['de', 'EN-gb', 'zh'])).toBe('en');
  expect(preferredLanguage(['fr'])).toBe('en');
  await speak('zh');
  expect(preferredLanguage(['en'])).toBe('zh');
});

test('a language whose words do not load changes nothing', async () => {
  vi.doMock('../../../src/ui/words/strings_zh', () => {
    throw new Error('cut off');
  });
  vi.resetModules();
  const fresh = await import('../../../src/ui/words/language');
  await import('../../../src/ui/words/strings');
  await expect(fresh.speak('zh')).rejects.toThrow();
  expect(fresh.language()).toBe('en');
  vi.doUnmock('../../../src/ui/words/strings_zh');
  expect(language()).toBe('en');
});
