import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { StoreSummary } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { WhenSeen } from '../parts/when_seen';
import { ago, bytes, counted } from '../words/format';
import { strings } from '../words/strings';

/** Frames that runs have taken through a model layer by layer, a row for each model and recording: each can be deleted. */
@customElement('kept-prefixes')
export class KeptPrefixesList extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      ul {
        margin-top: 8px;
        display: grid;
        gap: 8px;
      }
      .name {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    new WhenSeen(this, () => void this.bench.models.prefixes.look());
  }

  override render() {
    const { kept } = this.bench.models.prefixes;
    if (!kept || kept.stores.length === 0) return nothing;
    const { kept: said } = strings.pass;
    const all = bytes(kept.stores.reduce((sum, store) => sum + store.bytes, 0));
    return html`<section aria-label=${said.title}>
      <h3>${said.title}</h3>
      <p class="hint">${said.lead} ${kept.freeBytes === null ? said.all(all) : said.allAndRoom(all, bytes(kept.freeBytes))}</p>
      <ul>
        ${kept.stores.map((store) => this.#row(store))}
      </ul>
    </section>`;
  }

  #row(store: StoreSummary) {
    const { kept: said } = strings.pass;
    const name = store.label ? said.of(store.label.model, store.label.recording) : said.damaged;
    const size = bytes(store.bytes);
    const used = store.inUse ? said.inUse : store.lastUsed === null ? '' : ago(store.lastUsed, Date.now());
    return html`<li class="row">
      <span class="name">${name}</span>
      <span class="meta">${[counted(store.records, 'frame'), size, used].filter(Boolean).join(' · ')}</span>
      <button ?disabled=${store.inUse} aria-label=${said.removeNamed(name)} title=${said.frees(size)} @click=${() => void this.bench.models.prefixes.remove(store)}>
        ${said.remove}
      </button>
    </li>`;
  }
}
