import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isUnmeasured, isWorseThanBase } from '../../best';
import type { ExportFormat, ListedAdapter } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { markOf } from '../runs/compared_curves';
import { runColours } from '../runs/run_colours';
import { ago, big, bytes, counted, loss, rate } from '../words/format';
import { strings } from '../words/strings';

/** Held-out loss of base and adapter. A file from elsewhere tells neither losses nor steps. */
function heldoutOf(adapter: ListedAdapter): string {
  const words = strings.adapter;
  if (isUnmeasured(adapter)) return adapter.steps > 0 ? words.nothingHeldOut : words.heldout(words.unknownLoss);
  return words.heldout(`${loss(adapter.baselineHeldout)} → ${loss(adapter.heldout)}`);
}

/** One kept adapter: name (changed in place), figures, try, download, delete. */
@customElement('adapter-row')
export class AdapterRow extends BenchElement {
  @property({ attribute: false }) adapter!: ListedAdapter;
  @state() private renaming = false;

  static override styles = [
    shared,
    runColours,
    css`
      article {
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
        padding: 12px 16px;
      }
      :host([chosen]) article {
        border-color: var(--accent);
        box-shadow: inset 0 0 0 1px var(--accent);
      }
      button.name {
        font-weight: 600;
        color: var(--ink);
        margin-inline-start: -8px;
        text-align: start;
        overflow-wrap: anywhere;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0 12px;
      }
      input[type='text'] {
        max-width: 320px;
      }
      .base {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        margin-top: 8px;
      }
      .figures {
        color: var(--ink-2);
        overflow-wrap: anywhere;
      }
      .worse {
        color: var(--warn);
      }
      .row {
        margin-top: 8px;
      }
      .compare {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-height: 32px;
        padding-inline: 8px;
        cursor: pointer;
      }
    `,
  ];

  override render() {
    const { adapter } = this;
    const words = strings.adapter;
    const own = this.bench.viewOfBase(adapter.base);
    return html`<article aria-label=${adapter.name}>
      <div class="top">
        ${this.renaming ? this.#nameField() : this.#nameButton()}
        <span class="meta">${own && this.bench.tasks.length > 1 ? `${own.words.name} · ` : ''}${ago(adapter.savedAt, Date.now())}</span>
      </div>
      <p class="figures" title=${words.made(big(adapter.parameters), rate(adapter.loraRank), rate(adapter.loraAlpha))}>
        ${words.line(heldoutOf(adapter), counted(adapter.steps, 'step'), bytes(adapter.bytes))}
      </p>
      ${isWorseThanBase(adapter) ? html`<p class="figures worse">${words.worse}</p>` : nothing}
      ${adapter.unsaved ? html`<p class="figures worse" role="status">${words.unsaved}</p>` : nothing}
      ${own?.adapterFacts(adapter) ?? nothing}
      ${adapter.hub ? this.#baseField(adapter.hub.nameOrPath) : nothing}
      <div class="row">
        ${own === this.bench.view ? own.adapterActions(adapter) : nothing}
        ${adapter.formats.map((format) => this.#download(format))}
        <button
          aria-label=${strings.shelf.duplicateNamed(adapter.name)}
          title=${strings.shelf.duplicateMeaning}
          @click=${() => void this.bench.adapters.duplicate(adapter)}
        >
          ${strings.shelf.duplicate}
        </button>
        ${this.#compare()}
        <button class="quiet" aria-label=${words.deleteNamed(adapter.name)} @click=${() => void this.bench.adapters.remove(adapter)}>
          ${words.delete}
        </button>
      </div>
    </article>`;
  }

  /** Offered where there is another one. */
  #compare() {
    const { list, compared } = this.bench.adapters;
    if (list.length < 2) return nothing;
    const { adapter } = this;
    const place = compared.placeOf(adapter);
    return html`<label class="compare">
      <input
        type="checkbox"
        aria-label=${strings.shelf.compareNamed(adapter.name)}
        .checked=${place >= 0}
        @change=${(event: Event) => compared.choose(adapter, (event.target as HTMLInputElement).checked)}
      />
      ${strings.shelf.compare}${place < 0 ? nothing : html` <strong class="letter ${markOf(place).colour}">${markOf(place).letter}</strong>`}
    </label>`;
  }

  #download(format: ExportFormat) {
    const { id, name: adapter } = this.adapter;
    const [name, meaning] = strings.adapter.formats[format];
    return html`<button
      aria-label=${strings.adapter.downloadNamed(name, adapter)}
      title=${meaning}
      @click=${() => void this.bench.adapters.download(id, format)}
    >
      ${icons.kept} ${name}
    </button>`;
  }

  /** By what other programs find the base: only the person knows it. */
  #baseField(nameOrPath: string) {
    const words = strings.adapter;
    return html`<label class="base" title=${words.baseNameMeaning}>
      ${words.baseName}
      <input
        type="text"
        spellcheck="false"
        .value=${nameOrPath}
        @change=${(event: Event) => void this.bench.adapters.nameBase(this.adapter.id, textOf(event))}
      />
    </label>`;
  }

  #nameButton() {
    return html`<button class="quiet name" title=${strings.adapter.renameHint} @click=${this.#edit}>${this.adapter.name}</button>`;
  }

  #nameField() {
    return html`<input
      id="rename"
      type="text"
      aria-label=${strings.adapter.rename(this.adapter.name)}
      .value=${this.adapter.name}
      @keydown=${this.#onKey}
      @change=${this.#rename}
      @blur=${this.#leave}
    />`;
  }

  async #edit(): Promise<void> {
    this.renaming = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>('#rename')?.select();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    if (event.key === 'Enter') this.#rename(event);
    this.#leave();
  }

  #rename(event: Event): void {
    if (this.renaming) void this.bench.adapters.rename(this.adapter.id, textOf(event));
  }

  #leave(): void {
    this.renaming = false;
  }
}
