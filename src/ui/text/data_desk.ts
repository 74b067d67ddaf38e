import type {
  DatasetOptions,
  DatasetReport,
  FileInFolder,
  Problem,
  SampleSummary,
  TableColumns,
} from '../../worker/api';
import { ask, type Desk } from '../bench/desk';
import type { DataSource } from '../bench/task_view';
import { count, counted } from '../words/format';
import { strings } from '../words/strings';
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

  /** Called when other data has been opened. */
  onOpen: () => void = () => undefined;

  readonly #desk: Desk;
  readonly #of: Reading;
  #columns: Record<string, TableColumns> = {};
  #openedWith = '';
  #ticket = 0;

  constructor(desk: Desk, of: Reading) {
    this.#desk = desk;
    this.#of = of;
  }

  get ready(): boolean {
    return this.report !== null;
  }

  get missing(): Problem | null {
    return this.source ? null : { what: words.data.noData, fix: words.data.noDataFix };
  }

  /** The title of the sample, or the first file's name without its ending. */
  get name(): string {
    return this.#sample?.title || (this.files[0]?.name.replace(/\.[^.]+$/, '') ?? '');
  }

  get line(): string {
    if (this.reading !== null) return strings.path.reading;
    if (!this.report) return strings.path.noData;
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
    this.#columns = {};
    return this.#open({ sample: id });
  }

  /** Adds files to those that are open; one with the same name replaces it. */
  addFiles(added: readonly File[]): Promise<boolean> {
    const names = new Set(added.map((file) => file.name));
    return this.#open({ files: [...this.files.filter((file) => !names.has(file.name)), ...added] });
  }

  add(files: readonly FileInFolder[]): Promise<boolean> {
    return this.addFiles(files.map(({ file }) => file));
  }

  removeFile(name: string): Promise<boolean> {
    const rest = this.files.filter((file) => file.name !== name);
    delete this.#columns[name];
    return rest.length > 0 ? this.#open({ files: rest }) : this.close();
  }

  chooseColumns(file: string, columns: TableColumns): Promise<boolean> {
    this.#columns = { ...this.#columns, [file]: columns };
    return this.source ? this.#open(this.source) : Promise.resolve(false);
  }

  /** Reads the same data again if the window length, the split or the seed is no longer what it was read with. */
  async refresh(): Promise<boolean> {
    const options = this.#of.options();
    if (!this.source || !options) return false;
    if (this.report && this.#openedWith === JSON.stringify({ ...options, columns: this.#columns })) return true;
    return this.#open(this.source);
  }

  async close(): Promise<boolean> {
    this.#ticket += 1;
    this.report = null;
    this.source = null;
    this.reading = null;
    this.#columns = {};
    this.#desk.clear('data');
    this.#desk.changed();
    return false;
  }

  async #open(source: NonNullable<DataDesk['source']>): Promise<boolean> {
    const settings = this.#of.options();
    this.source = source;
    if (!settings) return false;
    const options = { ...settings, columns: this.#columns };
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.reading = 'files' in source ? source.files.length : 0;
    this.#desk.changed();
    const { trainer } = this.#desk;
    const answer = await ask(this.#desk, 'data', 'data', () =>
      'files' in source ? trainer.openDataset(source.files, options) : trainer.openSample(source.sample, options),
    );
    if (ticket !== this.#ticket) return false; // another file was opened meanwhile: its answer counts
    this.reading = null;
    this.report = answer?.value ?? null;
    this.#openedWith = JSON.stringify(options);
    this.#desk.changed();
    this.onOpen();
    return answer !== undefined;
  }
}
