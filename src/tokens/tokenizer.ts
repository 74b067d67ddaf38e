import { Tokenizer } from '@huggingface/tokenizers';
import { problem } from '../problem';
import { pieces, WORDS, wordsStandAlone } from './pieces';
import { bytesOfVocabulary, wholeCharacters } from './whole_characters';

/** Ids of the tokens that are no text. */
export interface ControlTokens {
  readonly pad: number;
  readonly eos: number;
  readonly bos: number;
  readonly startOfTurn: number;
  readonly endOfTurn: number;
}

export interface TextTokenizer {
  readonly vocabularySize: number;
  readonly control: ControlTokens;
  /** The ids of a text. Names of control tokens in it are encoded as the characters they are written with. */
  encode(text: string): number[];
  /** The text of ids, whole characters alone. Control tokens are left out, or named where `visible`. */
  decode(ids: readonly number[], visible?: boolean): string;
}

const CONTROL_NAMES: Readonly<Record<keyof ControlTokens, string>> = {
  pad: '<pad>',
  eos: '<eos>',
  bos: '<bos>',
  startOfTurn: '<start_of_turn>',
  endOfTurn: '<end_of_turn>',
};

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: unknown;
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly unk_token?: string;
    readonly [key: string]: unknown;
  };
}

/**
 * Opens a tokenizer in Hugging Face's tokenizer.json form for a model with `vocabularySize` embedding rows. Added tokens beyond those
 * rows are not used.
 * @throws ProblemError where the file is no tokenizer, does not fit the model, or lacks a control token.
 */
export function openTokenizer(json: unknown, vocabularySize: number, where = 'tokenizer.json'): TextTokenizer {
  const parsed = checkJson(json, vocabularySize, where);
  const special = new Map(parsed.added_tokens.filter((token) => token.special).map(({ content, id }) => [content, id]));
  const control = controlTokens(special, vocabularySize, where);
  const library = openLibrary(textOnly(parsed, special, vocabularySize), where);
  return {
    vocabularySize,
    control,
    encode: textEncoder(library, wordsStandAlone(parsed), vocabularySize, where),
    decode: textDecoder(
      library,
      new Map([...special].map(([content, id]) => [id, content])),
      bytesOfVocabulary(parsed.model.vocab),
    ),
  };
}

/** Words are short and come again and again: their ids are looked up. */
const CACHED_WORDS = 100_000;
const CACHED_LENGTH = 32;

function textEncoder(library: Tokenizer, byWords: boolean, vocabularySize: number, where: string) {
  const cache = new Map<string, readonly number[]>();
  const encodePiece = (piece: string): readonly number[] => {
    const { ids } = library.encode(piece, { add_special_tokens: false });
    const beyond = ids.find((id) => !(id < vocabularySize));
    if (beyond !== undefined) throw problem(`A text holds token ${beyond}, which the model lacks.`, where, MISMATCH);
    return ids;
  };
  const encodeWord = (word: string) => {
    const known = cache.get(word);
    if (known) return known;
    const ids = encodePiece(word);
    if (cache.size === CACHED_WORDS) cache.clear();
    if (word.length <= CACHED_LENGTH) cache.set(word, ids);
    return ids;
  };
  return (text: string) => {
    const ids: number[] = [];
    for (const piece of pieces(text)) {
      if (byWords) for (const word of piece.match(WORDS) ?? []) ids.push(...encodeWord(word));
      else ids.push(...encodePiece(piece));
    }
    return ids;
  };
}

function textDecoder(library: Tokenizer, names: ReadonlyMap<number, string>, byteOf: ReadonlyMap<number, number>) {
  return (ids: readonly number[], visible = false) => {
    let text = '';
    let run: number[] = [];
    const flush = () => {
      const whole = wholeCharacters(run, byteOf);
      if (whole.length > 0) text += library.decode(whole); // the library refuses an empty list
      run = [];
    };
    for (const id of ids) {
      const name = names.get(id);
      if (name === undefined) run.push(id);
      else {
        flush();
        if (visible) text += name;
      }
    }
    flush();
    return text;
  };
}

const MISMATCH = 'Use the tokenizer that belongs to the model.';

function checkJson(json: unknown, vocabularySize: number, where: string): TokenizerJson {
  const { added_tokens, model } = (json ?? {}) as Partial<TokenizerJson>;
  if (!Array.isArray(added_tokens) || typeof model?.vocab !== 'object') {
    throw problem('This is no tokenizer: it lacks "added_tokens" or "model.vocab".', where, MISMATCH);
  }
  const largest = Object.values(model.vocab).reduce((most, id) => Math.max(most, id), 0);
  if (largest >= vocabularySize) {
    throw problem(`The tokenizer has a token ${largest}; the model has ${vocabularySize} tokens.`, where, MISMATCH);
  }
  return json as TokenizerJson;
}

function controlTokens(special: ReadonlyMap<string, number>, vocabularySize: number, where: string): ControlTokens {
  const find = (name: string) => {
    const id = special.get(name);
    if (id === undefined) throw problem(`The tokenizer has no special token ${name}.`, where, MISMATCH);
    if (id >= vocabularySize)
      throw problem(`${name} is token ${id}, beyond the model's ${vocabularySize} tokens.`, where, MISMATCH);
    return id;
  };
  return {
    pad: find(CONTROL_NAMES.pad),
    eos: find(CONTROL_NAMES.eos),
    bos: find(CONTROL_NAMES.bos),
    startOfTurn: find(CONTROL_NAMES.startOfTurn),
    endOfTurn: find(CONTROL_NAMES.endOfTurn),
  };
}

/** The tokenizer without its special tokens: what it encodes is text, whatever is written in it. */
function textOnly(json: TokenizerJson, special: ReadonlyMap<string, number>, vocabularySize: number): TokenizerJson {
  const { vocab, unk_token } = json.model;
  const words = Object.entries(vocab).filter(([content]) => content === unk_token || !special.has(content));
  return {
    ...json,
    added_tokens: json.added_tokens.filter(({ content, id }) => !special.has(content) && id < vocabularySize),
    model: { ...json.model, vocab: Object.fromEntries(words) },
  };
}

function openLibrary(json: TokenizerJson, where: string) {
  try {
    // Without this option decoding would drop spaces before punctuation.
    return new Tokenizer(json, { clean_up_tokenization_spaces: false });
  } catch (error) {
    throw problem(
      `The tokenizer cannot be opened: ${error instanceof Error ? error.message : error}.`,
      where,
      MISMATCH,
    );
  }
}
