import { excerpt, problem } from '../problem';
import { mayHang } from './patterns';

/** Files of a model's folder that say how it reads and writes text, parsed; those that it lacks are undefined. */
export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: unknown;
  /** tokenizer_config.json */
  readonly tokenizerConfig?: unknown;
  /** generation_config.json */
  readonly generationConfig?: unknown;
  /** config.json */
  readonly config?: unknown;
  /** chat_template.jinja, its text. */
  readonly chatTemplate?: string | undefined;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** What we read of a tokenizer.json. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: unknown;
  readonly pre_tokenizer: unknown;
  readonly post_processor: unknown;
  readonly decoder: unknown;
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly unk_token?: string | null;
    readonly [key: string]: unknown;
  };
}

/** A step of a tokenizer.json; a Sequence holds steps under a name of its own. */
type Step = Readonly<Record<string, unknown>> & { readonly type?: string };

export const MISMATCH = 'Use the tokenizer that belongs to the model.';

/** @throws ProblemError where this is no tokenizer.json, or one that cannot be read, or it does not fit the model */
export function checkJson(json: unknown, vocabularySize: number, where: string): TokenizerJson {
  const { added_tokens, model } = (json ?? {}) as Partial<TokenizerJson>;
  if (!Array.isArray(added_tokens) || typeof model?.vocab !== 'object' || model.vocab === null) {
    throw problem('This is no tokenizer: it lacks "added_tokens" or "model.vocab".', where, MISMATCH);
  }
  const { type } = model;
  if (Array.isArray(model.vocab) || (typeof type === 'string' && type !== 'BPE')) {
    const what = `The tokenizer is of the type ${JSON.stringify(excerpt(String(type ?? 'Unigram'), 40))}; only BPE can be read here.`;
    throw problem(what, where, 'Choose a model of one of the families that are listed.');
  }
  if (!added_tokens.every(isAddedToken) || !Object.values(model.vocab).every(isId)) {
    throw problem('This is no tokenizer: a token in it has no number, or no text.', where, MISMATCH);
  }
  let largest = 0;
  for (const id of Object.values(model.vocab)) largest = Math.max(largest, id);
  if (largest >= vocabularySize) {
    throw problem(`The tokenizer has a token ${largest}; the model has ${vocabularySize} tokens.`, where, MISMATCH);
  }
  checkPatterns(json as TokenizerJson, where);
  return json as TokenizerJson;
}

function checkPatterns({ normalizer, pre_tokenizer, decoder }: TokenizerJson, where: string): void {
  for (const { pattern } of [normalizer, pre_tokenizer, decoder].flatMap(stepsOf)) {
    const regex = (pattern as { readonly Regex?: unknown } | null | undefined)?.Regex;
    if (typeof regex !== 'string' || !mayHang(regex)) continue;
    throw problem(`The tokenizer has a pattern that may take for ever: ${excerpt(regex)}.`, where, MISMATCH);
  }
}

const isId = (id: unknown): boolean => Number.isInteger(id) && (id as number) >= 0;

const isAddedToken = (token: Partial<AddedToken> | null): boolean =>
  typeof token?.content === 'string' && token.content !== '' && isId(token.id);

/** The tokenizer without its control tokens: what it encodes is text, whatever is written in it. */
export function textOnly(
  json: TokenizerJson,
  control: ReadonlyMap<string, number>,
  vocabularySize: number,
): TokenizerJson {
  const { vocab, unk_token } = json.model;
  const words = Object.entries(vocab).filter(([content]) => content === unk_token || !control.has(content));
  return {
    ...json,
    post_processor: null, // it adds nothing else
    added_tokens: json.added_tokens.filter(({ content, id }) => !control.has(content) && id < vocabularySize),
    model: { ...json.model, vocab: Object.fromEntries(words) },
  };
}

/** Ids that the tokenizer puts before a text: its post-processor's word. */
export function openingOf({ post_processor }: TokenizerJson): readonly number[] {
  for (const step of stepsOf(post_processor)) {
    if (step.type !== 'TemplateProcessing') continue;
    const single = step.single as readonly { SpecialToken?: { id: string }; Sequence?: unknown }[];
    const tokens = step.special_tokens as Readonly<Record<string, { ids: readonly number[] }>>;
    const text = single.findIndex(({ Sequence }) => Sequence !== undefined);
    return single.slice(0, Math.max(0, text)).flatMap(({ SpecialToken }) => tokens[SpecialToken?.id ?? '']?.ids ?? []);
  }
  return [];
}

/**
 * The space that a tokenizer puts before a text: before none; before the text; before each part of it, too, that follows a control
 * token. `always`: also where a space stands there already.
 */
export interface Prefix {
  readonly before: 'none' | 'text' | 'parts';
  readonly always: boolean;
}

/**
 * A tokenizer that puts no space before what it encodes and takes none away from what it decodes, and what it did of
 * that: a text is encoded in pieces, of which only the first begins a text.
 */
export function withoutPrefix(json: TokenizerJson): { readonly json: TokenizerJson; readonly prefix: Prefix } {
  let prefix: Prefix = { before: 'none', always: false };
  const normalizer = changed(json.normalizer, (step) => {
    if (step.type !== 'Prepend') return [step];
    prefix = { before: 'parts', always: true };
    return [];
  });
  const pre_tokenizer = changed(json.pre_tokenizer, (step, first) => {
    if (step.type === 'Metaspace') {
      const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? 'never' : 'always');
      if (scheme !== 'never') prefix = { before: scheme === 'first' ? 'text' : 'parts', always: false };
      return [{ ...step, prepend_scheme: 'never', add_prefix_space: false }];
    }
    if (step.type !== 'ByteLevel' || step.add_prefix_space !== true || !first) return [step];
    prefix = { before: 'parts', always: false };
    return [{ ...step, add_prefix_space: false }];
  });
  const decoder = changed(json.decoder, (step) => {
    if (step.type === 'Strip') return [];
    if (step.type !== 'Metaspace') return [step];
    return [{ type: 'Replace', pattern: { String: step.replacement ?? '▁' }, content: ' ' }];
  });
  return { json: { ...json, normalizer, pre_tokenizer, decoder }, prefix };
}

const PARTS = ['normalizers', 'pretokenizers', 'processors', 'decoders'];

/** A step's own steps, or the step alone. */
function stepsOf(step: unknown): readonly Step[] {
  if (typeof step !== 'object' || step === null) return [];
  const name = PARTS.find((one) => Array.isArray((step as Step)[one]));
  return name === undefined ? [step as Step] : ((step as Step)[name] as readonly unknown[]).flatMap(stepsOf);
}

/** Each step changed into others; null where none is left. */
function changed(step: unknown, change: (step: Step, first: boolean) => readonly Step[]): unknown {
  const steps = stepsOf(step);
  const all = steps.flatMap((one, n) => change(one, n === 0));
  if (all.length === steps.length && all.every((one, n) => one === steps[n])) return step ?? null;
  if (all.length < 2) return all[0] ?? null;
  const name = PARTS.find((one) => Array.isArray((step as Step)[one]));
  return { type: 'Sequence', [name ?? '']: all };
}

/** True where tokens are written in the letters of a byte-level vocabulary. */
export const isByteLevel = ({ decoder }: TokenizerJson): boolean =>
  stepsOf(decoder).some(({ type }) => type === 'ByteLevel');
