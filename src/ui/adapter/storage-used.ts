import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { ListedAdapter, StorageUse } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { bytes } from '../words/format';
import { strings } from '../words/strings';

/** What is stored in this browser, by kind, against what it grants; whether it has promised to keep it. */
@customElement('storage-used')
export class StorageUsed extends BenchElement {
  #list: readonly ListedAdapter[] | null = null;

  static override styles = [
    shared,
    css`
      section {
        margin-top: 32px;
        padding-top: 24px;
        border-top: 1px solid var(--line);
      }
      dl.facts {
        grid-template-columns: repeat(auto-fill, minmax(132px, 1fr));
        margin-top: 12px;
      }
      .all {
        margin-top: 12px;
      }
    `,
  ];

  /** Looked at anew whenever the list of adapters is. */
  protected override updated(_changed: PropertyValues): void {
    const { list, storage } = this.bench.adapters;
    if (list === this.#list) return;
    this.#list = list;
    void storage.look();
  }

  override render() {
    const { used } = this.bench.adapters.storage;
    if (!used) return nothing;
    const words = strings.storage;
    const { promised } = this.bench.storage;
    return html`<section aria-label=${words.title}>
      <h3>${words.title}</h3>
      <dl class="facts">
        ${this.#kind(words.adapters, words.adaptersMeaning, used.adapterBytes)}
        ${this.#kind(words.models, words.modelsMeaning, used.modelBytes)}
        ${this.#kind(words.frames, words.framesMeaning, used.frameBytes)} ${this.#others(used)}
      </dl>
      ${this.#all(used)} ${promised ? html`<p class="hint all">${words.promised}</p>` : nothing}
    </section>`;
  }

  #kind(name: string, meaning: string, value: number) {
    return html`<div title=${meaning}>
      <dt>${name}</dt>
      <dd>${bytes(value)}</dd>
    </div>`;
  }

  #others({ adapterBytes, modelBytes, frameBytes, usedBytes }: StorageUse) {
    if (usedBytes === null) return nothing;
    const { others, othersMeaning } = strings.storage;
    return this.#kind(others, othersMeaning, Math.max(0, usedBytes - adapterBytes - modelBytes - frameBytes));
  }

  #all({ usedBytes, quotaBytes }: StorageUse) {
    const words = strings.storage;
    if (usedBytes === null || quotaBytes === null) return html`<p class="hint all">${words.untold}</p>`;
    const all = words.all(bytes(usedBytes), bytes(quotaBytes));
    return html`<div class="all">
      <progress max=${quotaBytes} value=${usedBytes} aria-label=${all}></progress>
      <p class="hint">${all}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'storage-used': StorageUsed;
  }
}
