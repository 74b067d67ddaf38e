import { css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import './auto-table';
import { BenchElement } from '../bench/bench_element';
import './card-table';
import './freeze-effect';
import { plansShown } from './freeze_figures';
import './freeze-parts';
import './freeze-tree';
import type { FreezeTree } from './freeze-tree';
import './freeze-why';
import { effectWords } from './freeze_words';
import '../parts/memory-bar';
import { segments } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { stageNote } from '../words/stage_words';
import { strings } from '../words/strings';

const details = ['tree', 'memory', 'fits'] as const;
export type Detail = (typeof details)[number];

/** What stands behind the picture, one click away: one of these, or none. */
@customElement('freeze-details')
export class FreezeDetails extends BenchElement {
  /** Which is open. A press fires `detail-chosen`. */
  @property({ attribute: false }) detail: Detail | null = null;

  @query('freeze-tree') private readonly tree!: FreezeTree;

  static override styles = [
    shared,
    segments,
    css`
      :host {
        container-type: inline-size;
      }
      .group {
        flex-wrap: wrap;
        width: max-content;
        max-width: 100%;
      }
      button[aria-expanded='true'] {
        background: var(--sunken);
        color: var(--ink);
        border-color: var(--line);
      }
      .open > * {
        margin-top: 24px;
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 5fr) minmax(0, 8fr);
        gap: 24px;
      }
      .reasons {
        display: grid;
        gap: 16px;
        align-content: start;
      }
      .edit b {
        font-weight: 600;
      }
      @container (max-width: 759px) {
        .sides {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override render() {
    return html`
      <div class="group" role="group" aria-label=${strings.studio.details}>
        ${details.map(
          (detail) => html`<button
            class="quiet"
            aria-expanded=${this.detail === detail ? 'true' : 'false'}
            aria-controls="open"
            @click=${() => this.#choose(this.detail === detail ? null : detail)}
          >
            ${strings.studio.detail[detail]}
          </button>`,
        )}
      </div>
      <div class="open" id="open">${this.#open()}</div>
    `;
  }

  #open() {
    const { bench } = this;
    switch (this.detail) {
      case 'tree':
        return html`<div class="sides">
          <div class="reasons">
            <freeze-parts .bench=${bench}></freeze-parts>
            <p class="meta">${strings.freeze.language}</p>
            <freeze-why .bench=${bench}></freeze-why>
          </div>
          <freeze-tree .bench=${bench}></freeze-tree>
        </div>`;
      case 'memory':
        return this.#memory();
      case 'fits':
        return html`<auto-table .bench=${bench}></auto-table>
          ${bench.catalogue?.plannedModels.some(({ task }) => task === bench.task) ? html`<card-table .bench=${bench}></card-table>` : nothing}`;
      case null:
        return nothing;
    }
  }

  #memory() {
    const { studio } = this.bench;
    const { plan, previous, everything } = plansShown(this.bench);
    const counts = plan ?? studio.good?.filter;
    if (!counts) return nothing;
    return html`
      ${
        plan
          ? html`<memory-bar .byKind=${plan.byKind} .planned=${plan.totalBytes} .previous=${previous?.totalBytes ?? null} .note=${stageNote(plan)}></memory-bar>`
          : nothing
      }
      ${plan && previous ? html`<p class="edit" role="status">${strings.studio.lastEdit} <b>${effectWords(previous, plan)}</b></p>` : nothing}
      <freeze-effect .kept=${counts} ?ema=${studio.size.ema} .plan=${plan} .previous=${plan ? previous : null} .everything=${everything}></freeze-effect>
    `;
  }

  /** Shows a leaf in the tree, which is open, with the focus on its line. */
  async reveal(path: string): Promise<void> {
    await this.updateComplete;
    await this.tree.reveal(path);
  }

  #choose(detail: Detail | null): void {
    this.dispatchEvent(new CustomEvent('detail-chosen', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-details': FreezeDetails;
  }
}
