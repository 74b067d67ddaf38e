import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { BaseSummary } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { atField } from '../bench/setting_places';
import { big, count, counted } from '../words/format';
import '../parts/number-field';
import { switches } from '../parts/panel_styles';
import { problemsAt } from '../parts/problem-note';
import { choices, shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';

/** The base that stays as it is, and the size of the adapter beside it. */
@customElement('model-panel')
export class ModelPanel extends BenchElement {
  static override styles = [
    shared,
    switches,
    choices,
    css`
      .problems {
        margin-top: 16px;
      }
      .base {
        margin-top: 16px;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
        padding: 16px;
      }
      .base h3 {
        font-size: 16px;
        line-height: 24px;
        color: var(--ink);
      }
      .base p {
        color: var(--ink-2);
        max-width: 62ch;
        margin: 4px 0 16px;
      }
      dl.facts {
        grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
      }
      .wide {
        grid-column: 1 / -1;
      }
      dl.facts .wide dd {
        font-size: 14px;
        line-height: 20px;
        font-weight: 400;
      }
      .choices {
        margin-top: 16px;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(208px, 1fr));
        gap: 16px;
        margin-top: 8px;
      }
      details {
        margin-top: 16px;
      }
    `,
  ];

  override render() {
    const { bases, view } = this.bench;
    const chosen = bases.find((base) => base.id === this.bench.base);
    return html`
      <h2>${strings.model.title}</h2>
      <p class="lead">${view.words.modelLead}</p>
      ${problemsAt(this.bench, 'model')} ${bases.length > 1 ? this.#choice(bases) : nothing}
      ${view.aboveBase()}
      ${chosen ? this.#card(chosen) : html`<p class="hint" role="status">${strings.model.loading}</p>`}
      <details>
        <summary>${strings.train.advanced}: ${strings.model.adapterSize}</summary>
        <div class="fields">
          ${(['loraRank', 'loraAlpha'] as const).map(
            (key) => html`<number-field
              .key=${key}
              .value=${this.bench.form.text[key]}
              .refusal=${atField(this.bench, key).refusal}
              .pointed=${atField(this.bench, key).pointed}
              @edit=${(event: CustomEvent<string>) => this.bench.editNumber(key, event.detail)}
            ></number-field>`,
          )}
          ${view.sizeFields()}
        </div>
      </details>
    `;
  }

  #choice(bases: readonly BaseSummary[]) {
    return html`<fieldset class="choices">
      <legend>${strings.model.title}</legend>
      ${bases.map(
        (base) => html`<label class="choice">
          <input type="radio" name="base" .checked=${base.id === this.bench.base} @change=${() => this.bench.models.choose(base.id)} />
          <span class="name">${base.name}</span>
          <span class="meta">${big(base.parameters)}</span>
        </label>`,
      )}
    </fieldset>`;
  }

  #card(base: BaseSummary) {
    const { model } = strings;
    return html`<div class="base">
      <h3>${base.name}</h3>
      <p>${sentence(base.description)}</p>
      <dl class="facts">
        <div>
          <dt>${model.parameters}</dt>
          <dd title=${count(base.parameters)}>${big(base.parameters)}</dd>
        </div>
        <div title=${model.vocabularyMeaning}>
          <dt>${model.vocabulary}</dt>
          <dd>${counted(base.vocabularySize, 'token')}</dd>
        </div>
        ${this.bench.view.baseFacts(base)}
        <div class="wide">
          <dt>${model.licence}</dt>
          <dd>${sentence(base.licence)}</dd>
        </div>
      </dl>
    </div>`;
  }
}
