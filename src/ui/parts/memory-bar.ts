import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { BytesByKind } from '../../worker/api';
import { bytes, bytesChange, count } from '../words/format';
import { strings } from '../words/strings';
import { kindColours } from './kind_colours';
import { atFirstSight, type MemoryPart, memoryParts, memorySummary } from './memory_parts';
import { shared } from './styles';

/** Bytes on the GPU as one stacked bar by kind, with the bar before the last edit as a ghost behind it. */
@customElement('memory-bar')
export class MemoryBar extends LitElement {
  @property({ attribute: false }) byKind: BytesByKind | null = null;
  @property({ type: Number }) planned = 0;
  /** Absent before a run. */
  @property({ type: Number }) allocated: number | null = null;
  /** The plan before the last edit, bytes. */
  @property({ type: Number }) previous: number | null = null;
  /** Which part of a run this is, where it has several. */
  @property() note = '';

  static override styles = [
    shared,
    kindColours,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 12px;
        align-items: baseline;
        margin-bottom: 8px;
      }
      .head p {
        color: var(--ink-2);
        font-size: 12px;
        line-height: 16px;
      }
      .meta {
        margin-bottom: 8px;
      }
      svg {
        display: block;
        width: 100%;
        height: 24px;
        overflow: visible;
      }
      .track {
        fill: var(--line);
      }
      .ghost {
        fill: none;
        stroke: var(--ink-3);
        stroke-dasharray: 3 3;
      }
      .part {
        stroke: var(--bg);
        stroke-width: 1.5;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(176px, 48%), 1fr));
        gap: 2px 12px;
        margin-top: 8px;
        font-size: 12px;
        line-height: 18px;
      }
      li {
        display: grid;
        grid-template-columns: 10px 1fr auto;
        gap: 8px;
        align-items: center;
        color: var(--ink-2);
      }
      li b {
        font-weight: 500;
        color: var(--ink);
      }
      .swatch {
        width: 10px;
        height: 10px;
        border-radius: 2px;
      }
      summary {
        font-size: 12px;
        line-height: 18px;
        font-weight: 400;
        padding: 2px 0;
      }
      details ul {
        margin-top: 0;
      }
      @media (forced-colors: active) {
        svg,
        .swatch {
          forced-color-adjust: none;
        }
      }
    `,
  ];

  override render() {
    const { byKind } = this;
    if (!byKind)
      return html`<div class="head"><h3>${strings.memory.title}</h3></div>
        <p class="hint">${strings.memory.none}</p>`;
    const total = this.allocated ?? this.planned;
    const scale = Math.max(total, this.allocated === null ? (this.previous ?? 0) : 0, 1);
    const parts = memoryParts(byKind, scale);
    return html`
      <div class="head">
        <h3>${strings.memory.title}</h3>
        <p>${this.#words()}</p>
      </div>
      ${this.note ? html`<p class="meta">${this.note}</p>` : nothing}
      <svg role="img" aria-label=${memorySummary(total, parts)}>
        <rect class="track" width="100%" height="24" rx="3"></rect>
        ${parts.map(
          (
            part,
          ) => svg`<rect class=${`part kind-${part.kind}`} x=${share(part.from)} width=${share(part.width)} height="24">
            <title>${part.name}: ${bytes(part.bytes)}. ${part.meaning}</title>
          </rect>`,
        )}
        ${
          this.allocated === null && this.previous !== null && this.previous !== total
            ? svg`<rect class="ghost" x=".5" y="-3.5" width=${share(this.previous / scale)} height="31" rx="3"></rect>`
            : nothing
        }
      </svg>
      ${this.#list(atFirstSight(parts))}
      ${this.#rest(parts)}
    `;
  }

  #list(parts: readonly MemoryPart[]) {
    return html`<ul>
      ${parts.map(
        (part) => html`<li title=${part.meaning}>
          <span class=${`swatch kind-${part.kind}`}></span><span>${part.name}</span><b>${bytes(part.bytes)}</b>
        </li>`,
      )}
    </ul>`;
  }

  /** What takes little, on request. */
  #rest(parts: readonly MemoryPart[]) {
    const first = atFirstSight(parts);
    const rest = parts.filter((part) => !first.includes(part));
    if (rest.length === 0) return nothing;
    const sum = rest.reduce((all, part) => all + part.bytes, 0);
    return html`<details>
      <summary>${strings.memory.rest(count(rest.length), bytes(sum))}</summary>
      ${this.#list(rest)}
    </details>`;
  }

  #words(): string {
    const { memory } = strings;
    if (this.allocated === null) {
      const change = this.previous === null ? 0 : this.planned - this.previous;
      return change === 0
        ? memory.predicted(bytes(this.planned))
        : `${memory.predicted(bytes(this.planned))}, ${memory.change(bytesChange(change))}`;
    }
    if (this.allocated === this.planned) return memory.equal(bytes(this.allocated));
    return memory.differs(bytes(this.planned), bytes(this.allocated));
  }
}

const share = (value: number): string => `${(value * 100).toFixed(3)}%`;
