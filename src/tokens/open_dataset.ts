import type { Example } from '../dataset/example';
import { readFile, refusedReport } from '../dataset/read_file';
import type { FileReport } from '../dataset/report';
import type { ReadOptions } from '../dataset/text_reader';
import { filesIn } from '../dataset/unpack';
import type { Problem } from '../problem';
import { checkNumber, problem, refuseNumber, severalProblems } from '../problem';
import type { DatasetOptions } from '../settings/text';
import { evaluatedWindows, type TokenDataset } from './batches';
import { chatTokens } from './chat_template';
import { previewWindows, samplingPrompts } from './preview';
import type { DatasetReport } from './report';
import { splitWindows } from './split';
import type { TextTokenizer } from './tokenizer';
import { fittingLength, lengthFor } from './window_length';
import { type WindowOrigin, type Windows, windowBuilder } from './windows';

/** The tokenizer is given: that of the base. */
type WindowOptions = Omit<DatasetOptions, 'base'>;

/** What is chosen of how files are read. */
type ReadingOptions = Pick<DatasetOptions, 'columns' | 'encodings' | 'voices'>;

export interface OpenedDataset {
  readonly dataset: TokenDataset;
  readonly report: DatasetReport;
}

/** What files were read into. */
export interface GatheredWindows {
  readonly files: readonly FileReport[];
  readonly windows: Windows;
  readonly origins: readonly WindowOrigin[];
  /** Conversations of which something is in no window, and the share of all tokens of conversations that that is. */
  readonly cut: { readonly examples: number; readonly share: number };
}

/**
 * Reads files, one after another, into windows of tokens, and splits them. Files that fail are in the report beside those that load.
 * @throws ProblemError where nothing at all can be learned from, or where a setting makes no sense.
 */
export async function openDataset(
  files: readonly File[],
  options: WindowOptions,
  tokenizer: TextTokenizer,
): Promise<OpenedDataset> {
  checkOptions(files, options);
  const { files: reports, windows, origins, cut } = await gatherWindows(files, options, tokenizer);
  if (origins.length === 0) throw nothingToLearn(reports);
  const { sequenceLength } = options;
  const { vocabularySize, control } = tokenizer;
  const split = splitWindows(windows, origins, options.heldoutFraction, options.seed);
  const dataset: TokenDataset = { ...windows, ...split, sequenceLength, vocabularySize, pad: control.pad };
  const chats = origins.filter((origin) => origin.chat).length;
  const report: DatasetReport = {
    files: reports,
    windows: split.training.length,
    heldoutWindows: split.heldout.length,
    evaluatedWindows: evaluatedWindows(split).length,
    examples: reports.reduce((sum, file) => sum + file.examples, 0),
    tokens: windows.tokens.length - origins.length,
    trainedTokens: windows.lossMask.reduce((sum, trained) => sum + trained, 0),
    preview: previewWindows(tokenizer, dataset, origins),
    prompts: samplingPrompts(tokenizer, dataset, origins),
    cut,
    chat: chats * 2 >= origins.length,
  };
  return { dataset, report };
}

/** Reads files, one after another, into windows of tokens. Bad input never throws: it becomes problems of its file. */
export async function gatherWindows(
  files: readonly File[],
  options: ReadingOptions & Pick<WindowOptions, 'sequenceLength'>,
  tokenizer: TextTokenizer,
): Promise<GatheredWindows> {
  const builder = windowBuilder(tokenizer, options.sequenceLength);
  const reports: FileReport[] = [];
  const all = { tokens: 0, cut: 0, long: 0 };
  for await (const file of filesIn(files)) {
    if ('archive' in file) {
      reports.push(refusedReport(file));
      continue;
    }
    const count = { tokens: 0, cut: 0, long: 0, longest: 0 };
    const report = await readFile(file, readOptionsOf(file, options), (example: Example) => {
      if (example.kind === 'text') return builder.addText(example);
      const added = builder.addChat(example);
      count.tokens += added.tokens;
      count.cut += added.cut;
      if (added.cut === 0) return;
      count.long++;
      count.longest = Math.max(count.longest, added.tokens);
    });
    builder.endFile();
    reports.push({
      ...report,
      problems: [...report.problems, ...cutProblems(file.name, options.sequenceLength, count)],
    });
    all.tokens += count.tokens;
    all.cut += count.cut;
    all.long += count.long;
  }
  const cut = { examples: all.long, share: all.tokens === 0 ? 0 : all.cut / all.tokens };
  return { files: reports, ...builder.finish(), cut };
}

/** T that cuts no conversation of these files, within `most`: they are read once for it. */
export async function findLength(
  files: readonly File[],
  options: ReadingOptions,
  tokenizer: TextTokenizer,
  most: number,
): Promise<number> {
  const found = { longest: 0, text: false };
  for await (const file of filesIn(files)) {
    if ('archive' in file) continue;
    await readFile(file, readOptionsOf(file, options), (example: Example) => {
      if (example.kind === 'text') found.text = true;
      else found.longest = Math.max(found.longest, chatTokens(tokenizer, example.turns).tokens.length);
    });
  }
  return fittingLength(found, most);
}

function readOptionsOf({ name }: File, { columns, encodings, voices }: ReadingOptions): ReadOptions {
  const of = <T>(byFile: Readonly<Record<string, T>> | undefined) =>
    byFile && Object.hasOwn(byFile, name) ? byFile[name] : undefined;
  return { columns: of(columns), encoding: of(encodings), voice: of(voices) };
}

function cutProblems(
  file: string,
  sequenceLength: number,
  { tokens, cut, long, longest }: { tokens: number; cut: number; long: number; longest: number },
): Problem[] {
  if (cut === 0) return [];
  const share = ((100 * cut) / tokens).toPrecision(2);
  const who = long === 1 ? 'One conversation has' : `${long} of the conversations have`;
  const what = `${who} a prompt that is longer than a window of ${sequenceLength} tokens: its beginning was cut, ${Number(share)} % of all tokens.`;
  const fix = `Shorten these prompts, or choose windows of ${lengthFor(longest)} tokens where the base has room for them.`;
  return [{ what, where: file, fix, count: long }];
}

function checkOptions(files: readonly File[], { sequenceLength, heldoutFraction, seed }: WindowOptions) {
  if (files.length === 0) throw problem('No file was chosen.', undefined, 'Choose a text file.');
  if (!Number.isInteger(sequenceLength) || sequenceLength < 2 || sequenceLength > 2 ** 16) {
    throw refuseNumber('sequenceLength', sequenceLength, 'a whole number of tokens from 2 to 65536');
  }
  checkNumber('heldoutFraction', heldoutFraction);
  checkNumber('seed', seed);
}

function nothingToLearn(reports: readonly FileReport[]) {
  const [first, ...others] = reports.flatMap((report) => report.problems);
  if (first) return severalProblems([first, ...others]);
  return problem('The files hold nothing to learn from.', undefined, 'Choose files with more text in them.');
}
