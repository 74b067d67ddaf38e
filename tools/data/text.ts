import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asProblem, type Problem } from '../../src/problem';
import type { FileInFolder } from '../../src/recording/report';
import { defaultSettings } from '../../src/settings/defaults';
import { type ChatTokenizer, openChatTokenizer } from '../../src/tokens/chat_template';
import { type GatheredWindows, gatherWindows } from '../../src/tokens/open_dataset';
import { splitWindows } from '../../src/tokens/split';

import { type Given, UsageError } from '../flags.mjs';
import { type TextChoices, textChoices } from './choices.mjs';
import { withWay } from './ways.mjs';

const SHOWN_WINDOWS = 50;

/** What is understood of files of text, with the readers and the tokenizer of the page. */
export async function describeText(
  files: readonly FileInFolder[],
  given: Given,
): Promise<{ json: object; ok: boolean }> {
  const contents = files.map(({ file }) => file);
  const options = optionsOf(
    given,
    contents.map(({ name }) => name),
  );
  const { tokenizer, context } = await shippedBase();
  if (options.length !== undefined && !(options.length >= 2 && options.length <= context)) {
    const fix = `Write a whole number from 2 to ${context}.`;
    throw new UsageError(`A window cannot have ${options.length} tokens.`, fix, '--length');
  }
  const sequenceLength = options.length ?? null;
  const gathered = await gatherWindows(contents, { ...options, sequenceLength, context }, tokenizer);
  const fault = splitFault(gathered, options);
  const json = {
    files: gathered.files.map((file) => ({
      name: file.name,
      form: file.format,
      examples: file.examples,
      problems: [...file.problems.map(printed), ...(fault?.where === file.name ? [printed(fault)] : [])],
    })),
    examples: gathered.files.reduce((sum, { examples }) => sum + examples, 0),
    window: gathered.sequenceLength,
    cut: gathered.cut,
    windows: shownWindows(gathered, tokenizer),
  };
  return { json, ok: gathered.origins.length > 0 };
}

function printed(one: Problem) {
  const { what, where = null, fix = null, count = 1 } = withWay(one);
  return { what, where, fix, count };
}

/** Why nothing can be held out of what is there; it can be trained on all the same, without a measure. */
function splitFault({ windows, origins }: GatheredWindows, { heldout, seed }: TextOptions): Problem | null {
  if (origins.length === 0) return null;
  try {
    splitWindows(windows, origins, heldout, seed);
    return null;
  } catch (error) {
    return { ...asProblem(error), where: origins[0]!.file };
  }
}

function shownWindows({ windows: { tokens, lossMask, offsets }, origins }: GatheredWindows, tokenizer: ChatTokenizer) {
  return origins.slice(0, SHOWN_WINDOWS).map((_, w) => {
    const learned: string[] = [];
    const end = offsets[w + 1]!;
    for (let from = offsets[w]!; from < end; ) {
      let to = from + 1;
      while (to < end && lossMask[to] === lossMask[from]) to++;
      if (lossMask[from] === 1) learned.push(tokenizer.decode([...tokens.subarray(from, to)], false, 'text'));
      from = to;
    }
    return { text: tokenizer.decode([...tokens.subarray(offsets[w], end)], true), learned };
  });
}

interface TextOptions extends TextChoices {
  readonly length?: number;
  readonly heldout: number;
  readonly seed: number;
}

function optionsOf(given: Given, names: readonly string[]): TextOptions {
  const { length, heldout = 0.1, seed = defaultSettings.seed } = given as Partial<Record<string, number>>;
  return { ...(length === undefined ? {} : { length }), heldout, seed, ...textChoices(given, names) };
}

/** The tokenizer of the base that ships, and the longest window that it has room for. */
async function shippedBase(): Promise<{ tokenizer: ChatTokenizer; context: number }> {
  const json = (name: string) => {
    const file = fileURLToPath(new URL(`../../public/base/text/${name}`, import.meta.url));
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  const { vocab_size, context } = json('config.json') as { vocab_size: number; context: number };
  const files = { tokenizer: json('tokenizer.json'), tokenizerConfig: json('tokenizer_config.json') };
  return { tokenizer: await openChatTokenizer(files, vocab_size), context };
}
