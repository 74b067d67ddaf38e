import { problem } from '../problem';
import { MISMATCH, openingOf, type TokenizerFiles, type TokenizerJson } from './tokenizer_json';

/** Ids of the tokens that are no text. */
export interface ControlTokens {
  /** What rows are filled up with; it is masked out, so a model without one of its own gets another. */
  readonly pad: number;
  /** What templates call bos_token; null where the model has none. */
  readonly bos: number | null;
  /** What a text begins with: <bos>, or nothing. */
  readonly opening: readonly number[];
  /** Each ends what a model writes; the tokenizer's own is the first. */
  readonly eos: readonly number[];
}

/** A model's control tokens, and the names of all that its text must never be encoded to. */
export interface Control {
  readonly tokens: ControlTokens;
  readonly ids: ReadonlyMap<string, number>;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (json: unknown): Fields => (typeof json === 'object' && json !== null ? (json as Fields) : {});

/** A token's name as tokenizer_config.json has it: a text, or an object that holds one. */
function nameOf(token: unknown): string | null {
  const name = typeof token === 'string' ? token : fieldsOf(token).content;
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Ids as generation_config.json has them: none, one, or a list. */
const idsOf = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((id): id is number => Number.isInteger(id) && id >= 0);

/**
 * Finds the control tokens where the model's files name them. What tokenizer_config.json says of <bos> goes before an id in
 * another file: Qwen's config.json has one, and Qwen has no <bos>.
 * @throws ProblemError where the tokenizer lacks one that is named, or the model has no row for it
 */
export function controlOf(json: TokenizerJson, files: TokenizerFiles, vocabularySize: number, where: string): Control {
  const named = fieldsOf(files.tokenizerConfig);
  const written = { ...fieldsOf(files.config), ...withoutNull(fieldsOf(files.generationConfig)) };
  const ends = idsOf(written.eos_token_id);
  const fallback = {
    bos: 'bos_token' in named ? undefined : idsOf(written.bos_token_id)[0],
    pad: idsOf(written.pad_token_id)[0],
  };
  const opening = openingOf(json);
  const ids = controlIds(json, namesIn(named), new Set([...ends, ...opening, ...Object.values(fallback)]));
  const find = (key: string): number | undefined => {
    const name = nameOf(named[key]);
    if (name === null) return undefined;
    const id = ids.get(name);
    if (id === undefined) throw problem(`The tokenizer has no special token ${name}.`, where, MISMATCH);
    return id;
  };
  const row = (id: number): number => {
    if (id < vocabularySize) return id;
    const name = [...ids].find(([, one]) => one === id)?.[0] ?? 'eos_token_id';
    throw problem(`${name} is token ${id}, beyond the model's ${vocabularySize} tokens.`, where, MISMATCH);
  };
  const own = find('eos_token');
  const eos = [...new Set(own === undefined ? ends : [own, ...ends])].map(row);
  const bos = find('bos_token') ?? fallback.bos;
  const pad = ids.get(nameOf(named.pad_token) ?? '') ?? fallback.pad;
  return {
    tokens: {
      pad: pad !== undefined && pad < vocabularySize ? pad : (eos[0] ?? 0),
      bos: bos === undefined ? null : row(bos),
      opening: opening.map(row),
      eos,
    },
    ids,
  };
}

const withoutNull = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** Names of control tokens in a tokenizer_config.json. */
function namesIn(named: Fields): ReadonlySet<string> {
  const more = [named.additional_special_tokens, named.extra_special_tokens].flatMap((list) =>
    Object.values(fieldsOf(list)),
  );
  const added = Object.values(fieldsOf(named.added_tokens_decoder)).filter((token) => fieldsOf(token).special === true);
  const all = [named.bos_token, named.eos_token, named.pad_token, ...more, ...added].map(nameOf);
  return new Set(all.filter((name) => name !== null));
}

/** Every token that is marked as special, or named or numbered as a control token, by its name. */
function controlIds(
  { added_tokens, model }: TokenizerJson,
  names: ReadonlySet<string>,
  numbers: ReadonlySet<number | undefined>,
): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [content, id] of Object.entries(model.vocab)) {
    if (names.has(content) || numbers.has(id)) ids.set(content, id);
  }
  for (const { content, id, special } of added_tokens) {
    if (special || names.has(content) || numbers.has(id)) ids.set(content, id);
  }
  return ids;
}
