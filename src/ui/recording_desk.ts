import type { FileInFolder, RecordingOptions, RecordingReport } from '../worker/api';
import { ask, type Desk } from './desk';

/** The robot recording that is open, or about to be. */
export class RecordingDesk {
  report: RecordingReport | null = null;
  /** What the report was made from; none where nothing is open. */
  files: readonly FileInFolder[] = [];
  /** Number of files being read, null when nothing is. */
  reading: number | null = null;
  /** Counts what was opened: a plan made for one recording does not hold for the next. */
  opened = 0;

  /** Called when another recording has been opened. */
  onOpen: () => void = () => undefined;

  readonly #desk: Desk;
  readonly #options: () => RecordingOptions | null;
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

  /** What a person would call it: the folder's name, or the first file's without its ending. Empty where nothing is open. */
  get name(): string {
    const [top = '', ...below] = this.files[0]?.path.split('/') ?? [];
    return below.length > 0 ? top : top.replace(/\.[^.]+$/, '');
  }

  /** Opens files in place of those that are open. */
  async open(files: readonly FileInFolder[]): Promise<boolean> {
    const options = this.#options();
    this.files = files;
    if (!options) return false;
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.reading = files.length;
    this.#desk.changed();
    const answer = await ask(this.#desk, 'data', 'data', () => this.#desk.trainer.openRecording(files, options));
    if (ticket !== this.#ticket) return false; // another recording was opened meanwhile: its answer counts
    this.reading = null;
    this.report = answer?.value ?? null;
    this.#openedWith = JSON.stringify(options);
    this.opened += 1;
    this.#desk.changed();
    this.onOpen();
    return answer !== undefined;
  }

  /** Reads the same files again if the split or the frame rate is no longer what they were read with. */
  async refresh(): Promise<boolean> {
    const options = this.#options();
    if (!this.isOpen || !options) return false;
    if (this.report && this.#openedWith === JSON.stringify(options)) return true;
    return this.open(this.files);
  }

  close(): void {
    this.#ticket += 1;
    this.report = null;
    this.files = [];
    this.reading = null;
    this.#desk.clear('data');
    this.#desk.changed();
  }
}
