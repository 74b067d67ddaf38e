import { setupOn, useSetup } from '../bench/setup_link';
import { type Panel, panels, type Workbench } from '../bench/workbench';

/** Marks the entries of the browser's history that the page made itself. */
const OURS = 'adaptab';

/** Milliseconds without a change until the setup is in the address: browsers allow a page few changes of it. */
const PAUSE = 400;

/**
 * Panel and setup in the page's address, after the #, which no server sees: Back, a reload and a link find them again.
 */
export class Address {
  readonly #bench: Workbench;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #panel: Panel;

  /** Opens what the address says. */
  constructor(bench: Workbench) {
    this.#bench = bench;
    this.#panel = bench.panel;
    this.#open();
  }

  /** The address was changed: by Back, which goes through panels and undoes no setting, or by a link, or by hand. */
  follow(): void {
    if (history.state === OURS) this.#openPanel();
    else this.#open();
    this.write();
  }

  /** The workbench has changed. Another panel is a step of Back; another setting is none. */
  write(): void {
    if (this.#bench.catalogue === null) return; // the setup of the address waits for it
    clearTimeout(this.#timer);
    if (this.#bench.panel !== this.#panel) {
      this.#panel = this.#bench.panel;
      if (location.hash !== this.#hash) history.pushState(OURS, '', this.#hash);
      return;
    }
    this.#timer = setTimeout(() => this.#settle(), PAUSE);
  }

  /** Has the address say what is on the form now. */
  #settle(): void {
    clearTimeout(this.#timer);
    if (location.hash !== this.#hash) history.replaceState(OURS, '', this.#hash);
  }

  /** The page is gone. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #open(): void {
    this.#openPanel();
    const [, text] = this.#parts;
    if (!text) return;
    const setup = new URLSearchParams(text);
    this.#bench.expect(setup.get('task'));
    void useSetup(this.#bench, setup);
  }

  #openPanel(): void {
    const panel = panels.find((one) => one === this.#parts[0]);
    if (!panel || panel === this.#bench.panel) return;
    this.#panel = panel;
    this.#bench.show(panel);
  }

  get #parts(): string[] {
    return location.hash.slice(1).split('?', 2);
  }

  get #hash(): string {
    return `#${this.#bench.panel}?${setupOn(this.#bench)}`;
  }
}
