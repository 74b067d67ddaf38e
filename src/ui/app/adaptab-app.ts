import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import '../adapter/adapter-panel';
import { Address } from './address';
import './app-footer';
import './app-header';
import type { SettingPlace } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { droppedFiles } from '../bench/dropped_files';
import { isFirstScreen } from '../bench/first_screen';
import { droppedHandles } from '../bench/handles';
import '../freeze/freeze-panel';
import '../train/model-panel';
import { layoutOf } from './layout';
import '../opening/opening-screen';
import './path-nav';
import { useSettings } from '../bench/use_settings';
import { later } from '../parts/later';
import { problemsAt } from '../parts/problem-note';
import '../run/plan-panel';
import '../run/run-line';
import '../run/run-panel';
import '../run/run-settings';
import '../run/run-strip';
import '../runs/runs-list';
import { shared } from '../parts/styles';
import { titleOf } from '../run/run_words';
import { language } from '../words/language';
import { strings } from '../words/strings';
import { guardSecondPress } from './second_press';
import '../train/other-run';
import '../train/other-tab';
import './toast-note';
import '../train/train-panel';
import '../train/unfinished-runs';

/** The page: header, path, the chosen panel, the run. Takes files dropped anywhere, and the keyboard. */
@customElement('adaptab-app')
export class AdaptabApp extends BenchElement {
  /** The form of the next run is open below the one that has the stage. */
  @state() private formOpen = false;
  @state() private dragging = false;

  #wasActive = false;
  #pointed: SettingPlace | null = null;
  #address: Address | undefined;
  #unguard: (() => void) | undefined;

