import { css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import type { Detail, FreezeDetails } from './freeze-details';
import './freeze-details';
import './freeze-editor';
import './freeze-figure';
import { plansShown } from './freeze_figures';
import './freeze-findings';
import './freeze-map';
import './freeze-model';
import './freeze-presets';
import { problemsAt } from '../parts/problem-note';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/**
 * The studio as one picture: the filter with what is wrong with it, beside all parameters and the memory that they take. Tree, reasons, parts
 * and tables are one click behind it.
 */
@customElement('freeze-panel')
export class FreezePanel extends BenchElement {
  @state() private detail: Detail | null = null;
  @query('freeze-details') private readonly details!: FreezeDetails;

  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
        align-items: center;
      }
      .top h2 {
        margin-inline-end: auto;
      }
      freeze-presets,
      .picture,
      freeze-details {
        margin-top: 12px;
      }
      .picture {
        display: grid;
        grid-template-columns: minmax(0, 4fr) minmax(0, 5fr);
        gap: 16px 24px;
      }
      .said {
        display: grid;
        gap: 8px;
        align-content: start;
      }
      .seen {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      freeze-map {
        flex: 1;
      }
      /* A stacking context each: what a key does not change is not painted again. */
      freeze-presets,
      freeze-editor,
      freeze-findings,
      freeze-figure,
      freeze-details {
        isolation: isolate;
      }
      @container (max-width: 759px) {
        .picture {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override render() {
    const { bench } = this;
    const { studio } = bench;
    const stale = studio.mistaken && studio.good !== null;
    const { problem } = plansShown(bench);
    return html`
      <div class="top">
        <h2>${strings.freeze.title}</h2>
        <freeze-model .bench=${bench}></freeze-model>
      </div>
      ${problemsAt(bench, 'freeze')}
      <freeze-presets .bench=${bench}></freeze-presets>
      <div class="picture">
        <div class="said">
          <freeze-editor .bench=${bench}></freeze-editor>
          <freeze-findings .bench=${bench}></freeze-findings>
          ${problem && studio.apart && !studio.report?.mistake ? html`<problem-note fixed .problem=${problem}></problem-note>` : nothing}
        </div>
        <div class="seen">
          ${stale ? html`<p class="meta">${strings.studio.stale}</p>` : nothing}
          <freeze-figure .bench=${bench}></freeze-figure>
          <freeze-map .bench=${bench} @leaf-chosen=${(event: CustomEvent<string>) => void this.#showLeaf(event.detail)}></freeze-map>
        </div>
      </div>
      <freeze-details
        .bench=${bench}
        .detail=${this.detail}
        @detail-chosen=${(event: CustomEvent<Detail | null>) => {
          this.detail = event.detail;
        }}
      ></freeze-details>
    `;
  }

  /** Opens the tree at a leaf, with the reasons why it is frozen or trains. */
  async #showLeaf(path: string): Promise<void> {
    const { studio } = this.bench;
    if (studio.leaf !== path) studio.chooseLeaf(path);
    this.detail = 'tree';
    await this.updateComplete;
    await this.details.reveal(path);
  }
}
