import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isOfEncoding } from '../../src/dataset/blocks';
import { isOfFields } from '../../src/dataset/other_records';
import { isOfVoice } from '../../src/dataset/read_chat_export';
import type { FileReport } from '../../src/dataset/report';
import { asProblem, type Problem, problem } from '../../src/problem';
import type { FileInFolder } from '../../src/recording/report';
import type { TableColumns } from '../../src/settings/text';
import { type GatheredWindows, gatherWindows } from '../../src/tokens/open_dataset';
import { splitWindows } from '../../src/tokens/split';
import { openTokenizer, type TextTokenizer } from '../../src/tokens/tokenizer';

const SHOWN_WINDOWS = 50;
const NAMED_VOICES = 12;

/** What is understood of files of text, with the readers and the tokenizer of the page. */
export async function describeText(
  files: readonly FileInFolder[],
  args: readonly string[],
): Promise<{ json: object; ok: boolean }> {
  const options = optionsOf(args);
  const { tokenizer, context } = shippedBase();
  if (options.length !== undefined && !(options.length >= 2 && options.length <= context)) {
    throw problem(
      `A window cannot have ${options.length} tokens.`,
      '--length',
      `Write a whole number from 2 to ${context}.`,
    );
  }
  const given = files.map(({ file }) => file);
  const sequenceLength = options.length ?? null;
  const gathered = await gatherWindows(given, { ...options, sequenceLength, context }, tokenizer);
  const fault = splitFault(gathered, options);
  const json = {
    files: gathered.files.map((file) => ({
      name: file.name,
      form: file.format,
      examples: file.examples,
      problems: [
        ...file.problems.map((one) => printed({ ...one, ...optionFor(file, one) })),
        ...(fault?.where === file.name ? [printed(fault)] : []),
      ],
    })),
    examples: gathered.files.reduce((sum, { examples }) => sum + examples, 0),
    window: gathered.sequenceLength,
    cut: gathered.cut,
    windows: shownWindows(gathered, tokenizer),
  };
  return { json, ok: gathered.origins.length > 0 };
}

/** How a fix speaks of the window length, on the page too. */
const WINDOWS = /^Choose windows of (\d+) tokens/;

/** The option of this command that puts a problem right, where there is one. */
function optionFor({ name, voices = [], columns = [], examples }: FileReport, problem: Problem): { fix?: string } {
  if (WINDOWS.test(problem.fix ?? '')) return { fix: problem.fix!.replace(WINDOWS, 'Write --length $1') };
  if (isOfEncoding(problem)) return { fix: `Save it as UTF-8, or write --latin-1 '${name}'.` };
  if (isOfVoice(problem)) {
    const names = voices.slice(0, NAMED_VOICES).map((voice) => JSON.stringify(voice.name));
    return { fix: `Write --voice '${name}:NAME' for another voice, of ${names.join(', ')}.` };
  }
  if (examples > 0 || columns.length === 0 || !isOfFields(problem)) return {};
  return { fix: `${problem.fix} Or write --columns '${name}:PROMPT:COMPLETION', or '${name}::FIELD' for one alone.` };
}

const printed = ({ what, where, fix, count = 1 }: Problem) => ({ what, where: where ?? null, fix: fix ?? null, count });

/** Why nothing can be held out of what is there; it can be trained on all the same, without a measure. */
function splitFault({ windows, origins }: GatheredWindows, { heldout, seed }: TextOptions): Problem | null {
  if (origins.length === 0) return null;
  try {
    splitWindows(windows, origins, heldout, seed);
    return null;
  } catch (error) {
    const { what } = asProblem(error);
    return { what, where: origins[0]!.file, fix: 'Add examples that differ, or write --heldout 0.' };
  }
}

function shownWindows({ windows: { tokens, lossMask, offsets }, origins }: GatheredWindows, tokenizer: TextTokenizer) {
  return origins.slice(0, SHOWN_WINDOWS).map((_, w) => {
    const learned: string[] = [];
    const end = offsets[w + 1]!;
    for (let from = offsets[w]!; from < end; ) {
      let to = from + 1;
      while (to < end && lossMask[to] === lossMask[from]) to++;
      if (lossMask[from] === 1) learned.push(tokenizer.decode([...tokens.subarray(from, to)]));
      from = to;
    }
    return { text: tokenizer.decode([...tokens.subarray(offsets[w], end)], true), learned };
  });
}

interface TextOptions {
  readonly length?: number;
  readonly heldout: number;
  readonly seed: number;
  readonly columns: Readonly<Record<string, TableColumns>>;
  readonly encodings: Readonly<Record<string, 'windows-1252'>>;
  readonly voices: Readonly<Record<string, string>>;
}

const HELP = 'npm run data -- --help lists what can be written.';

function optionsOf(args: readonly string[]): TextOptions {
  const string = { type: 'string' } as const;
  const several = { ...string, multiple: true } as const;
  const { values } = (() => {
    try {
      const options = {
        length: string,
        heldout: string,
        seed: string,
        columns: several,
        'latin-1': several,
        voice: several,
      } as const;
      return parseArgs({ args: [...args], options });
    } catch (error) {
      throw problem(asProblem(error).what, 'command line', HELP);
    }
  })();
  const encodings = Object.fromEntries((values['latin-1'] ?? []).map((name) => [name, 'windows-1252' as const]));
  const voices = Object.fromEntries((values.voice ?? []).map(voiceOf));
  const columns = Object.fromEntries((values.columns ?? []).map(columnsOf));
  const length = values.length === undefined ? {} : { length: numberOf('--length', values.length) };
  const heldout = values.heldout === undefined ? 0.1 : Number(values.heldout);
  if (!(heldout >= 0 && heldout <= 0.5)) {
    throw problem(`The held-out share cannot be ${values.heldout}.`, '--heldout', 'Write a number from 0 to 0.5.');
  }
  return { ...length, heldout, seed: numberOf('--seed', values.seed ?? '0'), columns, encodings, voices };
}

function numberOf(flag: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw problem(`${flag} is "${text}".`, flag, 'Write a whole number.');
}

function columnsOf(text: string): readonly [file: string, columns: TableColumns] {
  const parts = text.split(':');
  const [completion, prompt] = [parts.pop(), parts.pop()];
  if (!completion || prompt === undefined || parts.length === 0) {
    throw problem(`"${text}" names no columns.`, '--columns', 'Write FILE:PROMPT:COMPLETION, or FILE::COMPLETION.');
  }
  return [parts.join(':'), prompt === '' ? { completion } : { prompt, completion }];
}

function voiceOf(text: string): readonly [file: string, voice: string] {
  const [, file, voice] = /^(.*?):(.+)$/.exec(text) ?? [];
  if (file && voice) return [file, voice];
  throw problem(`"${text}" names no voice.`, '--voice', 'Write FILE:NAME.');
}

/** The tokenizer of the base that ships, and the longest window that it has room for. */
function shippedBase(): { tokenizer: TextTokenizer; context: number } {
  const json = (name: string) => {
    const file = fileURLToPath(new URL(`../../public/base/text/${name}`, import.meta.url));
    return JSON.parse(readFileSync(file, 'utf8'));
  };
  const { vocab_size, context } = json('config.json') as { vocab_size: number; context: number };
  return { tokenizer: openTokenizer(json('tokenizer.json'), vocab_size), context };
}
