import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import { markOf } from './compared_curves';
import { runColours } from './run_colours';
import { type ComparedRow, differences, results, settingsInWords } from './setting_words';

/** Of the runs that are compared: the settings that differ, and what each came to. */
@customElement('runs-differences')
export class RunsDifferences extends BenchElement {
  static override styles = [
    shared,
    scrolledTable,
    runColours,
    css`
      .scroll {
        max-height: none;
      }
      thead th {
        font-weight: 600;
        color: var(--ink);
        overflow-wrap: anywhere;
        min-width: 96px;
      }
      tbody th {
        color: var(--ink-2);
        min-width: 112px;
      }
      td {
        overflow-wrap: anywhere;
      }
      .outcome td {
        font-weight: 600;
      }
      .first > * {
        border-top: 2px solid var(--line-strong);
      }
    `,
  ];

  override render() {
    const words = strings.runs;
    const { ended, view, catalogue } = this.bench;
    const runs = ended.compared;
    const baseName = (id: string): string => catalogue?.bases.find((base) => base.id === id)?.name ?? id;
    const rows = differences(runs.map(({ settings }) => settingsInWords(settings, view, baseName)));
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${words.tableCaption}>
      <table>
        <caption>
          ${rows.length === 0 ? words.same : words.tableCaption}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.setting}</th>
            ${runs.map(
              ({ settings }, place) =>
                html`<th scope="col"><span class=${`letter ${markOf(place).colour}`}>${markOf(place).letter}</span> · ${settings.name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.#row(row, ''))}
          ${results(runs).map((row, at) => this.#row(row, at === 0 ? 'outcome first' : 'outcome'))}
        </tbody>
      </table>
    </div>`;
  }

  #row({ name, values }: ComparedRow, kind: string) {
    return html`<tr class=${kind}>
      <th scope="row">${name}</th>
      ${values.map((value) => html`<td>${value}</td>`)}
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'runs-differences': RunsDifferences;
  }
}
