import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import './adapter-row';
import './compare-adapters';
import { BenchElement } from '../bench/bench_element';
import { problemsAt } from '../parts/problem-note';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** The adapters kept in this browser: take them away, try them, bring one in. */
@customElement('adapter-panel')
export class AdapterPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      .head {
        display: flex;
        justify-content: space-between;
        align-items: start;
        gap: 8px 16px;
      }
      .head button {
        flex: none;
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
    return html`
      <div class="head">
        <div>
          <h2>${words.title}</h2>
          <p class="lead">${view.words.adapterLead}</p>
        </div>
        <button title=${words.importMeaning} @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type="file"]')?.click()}>${words.import}</button>
        <input type="file" accept=".safetensors,.zip,.json" multiple hidden aria-label=${words.import} @change=${this.#onPick} />
      </div>
      ${problemsAt(this.bench, 'adapter')} ${adapters.list.length === 0 ? this.#empty() : nothing}
      ${this.bench.storage.promised === false ? html`<p class="hint above">${words.mayBeCleared}</p>` : nothing} ${view.aboveAdapters()}
      ${
        adapters.list.length > 1
          ? html`<p class="hint above choose">${adapters.compared.count === 1 ? strings.shelf.one : strings.shelf.lead}</p>`
          : nothing
      }
      <ul>
        ${adapters.list.map(
          (adapter) => html`<li>
            <adapter-row ?chosen=${view.isChosen(adapter)} .bench=${this.bench} .adapter=${adapter}></adapter-row>
          </li>`,
        )}
      </ul>
      <compare-adapters .bench=${this.bench}></compare-adapters>
      ${view.belowAdapters()}
    `;
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
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) void this.bench.take(files);
  }
}
