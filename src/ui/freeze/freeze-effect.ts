import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PlanReport } from '../../worker/api';
import { shared } from '../parts/styles';
import { bytes, bytesChange } from '../words/format';
import { strings } from '../words/strings';

/** What the last edit of the filter did to memory, here and in openpi, and what freezing saves at all. */
@customElement('freeze-effect')
export class FreezeEffect extends LitElement {
  @property({ attribute: false }) plan!: PlanReport;
  /** The plan before the last edit. */
  @property({ attribute: false }) previous: PlanReport | null = null;
  /** The plan with nothing frozen. */
  @property({ attribute: false }) everything: PlanReport | null = null;

  static override styles = [
    shared,
    css`
      p {
        margin-top: 4px;
      }
      table {
        margin-top: 8px;
      }
      th[scope='row'] {
        cursor: help;
      }
    `,
  ];

  override render() {
    const { studio } = strings;
    const { plan, previous, everything } = this;
    const rows = [
      [studio.here, studio.hereMeaning, (one: PlanReport) => one.totalBytes],
      [studio.openpi, studio.openpiMeaning, (one: PlanReport) => one.openpiResidentBytes],
    ] as const;
    const saved = everything ? everything.totalBytes - plan.totalBytes : null;
    return html`
      <h3>${studio.effect}</h3>
      ${
        everything && saved !== null
          ? html`<p>${saved > 0 ? studio.saving(bytes(saved), bytes(everything.totalBytes)) : studio.nothingSaved}</p>`
          : nothing
      }
      ${plan.byKind.prefix > plan.totalBytes / 20 ? html`<p class="hint">${studio.cache(bytes(plan.byKind.prefix))}</p>` : nothing}
      <table>
        <thead>
          <tr>
            <th scope="col">${studio.where}</th>
            ${previous ? html`<th scope="col" class="number">${studio.before}</th>` : nothing}
            <th scope="col" class="number">${studio.now}</th>
            ${previous ? html`<th scope="col" class="number">${studio.change}</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, meaning, of]) => html`<tr>
              <th scope="row" title=${meaning}>${name}</th>
              ${previous ? html`<td class="number">${bytes(of(previous))}</td>` : nothing}
              <td class="number">${bytes(of(plan))}</td>
              ${previous ? html`<td class="number">${bytesChange(of(plan) - of(previous))}</td>` : nothing}
            </tr>`,
          )}
        </tbody>
      </table>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-effect': FreezeEffect;
  }
}