  static override styles = [
    shared,
    css`
      .wait {
        padding: 24px;
      }
      .layout {
        display: grid;
        grid-template-columns: 232px minmax(0, 1fr);
        padding-inline: var(--edge);
      }
      .layout.beside {
        grid-template-columns: 232px minmax(0, 1fr) minmax(304px, 360px);
      }
      .below-strip {
        --above: 53px; /* where what sticks to the top begins */
      }
      path-nav,
      aside {
        position: sticky;
        top: var(--above, 0px);
        align-self: start;
        max-height: calc(100vh - var(--above, 0px));
        overflow-y: auto;
        padding-block: 24px;
      }
      path-nav {
        margin-inline-start: -9px; /* its names stand under the wordmark */
        padding-inline-end: 24px;
      }
      aside {
        padding-inline-start: 24px;
      }
      main {
        padding: 24px 0 80px 24px;
        border-inline-start: 1px solid var(--line);
        min-height: calc(100vh - 90px); /* less header and footer */
      }
      .beside > main {
        padding-inline-end: 24px;
        border-inline-end: 1px solid var(--line);
      }
      opening-screen {
        margin-block: 8px 48px;
      }
      .form {
        margin-top: 32px;
        padding-top: 24px;
        border-top: 1px solid var(--line);
      }
      run-panel {
        margin-top: 8px;
        min-height: 100vh; /* drawn piece by piece: what is below stays below */
      }
      .problems {
        display: grid;
        gap: 8px;
        margin-bottom: 16px;
      }
      .page-problems {
        padding: 12px var(--edge) 0;
        display: grid;
        gap: 8px;
      }
      .skip {
        position: absolute;
        inset-inline-start: 8px;
        top: -64px;
        z-index: 30;
      }
      .skip:focus {
        top: 8px;
      }
      run-strip {
        display: block;
        position: sticky;
        top: 0;
        z-index: 5;
      }
      .drop {
        position: fixed;
        inset: 8px;
        z-index: 40;
        border: 2px dashed var(--accent);
        border-radius: 12px;
        background: color-mix(in srgb, var(--bg) 88%, transparent);
        display: grid;
        place-content: center;
        text-align: center;
        pointer-events: none;
      }
      .drop p:first-child {
        font-size: 18px;
        line-height: 32px;
        font-weight: 600;
      }
      @media (max-width: 1119px) {
        .layout,
        .layout.beside {
          grid-template-columns: minmax(0, 1fr);
        }
        .layout.beside {
          grid-template-columns: minmax(0, 1fr) minmax(288px, 320px);
        }
        path-nav {
          grid-column: 1 / -1;
          position: static;
          padding: 8px 0;
          margin: 0;
          border-bottom: 1px solid var(--line);
          max-height: none;
        }
        main {
          border-inline-start: 0;
          padding: 16px 0 80px;
        }
        .beside > main {
          padding-inline-end: 16px;
        }
        aside {
          padding-inline-start: 16px;
        }
      }
      @media (max-width: 719px) {
        .layout,
        .layout.beside {
          display: flex;
          flex-direction: column;
          align-items: stretch;
        }
        main,
        .beside > main {
          border: 0;
          padding: 12px 0 24px;
          min-height: 0;
        }
        path-nav,
        aside {
          align-self: stretch;
        }
        aside {
          position: static;
          max-height: none;
          padding: 16px 0 96px;
          border-top: 1px solid var(--line);
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unguard = guardSecondPress(window);
    addEventListener('keydown', this.#onKey);
    addEventListener('hashchange', this.#onHash);
    addEventListener('dragover', this.#onDrag);
    addEventListener('dragleave', this.#onDragLeave);
    addEventListener('drop', this.#onDrop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#address?.close();
    this.#unguard?.();
    removeEventListener('keydown', this.#onKey);
    removeEventListener('hashchange', this.#onHash);
    removeEventListener('dragover', this.#onDrag);
    removeEventListener('dragleave', this.#onDragLeave);
    removeEventListener('drop', this.#onDrop);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!this.bench) return;
    if (changed.has('bench')) this.#address = new Address(this.bench);
    if (this.bench.runs.active && !this.#wasActive) this.formOpen = false;
    if (this.bench.pointed !== this.#pointed && this.bench.pointed) this.formOpen = true; // its field is to be seen
    this.#pointed = this.bench.pointed;
    this.#wasActive = this.bench.runs.active;
    const title = titleOf(this.bench.runs.state) ?? strings.product;
    if (document.title !== title) document.title = title; // the browser tells others of the same title too
    this.#address?.write();
  }

  override render() {
    const { bench } = this;
    if (!bench) return html`<p class="hint wait" role="status">${strings.header.updating}</p>`; // see finishUpdate()
    // Another language is another page: every element is made anew, also those that follow no workbench.
    return keyed(language(), this.#page());
  }

  #page() {
    const { bench } = this;
    const layout = layoutOf(bench);
    return html`
      <button class="skip" @click=${() => this.#focus('main')}>${strings.skipToPanel}</button>
      <app-header .bench=${bench}></app-header>
      ${layout.strip ? html`<run-strip .bench=${bench}></run-strip>` : nothing}
      ${bench.problems.some((known) => known.place === 'page') ? html`<div class="page-problems">${problemsAt(bench, 'page')}</div>` : nothing}
      <div class=${`layout ${layout.side ? 'beside' : ''} ${layout.strip ? 'below-strip' : ''}`}>
        <path-nav .bench=${bench}></path-nav>
        <main tabindex="-1">
          ${bench.panel === 'data' || bench.panel === 'train' ? html`<unfinished-runs .bench=${bench}></unfinished-runs>` : nothing}
          ${isFirstScreen(bench) ? later(() => html`<opening-screen .bench=${bench}></opening-screen>`) : nothing}
          <other-tab .bench=${bench}></other-tab>
          <other-run .bench=${bench}></other-run>
          ${layout.stage ? this.#stage() : html`${problemsAt(bench, 'run')} ${isFirstScreen(bench) ? later(() => this.#panel()) : this.#panel()}`}
          ${bench.panel === 'train' ? later(() => html`<runs-list .bench=${bench} @show-form=${this.#showForm}></runs-list>`) : nothing}
        </main>
        ${layout.side ? this.#side(layout.side) : nothing}
      </div>
      ${later(() => html`<app-footer></app-footer>`)}
      ${
        this.dragging
          ? html`<div class="drop">
              <p>${strings.data.dropHere}</p>
              <p>${bench.view.words.dropMeaning}</p>
            </div>`
          : nothing
      }
      <toast-note .bench=${bench}></toast-note>
    `;
  }

  /** The run has the middle; the form of the next one waits folded. */
  #stage() {
    const { bench } = this;
    return html`
      <run-line .bench=${bench} ?open=${this.formOpen} @toggle-form=${this.#toggleForm}></run-line>
      ${this.formOpen ? html`<train-panel class="form" .bench=${bench}></train-panel>` : nothing}
      <run-panel role="region" aria-label=${strings.run.title} .bench=${bench} @new-run=${this.#newRun}></run-panel>
    `;
  }

  #side(side: 'plan' | 'settings') {
    const { bench } = this;
    const label = side === 'plan' ? strings.run.planned : strings.run.settings;
    return html`<aside aria-label=${label}>
      ${side === 'plan' ? html`<plan-panel .bench=${bench}></plan-panel>` : later(() => html`<run-settings .bench=${bench}></run-settings>`)}
    </aside>`;
  }

  #panel() {
    const { bench } = this;
    switch (bench.panel) {
      case 'data':
        return bench.view.dataPanel();
      case 'model':
        return html`<model-panel .bench=${bench}></model-panel>`;
      case 'freeze':
        return html`<freeze-panel .bench=${bench}></freeze-panel>`;
      case 'train':
        return html`<train-panel .bench=${bench}></train-panel>`;
      case 'adapter':
        return html`<adapter-panel .bench=${bench}></adapter-panel>`;
    }
  }

  #toggleForm(): void {
    this.formOpen = !this.formOpen;
  }

  /** Another run like the one that has ended: its settings on the form, the form unfolded. */
  async #newRun(): Promise<void> {
    const { settings } = this.bench.runs.state;
    if (settings) useSettings(this.bench, settings, strings.run.next.onForm);
    await this.#showForm();
  }

  async #showForm(): Promise<void> {
    this.formOpen = true;
    await this.updateComplete;
    // A host that takes the focus itself would keep Tab out of all that is in it.
    this.#focus('train-panel');
  }

  #focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  async #takeDropped(walk: ReturnType<typeof droppedFiles>, handles: ReturnType<typeof droppedHandles>): Promise<void> {
    const { data } = strings;
    try {
      const files = await walk;
      if (files.length > 0) await this.bench.takeFolder(files, await handles);
      else this.bench.report('data', 'drop', { what: data.nothingDropped, fix: data.unreadableDropFix });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.bench.show('data');
      const problem = { what: data.unreadableDrop, where: error.message, fix: data.unreadableDropFix };
      this.bench.report('data', 'drop', problem);
    }
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!event.repeat) this.bench.startOrPause(); // keys that are held down start, and do no more
  };

  readonly #onHash = (): void => this.#address?.follow();

  readonly #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging = true;
  };

  readonly #onDragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.dragging = false;
  };

  readonly #onDrop = (event: DragEvent): void => {
    if (!event.dataTransfer) return;
    event.preventDefault();
    this.dragging = false;
    if (this.bench.takesFolders) {
      void this.#takeDropped(droppedFiles(event.dataTransfer), droppedHandles(event.dataTransfer));
      return;
    }
    const files = [...event.dataTransfer.files];
    if (files.length > 0) void this.bench.take(files);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'adaptab-app': AdaptabApp;
  }
}
