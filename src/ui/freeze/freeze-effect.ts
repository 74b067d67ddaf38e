import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PlanReport } from '../../worker/api';
import { shared } from '../parts/styles';
import { bytes, bytesChange } from '../words/format';
import { strings } from '../words/strings';

type Kept = Pick<PlanReport, 'openpiResidentBytes' | 'openpiEmaBytes'>;

interface Row {
  readonly name: string;
  readonly meaning: string;
  readonly now: number;
  readonly before: number | null;
}

const row = <T>(name: string, meaning: string, now: T, before: T | null, of: (one: T) => number): Row => ({
  name,
  meaning,
  now: of(now),
  before: before && of(before),
});

/** What the last edit of the filter did to memory, here and in openpi, and what freezing saves at all. */
@customElement('freeze-effect')
export class FreezeEffect extends LitElement {
  /** What openpi keeps. */
  @property({ attribute: false }) kept!: Kept;
  /** Whether that has a moving average of the parameters. */
  @property({ type: Boolean }) ema = false;
  /** Null where no step of the model can be planned. */
  @property({ attribute: false }) plan: PlanReport | null = null;
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
    const { kept, ema, plan, previous, everything } = this;
    const inOpenpi = (one: Kept) => one.openpiResidentBytes + (ema ? one.openpiEmaBytes : 0);
    const rows: readonly Row[] = [
      ...(plan ? [row(studio.here, studio.hereMeaning, plan, previous, (one) => one.totalBytes)] : []),
      row(ema ? studio.openpiWithEma : studio.openpi, studio.openpiMeaning, kept, previous, inOpenpi),
    ];
    const saved = everything && plan ? everything.totalBytes - plan.totalBytes : null;
    return html`
      <h3>${studio.effect}</h3>
      ${
        everything && saved !== null
          ? html`<p>${saved > 0 ? studio.saving(bytes(saved), bytes(everything.totalBytes)) : studio.nothingSaved}</p>`
          : nothing
      }
      ${plan && plan.byKind.prefix > plan.totalBytes / 20 ? html`<p class="hint">${studio.cache(bytes(plan.byKind.prefix))}</p>` : nothing}
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
            ({ name, meaning, now, before }) => html`<tr>
              <th scope="row" title=${meaning}>${name}</th>
              ${before === null ? nothing : html`<td class="number">${bytes(before)}</td>`}
              <td class="number">${bytes(now)}</td>
              ${before === null ? nothing : html`<td class="number">${bytesChange(now - before)}</td>`}
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
