import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import type { Undo } from '../bench/desk';
import type { Notices } from '../bench/notices';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** Milliseconds that a note stays: long enough to read, longer where it offers something. */
const STAYS = { told: 6000, offered: 20_000 } as const;

/**
 * The latest passing note, with its undo. It leaves by itself, but not under the pointer or the focus. On a wide page it
 * stands below the path, where nothing else is; on a narrow one at the lower edge, as a bar for which the page makes
 * room, so that all can be scrolled free of it and the focus is never below it.
 */
@customElement('toast-note')
export class ToastNote extends BenchElement {
  #shown: Notices['toast'] = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #resized = new ResizeObserver(([entry]) => this.#makeRoom(entry?.borderBoxSize[0]?.blockSize ?? 0));

  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        z-index: 20;
        inset-block-end: 16px;
        inset-inline-start: calc(var(--edge) - 8px);
        width: 224px;
      }
      .toast {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: 0 4px;
        padding: 12px 8px 8px 12px;
        border-radius: 8px;
        background: var(--raised);
        border: 1px solid var(--line-strong);
        box-shadow: 0 4px 24px rgb(0 0 0 / 24%);
        overflow-wrap: anywhere;
      }
      p {
        flex: 1 1 100%;
      }
      .toast button {
        flex: none; /* the text wraps, its buttons never do */
      }
      @media (max-width: 1119px) {
        :host {
          inset: auto 0 0;
          width: auto;
        }
        .toast {
          flex-wrap: nowrap;
          align-items: center;
          padding: 4px var(--edge);
          border-radius: 0;
          border-width: 1px 0 0;
          box-shadow: none;
        }
        p {
          flex: 1 1 auto;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#resized.disconnect();
    this.#makeRoom(0);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.#shown === this.bench.toast) return;
    this.#shown = this.bench.toast;
    this.#wait();
  }

  override render() {
    const { toast } = this.bench;
    return html`<div role="status" @pointerenter=${this.#hold} @pointerleave=${this.#wait} @focusin=${this.#hold} @focusout=${this.#wait} @keydown=${this.#onKey}>
      ${
        toast
          ? html`<div class="toast">
              <p>${toast.text}</p>
              ${toast.undo ? html`<button @click=${() => this.#undo(toast.undo)}>${strings.undo}</button>` : nothing}
              <button class="quiet" aria-label=${strings.dismiss} @click=${() => this.bench.dismissToast()}>${icons.close}</button>
            </div>`
          : nothing
      }
    </div>`;
  }

  /** From now on, it stays for its time. */
  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#shown) return;
    const stays = this.#shown.undo ? STAYS.offered : STAYS.told;
    this.#timer = setTimeout(() => this.bench.dismissToast(), stays);
  }

  #hold(): void {
    clearTimeout(this.#timer);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.bench.dismissToast();
  }

  #undo(undo: Undo | undefined): void {
    this.bench.dismissToast();
    undo?.take();
  }

  /** As many pixels at the lower edge of a narrow page: see theme.css. What has the focus is scrolled out of them. */
  #makeRoom(height: number): void {
    document.documentElement.style.setProperty('--toast', `${Math.ceil(height)}px`);
    if (height > 0) focused()?.scrollIntoView({ block: 'nearest' });
  }
}

/** The element that has the focus, in whatever shadow root; null where none has. */
function focused(): Element | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found === document.body ? null : found;
}
