import type { Example } from '../dataset/example';
import { readFile } from '../dataset/read_file';
import type { FileReport } from '../dataset/report';
import type { Problem } from '../problem';
import { problem, severalProblems } from '../problem';
import type { DatasetOptions } from '../settings/text';
import type { TokenDataset } from './batches';
import { previewWindows, samplingPrompts } from './preview';
import type { DatasetReport } from './report';
import { splitWindows } from './split';
import type { TextTokenizer } from './tokenizer';
import { type WindowBuilder, windowBuilder } from './windows';

/** The tokenizer is given: that of the base. */
type WindowOptions = Omit<DatasetOptions, 'base'>;

export interface OpenedDataset {
  readonly dataset: TokenDataset;
  readonly report: DatasetReport;
}

/** Share of a file's tokens that may be cut off before the report speaks of it. */
const CUT_SHARE = 0.1;

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
  const builder = windowBuilder(tokenizer, options.sequenceLength);
  const reports: FileReport[] = [];
  for (const file of files) {
    reports.push(await addFile(file, options, builder));
  }
  const { windows, origins } = builder.finish();
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
    examples: reports.reduce((sum, file) => sum + file.examples, 0),
    tokens: windows.tokens.length - origins.length,
    trainedTokens: windows.lossMask.reduce((sum, trained) => sum + trained, 0),
    preview: previewWindows(tokenizer, dataset, origins),
    prompts: samplingPrompts(tokenizer, dataset, origins),
    chat: chats * 2 >= origins.length,
  };
  return { dataset, report };
}

async function addFile(file: File, options: WindowOptions, builder: WindowBuilder) {
  const { columns: byFile } = options;
  const columns = byFile && Object.hasOwn(byFile, file.name) ? byFile[file.name] : undefined;
  const count = { tokens: 0, cut: 0, long: 0, unlearned: 0 };
  const report = await readFile(file, { columns }, (example: Example) => {
    if (example.kind === 'text') return builder.addText(example);
    const added = builder.addChat(example);
    count.tokens += added.tokens;
    count.cut += added.cut;
    if (added.cut > 0) count.long++;
    if (!added.kept) count.unlearned++;
  });
  builder.endFile();
  return { ...report, problems: [...report.problems, ...lengthProblems(file.name, options.sequenceLength, count)] };
}

function lengthProblems(
  file: string,
  sequenceLength: number,
  count: { tokens: number; cut: number; long: number; unlearned: number },
): Problem[] {
  const fix = 'Choose longer windows, or shorten these conversations.';
  const problems: Problem[] = [];
  if (count.cut > count.tokens * CUT_SHARE) {
    const share = Math.round((100 * count.cut) / count.tokens);
    const what = `${count.long} of the conversations are longer than a window of ${sequenceLength} tokens: ${share} % of all tokens were cut off.`;
    problems.push({ what, where: file, fix });
  }
  if (count.unlearned > 0) {
    const what = `${count.unlearned} of the conversations have no reply within a window of ${sequenceLength} tokens and were left out.`;
    problems.push({ what, where: file, fix });
  }
  return problems;
}

function checkOptions(files: readonly File[], { sequenceLength, heldoutFraction }: WindowOptions) {
  if (files.length === 0) throw problem('No file was chosen.', undefined, 'Choose a text file.');
  if (!Number.isInteger(sequenceLength) || sequenceLength < 2 || sequenceLength > 2 ** 16) {
    throw problem(
      `A window cannot have ${sequenceLength} tokens.`,
      'window length',
      'Choose a whole number from 2 to 65536.',
    );
  }
  if (!(heldoutFraction >= 0 && heldoutFraction <= 0.5)) {
    throw problem(
      `The held-out share cannot be ${heldoutFraction}.`,
      'held-out share',
      'Choose a number from 0 to 0.5.',
    );
  }
}

function nothingToLearn(reports: readonly FileReport[]) {
  const [first, ...others] = reports.flatMap((report) => report.problems);
  if (first) return severalProblems([first, ...others]);
  return problem('The files hold nothing to learn from.', undefined, 'Choose files with more text in them.');
}
