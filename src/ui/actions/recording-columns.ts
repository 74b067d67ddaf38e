import { css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RecordingColumns } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { shared } from '../parts/styles';
import type { RecordingDesk } from './recording_desk';
import { words as own } from './words';

type Role = keyof RecordingColumns;
const roles: readonly Role[] = ['state', 'action'];

/** Says of each column of a recording whether it is state, action or neither, where that could not be guessed. */
@customElement('recording-columns')
export class RecordingColumnsView extends BenchElement {
  @property({ attribute: false }) recording!: RecordingDesk;
  /** By name of the column; what is not in it is not used. */
  @state() private chosen: ReadonlyMap<string, Role> = new Map();

  static override styles = [
    shared,
    css`
      :host {
        margin-top: 16px;
      }
      .scroll {
        max-height: 288px;
        overflow: auto;
        margin-top: 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 0 12px;
        background: var(--surface);
      }
      th[scope='row'] {
        overflow-wrap: anywhere;
      }
      select {
        max-width: 176px;
      }
      .row {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const words = own.recording;
    const { columns } = this.recording;
    return html`
      <h3>${words.columnsTitle}</h3>
      <p class="hint">${words.columnsMeaning}</p>
      <div class="scroll" tabindex="0" role="group" aria-label=${words.columnsTitle}>
        <table>
          <tbody>
            ${columns.map((column) => this.#column(column))}
          </tbody>
        </table>
      </div>
      <div class="row">
        <button class="primary" ?disabled=${!this.#complete(columns)} @click=${this.#read}>${words.columnsRead}</button>
      </div>
    `;
  }

  #column(column: string) {
    const words = own.recording;
    const now = this.chosen.get(column);
    return html`<tr>
      <th scope="row">${column}</th>
      <td>
        <select aria-label=${words.columnUse(column)} @change=${(event: Event) => this.#choose(column, textOf(event))}>
          <option value="" ?selected=${now === undefined}>${words.columnUses.none}</option>
          ${roles.map((role) => html`<option value=${role} ?selected=${now === role}>${words.columnUses[role]}</option>`)}
        </select>
      </td>
    </tr>`;
  }

  #choose(column: string, text: string): void {
    const role = roles.find((one) => one === text);
    const rest = [...this.chosen].filter(([name]) => name !== column);
    this.chosen = new Map(role ? [...rest, [column, role]] : rest);
  }

  /** The columns of a role, in the order of the file. */
  #of(role: Role): readonly string[] {
    return this.recording.columns.filter((column) => this.chosen.get(column) === role);
  }

  #complete(columns: readonly string[]): boolean {
    return roles.every((role) => columns.some((column) => this.chosen.get(column) === role));
  }

  #read(): void {
    void this.recording.chooseColumns({ state: this.#of('state'), action: this.#of('action') });
  }
}
