import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** The latest passing note, with its undo. It stays until the next one or until it is dismissed: nobody has to be quick. */
@customElement('toast-note')
export class ToastNote extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        z-index: 20;
        inset-block-end: 16px;
        inset-inline: 16px;
        pointer-events: none;
      }
      .toast {
        pointer-events: auto;
        display: flex;
        align-items: center;
        gap: 4px 12px;
        width: fit-content;
        max-width: 100%;
        margin: 0 auto;
        padding: 4px 4px 4px 16px;
        border-radius: 8px;
        background: var(--raised);
        border: 1px solid var(--line-strong);
        box-shadow: 0 4px 24px rgb(0 0 0 / 24%);
        overflow-wrap: anywhere;
      }
      .toast button {
        flex: none; /* the text wraps, its buttons never do */
      }
    `,
  ];

  override render() {
    const { toast } = this.bench;
    return html`<div role="status">
      ${
        toast
          ? html`<div class="toast">
              <span>${toast.text}</span>
              ${toast.undo ? html`<button @click=${() => this.#undo(toast.undo)}>${strings.undo}</button>` : nothing}
              <button class="quiet" aria-label=${strings.dismiss} @click=${() => this.bench.dismissToast()}>${icons.close}</button>
            </div>`
          : nothing
      }
    </div>`;
  }

  #undo(undo: (() => void) | undefined): void {
    this.bench.dismissToast();
    undo?.();
  }
}
