import type { FileInFolder } from '../../worker/api';
import { strings } from '../words/strings';
import type { Desk } from './desk';
import { filesOfHandles, forget, keepingPickers, mayRead, type Remembered, remember, remembered } from './handles';

/** What opens a model of files. */
interface Opener {
  open(files: readonly FileInFolder[]): Promise<{ readonly name: string } | null>;
}

/** Models on the disk that a person has opened, on earlier visits too: where the browser can, one click opens them again. */
export class HandlesDesk {
  readonly #bench: Desk;
  readonly #models: Opener;
  remembered: readonly Remembered[] = [];

  constructor(bench: Desk, models: Opener) {
    this.#bench = bench;
    this.#models = models;
  }

  /** False where this browser's pickers forget what was chosen. */
  readonly canRemember = keepingPickers() !== null;

  async look(): Promise<void> {
    if (!this.canRemember) return;
    this.remembered = await remembered();
    this.#bench.changed();
  }

  /** Has the person choose a folder or files, and opens what they chose. */
  async pick(what: 'folder' | 'files'): Promise<void> {
    const pickers = keepingPickers();
    if (!pickers) return;
    try {
      const handles =
        what === 'folder'
          ? [await pickers.showDirectoryPicker({ mode: 'read' })]
          : await pickers.showOpenFilePicker({ multiple: true });
      await this.open(handles);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error; // they chose nothing
    }
  }

  /** Opens what was chosen or dropped, and keeps hold of it. */
  async open(handles: readonly FileSystemHandle[]): Promise<void> {
    await this.keep(await this.#models.open(await filesOfHandles(handles)), handles);
  }

  /** Keeps hold of a model that was opened. @param model null where it was not */
  async keep(model: { readonly name: string } | null, handles: readonly FileSystemHandle[]): Promise<void> {
    if (!model || handles.length === 0) return;
    await remember({ name: model.name, handles });
    await this.look();
  }

  /** Opens one of an earlier visit. Call it on a click: the browser may ask the person. */
  async reopen({ name, handles }: Remembered): Promise<void> {
    const { problem } = strings.models;
    this.#bench.clear('open');
    if (!(await mayRead(handles))) {
      this.#bench.report('model', 'open', { what: problem.refused(name), fix: problem.refusedFix });
      return;
    }
    try {
      await this.open(handles);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
      this.#bench.report('model', 'open', { what: problem.gone(name), fix: problem.goneFix });
      await this.forget(name);
    }
  }

  /** Takes one off the list; its files stay. */
  async forget(name: string): Promise<void> {
    await forget(name);
    await this.look();
  }
}
