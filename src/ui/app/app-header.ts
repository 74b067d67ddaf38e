import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import './device-report';
import './offline-state';
import './task-switch';
import './language-switch';
import './theme-switch';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** Wordmark, offline state, what the device can do, tasks, theme. What changes its width stands before the rest, which then keeps its place. */
@customElement('app-header')
export class AppHeader extends BenchElement {
  @state() private open = false;

  static override styles = [
    shared,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 4px 8px;
        min-height: 48px;
        padding: 0 var(--edge);
        border-bottom: 1px solid var(--line);
        background: var(--surface);
        position: relative;
      }
      h1 {
        font-size: 16px;
        line-height: 24px;
        font-weight: 650;
        letter-spacing: -0.015em;
        margin: 0 auto 0 0;
        display: flex;
        align-items: center;
        gap: 8px;
      }
      h1 svg {
        width: 20px;
        height: 20px;
      }
      .chip {
        border-color: var(--line);
        max-width: 44vw;
        color: var(--ink-2);
      }
      .chip .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .chip.bad {
        color: var(--danger);
        border-color: var(--danger);
      }
      .slow {
        color: var(--warn);
        font-size: 12px;
        font-weight: 400;
        white-space: nowrap;
      }
      device-report {
        position: absolute;
        z-index: 10;
        top: 100%;
        inset-inline-end: 8px;
        width: min(520px, calc(100vw - 16px));
        margin-top: 4px;
      }
      @media (max-width: 1023px) {
        .slow {
          display: none;
        }
        .chip {
          max-width: 224px;
        }
      }
      @media (max-width: 859px) {
        header {
          flex-wrap: wrap;
          gap: 8px;
          padding-block: 8px;
        }
        /* The second row: what the page is about, and in which language. */
        header::after {
          content: '';
          order: 1;
          flex: 0 0 100%;
          margin-top: -8px;
        }
        task-switch,
        language-switch {
          order: 2;
        }
        task-switch {
          flex: 1;
        }
        language-switch {
          margin-inline-start: auto;
        }
      }
      @media (max-width: 479px) {
        .chip {
          padding: 5px 8px;
        }
        .chip .name {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { device } = this.bench;
    const name = device ? (device.usable ? device.name : strings.header.noGpu) : strings.header.checking;
    const slow = device?.usable && device.software ? strings.header.software : '';
    return html`<header>
      <h1>
        <svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke-linecap="round" stroke-width="2.2">
          <path d="M3 16C7 16 8 4 12.5 4S16 9 17 9" stroke="var(--accent)"></path>
          <path d="M3 16h14" stroke="var(--line-strong)" stroke-width="1.5"></path>
        </svg>
        ${strings.product}
      </h1>
      <offline-state .bench=${this.bench}></offline-state>
      <button
        class=${device && !device.usable ? 'chip bad' : 'chip'}
        aria-expanded=${this.open}
        aria-label=${strings.header.deviceOpen([name, slow].filter(Boolean).join(' '))}
        title=${strings.header.deviceTitle}
        ?disabled=${device === null}
        @click=${() => {
          this.open = !this.open;
        }}
      >
        ${icons.chip}<span class="name">${name}</span>
        ${slow ? html`<span class="slow">${slow}</span>` : nothing}
      </button>
      ${this.bench.tasks.length > 1 ? html`<task-switch .bench=${this.bench}></task-switch>` : nothing}
      <theme-switch></theme-switch>
      <language-switch .bench=${this.bench}></language-switch>
      ${this.open && device ? html`<device-report .report=${device} @close=${this.#close} @keydown=${this.#onKey}></device-report>` : nothing}
    </header>`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#close();
  }

  #close(): void {
    this.open = false;
    this.renderRoot.querySelector<HTMLElement>('.chip')?.focus();
  }
}
