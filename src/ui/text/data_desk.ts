import type {
  DatasetOptions,
  DatasetReport,
  FileInFolder,
  Problem,
  SampleSummary,
  TableColumns,
} from '../../worker/api';
import { attempt, type Desk } from '../bench/desk';
import type { DataSource } from '../bench/task_view';
import { count, counted } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { becameWords, isUndecided } from './file_words';
import { forgetting, having, isOf, noChoices, ownerOf, type ReadingChoices } from './reading_choices';
import { words } from './words';

/** What of the page decides how data are read. */
interface Reading {
  /** Window length and split of the form, or null while a field is wrong. */
  options(): DatasetOptions | null;
  /** The samples that ship with the page. */
  samples(): readonly SampleSummary[];
}

/** The text that is open, or about to be. */
export class DataDesk implements DataSource {
  /** A plan does not depend on the text. */
  readonly opened = 0;
  report: DatasetReport | null = null;
  /** What the report was made from. */
  source: { readonly sample: string } | { readonly files: readonly File[] } | null = null;
  /** Number of files being read, 0 for a sample, null when nothing is. */
  reading: number | null = null;
  choices: ReadingChoices = noChoices;

  /** Called when other data has been opened. */
  onOpen: () => void = () => undefined;

  readonly #desk: Desk;
  readonly #of: Reading;
  #openedWith = '';
  #ticket = 0;
  /** What the latest reading comes to. */
  #latest: Promise<boolean> = Promise.resolve(false);

  constructor(desk: Desk, of: Reading) {
    this.#desk = desk;
    this.#of = of;
  }

  get ready(): boolean {
    return this.report !== null && this.report.fault === undefined;
  }

  get missing(): Problem | null {
    if (!this.source) return { what: words.data.noData, fix: words.data.noDataFix };
    return this.fault;
  }

  /** Why the files that are open cannot be trained on; what is wrong with a file stands beside it. */
  get fault(): Problem | null {
    const { fault, files, examples } = this.report ?? {};
    if (!fault || !files) return null;
    if (examples !== 0) return fault;
    const waits = files.some(isUndecided);
    return { what: words.data.nothing, fix: waits ? words.data.nothingYetFix : words.data.nothingFix };
  }

  /** The title of the sample, or the first file's name without its ending, or its folder's. */
  get name(): string {
    const [top = '', ...below] = this.files[0]?.name.split('/') ?? [];
    return sentence(this.#sample?.title ?? '') || (below.length > 0 ? top : top.replace(/\.[^.]+$/, ''));
  }

  get line(): string {
    if (this.reading !== null) return strings.path.reading;
    if (!this.report) return strings.path.noData;
    if (this.report.fault) return words.data.lineFault;
    return words.data.line(counted(this.report.windows, 'window'), count(this.report.heldoutWindows));
  }

  /** Prompts that suit the data. */
  get prompts(): readonly string[] {
    return this.#sample?.prompts ?? this.report?.prompts ?? [];
  }

  get #sample(): SampleSummary | undefined {
    return this.#of.samples().find(({ id }) => id === this.sampleId);
  }

  get sampleId(): string | null {
    return this.source && 'sample' in this.source ? this.source.sample : null;
  }

  get files(): readonly File[] {
    return this.source && 'files' in this.source ? this.source.files : [];
  }

  openSample(id: string): Promise<boolean> {
    this.choices = noChoices;
    return this.#open({ sample: id });
  }

  /** Adds files to those that are open; one with the same name replaces it, and what was chosen for it. */
  addFiles(added: readonly File[]): Promise<boolean> {
    const byName = new Map(added.map((file) => [file.name, file]));
    for (const name of byName.keys()) this.choices = forgetting(this.choices, name);
    return this.#open({ files: [...this.files.filter((file) => !byName.has(file.name)), ...byName.values()] });
  }

