import type { Example } from '../dataset/example';
import { readFile, refusedReport } from '../dataset/read_file';
import type { FileReport } from '../dataset/report';
import type { ReadOptions } from '../dataset/text_reader';
import { filesIn } from '../dataset/unpack';
import type { Problem } from '../problem';
import { checkNumber, outcome, ProblemError, problem, refuseNumber, severalProblems } from '../problem';
import type { DatasetOptions } from '../settings/text';
import { evaluatedWindows, type TokenDataset } from './batches';
import type { ChatTokenizer } from './chat_template';
import { isReasoned } from './chat_tokens';
import { conversations, lengthsOf } from './conversations';
import { previewWindows, samplingPrompts } from './preview';
import type { DatasetReport, FoundLengths, WindowLength } from './report';
import { splitWindows } from './split';
import { fittingLength } from './window_length';
import { type AddedChat, type WindowOrigin, type Windows, windowBuilder } from './windows';

/** The tokenizer is given: that of the base, which has room for windows of `context` tokens. */
type WindowOptions = Omit<DatasetOptions, 'base'> & { readonly context: number };

/** What is chosen of how files are read. */
type ReadingOptions = Pick<DatasetOptions, 'columns' | 'encodings' | 'voices' | 'without'>;

export interface OpenedDataset {
  readonly dataset: TokenDataset;
  readonly report: DatasetReport;
}

/** Without a dataset, the report says in `fault` why there is none. */
export interface ReadDataset {
  readonly dataset: TokenDataset | null;
  readonly report: DatasetReport;
}

/** What files were read into. */
export interface GatheredWindows
  extends WindowLength,
    Pick<DatasetReport, 'files' | 'longest' | 'cut' | 'spread' | 'lengthThatCutsNone' | 'reasons'> {
  readonly windows: Windows;
  readonly origins: readonly WindowOrigin[];
}

/**
 * Reads files, one after another, into windows of tokens, and splits them. Files that fail are in the report beside those that load.
 * @throws ProblemError where nothing at all can be learned from, or where a setting makes no sense.
 */
export async function openDataset(
  files: readonly File[],
  options: WindowOptions,
  tokenizer: ChatTokenizer,
): Promise<OpenedDataset> {
  const { dataset, report } = await readDataset(files, options, tokenizer);
  if (dataset === null) throw new ProblemError(report.fault!);
  return { dataset, report };
}

/**
 * openDataset(), with what is known of each file also where nothing can be learned from.
 * @throws ProblemError where a setting makes no sense.
 */
export async function readDataset(
  files: readonly File[],
  options: WindowOptions,
  tokenizer: ChatTokenizer,
): Promise<ReadDataset> {
  checkOptions(files, options);
  const { windows, origins, ...gathered } = await gatherWindows(files, options, tokenizer);
  const { sequenceLength } = gathered;
  const { vocabularySize, control } = tokenizer;
  const divided = await outcome(() => {
    if (origins.length === 0) throw nothingToLearn(gathered.files);
    return splitWindows(windows, origins, options.heldoutFraction, options.seed);
  });
  const split = divided.ok ? divided.value : { training: new Uint32Array(), heldout: new Uint32Array() };
  const dataset: TokenDataset = { ...windows, ...split, sequenceLength, vocabularySize, pad: control.pad };
  const chats = origins.filter((origin) => origin.chat).length;
  const report: DatasetReport = {
    ...gathered,
    windows: split.training.length,
    heldoutWindows: split.heldout.length,
    evaluatedWindows: evaluatedWindows(split).length,
    examples: gathered.files.reduce((sum, file) => sum + file.examples, 0),
    tokens: windows.tokens.length - origins.length,
    trainedTokens: windows.lossMask.reduce((sum, trained) => sum + trained, 0),
    preview: previewWindows(tokenizer, dataset, origins),
    prompts: samplingPrompts(tokenizer, dataset, origins),
    chat: chats * 2 >= origins.length,
    ...(divided.ok ? {} : { fault: divided.problem }),
  };
  return { dataset: divided.ok ? dataset : null, report };
}

