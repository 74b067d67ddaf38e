import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { lossRows } from '../state/chart_data';
import { idleRun, type RunState } from '../state/run_state';
import { count, loss, rate } from '../words/format';
import { strings } from '../words/strings';

/** The chart's values as a table, built only while it is open. */
@customElement('loss-table')
export class LossTable extends LitElement {
  @property({ attribute: false }) run: RunState = idleRun;
  @state() private open = false;

  static override styles = [
    shared,
    scrolledTable,
    css`
      summary {
        font-size: 12px;
      }
      th,
      td {
        text-align: end;
      }
      .best {
        font-weight: 700;
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--surface);
      }
    `,
  ];

  override render() {
    if (this.run.train.length === 0 && this.run.baseline === null) return nothing;
    return html`<details @toggle=${this.#onToggle}>
      <summary>${strings.run.table}</summary>
      ${this.open ? this.#table() : nothing}
    </details>`;
  }

  #table() {
    const { run } = strings;
    const rows = lossRows(this.run, 200);
    const caption = run.tableCaption(count(rows.length), count(this.run.step));
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${caption}>
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${[run.stepAxis, run.train, run.heldout, run.gradNorm, run.learningRate].map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr>
              <th scope="row">${count(row.step)}</th>
              <td>${cell(row.train, loss)}</td>
              <td class=${row.best ? 'best' : nothing}>${row.best ? html`<span class="hidden-text">${run.best}: </span>` : nothing}${cell(row.heldout, loss)}</td>
              <td>${cell(row.gradNorm, rate)}</td>
              <td>${cell(row.learningRate, rate)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #onToggle(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
  }
}

const cell = (value: number | null, format: (value: number) => string): string =>
  value === null ? strings.run.none : format(value);
