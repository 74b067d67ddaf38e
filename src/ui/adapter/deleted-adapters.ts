import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { DeletedAdapter } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { entries } from '../parts/entries';
import { shared } from '../parts/styles';
import { ago, bytes, count } from '../words/format';
import { strings } from '../words/strings';

/** Adapters that are deleted: each can be brought back, or removed for good, which asks once, in place. */
@customElement('deleted-adapters')
export class DeletedAdapters extends BenchElement {
  @state() private removing: string | null = null;

  static override styles = [
    shared,
    entries,
    css`
      details {
        margin-top: 24px;
      }
      .hint {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const { deleted } = this.bench.adapters;
    if (deleted.length === 0) return nothing;
    const words = strings.deleted;
    const size = deleted.reduce((sum, adapter) => sum + adapter.bytes, 0);
    return html`<details>
      <summary>${words.title(count(deleted.length), bytes(size))}</summary>
      <p class="hint">${words.meaning}</p>
      <ul>
        ${deleted.map((adapter) => this.#line(adapter))}
      </ul>
    </details>`;
  }

  #line(adapter: DeletedAdapter) {
    const words = strings.deleted;
    return html`<li>
      <div>
        <p class="name">${adapter.name}</p>
        <p class="meta">${words.at(ago(adapter.deletedAt, Date.now()))} · ${bytes(adapter.bytes)}</p>
        ${adapter.unsaved ? html`<p class="hint">${strings.adapter.unsaved}</p>` : nothing}
      </div>
      <div class="row">
        ${this.removing === adapter.id ? this.#question(adapter) : this.#ways(adapter)}
      </div>
    </li>`;
  }

  #ways(adapter: DeletedAdapter) {
    const words = strings.deleted;
    return html`<button aria-label=${words.restoreNamed(adapter.name)} @click=${() => void this.bench.adapters.restore(adapter)}>
        ${words.restore}
      </button>
      <button class="quiet" aria-label=${words.purgeNamed(adapter.name)} @click=${() => this.#ask(adapter.id)}>${words.purge}</button>`;
  }

  #question(adapter: DeletedAdapter) {
    const words = strings.deleted;
    return html`<button @click=${() => this.#purge(adapter)}>${words.confirm}</button>
      <button class="quiet" @click=${() => this.#ask(null)}>${words.keep}</button>`;
  }

  #ask(id: string | null): void {
    this.removing = id;
  }

  #purge(adapter: DeletedAdapter): void {
    this.removing = null;
    void this.bench.adapters.purge(adapter);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'deleted-adapters': DeletedAdapters;
  }
}
