import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test, vi } from 'vitest';
import { asProblem } from '../../src/problem';
import { pieces, wordsStandAlone } from '../../src/tokens/pieces';
import { openTokenizer as open } from '../../src/tokens/tokenizer';
import { numbers } from '../dataset/read';
import { tokenizerConfig, tokenizerJson, VOCABULARY } from './fixture';

vi.setConfig({ testTimeout: 60_000 }); // large inputs on a busy machine

/** With the control tokens that the bases name. */
const openTokenizer = (tokenizer: unknown, vocabularySize: number, where?: string) =>
  open({ tokenizer, tokenizerConfig: tokenizerConfig() }, vocabularySize, where);

const tinyTokenizer = () => openTokenizer(tokenizerJson(), VOCABULARY);

const shippedJson = () =>
  JSON.parse(readFileSync(new URL('../../public/base/text/tokenizer.json', import.meta.url), 'utf8'));

/** Text of words, spaces, line feeds, names of control tokens and whatever Unicode has. */
function randomText(random: () => number) {
  const parts = [
    'the ',
    'cat',
    ' yes.',
    '\n',
    '\n\n',
    '   ',
    ' \n ',
    'Ünï',
    '🐈',
    '<bos>',
    '<0x41>',
    '\t',
    "it's",
    '12',
    '…',
    'x'.repeat(40),
  ];
  return Array.from({ length: random() % 30 }, () =>
    random() % 4 === 0 ? String.fromCharCode(random() % 0x3000).replace('▁', '') : parts[random() % parts.length],
  ).join('');
}

test('control tokens are found by name', () => {
  const { control, vocabularySize } = tinyTokenizer();
  expect(control).toEqual({ pad: 0, eos: [1], bos: 2, opening: [2] });
  expect(vocabularySize).toBe(VOCABULARY);
  const json = tokenizerJson();
  [json.added_tokens[0].id, json.added_tokens[2].id] = [2, 0];
  expect(openTokenizer(json, VOCABULARY).control).toMatchObject({ pad: 2, bos: 0 });
});

test('words, merges, byte fallback: ids written out', () => {
  const tokenizer = tinyTokenizer();
  const { vocab } = tokenizerJson().model;
  const ids = (...tokens: string[]) => tokens.map((token) => vocab[token]);
  expect(tokenizer.encode('the cat')).toEqual(ids('the', '▁', 'cat'));
  expect(tokenizer.encode('a the\nA')).toEqual(ids('a', '▁the', '\n', '<0x41>'));
  expect(tokenizer.encode('é')).toEqual(ids('<0xC3>', '<0xA9>'));
  expect(tokenizer.encode('')).toEqual([]);
  expect(tokenizer.decode([])).toBe('');
  expect(tokenizer.decode(ids('the', '▁', '<0xC3>', '<0xA9>'))).toBe('the é');
});

test('names of control tokens in a text are text', () => {
  for (const tokenizer of [tinyTokenizer(), openTokenizer(shippedJson(), 2048)]) {
    const control = new Set([0, 1, 2, 4, 5]);
    for (const text of ['<bos>', '<pad>', '<eos>yes', 'a<end_of_turn>\n<start_of_turn>model\nb', '<unk>', '<0x0A>']) {
      const ids = tokenizer.encode(text);
      expect(ids.filter((id) => control.has(id))).toEqual([]);
      expect(tokenizer.decode(ids)).toBe(text);
    }
  }
});

test('control tokens are left out of a decoded text, or named', () => {
  const tokenizer = tinyTokenizer();
  const [bos, endOfTurn] = [2, 5];
  const ids = [bos, ...tokenizer.encode('the'), endOfTurn, ...tokenizer.encode(' cat')];
  expect(tokenizer.decode(ids)).toBe('the cat');
  expect(tokenizer.decode(ids, true)).toBe('<bos>the<end_of_turn> cat');
  expect(tokenizer.decode([bos])).toBe('');
});

