import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { FROZEN_WEIGHTS, KNOWN_TEMPLATES, type KnownTemplate } from '../../settings/text';
import type { OpenedModel, Problem } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import '../models/bring-model';
import { words as ofModels } from '../models/words';
import { shared } from '../parts/styles';
import { big, bytes, counted } from '../words/format';
import { sentence } from '../words/sentence';
import type { TextForm } from './kind';
import { KNOWN_MODELS } from './known_models';
import { words } from './words';

/** A language model that a person brings: what is known of it once it is open, and models that are known to work. */
@customElement('own-model')
export class OwnModel extends BenchElement {
  static override styles = [
    shared,
    css`
      table {
        border-collapse: collapse;
        margin-top: 8px;
        width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 4px 16px 4px 0;
        vertical-align: top;
      }
      td.number,
      th.number {
        text-align: end;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .scroll {
        overflow-x: auto;
      }
      ul.notes {
        margin: 8px 0 0;
        padding-inline-start: 20px;
      }
    `,
  ];

  override render() {
    const { bring } = words;
    const opened = this.bench.models.of(this.bench.base);
    return html`<bring-model .bench=${this.bench} heading=${bring.title} lead=${bring.lead}>
        ${opened ? html`<div>${this.#facts(opened)}</div>` : nothing}
      </bring-model>
      <details>
        <summary>${bring.known}</summary>
        ${this.#known()}
      </details>`;
  }

  #facts(model: OpenedModel) {
    const { bring } = words;
    const notes: readonly Problem[] = [...(model.template ? [model.template] : []), ...model.notes];
    return html`<p>
        ${bring.facts(model.name, model.family, counted(model.depth, 'layer'), bytes(model.fileBytes), model.storedAs.join(', '))}
      </p>
      ${
        notes.length > 0
          ? html`<ul class="notes">
              ${notes.map(({ what, fix }) => html`<li>${sentence(what)} ${fix ? sentence(fix) : nothing}</li>`)}
            </ul>`
          : nothing
      }
      ${model.template?.templates ? this.#templates(model.template.templates) : nothing} ${this.#weights()}`;
  }

  /** How the frozen weights lie on the GPU. */
  #weights() {
    const { bring } = words;
    const { weights } = this.bench.form as TextForm;
    const choose = (value: string): void =>
      this.bench.edit<TextForm>({ weights: FROZEN_WEIGHTS.find((one) => one === value) ?? 'stored' });
    return html`<div>
      <label>
        ${bring.weights}
        <select aria-describedby="weights-meaning" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
          ${FROZEN_WEIGHTS.map((one) => html`<option value=${one} ?selected=${one === weights}>${bring.weightsIn[one]}</option>`)}
        </select>
      </label>
      <p class="meta" id="weights-meaning">${bring.weightsMeaning}</p>
    </div>`;
  }

  /** A model without a template of its own: which of the known ones writes conversations for it. */
  #templates(names: readonly KnownTemplate[]) {
    const { bring } = words;
    const { template } = this.bench.form as TextForm;
    return html`<label>
      ${bring.template}
      <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
        <option value="" ?selected=${template === null}>${bring.noTemplate}</option>
        ${names.map((name) => html`<option value=${name} ?selected=${name === template}>${bring.templates[name]}</option>`)}
      </select>
    </label>`;
  }

  #choose(value: string): void {
    const template = KNOWN_TEMPLATES.find((name) => name === value) ?? null;
    this.bench.edit<TextForm>({ template });
  }

  #known() {
    const { bring } = words;
    return html`<p class="hint">${bring.knownLead}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${bring.known}>
        <table>
          <thead>
            <tr>
              <th scope="col">${bring.model}</th>
              <th scope="col" class="number">${bring.parameters}</th>
              <th scope="col" class="number">${bring.download}</th>
              <th scope="col" class="number">${bring.memory}</th>
              <th scope="col">${bring.where}</th>
            </tr>
          </thead>
          <tbody>
            ${KNOWN_MODELS.map(
              (model) => html`<tr>
                <th scope="row">${model.name}</th>
                <td class="number">${big(model.parameters)}</td>
                <td class="number">${bytes(model.download)}</td>
                <td class="number">${bytes(model.memory)}</td>
                <td><a href="https://huggingface.co/${model.repository}" target="_blank" rel="noreferrer">huggingface.co/${model.repository}</a> ${model.gated ? `(${bring.gated})` : this.#download(model.repository)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  #download(repository: string) {
    const { keep } = ofModels;
    const address = encodeURIComponent(`https://huggingface.co/${repository}`);
    return html`<a href="./download.html#${address}" target="_blank" aria-label=${keep.of(keep.fetch, repository)}>${keep.fetch}</a>`;
  }
}
