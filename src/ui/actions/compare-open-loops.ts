import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { OpenLoop } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import type { Pair } from '../bench/compare_desk';
import { icons } from '../parts/icons';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { quantity } from '../words/format';
import { strings } from '../words/strings';
import type { EvaluationDesk } from './evaluation_desk';
import { words as own } from './words';

/** Errors of two adapters and of their base on the open recording, joint by joint. */
@customElement('compare-open-loops')
export class CompareOpenLoops extends BenchElement {
  @property({ attribute: false }) desks!: readonly [EvaluationDesk, EvaluationDesk];
  @property({ attribute: false }) pair!: Pair;
  /** Why they cannot be tried now; empty where they can. */
  @property() hindrance = '';

  static override styles = [
    shared,
    scrolledTable,
    css`
      .row {
        margin: 8px 0;
      }
      .best {
        font-weight: 600;
      }
      .best svg {
        width: 12px;
        height: 12px;
      }
      thead th {
        overflow-wrap: anywhere;
        white-space: normal;
      }
    `,
  ];

  override render() {
    const { compared } = strings;
    const found = this.pair.map((adapter, n) => {
      const evaluation = this.desks[n]!.evaluation;
      return evaluation?.id === adapter.id ? evaluation : null;
    });
    const busy = found.find((evaluation) => evaluation?.openLoop === null);
    const [first, second] = found.map((evaluation) => evaluation?.openLoop ?? null);
    return html`
      <h3>${compared.samples}</h3>
      <div class="row">
        ${
          busy
            ? html`<button @click=${this.#stop}>${icons.stop} ${strings.compared.stop}</button>`
            : html`<button ?disabled=${this.hindrance !== ''} @click=${() => void this.#evaluate()}>${own.adapter.tryBoth}</button>`
        }
        <span class="hint" role="status">${busy ? own.adapter.trying(busy.name) : this.hindrance || own.adapter.bothMeaning}</span>
      </div>
      ${first && second ? this.#table(first, second) : nothing}
    `;
  }

  #table(first: OpenLoop, second: OpenLoop) {
    const { compared } = strings;
    const words = own.openLoop;
    const [one, other] = this.pair;
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${words.caption}>
      <table>
        <caption>
          ${words.caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.joint}</th>
            <th scope="col" class="number">${compared.first(one.name)}</th>
            <th scope="col" class="number">${compared.second(other.name)}</th>
            <th scope="col" class="number" title=${words.predictors.base[1]}>${words.predictors.base[0]}</th>
          </tr>
        </thead>
        <tbody>
          ${first.joints.map((joint, n) => {
            const errors = [first.mae[n]!, second.mae[n]!, first.base[n]!];
            const least = Math.min(...errors);
            return html`<tr>
              <th scope="row">${joint}</th>
              ${errors.map((error) => this.#error(error, error === least))}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  #error(value: number, best: boolean) {
    if (!best) return html`<td class="number">${quantity(value)}</td>`;
    return html`<td class="number best">${icons.check}<span class="hidden-text">${own.openLoop.best}: </span>${quantity(value)}</td>`;
  }

  #stop(): void {
    for (const desk of this.desks) desk.forget();
  }

  /** One after the other: each takes the GPU. */
  async #evaluate(): Promise<void> {
    const { pair, desks } = this;
    this.#stop();
    await desks[0].evaluate(pair[0]);
    if (desks[0].evaluation) await desks[1].evaluate(pair[1]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'compare-open-loops': CompareOpenLoops;
  }
}
