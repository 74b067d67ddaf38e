import type {
  FileInFolder,
  ListedJoint,
  Outcome,
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

/** A recording among those that one run learns from. */
export interface RecordingRow {
  /** What a person would call it: the folder's name, or the first file's without its ending. */
  readonly name: string;
  readonly files: readonly FileInFolder[];
  /** Why it is not among what is learned from; null where it is. */
  readonly problem: Problem | null;
}

/** How a person wants files to be read, where they do not say it or say it otherwise. */
type Reading = Pick<RecordingOptions, 'columns' | 'joints' | 'prompt'>;

/** The robot recording that is open, or about to be; it may be made of several. */
export class RecordingDesk implements DataSource {
  report: RecordingReport | null = null;
  /** In the order in which they were added; none where nothing is open. */
  rows: readonly RecordingRow[] = [];
  /** Number of files being read, null when nothing is. */
  reading: number | null = null;
  /** How far that is, once it is known. */
  progress: ReadingProgress | null = null;
  /** Columns to choose state and action among, where they could not be guessed; else none. */
  columns: readonly string[] = [];
  /** Every joint of the action; none where nothing is open. */
  joints: readonly ListedJoint[] = [];
  /** Counts what was opened: a plan made for one recording does not hold for the next. */
  opened = 0;

  /** Called when another recording has been opened. */
  onOpen: () => void = () => undefined;

  readonly #desk: Desk;
  readonly #options: () => RecordingOptions | null;
  #how: Reading = {};
  /** What the report is of. */
  #shown: readonly RecordingRow[] = [];
  #openedWith = '';
  #ticket = 0;
  /** What the latest reading comes to. */
  #latest: Promise<boolean> = Promise.resolve(false);

  /** `options` gives the split and the frame rate of the form, or null while a field is wrong. */
  constructor(desk: Desk, options: () => RecordingOptions | null) {
    this.#desk = desk;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.rows.length > 0;
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

  /** Episodes that a recording gave to what is open; null where that is not known. */
  episodesOf({ files }: RecordingRow): number | null {
    const sources = this.report?.episodes.flatMap(({ source }) => source?.recording ?? []) ?? [];
    if (sources.length === 0) return null;
    const top = topOf(files);
    return sources.filter((name) => name === top || name.startsWith(`${top}/`)).length;
  }

  /** Of the first; empty where nothing is open. */
  get name(): string {
    return this.rows[0]?.name ?? '';
  }

  /** What the robot is asked for where the recording does not say; empty where nobody said either. */
  get prompt(): string {
    return this.#how.prompt ?? '';
  }

  /** Opens files in place of those that are open. */
  open(files: readonly FileInFolder[]): Promise<boolean> {
    this.#how = {};
    this.#shown = [];
    this.rows = [rowOf(files)];
    return this.#readAgain();
  }

  /** The same: another recording takes the place of the one before. */
  async add(files: readonly FileInFolder[]): Promise<null> {
    await this.open(files);
    return null;
  }

  /** Puts a recording beside those that are open. One that does not go with them costs itself alone: they stay open. */
  join(files: readonly FileInFolder[]): Promise<boolean> {
    this.#latest = this.report ? this.#join(files) : this.open(files);
    return this.#latest;
  }

  async #join(files: readonly FileInFolder[]): Promise<boolean> {
    const before = this.rows;
    const row = rowOf(files, before);
    const found = await this.#ask([...before, row]);
    if (!found) return false;
    if (found.answer.ok) this.#settle(found);
    else {
      this.reading = null;
      this.rows = [...before, { ...row, problem: found.answer.problem }];
      this.#shown = this.rows;
      this.#desk.changed();
    }
    return found.answer.ok;
  }

  /** Takes a recording away; the others stay. */
  async remove(row: RecordingRow): Promise<void> {
    const rest = this.rows.filter((one) => one !== row);
    if (rest.every(({ problem }) => problem !== null)) return this.close();
    this.rows = rest;
    if (row.problem) this.#desk.changed();
    else await this.#readAgain();
  }

  /** Opens a sample by its id in the catalogue, as if its file had been dropped. */
  async openSample(id: string): Promise<boolean> {
    const sample = await ask(this.#desk, 'data', 'data', () => this.#desk.trainer.sampleFile(id));
    return sample ? this.open([inFolder(sample.value)]) : false;
  }

  /** Reads the same files again, with these columns as state and action. */
  chooseColumns(columns: RecordingColumns): Promise<boolean> {
    const { prompt } = this.#how;
    this.#how = { columns, ...(prompt === undefined ? {} : { prompt }) }; // other columns have other joints
    return this.#readAgain();
  }

  /** The same with these joints of the action, by their places among all. */
  chooseJoints(places: readonly number[]): Promise<boolean> {
    const { joints: _, ...others } = this.#how;
    const names = this.joints.map(({ name }) => name);
    const isOnly = (name: string): boolean => names.indexOf(name) === names.lastIndexOf(name);
    const joints = places.map((place) => (isOnly(names[place]!) ? names[place]! : String(place)));
    this.#how = places.length === names.length ? others : { ...others, joints };
    return this.#readAgain();
  }

  /** The same, with these words where the recording has none. */
  choosePrompt(prompt: string): Promise<boolean> {
    this.#how = { ...this.#how, prompt };
    return this.#readAgain();
  }

  #readAgain(): Promise<boolean> {
    this.#latest = this.#read(this.rows);
    return this.#latest;
  }

  async #read(rows: readonly RecordingRow[]): Promise<boolean> {
    if (!this.#recordingOptions()) return false;
    const found = await this.#ask(rows);
    if (!found) return rows === this.rows && this.#latest; // overtaken: the later answer counts
    this.#settle(found);
    return found.answer.ok;
  }

  /** Has the trainer read these; null where a field is wrong, or another reading has begun meanwhile. */
  async #ask(rows: readonly RecordingRow[]): Promise<Asked | null> {
    const options = this.#recordingOptions();
    if (!options) return null;
    this.#ticket += 1;
    const ticket = this.#ticket;
    const files = rows.flatMap((row) => (row.problem ? [] : row.files));
    this.rows = rows;
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
    return ticket === this.#ticket ? { rows, options, answer } : null;
  }

  /** What was answered is what is open now. */
  #settle({ rows, options, answer }: Asked): void {
    this.reading = null;
    this.#shown = answer.ok ? rows : [];
    this.report = answer.ok ? answer.value : null;
    this.columns = answer.ok ? [] : (answer.problem.columns ?? []);
    this.joints = answer.ok ? answer.value.allJoints : (answer.problem.joints ?? []);
    if (!answer.ok) this.#desk.report('data', 'data', answer.problem);
    this.#openedWith = JSON.stringify(options);
    this.opened += 1;
    this.#desk.changed();
    this.onOpen();
  }

  /** What the files are read with. */
  #recordingOptions(): RecordingOptions | null {
    const options = this.#options();
    return options && { ...options, ...this.#how };
  }

  /** Reads the same files again if the split or the frame rate is no longer what they were read with. */
  async refresh(): Promise<boolean> {
    if (this.reading !== null) await this.#latest; // which may have read with what is wanted now
    const options = this.#recordingOptions();
    if (!this.isOpen || !options) return false;
    if (this.report && this.#openedWith === JSON.stringify(options)) return true;
    return this.#readAgain();
  }

  /** Gives up what is being read. What was open before it is read again. */
  async stopReading(): Promise<void> {
    if (this.#shown.length === 0 || this.#shown === this.rows) return this.close();
    this.rows = this.#shown;
    await this.#readAgain();
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    this.#ticket += 1;
    this.report = null;
    this.rows = [];
    this.#shown = [];
    this.reading = null;
    this.columns = [];
    this.joints = [];
    this.#how = {};
    this.#desk.clear('data');
    this.#desk.changed();
    await ask(this.#desk, 'data', 'data', () => this.#desk.trainer.closeRecording());
  }
}

/** What was read, with what, and what came of it. */
interface Asked {
  readonly rows: readonly RecordingRow[];
  readonly options: RecordingOptions;
  readonly answer: Outcome<RecordingReport>;
}

/** A row of files; one that is called as another is gets a number, so that no file lies where another's does. */
function rowOf(files: readonly FileInFolder[], others: readonly RecordingRow[] = []): RecordingRow {
  const top = topOf(files);
  const [, name = top, ending = ''] = files[0]?.path.includes('/') ? [] : (/^(.*?)(\.[^.]+)?$/.exec(top) ?? []);
  const taken = new Set(others.map((row) => row.name));
  if (!taken.has(name)) return { name, files, problem: null };
  let number = 2;
  while (taken.has(`${name} ${number}`)) number += 1;
  const renamed = `${name} ${number}`;
  const moved = files.map(({ path, file }) => ({
    path: path.startsWith(top) ? `${renamed}${ending}${path.slice(top.length)}` : path,
    file,
  }));
  return { name: renamed, files: moved, problem: null };
}

/** The folder or the file that a row begins with. */
const topOf = (files: readonly FileInFolder[]): string => files[0]?.path.split('/')[0] ?? '';
