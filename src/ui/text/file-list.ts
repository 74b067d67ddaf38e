import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FileReport, TableColumns } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { bytes, count } from '../words/format';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import type { DataDesk } from './data_desk';
import { words } from './words';

/** The files of the open data: format, size, examples, what could not be read, and the columns of tables. */
@customElement('file-list')
export class FileList extends BenchElement {
  @property({ attribute: false }) data!: DataDesk;

  static override styles = [
    shared,
    css`
      .scroll {
        overflow-x: auto;
      }
      tbody th {
        min-width: 104px;
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      td:last-child {
        padding: 0;
        width: 32px;
      }
      td button.quiet {
        min-height: 28px;
        padding: 4px;
      }
      .below td {
        border: 0;
        padding: 4px 0 8px;
        width: auto;
      }
      .below problem-note + problem-note {
        margin-top: 8px;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(168px, 1fr));
        gap: 8px 16px;
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      .columns legend {
        padding: 0;
        font-size: 12px;
        color: var(--ink-3);
        margin-bottom: 4px;
      }
      label {
        display: grid;
        gap: 4px;
        font-size: 12px;
        color: var(--ink-2);
      }
      @media (max-width: 479px) {
        .wide {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { data: named } = words;
    const files = this.data.report?.files ?? [];
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${named.files}>
      <table>
        <thead>
          <tr>
            <th scope="col">${named.file}</th>
            <th scope="col">${named.format}</th>
            <th scope="col" class="number wide">${named.size}</th>
            <th scope="col" class="number" title=${named.examplesMeaning}>${named.examples}</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${files.map((file) => this.#rows(file))}
        </tbody>
      </table>
    </div>`;
  }

  #rows(file: FileReport) {
    const removable = this.data.files.some((known) => known.name === file.name);
    const remove = words.data.remove(file.name);
    return html`
      <tr>
        <th scope="row">${file.name}</th>
        <td>${file.format}</td>
        <td class="number wide">${bytes(file.bytes)}</td>
        <td class="number">${count(file.examples)}</td>
        <td>
          ${
            removable
              ? html`<button
                  class="quiet"
                  aria-label=${remove}
                  title=${remove}
                  ?disabled=${this.bench.runs.active}
                  @click=${() => void this.data.removeFile(file.name)}
                >
                  ${icons.close}
                </button>`
              : nothing
          }
        </td>
      </tr>
      ${file.problems.length > 0 ? html`<tr class="below"><td colspan="5">${file.problems.map((problem) => html`<problem-note fixed ?mild=${file.examples > 0} .problem=${problem}></problem-note>`)}</td></tr>` : nothing}
      ${file.columns && file.columns.length > 0 ? html`<tr class="below"><td colspan="5">${this.#columns(file, file.columns)}</td></tr>` : nothing}
    `;
  }

  #columns(file: FileReport, columns: readonly string[]) {
    const chosen = file.chosenColumns;
    const choose = (change: { prompt?: string; completion?: string }): void => {
      const prompt = change.prompt ?? chosen?.prompt ?? '';
      const completion = change.completion ?? chosen?.completion ?? columns[0] ?? '';
      const next: TableColumns = prompt === '' ? { completion } : { prompt, completion };
      void this.data.chooseColumns(file.name, next);
    };
    return html`<fieldset class="columns" ?disabled=${this.bench.runs.active}>
      <legend>${words.data.columnsTitle(file.name)}</legend>
      <label>
        ${words.data.promptColumn}
        <select @change=${(event: Event) => choose({ prompt: textOf(event) })}>
          <option value="" ?selected=${!chosen?.prompt}>${words.data.noPrompt}</option>
          ${columns.map((column) => html`<option ?selected=${column === chosen?.prompt}>${column}</option>`)}
        </select>
      </label>
      <label>
        ${words.data.completionColumn}
        <select @change=${(event: Event) => choose({ completion: textOf(event) })}>
          ${columns.map((column) => html`<option ?selected=${column === chosen?.completion}>${column}</option>`)}
        </select>
      </label>
    </fieldset>`;
  }
}