/** Reads files, one after another, into windows of tokens. Bad input never throws: it becomes problems of its file. */
export async function gatherWindows(
  files: readonly File[],
  options: ReadingOptions & Pick<WindowOptions, 'sequenceLength' | 'context'>,
  tokenizer: ChatTokenizer,
): Promise<GatheredWindows> {
  const { context } = options;
  const length: WindowLength =
    options.sequenceLength === null
      ? fittingLength(await findLengths(files, options, tokenizer), context)
      : { sequenceLength: options.sequenceLength, chosen: null };
  const builder = windowBuilder(tokenizer, length.sequenceLength, context);
  const reports: FileReport[] = [];
  const all = { ...NOTHING };
  let reasons = false;
  for await (const file of filesIn(files, options.without)) {
    if ('archive' in file) {
      reports.push(refusedReport(file));
      continue;
    }
    const count = { ...NOTHING };
    const chats = conversations(tokenizer, builder, file.name);
    const read = await readFile(file, readOptionsOf(file, options), (example: Example) => {
      if (example.kind === 'text') return builder.addText(example);
      const added = chats.add(example);
      if (added) for (const sums of [count, all]) addTo(sums, added);
      reasons ||= added !== null && example.turns.some(isReasoned);
    });
    builder.endFile();
    const report = { ...read, examples: read.examples - chats.refused() };
    const beside = files.length > 1 || file.name.includes('/') ? aboutData(report) : [];
    const cut = cutProblems(file.name, length.sequenceLength, count, context);
    reports.push({ ...report, problems: [...report.problems, ...chats.problems(), ...beside, ...cut] });
  }
  const { windows, origins } = builder.finish();
  return {
    ...length,
    files: reports,
    windows,
    origins,
    reasons,
    longest: all.longest,
    spread: all.spread,
    cut: { examples: all.long, share: all.tokens === 0 ? 0 : all.cut / all.tokens },
    lengthThatCutsNone: all.cutsNone <= context ? Math.max(all.cutsNone, length.sequenceLength) : null,
  };
}

/** What was counted of conversations: their tokens, those in no window, conversations that miss some, and T that cuts none. */
const NOTHING = { tokens: 0, cut: 0, long: 0, longest: 0, spread: 0, cutsNone: 0 };

function addTo(sums: { -readonly [K in keyof typeof NOTHING]: number }, added: AddedChat): void {
  sums.tokens += added.tokens;
  sums.cut += added.cut;
  sums.longest = Math.max(sums.longest, added.longest);
  if (added.spread) sums.spread++;
  if (added.cut === 0) return;
  sums.long++;
  sums.cutsNone = added.lengthThatCutsNone;
}

/** The lengths of the conversations in these files: they are read once for them. */
async function findLengths(
  files: readonly File[],
  options: ReadingOptions,
  tokenizer: ChatTokenizer,
): Promise<FoundLengths> {
  const found = { longest: 0, text: false };
  for await (const file of filesIn(files, options.without)) {
    if ('archive' in file) continue;
    await readFile(file, readOptionsOf(file, options), (example: Example) => {
      if (example.kind === 'text') found.text = true;
      else found.longest = Math.max(found.longest, ...lengthsOf(tokenizer, example));
    });
  }
  return found;
}

/** What is chosen for a file, by its name or by that of the archive it comes from. */
function readOptionsOf({ name }: File, { columns, encodings, voices }: ReadingOptions): ReadOptions {
  const names = [name, name.slice(0, Math.max(0, name.indexOf('/')))];
  const of = <T>(byFile: Readonly<Record<string, T>> | undefined) => {
    const found = names.find((one) => byFile && Object.hasOwn(byFile, one));
    return found === undefined ? undefined : byFile?.[found];
  };
  return { columns: of(columns), encoding: of(encodings), voice: of(voices) };
}

/** Files that describe a set of data, or say what one may do with it, lie beside it. */
function aboutData({ name, examples }: FileReport): Problem[] {
  if (examples === 0 || !/(?:^|\/)(?:readme|licen[cs]e|notice|changelog|citation)(?:\.\w+)?$/i.test(name)) return [];
  return [{ what: 'This file is learned, too.', where: name, fix: 'Leave it out where it only describes the others.' }];
}

function cutProblems(
  file: string,
  sequenceLength: number,
  { tokens, cut, long, cutsNone }: typeof NOTHING,
  context: number,
): Problem[] {
  if (cut === 0) return [];
  const share = ((100 * cut) / tokens).toPrecision(2);
  const who = long === 1 ? 'One conversation has' : `${long} of the conversations have`;
  const what = `${who} a prompt that is longer than a window of ${sequenceLength} tokens: its beginning was cut, ${Number(share)} % of all tokens.`;
  const fix =
    cutsNone <= context
      ? `Choose windows of ${cutsNone} tokens, or shorten these prompts.`
      : `Shorten these prompts: windows of this base have at most ${context} tokens.`;
  return [{ what, where: file, fix, count: long, ...(cutsNone <= context ? { choice: 'sequenceLength' } : {}) }];
}

function checkOptions(files: readonly File[], { sequenceLength, heldoutFraction, seed }: WindowOptions) {
  if (files.length === 0) throw problem('No file was chosen.', undefined, 'Choose a text file.');
  if (
    sequenceLength !== null &&
    !(Number.isInteger(sequenceLength) && sequenceLength >= 2 && sequenceLength <= 2 ** 16)
  ) {
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
