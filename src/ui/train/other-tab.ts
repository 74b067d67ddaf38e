import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** Asks, in place, whether a run is to begin although another tab trains. */
@customElement('other-tab')
export class OtherTab extends BenchElement {
  static override styles = [
    shared,
    css`
      section {
        padding: 12px 16px;
        margin: 0 0 16px;
        border-radius: var(--radius);
        border-inline-start: 4px solid var(--warn);
        background: var(--warn-soft);
      }
      .row {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const { others } = this.bench;
    if (!others.asking) return nothing;
    const words = strings.otherTab;
    return html`<section role="alert">
      <p><b>${words.trains}</b> ${words.meaning}</p>
      <div class="row">
        <button class="primary" @click=${() => void others.answer(true)}>${words.anyway}</button>
        <button @click=${() => void others.answer(false)}>${words.notNow}</button>
      </div>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'other-tab': OtherTab;
  }
}
