import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { type Panel, panels } from '../bench/workbench';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import { pathLine } from './path_lines';

/** The path from data to adapter, each entry with its state in one line. A column, or a scroller where the page is narrow. */
@customElement('path-nav')
export class PathNav extends BenchElement {
  static override styles = [
    shared,
    css`
      ol {
        display: flex;
        flex-direction: column;
        gap: 2px;
        counter-reset: entry;
      }
      button {
        width: 100%;
        min-height: 0;
        justify-content: start;
        text-align: start;
        font-weight: 400;
        background: transparent;
        display: grid;
        grid-template-columns: 20px 1fr;
        gap: 0 8px;
        padding: 8px;
        border-radius: var(--radius);
        border-color: transparent;
      }
      button:hover {
        background: var(--sunken);
      }
      button[aria-current] {
        background: var(--surface);
        border-color: var(--line);
      }
      button[aria-current] .name {
        font-weight: 600;
      }
      .index {
        grid-row: 1;
        width: 20px;
        height: 20px;
        border-radius: 10px;
        border: 1px solid var(--line-strong);
        color: var(--ink-2);
        font-size: 11px;
        line-height: 18px;
        text-align: center;
      }
      button[aria-current] .index {
        background: var(--accent);
        border-color: var(--accent);
        color: var(--on-accent);
      }
      .line {
        grid-column: 2;
        color: var(--ink-3);
        font-size: 12px;
        line-height: 16px;
      }
      @media (max-width: 1119px) {
        ol {
          flex-direction: row;
          overflow-x: auto;
          scrollbar-width: none;
          padding: 4px;
          margin: -4px;
          gap: 4px;
        }
        li {
          flex: 1 1 auto;
          min-width: 112px; /* a name in full, beside its number */
        }
        .name,
        .line {
          min-width: 0;
        }
        .line {
          white-space: nowrap;
          overflow: hidden;
          text-overflow: ellipsis;
        }
      }
      @media (max-width: 719px) {
        li {
          flex: 1 0 auto;
          max-width: 152px;
        }
      }
    `,
  ];

  override render() {
    return html`<nav aria-label=${strings.path.label}>
      <ol>
        ${panels.map((panel, index) => this.#entry(panel, index + 1))}
      </ol>
    </nav>`;
  }

  #entry(panel: Panel, number: number) {
    const current = this.bench.panel === panel;
    return html`<li>
      <button aria-current=${current ? 'page' : nothing} @click=${() => this.bench.show(panel)}>
        <span class="index" aria-hidden="true">${number}</span>
        <span class="name">${strings.path.names[panel]}</span>
        <span class="line">${pathLine(this.bench, panel)}</span>
      </button>
    </li>`;
  }

  protected override updated(): void {
    if (this.#shown === this.bench.panel) return;
    this.#shown = this.bench.panel;
    requestAnimationFrame(() => this.#scroll()); // when the page is laid out in any case
  }

  #scroll(): void {
    const current = this.renderRoot.querySelector('button[aria-current="page"]');
    const list = this.renderRoot.querySelector('ol');
    if (!(current instanceof HTMLElement) || !list || list.scrollWidth <= list.clientWidth) return;
    list.scrollLeft = current.offsetLeft - 16;
  }

  #shown: Panel | null = null;
}
