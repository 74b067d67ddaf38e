import { Tokenizer } from '@huggingface/tokenizers';
import { asProblem, excerpt, ProblemError, problem } from '../problem';
import { type ControlTokens, controlOf } from './control_tokens';
import { longPieces, pieces, WORDS, wordsStandAlone } from './pieces';
import {
  checkJson,
  isByteLevel,
  MISMATCH,
  type Prefix,
  type TokenizerFiles,
  type TokenizerJson,
  textOnly,
  withoutPrefix,
} from './tokenizer_json';
import { byteOfLetter, bytesOfVocabulary, textOfBytes, wholeCharacters } from './whole_characters';

/** What stands before a text that is encoded or decoded; some tokenizers put a space before what begins. */
export type Before = 'nothing' | 'control' | 'text';

export interface TextTokenizer {
  readonly vocabularySize: number;
  readonly control: ControlTokens;
  /** The control tokens' names, by id: no text is encoded to them. */
  readonly names: ReadonlyMap<number, string>;
  /** Ids that are no text: control tokens, and rows of the model that no token has. */
  readonly silent: ReadonlySet<number>;
  /** Cuts a text where no token reaches across: encoded one by one, the pieces are the text. */
  pieces(text: string): Iterable<string>;
  /** The ids of a text. Names of control tokens in it are encoded as the characters they are written with. */
  encode(text: string, before?: Before): number[];
  /** The text of ids, whole characters alone. Control tokens are left out, or named where `visible`. */
  decode(ids: readonly number[], visible?: boolean, before?: Before): string;
}

/**
 * Opens a model's tokenizer.json for `vocabularySize` rows of its embedding. Added tokens beyond those rows are not used.
 * @throws ProblemError where the file is no tokenizer, does not fit the model, or lacks a control token that the other files name
 */
export function openTokenizer(files: TokenizerFiles, vocabularySize: number, where = 'tokenizer.json'): TextTokenizer {
  const parsed = checkJson(files.tokenizer, vocabularySize, where);
  try {
    const tokenizer = opened(parsed, files, vocabularySize, where);
    tokenizer.decode(tokenizer.encode(SOME_TEXT)); // some mistakes only show in use
    return tokenizer;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw problem(`The tokenizer cannot be opened: ${excerpt(asProblem(error).what, 200)}.`, where, MISMATCH);
  }
}

const SOME_TEXT = "The ship's 12 boats,\n left.";

function opened(parsed: TokenizerJson, files: TokenizerFiles, vocabularySize: number, where: string): TextTokenizer {
  const { tokens: control, ids } = controlOf(parsed, files, vocabularySize, where);
  const { json, prefix } = withoutPrefix(textOnly(parsed, ids, vocabularySize));
  // Without this option decoding would drop spaces before punctuation.
  const library = new Tokenizer(json, { clean_up_tokenization_spaces: false });
  const names = new Map([...ids].filter(([, id]) => id < vocabularySize).map(([name, id]) => [id, name]));
  const rows = Array.from({ length: vocabularySize }, (_, id) => id);
  const alone = wordsStandAlone(json);
  return {
    vocabularySize,
    control,
    names,
    silent: new Set(rows.filter((id) => names.has(id) || library.id_to_token(id) === undefined)),
    pieces: alone ? pieces : longPieces,
    encode: textEncoder(library, alone, prefix, vocabularySize, where),
    decode: textDecoder(names, prefix, isByteLevel(json) ? byteLevelText(library, json) : fallbackText(library, json)),
  };
}

/** Words are short and come again and again: their ids are looked up. */
const CACHED_WORDS = 100_000;
const CACHED_LENGTH = 32;

function textEncoder(library: Tokenizer, alone: boolean, prefix: Prefix, vocabularySize: number, where: string) {
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
  return (text: string, before: Before = 'nothing') => {
    const ids: number[] = [];
    const isPrefixed = text !== '' && begins(prefix, before) && (prefix.always || !/^[ ▁]/.test(text));
    const whole = isPrefixed ? ` ${text}` : text;
    for (const piece of alone ? pieces(whole) : longPieces(whole)) {
      if (alone) for (const word of piece.match(WORDS) ?? []) ids.push(...encodeWord(word));
      else ids.push(...encodePiece(piece));
    }
    return ids;
  };
}

/** True where a tokenizer puts a space before a text that comes after this. */
const begins = (prefix: Prefix, before: Before): boolean =>
  (before === 'nothing' && prefix.before !== 'none') || (before === 'control' && prefix.before === 'parts');

function textDecoder(names: ReadonlyMap<number, string>, prefix: Prefix, textOf: (ids: readonly number[]) => string) {
  return (ids: readonly number[], visible = false, before: Before = 'nothing') => {
    let text = '';
    let run: number[] = [];
    let behind = before;
    const flush = () => {
      const part = textOf(run);
      text += begins(prefix, behind) && part.startsWith(' ') ? part.slice(1) : part;
      run = [];
    };
    for (const id of ids) {
      const name = names.get(id);
      if (name === undefined) run.push(id);
      else {
        flush();
        behind = 'control';
        if (visible) text += name;
      }
    }
    flush();
    return text;
  };
}

/** Texts of ids where single bytes are tokens of their own. */
function fallbackText(library: Tokenizer, { model }: TokenizerJson) {
  const bytes = bytesOfVocabulary(model.vocab);
  return (ids: readonly number[]): string => {
    const whole = wholeCharacters(ids, (id) => bytes.get(id));
    return whole.length > 0 ? library.decode(whole) : ''; // the library refuses an empty list
  };
}

/** No UTF-8 holds it: it does not show. */
const NO_BYTE = 0xff;

/** Texts of ids whose tokens are bytes, which may end inside a character. Added tokens are written as they are. */
function byteLevelText(library: Tokenizer, { added_tokens }: TokenizerJson) {
  const added = new Map(added_tokens.map(({ id, content }) => [id, content]));
  return (ids: readonly number[]): string => {
    let text = '';
    let bytes: number[] = [];
    for (const id of ids) {
      const content = added.get(id);
      if (content === undefined) {
        for (const letter of library.id_to_token(id) ?? '') bytes.push(byteOfLetter.get(letter) ?? NO_BYTE);
      } else {
        text += textOfBytes(bytes) + content;
        bytes = [];
      }
    }
    return text + textOfBytes(bytes);
  };
}
