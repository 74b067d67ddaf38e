import type {
  FileInFolder,
  Problem,
  ReadingProgress,
  RecordingColumns,
  RecordingOptions,
  RecordingReport,
} from '../../worker/api';
import { ask, attempt, type Desk } from '../bench/desk';
import { inFolder } from '../bench/dropped_files';
import type { DataSource } from '../bench/task_view';
import { coalesce } from '../state/store';
import { counted } from '../words/format';
import { strings } from '../words/strings';
import { words } from './words';

/** The robot recording that is open, or about to be. */
export class RecordingDesk implements DataSource {
  report: RecordingReport | null = null;
  /** What the report was made from; none where nothing is open. */
  files: readonly FileInFolder[] = [];
  /** Number of files being read, null when nothing is. */
  reading: number | null = null;
  /** How far that is, once it is known. */
  progress: ReadingProgress | null = null;
  /** Columns to choose state and action among, where they could not be guessed; else none. */
  columns: readonly string[] = [];
  /** Counts what was opened: a plan made for one recording does not hold for the next. */
  opened = 0;

  /** Called when another recording has been opened. */
  onOpen: () => void = () => undefined;

  readonly #desk: Desk;
  readonly #options: () => RecordingOptions | null;
  #chosen: RecordingColumns | null = null;
  #openedWith = '';
  #ticket = 0;

  /** `options` gives the split and the frame rate of the form, or null while a field is wrong. */
  constructor(desk: Desk, options: () => RecordingOptions | null) {
    this.#desk = desk;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.files.length > 0;
  }

  get ready(): boolean {
    return this.report !== null;
  }

  get missing(): Problem | null {
    return this.isOpen ? null : { what: words.recording.noRecording, fix: words.recording.noRecordingFix };
  }

  get line(): string {
    if (this.reading !== null) return strings.path.reading;
    if (!this.report) return strings.path.noData;
    const { episodes, frames } = this.report;
    return words.recording.line(counted(episodes.length, 'episode'), counted(frames, 'frame'));
  }

  /** What a person would call it: the folder's name, or the first file's without its ending. Empty where nothing is open. */
  get name(): string {
    const [top = '', ...below] = this.files[0]?.path.split('/') ?? [];
    return below.length > 0 ? top : top.replace(/\.[^.]+$/, '');
  }

  /** Opens files in place of those that are open. */
  open(files: readonly FileInFolder[]): Promise<boolean> {
    this.#chosen = null;
    this.files = files;
    return this.#read();
  }

  /** The same: another recording takes the place of the one before. */
  async add(files: readonly FileInFolder[]): Promise<null> {
    await this.open(files);
    return null;
  }

  /** Opens a sample by its id in the catalogue, as if its file had been dropped. */
  async openSample(id: string): Promise<boolean> {
    const sample = await ask(this.#desk, 'data', 'data', () => this.#desk.trainer.sampleFile(id));
    return sample ? this.open([inFolder(sample.value)]) : false;
  }

  /** Reads the same files again, with these columns as state and action. */
  chooseColumns(columns: RecordingColumns): Promise<boolean> {
    this.#chosen = columns;
    return this.#read();
  }

  async #read(): Promise<boolean> {
    const { files } = this;
    const options = this.#recordingOptions();
    if (!options) return false;
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.reading = files.length;
    this.progress = null;
    this.#desk.clear('data');
    this.#desk.changed();
    const onProgress = coalesce<ReadingProgress>((steps) => {
      if (ticket !== this.#ticket || this.reading === null) return;
      this.progress = steps.at(-1) ?? null;
      this.#desk.changed();
    });
    const answer = await attempt(() => this.#desk.trainer.openRecording(files, options, onProgress));
    if (ticket !== this.#ticket) return false; // another recording was opened meanwhile: its answer counts
    this.reading = null;
    this.report = answer.ok ? answer.value : null;
    this.columns = answer.ok ? [] : (answer.problem.columns ?? []);
    if (!answer.ok) this.#desk.report('data', 'data', answer.problem);
    this.#openedWith = JSON.stringify(options);
    this.opened += 1;
    this.#desk.changed();
    this.onOpen();
    return answer.ok;
  }

  /** What the files are read with. */
  #recordingOptions(): RecordingOptions | null {
    const options = this.#options();
    return options && this.#chosen ? { ...options, columns: this.#chosen } : options;
  }

  /** Reads the same files again if the split or the frame rate is no longer what they were read with. */
  async refresh(): Promise<boolean> {
    const options = this.#recordingOptions();
    if (!this.isOpen || !options) return false;
    if (this.report && this.#openedWith === JSON.stringify(options)) return true;
    return this.#read();
  }

  /** Closes what is open, or gives up what is being read. */
  async close(): Promise<void> {
    this.#ticket += 1;
    this.report = null;
    this.files = [];
    this.reading = null;
    this.columns = [];
    this.#chosen = null;
    this.#desk.clear('data');
    this.#desk.changed();
    await ask(this.#desk, 'data', 'data', () => this.#desk.trainer.closeRecording());
  }
}