  async add(files: readonly FileInFolder[]): Promise<string | null> {
    const added = files.map(({ path, file }) => (path === file.name ? file : new File([file], path)));
    const opening = this.addFiles(added);
    const ticket = this.#ticket;
    await opening;
    const { report } = this;
    const isRead = this.#openedWith !== '' && ticket === this.#ticket;
    if (!report || !isRead) return null; // a problem says why, or later files have overtaken these
    return becameWords(report.files.filter(({ name }) => isOf(added, name)));
  }

  /** Takes a file away; of an archive the file alone, and the archive with its last file. */
  removeFile(name: string): Promise<boolean> {
    const owner = ownerOf(this.files, name);
    const isLast = !this.report?.files.some((file) => file.name !== name && ownerOf(this.files, file.name) === owner);
    if (owner !== name && !isLast) {
      this.choices = { ...this.choices, without: [...this.choices.without, name] };
      return this.#again();
    }
    const rest = this.files.filter((file) => file.name !== owner);
    if (rest.length === 0) return this.close();
    this.choices = forgetting(this.choices, owner);
    return this.#open({ files: rest });
  }

  chooseColumns(file: string, columns: TableColumns): Promise<boolean> {
    this.choices = { ...this.choices, columns: having(this.choices.columns, file, columns) };
    return this.#again();
  }

  /** Reads a file as Latin-1, or as UTF-8 again. */
  chooseLatin1(file: string, isLatin1: boolean): Promise<boolean> {
    const encodings = having(this.choices.encodings, file, isLatin1 ? 'windows-1252' : null);
    this.choices = { ...this.choices, encodings };
    return this.#again();
  }

  /** Whose messages are learned of a chat, or of all chats of the archive that it came in. */
  chooseVoice(file: string, voice: string): Promise<boolean> {
    const voices = having(this.choices.voices, ownerOf(this.files, file), voice);
    this.choices = { ...this.choices, voices };
    return this.#again();
  }

  /** Reads the same data again if the window length, the split or the seed is no longer what it was read with. */
  async refresh(): Promise<boolean> {
    if (this.reading !== null) await this.#latest; // which may have read with what is wanted now
    const options = this.#of.options();
    if (!this.source || !options) return false;
    if (this.report && this.#openedWith === JSON.stringify({ ...options, ...this.choices })) return this.ready;
    return this.#open(this.source);
  }

  async close(): Promise<boolean> {
    this.#ticket += 1;
    this.report = null;
    this.source = null;
    this.reading = null;
    this.choices = noChoices;
    this.#desk.clear('data');
    this.#desk.changed();
    this.onOpen();
    return false;
  }

  #again(): Promise<boolean> {
    return this.source ? this.#open(this.source) : Promise.resolve(false);
  }

  #open(source: NonNullable<DataDesk['source']>): Promise<boolean> {
    this.#latest = this.#read(source);
    return this.#latest;
  }

  async #read(source: NonNullable<DataDesk['source']>): Promise<boolean> {
    const settings = this.#of.options();
    this.source = source;
    this.#openedWith = '';
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.reading = null;
    this.#desk.clear('data');
    if (!settings) {
      this.#desk.report('data', 'data', { what: words.data.wrongFields, fix: words.data.wrongFieldsFix });
      return false;
    }
    const options = { ...settings, ...this.choices };
    this.reading = 'files' in source ? source.files.length : 0;
    this.#desk.changed();
    const { trainer } = this.#desk;
    const answer = await attempt(() =>
      'files' in source ? trainer.openDataset(source.files, options) : trainer.openSample(source.sample, options),
    );
    if (ticket !== this.#ticket) return source === this.source && this.#latest; // overtaken: the later answer counts
    this.reading = null;
    this.report = answer.ok ? answer.value : null;
    if (!answer.ok) this.#desk.report('data', 'data', answer.problem);
    this.#openedWith = JSON.stringify(options);
    this.#desk.changed();
    this.onOpen();
    return this.ready;
  }
}