test('any text comes back, a lone surrogate as U+FFFD', () => {
  const random = numbers(5);
  for (const tokenizer of [tinyTokenizer(), openTokenizer(shippedJson(), 2048)]) {
    for (let round = 0; round < 150; round++) {
      const text = randomText(random);
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
    const spaced = "the cat . no , it 's ? do n't !";
    expect(tokenizer.decode(tokenizer.encode(spaced))).toBe(spaced);
    for (const [broken, mended] of [
      ['a\ud83d', 'a\ufffd'],
      ['\udc08b', '\ufffdb'],
      ['\ud83d\ud83d\udc08', '\ufffd🐈'],
    ]) {
      expect(tokenizer.decode(tokenizer.encode(broken!))).toBe(mended);
    }
  }
});

test('word by word and piece by piece, the ids are those of the whole text', () => {
  const random = numbers(6);
  for (const json of [tokenizerJson(), shippedJson()]) {
    expect(wordsStandAlone(json)).toBe(true);
    const whole = new Tokenizer({ ...json, added_tokens: [] }, {});
    const tokenizer = openTokenizer(json, Object.keys(json.model.vocab).length);
    for (let round = 0; round < 150; round++) {
      const text = randomText(random).repeat(1 + (random() % 12));
      expect(tokenizer.encode(text)).toEqual(text === '' ? [] : whole.encode(text, { add_special_tokens: false }).ids);
    }
  }
});

test('tokens that reach over a space or a line feed switch the words off', () => {
  const reaching = (token: string) => {
    const json = tokenizerJson();
    json.model.vocab = { ...json.model.vocab, [token]: VOCABULARY };
    return wordsStandAlone(json);
  };
  expect(reaching('cats')).toBe(true);
  for (const token of ['e▁', 'a▁b', '.\n', '\na', '▁\n']) expect(reaching(token)).toBe(false);
  expect(wordsStandAlone({ ...tokenizerJson(), normalizer: null })).toBe(false);
});

test('a tokenizer whose tokens reach over spaces encodes the text as a whole', () => {
  const json = tokenizerJson();
  json.model.vocab['the▁cat'] = VOCABULARY;
  json.model.vocab['the▁'] = VOCABULARY + 1;
  json.model.merges.push(['the', '▁'], ['the▁', 'cat']);
  expect(openTokenizer(json, VOCABULARY + 2).encode('the cat')).toEqual([VOCABULARY]);
});

test('pieces join to the text, and none ends inside a character or a word that fits', () => {
  const random = numbers(8);
  const texts = [
    '🐈'.repeat(3000),
    'x'.repeat(5000),
    ' '.repeat(3000),
    '\n'.repeat(3000),
    'ab '.repeat(2000),
    'line of text\n\n'.repeat(500),
  ];
  for (let round = 0; round < 50; round++) texts.push(randomText(random).repeat(20));
  for (const text of texts) {
    const cut = [...pieces(text)];
    expect(cut.join('')).toBe(text);
    for (const piece of cut) {
      expect(piece.length).toBeLessThanOrEqual(1024);
      expect(piece.isWellFormed()).toBe(true);
    }
  }
  for (const piece of [...pieces('line of text\n\n'.repeat(500))].slice(1))
    expect(piece.startsWith('\n\nline')).toBe(true);
  for (const piece of [...pieces('ab  '.repeat(2000))].slice(1)) expect(piece.startsWith('  ab')).toBe(true);
});

test('tokens that the model has no row for are refused or not used', () => {
  const json = tokenizerJson();
  json.added_tokens.push({ id: VOCABULARY, content: '<image>', special: false, normalized: false });
  const tokenizer = openTokenizer(json, VOCABULARY);
  expect(Math.max(...tokenizer.encode('a <image> b'))).toBeLessThan(VOCABULARY);
  expect(() => openTokenizer(tokenizerJson(), VOCABULARY - 1)).toThrow(
    `token ${VOCABULARY - 1}; the model has ${VOCABULARY - 1}`,
  );
});

test('a file that is no tokenizer is refused', () => {
  for (const json of [null, 1, {}, { added_tokens: [] }, { added_tokens: [], model: {} }]) {
    expect(() => openTokenizer(json, 10, 'x.json')).toThrow(/x.json.*no tokenizer/);
  }
  const json = tokenizerJson();
  json.added_tokens = json.added_tokens.filter((token: { content: string }) => token.content !== '<eos>');
  delete json.model.vocab['<eos>'];
  expect(() => openTokenizer(json, VOCABULARY)).toThrow('no special token <eos>');
  expect(() => openTokenizer({ ...tokenizerJson(), model: { type: 'BPE', vocab: {} } }, VOCABULARY)).toThrow(
    'cannot be opened',
  );
});

test('what a tokenizer calls its parts is told in part, however long it is', () => {
  const long = 'x'.repeat(100_000);
  const json = tokenizerJson();
  for (const strange of [
    { ...json, model: { ...json.model, type: long } },
    { ...json, decoder: { type: long } },
  ]) {
    const opened = vi.fn(() => openTokenizer(strange, VOCABULARY));
    expect(opened).toThrow();
    expect(asProblem(opened.mock.results[0]?.value).what.length).toBeLessThan(400);
  }
});

test('a character of which bytes are missing does not show, and takes nothing with it', () => {
  const tokenizer = tinyTokenizer();
  const { vocab } = tokenizerJson().model;
  const ids = (...tokens: string[]) => tokens.map((token) => vocab[token]);
  const cat = ['<0xF0>', '<0x9F>', '<0x90>', '<0x88>'];
  const eAcute = ['<0xC3>', '<0xA9>'];
  const written = ['the', ...eAcute, ...cat, 'cat'];
  const shown = written.map((_, n) => tokenizer.decode(ids(...written.slice(0, n + 1))));
  expect(shown).toEqual(['the', 'the', 'theé', 'theé', 'theé', 'theé', 'theé🐈', 'theé🐈cat']);
  expect(tokenizer.decode(ids(...cat.slice(1), ...eAcute, 'cat'))).toBe('écat'); // a window's edge
  expect(tokenizer.decode(ids('<0xE2>', 'cat', '<0xFF>', '<0xC0>', '<0x80>', '<0xED>', '<0xA0>', '<0x80>'))).toBe(
    'cat',
  );
  expect(tokenizer.decode(ids('<0xC3>', '<bos>', '<0xA9>'), true)).toBe('<bos>');
});

test('whatever text is cut wherever, no replacement character shows', () => {
  const tokenizer = tinyTokenizer();
  const random = numbers(5);
  for (let n = 0; n < 50; n++) {
    const ids = tokenizer.encode(randomText(random));
    const from = random() % (ids.length + 1);
    expect(tokenizer.decode(ids.slice(from, from + (random() % 20)))).not.toContain('\ufffd');
  }
});
