import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { applyUpdate, type Offline, watchOffline } from '../../pwa/register';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';

/** The event by which Chromium browsers offer to install the page. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** Whether there is a network, whether the page works without, and the ways to install and to update it where there are any. */
@customElement('offline-state')
export class OfflineStateElement extends BenchElement {
  @state() private online = navigator.onLine;
  @state() private copy: Offline = { state: 'unsupported' };
  @state() private offer: InstallOffer | null = null;

  #stopWatching: (() => void) | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
      }
      .state {
        display: flex;
        gap: 6px;
        align-items: center;
        color: var(--ink-2);
        font-size: 12px;
        white-space: nowrap;
        padding: 0 8px;
      }
      .kept .icon {
        color: var(--accent);
      }
      @media (max-width: 719px) {
        .state {
          padding: 0 4px;
        }
        .word {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopWatching = watchOffline((copy) => {
      this.copy = copy;
    });
    addEventListener('online', this.#onNetwork);
    addEventListener('offline', this.#onNetwork);
    addEventListener('beforeinstallprompt', this.#onOffer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    removeEventListener('online', this.#onNetwork);
    removeEventListener('offline', this.#onNetwork);
    removeEventListener('beforeinstallprompt', this.#onOffer);
  }

  override render() {
    const { header } = strings;
    const kept = this.copy.state === 'ready' || this.copy.state === 'update available';
    const busy = this.bench.unsaved || this.bench.others.seen !== null; // a page that trains asks for parts of its own version
    const icon = !this.online ? icons.offline : kept ? icons.kept : icons.online;
    return html`
      ${this.offer ? html`<button class="quiet" @click=${this.#install}>${header.install}</button>` : nothing}
      ${
        this.copy.state === 'update available'
          ? html`<button title=${header.updateMeaning} ?disabled=${busy} @click=${applyUpdate}>${header.update}</button>`
          : nothing
      }
      <span class=${kept ? 'state kept' : 'state'} role="status" title=${sentence(this.copy.reason ?? '') || (kept ? header.offlineMeaning : header.onlineMeaning)}>
        ${icon}<span class="word">${this.#word(kept)}</span>
      </span>
    `;
  }

  #word(kept: boolean): string {
    const { header } = strings;
    if (!this.online) return header.offline;
    if (kept) return header.ready;
    if (this.copy.state === 'installing') return header.storing;
    return this.copy.state === 'failed' ? header.storeFailed : header.online;
  }

  readonly #onNetwork = (): void => {
    this.online = navigator.onLine;
  };

  readonly #onOffer = (event: Event): void => {
    event.preventDefault(); // the page offers it in its own place, when the person wants it
    this.offer = event as InstallOffer;
  };

  async #install(): Promise<void> {
    await this.offer?.prompt();
    this.offer = null;
  }
}
