import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { FreezeFilter, FreezePart } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { count, counted } from '../words/format';
import { strings } from '../words/strings';

/** The filter as an outline of its parts, each with the number of leaves that it matched; a press shows them in the tree. */
@customElement('freeze-parts')
export class FreezeParts extends BenchElement {
  static override styles = [
    shared,
    css`
      .hint {
        margin-bottom: 8px;
      }
      ul ul {
        margin-inline-start: 11px;
        border-inline-start: 1px solid var(--line-strong);
        padding-inline-start: 8px;
      }
      button {
        display: flex;
        justify-content: start;
        text-align: start;
        min-height: 28px;
        max-width: 100%;
        padding: 3px 6px;
        border-color: transparent;
        background: transparent;
        font-weight: 400;
        gap: 8px;
      }
      button:hover {
        background: var(--sunken);
      }
      button[aria-pressed='true'] {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
      code {
        overflow-wrap: anywhere;
      }
      .badge {
        flex: none;
        display: inline-flex;
        align-items: center;
        gap: 3px;
        min-width: 24px;
        justify-content: center;
        padding: 0 7px;
        border-radius: 9px;
        font-size: 12px;
        line-height: 18px;
        font-weight: 600;
        background: var(--frozen-soft);
        color: var(--frozen-ink);
        border: 1px solid var(--frozen);
      }
      .badge.zero {
        background: var(--danger-soft);
        color: var(--danger);
        border-color: var(--danger);
      }
      .badge.none {
        background: transparent;
        color: var(--ink-2);
        border-color: var(--line-strong);
      }
      .badge svg {
        width: 12px;
        height: 12px;
      }
      .reason {
        color: var(--danger);
        font-size: 12px;
        line-height: 16px;
      }
      @media (pointer: coarse) {
        button {
          min-height: 36px;
        }
      }
    `,
  ];

  protected override drawnFrom() {
    const { good, part } = this.bench.studio;
    return [good, part];
  }

  override render() {
    const { studio } = strings;
    const { good } = this.bench.studio;
    if (!good) return nothing;
    const { filter } = good;
    return html`
      <h3>${studio.parts}</h3>
      <p class="hint">${studio.partsHint}</p>
      <ul>
        ${this.#part(filter, childrenOf(filter.parts), 0)}
      </ul>
      ${filter.ignored.length > 0 ? html`<p class="hint">${studio.ignored(filter.ignored.join(' · '))}</p>` : nothing}
    `;
  }

  #part(filter: FreezeFilter, children: ReadonlyMap<number, readonly number[]>, index: number): TemplateResult {
    const part = filter.parts[index]!;
    const inner = children.get(index) ?? [];
    const name = inner.length > 0 ? part.kind : part.text;
    const leaves = counted(part.leaves.length, 'leaf');
    const { studio } = this.bench;
    return html`<li>
      <button aria-pressed=${studio.part === index ? 'true' : 'false'} @click=${() => studio.choosePart(index)}>
        <code>${name}</code>
        <span class=${`badge ${part.leaves.length > 0 ? '' : part.empty === null ? 'none' : 'zero'}`}>
          ${part.empty === null ? nothing : icons.warn}<span aria-hidden="true">${count(part.leaves.length)}</span
          ><span class="hidden-text">${strings.studio.matchesLeaves(leaves)}</span>
        </span>
        ${part.empty === null ? nothing : html`<span class="reason">${part.empty}</span>`}
      </button>
      ${inner.length > 0 ? html`<ul>${inner.map((child) => this.#part(filter, children, child))}</ul>` : nothing}
    </li>`;
  }
}

/** For each part, the indexes of those directly in it. */
function childrenOf(parts: readonly FreezePart[]): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const [index, { parent }] of parts.entries()) {
    const known = children.get(parent);
    if (known) known.push(index);
    else children.set(parent, [index]);
  }
  return children;
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-parts': FreezeParts;
  }
}
