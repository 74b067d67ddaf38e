import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LeafNorms } from '../../worker/api';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import {
  changeWords,
  columnsOf,
  type DeltaMapName,
  type DeltaPlace,
  layerWords,
  neighbour,
  shadeOf,
  shortLeaves,
} from './delta_cells';
import { deltaShades } from './delta_styles';

/** One heat map, leaves down and layers across: a table for who listens, and the arrow keys go from square to square. Fires `point` with a DeltaPlace. */
@customElement('delta-map')
export class DeltaMap extends LitElement {
  @property({ attribute: false }) norms: readonly LeafNorms[] = [];
  @property() map: DeltaMapName = 'first';
  @property() name = '';
  /** What the darkest shade stands for. */
  @property({ type: Number }) most = 0;
  /** The square that is read, in every map. */
  @property({ attribute: false }) at: DeltaPlace = { row: 0, layer: 0 };

  static override styles = [
    shared,
    deltaShades,
    css`
      table {
        table-layout: fixed;
        border-collapse: separate;
        border-spacing: 1px;
      }
      caption {
        text-align: start;
        padding-bottom: 4px;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      th {
        padding: 0;
        border: 0;
        font: 11px / 14px var(--mono);
        color: var(--ink-3);
      }
      th.leaf {
        width: 44%;
      }
      tbody th {
        padding-inline-end: 8px;
        color: var(--ink-2);
        overflow-wrap: anywhere;
        vertical-align: middle;
      }
      thead th:not(.leaf) {
        text-align: center;
      }
      td {
        padding: 0;
        height: 22px;
        border: 1px solid var(--line);
        position: relative;
      }
      td.at {
        box-shadow: inset 0 0 0 2px var(--ink);
      }
      td:focus-visible {
        outline-offset: 0;
        z-index: 1;
      }
    `,
  ];

  override render() {
    const { compared } = strings;
    const columns = columnsOf(this.norms);
    const names = shortLeaves(this.norms);
    return html`<table role="grid" aria-readonly="true" @keydown=${this.#onKey}>
      <caption title=${compared.mapMeaning[this.map]}>
        ${this.name}
      </caption>
      <thead>
        <tr>
          <th class="leaf" scope="col"><span class="hidden-text">${compared.leaf}</span></th>
          ${Array.from({ length: columns }, (_, layer) => this.#heading(layer, columns))}
        </tr>
      </thead>
      <tbody>
        ${this.norms.map(
          (leaf, row) => html`<tr>
            <th scope="row" title=${leaf.leaf}>${brokenAtParts(names[row]!)}</th>
            ${leaf.layers.map((_, layer) => this.#square(leaf, names[row]!, { row, layer }, leaf.layered ? 1 : columns))}
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** Where there are many layers, every fourth has its number written. */
  #heading(layer: number, columns: number) {
    const isWritten = columns <= 8 || layer % 4 === 0;
    return html`<th scope="col">
      <span aria-hidden="true">${isWritten ? layer : nothing}</span><span class="hidden-text">${strings.compared.layer(String(layer))}</span>
    </th>`;
  }

  #square(leaf: LeafNorms, name: string, place: DeltaPlace, columns: number) {
    const value = leaf.layers[place.layer]![this.map];
    const isAt = this.at.row === place.row && this.at.layer === place.layer;
    const words = strings.compared.cell(name, layerWords(leaf, place.layer), changeWords(value));
    const point = (): void => this.#point(place);
    return html`<td
      class=${`${shadeOf(value, this.most)} ${isAt ? 'at' : ''}`}
      colspan=${columns}
      tabindex=${isAt ? '0' : '-1'}
      data-place=${`${place.row} ${place.layer}`}
      @pointerenter=${point}
      @focus=${point}
    >
      <span class="hidden-text">${words}</span>
    </td>`;
  }

  #point(place: DeltaPlace): void {
    if (place.row !== this.at.row || place.layer !== this.at.layer)
      this.dispatchEvent(new CustomEvent<DeltaPlace>('point', { detail: place }));
  }

  #onKey(event: KeyboardEvent): void {
    const next = neighbour(this.norms, this.at, event.key);
    if (!next) return;
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>(`[data-place='${next.row} ${next.layer}']`)?.focus();
  }
}

/** It may go on in the next line behind each part of its name. */
const brokenAtParts = (name: string) => name.split(/(?<=[/._])/).map((part) => html`${part}<wbr />`);

declare global {
  interface HTMLElementTagNameMap {
    'delta-map': DeltaMap;
  }
}
