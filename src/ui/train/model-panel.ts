import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { BaseSummary } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { big, count, counted } from '../words/format';
import '../parts/number-field';
import { switches } from '../parts/panel_styles';
import { problemsAt } from '../parts/problem-note';
import { choices, shared } from '../parts/styles';
import { strings } from '../words/strings';

/** The base that stays as it is, and the size of the adapter beside it. */
@customElement('model-panel')
export class ModelPanel extends BenchElement {
  static override styles = [
    shared,
    switches,
    choices,
    css`
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
    const { bases, task } = this.bench;
    const chosen = bases.find((base) => base.id === this.bench.base);
    return html`
      <h2>${strings.model.title}</h2>
      <p class="lead">${task === 'actions' ? strings.actionsModel.lead : strings.model.lead}</p>
      ${problemsAt(this.bench, 'model')} ${bases.length > 1 ? this.#choice(bases) : nothing}
      ${chosen ? this.#card(chosen) : html`<p class="hint" role="status">${strings.model.loading}</p>`}
      <details>
        <summary>${strings.train.advanced}: ${strings.model.adapterSize}</summary>
        <div class="fields">
          ${(['loraRank', 'loraAlpha'] as const).map(
            (key) => html`<number-field
              .key=${key}
              .value=${this.bench.form.text[key]}
              @edit=${(event: CustomEvent<string>) => this.bench.editNumber(key, event.detail)}
            ></number-field>`,
          )}
          ${task === 'actions' ? this.#backboneLora() : nothing}
        </div>
      </details>
    `;
  }

  #backboneLora() {
    const { form } = this.bench;
    const change = (event: Event): void => {
      const backboneLora = (event.target as HTMLInputElement).checked;
      this.bench.edit({ actions: { ...form.actions, backboneLora } });
    };
    return html`<label class="switch">
      <input type="checkbox" .checked=${form.actions.backboneLora} @change=${change} />
      <span>${strings.actionsModel.backboneLora}</span>
      <span class="meta">${strings.actionsModel.backboneLoraMeaning}</span>
    </label>`;
  }

  #choice(bases: readonly BaseSummary[]) {
    return html`<fieldset class="choices">
      <legend>${strings.model.title}</legend>
      ${bases.map(
        (base) => html`<label class="choice">
          <input type="radio" name="base" .checked=${base.id === this.bench.base} @change=${() => this.bench.chooseBase(base.id)} />
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
      <p>${base.description}</p>
      <dl class="facts">
        <div>
          <dt>${model.parameters}</dt>
          <dd title=${count(base.parameters)}>${big(base.parameters)}</dd>
        </div>
        <div title=${model.vocabularyMeaning}>
          <dt>${model.vocabulary}</dt>
          <dd>${counted(base.vocabularySize, 'token')}</dd>
        </div>
        ${this.bench.task === 'actions' ? this.#promptLength(base) : this.#textFigures(base)}
        <div class="wide">
          <dt>${model.licence}</dt>
          <dd>${base.licence}</dd>
        </div>
      </dl>
    </div>`;
  }

  #textFigures(base: BaseSummary) {
    const { model } = strings;
    return html`<div title=${model.contextMeaning}>
        <dt>${model.context}</dt>
        <dd>${counted(base.context, 'token')}</dd>
      </div>
      <div title=${model.bitsPerByteMeaning}>
        <dt>${model.bitsPerByte}</dt>
        <dd>${base.heldoutBitsPerByte.toFixed(2)}</dd>
      </div>`;
  }

  #promptLength(base: BaseSummary) {
    return html`<div title=${strings.actionsModel.promptLengthMeaning}>
      <dt>${strings.actionsModel.promptLength}</dt>
      <dd>${counted(base.context, 'token')}</dd>
    </div>`;
  }
}
