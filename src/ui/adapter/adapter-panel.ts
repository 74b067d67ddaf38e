import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ListedAdapter } from '../../worker/api';
import './adapter-row';
import './compare-adapters';
import './deleted-adapters';
import './storage-used';
import { BenchElement, textOf } from '../bench/bench_element';
import { problemsAt } from '../parts/problem-note';
import { shared } from '../parts/styles';
import { count, onDay } from '../words/format';
import { strings } from '../words/strings';
import { isFound, SEARCHED_FROM } from './adapter_search';

/** The adapters kept in this browser: take them away, try them, bring one in. */
@customElement('adapter-panel')
export class AdapterPanel extends BenchElement {
  @state() private query = '';

  static override styles = [
    shared,
    css`
      .search {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
      }
      .search label {
        font-weight: 500;
      }
      .search input {
        flex: 1 1 160px;
        max-width: 320px;
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: start;
        gap: 8px 16px;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: 8px;
      }
      section {
        margin-top: 24px;
      }
      @media (max-width: 479px) {
        .head {
          flex-wrap: wrap;
        }
      }
      ul,
      .problems,
      .empty {
        margin-top: 16px;
        display: grid;
        gap: 8px;
        justify-items: stretch;
      }
      .above {
        margin-top: 16px;
      }
      .empty button {
        justify-self: start;
      }
    `,
  ];

  override render() {
    const words = strings.adapter;
    const { adapters, view } = this.bench;
    const shown = this.#found();
    return html`
      <div class="head">
        <div>
          <h2>${words.title}</h2>
          <p class="lead">${view.words.adapterLead}</p>
        </div>
        <div class="ways">
        <button title=${words.importMeaning} @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type="file"]')?.click()}>${words.import}</button>
        <input type="file" accept=".safetensors,.zip,.json" multiple hidden aria-label=${words.import} @change=${this.#onPick} />
        <button class="quiet" title=${words.backupMeaning} @click=${() => void adapters.backup()}>${words.backup}</button>
        <button class="quiet" title=${words.restoreBackupMeaning} @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input.backup')?.click()}>${words.restoreBackup}</button>
        <input class="backup" type="file" accept=".zip" hidden aria-label=${words.restoreBackup} @change=${this.#onBackup} />
        </div>
      </div>
      ${problemsAt(this.bench, 'adapter')} ${adapters.list.length === 0 ? this.#empty() : nothing}
      ${this.bench.storage.promised === false ? this.#mayBeCleared() : nothing} ${view.aboveAdapters()}
      ${
        adapters.list.length > 1
          ? html`<p class="hint above choose">${adapters.compared.count === 1 ? strings.shelf.one : strings.shelf.lead}</p>`
          : nothing
      }
      ${adapters.list.length < SEARCHED_FROM ? nothing : this.#search(shown.length)}
      <ul>
        ${repeat(
          shown,
          ({ id }) => id,
          (adapter) => html`<li>
            <adapter-row ?chosen=${view.isChosen(adapter)} .bench=${this.bench} .adapter=${adapter}></adapter-row>
          </li>`,
        )}
      </ul>
      <compare-adapters .bench=${this.bench}></compare-adapters>
      ${view.belowAdapters()}
      <deleted-adapters .bench=${this.bench}></deleted-adapters>
      ${adapters.list.length + adapters.deleted.length > 0 ? html`<storage-used .bench=${this.bench}></storage-used>` : nothing}
    `;
  }

  #mayBeCleared() {
    const { storage } = strings;
    return html`<p class="hint above">
      ${strings.adapter.mayBeCleared}
      <button title=${storage.askMeaning} @click=${() => void this.#askToKeep()}>${storage.ask}</button>
    </p>`;
  }

  async #askToKeep(): Promise<void> {
    const { storage } = this.bench;
    await storage.ask(true);
    this.bench.note(storage.promised ? strings.storage.granted : strings.storage.refused);
  }

  #search(found: number) {
    const { shelf } = strings;
    const { list } = this.bench.adapters;
    return html`<div class="search above">
      <label for="search">${shelf.search}</label>
      <input id="search" type="text" placeholder=${shelf.searchHint} .value=${this.query} @input=${this.#onSearch} />
      <span class="meta" role="status">${
        found === 0
          ? shelf.noneFound(this.query)
          : this.query.trim() === ''
            ? nothing
            : shelf.found(count(found), count(list.length))
      }</span>
    </div>`;
  }

  /** The adapters that the search leaves; all where there are too few to search. */
  #found(): readonly ListedAdapter[] {
    const { adapters, catalogue } = this.bench;
    if (adapters.list.length < SEARCHED_FROM) return adapters.list;
    const nameOf = (id: string): string => catalogue?.bases.find((base) => base.id === id)?.name ?? '';
    return adapters.list.filter((adapter) => {
      const task = this.bench.viewOfBase(adapter.base)?.words.name ?? '';
      return isFound(adapter, { base: nameOf(adapter.base), task }, this.query, onDay);
    });
  }

  #onSearch(event: Event): void {
    this.query = textOf(event);
  }

  #empty() {
    const [first] = this.bench.samples;
    return html`<div class="empty">
      <p>${strings.adapter.empty}</p>
      ${
        first && !this.bench.runs.active
          ? html`<button class="primary" ?disabled=${this.bench.device?.usable === false} @click=${() => void this.bench.fineTuneSample(first.id)}>
              ${strings.adapter.emptyButton}
            </button>`
          : nothing
      }
    </div>`;
  }

  #onPick(event: Event): void {
    const files = picked(event);
    if (files.length > 0) void this.bench.take(files);
  }

  #onBackup(event: Event): void {
    const [file] = picked(event);
    if (file) void this.bench.adapters.restoreBackup(file);
  }
}

/** The files that were chosen; the same can be chosen again. */
function picked(event: Event): File[] {
  const input = event.target as HTMLInputElement;
  const files = [...(input.files ?? [])];
  input.value = '';
  return files;
}
