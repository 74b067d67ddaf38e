import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FileReport, TableColumns } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { bytes, count, counted } from '../words/format';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import type { DataDesk } from './data_desk';
import { alike, isUndecided, speakersOf } from './file_words';
import { isOf, ownerOf } from './reading_choices';
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
        min-width: min(144px, 30vw);
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
          ${repeat(
            files,
            ({ name }) => name,
            (file, n) => this.#rows(file, files.slice(0, n)),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #rows(file: FileReport, before: readonly FileReport[]) {
    const removable = isOf(this.data.files, file.name);
    const remove = words.data.remove(file.name);
    return html`
      <tr>
        <th scope="row">${file.name}</th>
        <td>${sentence(file.format)}</td>
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
      ${this.#below(this.#voice(file, before))} ${this.#below(this.#encoding(file))}
      ${this.#below(file.columns && file.columns.length > 0 ? this.#columns(file, file.columns) : nothing)}
      ${this.#below(
        file.problems.length > 0
          ? alike(file.problems).map(
              (problem) =>
                html`<problem-note fixed ?mild=${file.examples > 0 || isUndecided(file)} .problem=${problem}></problem-note>`,
            )
          : nothing,
      )}
    `;
  }

  #below(content: unknown) {
    return content === nothing ? nothing : html`<tr class="below"><td colspan="5">${content}</td></tr>`;
  }

  /** The choice of who is learned: once for all chats of an archive, beside the first of them. */
  #voice(file: FileReport, before: readonly FileReport[]) {
    const owner = ownerOf(this.data.files, file.name);
    const isSame = ({ name, voices = [] }: FileReport): boolean =>
      voices.length > 0 && ownerOf(this.data.files, name) === owner;
    if (!isSame(file) || before.some(isSame)) return nothing;
    const chats = (this.data.report?.files ?? []).filter(isSame);
    const learned = new Set(chats.map(({ voice }) => voice));
    const chosen = this.data.choices.voices[owner] ?? (learned.size === 1 ? file.voice : undefined);
    return html`<fieldset class="columns" ?disabled=${this.bench.runs.active}>
      <label>
        ${words.data.voice(owner)}
        <select @change=${(event: Event) => void this.data.chooseVoice(file.name, textOf(event))}>
          ${chosen === undefined ? html`<option disabled .selected=${live(true)} value="">${words.data.eachItsOwn}</option>` : nothing}
          ${speakersOf(chats).map(
            ({ name, messages }) =>
              html`<option value=${name} .selected=${live(name === chosen)}>${words.data.voiceOf(name, counted(messages, 'message'))}</option>`,
          )}
        </select>
      </label>
    </fieldset>`;
  }

  /** Latin-1 for a file that is not UTF-8, and the way back. */
  #encoding({ name, mayBeLatin1 }: FileReport) {
    const isLatin1 = this.data.choices.encodings[name] !== undefined;
    if (!isLatin1 && !mayBeLatin1) return nothing;
    const { data } = words;
    const button = isLatin1 ? data.utf8 : data.latin1;
    return html`<div class="row">
      <button
        aria-label=${data.forFile(button, name)}
        ?disabled=${this.bench.runs.active}
        @click=${() => void this.data.chooseLatin1(name, !isLatin1)}
      >
        ${button}
      </button>
      ${isLatin1 ? html`<span class="hint">${data.isLatin1}</span>` : nothing}
    </div>`;
  }

  #columns(file: FileReport, columns: readonly string[]) {
    const chosen = this.data.choices.columns[file.name] ?? file.chosenColumns;
    const choose = (change: { prompt?: string; completion?: string }): void => {
      const prompt = change.prompt ?? chosen?.prompt ?? '';
      const completion = change.completion ?? chosen?.completion ?? columns.find((column) => column !== prompt) ?? '';
      const next: TableColumns = prompt === '' ? { completion } : { prompt, completion };
      void this.data.chooseColumns(file.name, next);
    };
    return html`<fieldset class="columns" ?disabled=${this.bench.runs.active}>
      <legend>${words.data.columnsTitle(file.name)}</legend>
      <label>
        ${words.data.promptColumn}
        <select @change=${(event: Event) => choose({ prompt: textOf(event) })}>
          <option value="" .selected=${live(!chosen?.prompt)}>${words.data.noPrompt}</option>
          ${columns.map((column) => html`<option .selected=${live(column === chosen?.prompt)}>${column}</option>`)}
        </select>
      </label>
      <label>
        ${words.data.completionColumn}
        <select @change=${(event: Event) => choose({ completion: textOf(event) })}>
          ${chosen ? nothing : html`<option disabled .selected=${live(true)} value="">${words.data.choose}</option>`}
          ${columns.map((column) => html`<option .selected=${live(column === chosen?.completion)}>${column}</option>`)}
        </select>
      </label>
    </fieldset>`;
  }
}
