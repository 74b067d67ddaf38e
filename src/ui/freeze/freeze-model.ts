import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { CountedModel, PlannedModel } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { fieldLabel } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { big, counted } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';

/** Which model tree and plan are for: the one that this page trains, or one of openpi's at its full size. */
@customElement('freeze-model')
export class FreezeModel extends BenchElement {
  static override styles = [
    shared,
    fieldLabel,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        align-items: center;
        min-width: 0;
      }
      label {
        display: inline-flex;
        gap: 8px;
        align-items: center;
        margin: 0;
        min-width: 0;
        font-size: 12px;
        line-height: 16px;
      }
      select {
        width: auto;
        min-width: 0;
        max-width: 320px;
      }
      input[type='text'] {
        width: 56px;
      }
    `,
  ];

  protected override drawnFrom() {
    const { catalogue, task, studio, form } = this.bench;
    return [catalogue, task, studio.size, form.text.batchSize, this.#typed];
  }

  override render() {
    const { studio } = strings;
    const { knownModels: models } = this.bench;
    const { model } = this.bench.studio;
    const chosen = models.find(({ id }) => id === model);
    if (models.length === 0) return nothing;
    return html`
      <label for="model">${studio.planFor}</label>
      <select id="model" aria-describedby=${chosen ? 'only' : nothing} title=${chosen ? this.#meaning(chosen) : nothing} @change=${(event: Event) => this.#choose(textOf(event))}>
        <option value="" ?selected=${model === null}>${studio.thisModel}</option>
        ${models.map(({ id, name }) => html`<option value=${id} ?selected=${id === model}>${studio.trueSize(sentence(name))}</option>`)}
      </select>
      ${chosen ? html`<span class="hidden-text" id="only">${this.#meaning(chosen)}</span>${this.#way()}` : nothing}
    `;
  }

  #meaning({ description, leaves, parameters }: PlannedModel | CountedModel): string {
    const { studio } = strings;
    return `${sentence(description)} ${studio.modelLine(counted(leaves, 'leaf'), big(parameters))}. ${studio.planOnly}`;
  }

  /** What of a configuration counts at full size, beside the filter. */
  #way() {
    const { studio: words } = strings;
    const { studio, form } = this.bench;
    const { way, ema } = studio.size;
    const samples = this.#typed ?? (way ? String(way.batchSize * way.accumulation) : form.text.batchSize);
    const wrong = !isWhole(samples);
    return html`<label>
          ${words.batch}
          <input
            type="text"
            inputmode="numeric"
            autocomplete="off"
            .value=${samples}
            aria-invalid=${wrong ? 'true' : 'false'}
            aria-describedby="wrong"
            @input=${(event: Event) => this.#setBatch(textOf(event))}
          />
        </label>
        <label title=${words.emaMeaning}>
          <input type="checkbox" .checked=${ema} @change=${() => studio.chooseSize({ ...studio.size, ema: !ema })} />
          ${words.ema}
        </label>
      <span class="wrong" id="wrong" role="status">${wrong ? words.batchWrong : nothing}</span>`;
  }

  /** What is typed, while it is no number of samples. */
  #typed: string | null = null;

  #setBatch(text: string): void {
    const { studio } = this.bench;
    this.#typed = isWhole(text) ? null : text;
    if (isWhole(text)) studio.chooseSize({ ...studio.size, way: { batchSize: Number(text), accumulation: 1 } });
    else this.requestUpdate();
  }

  #choose(id: string): void {
    const { studio, knownModels } = this.bench;
    studio.chooseSize({ ...studio.size, model: knownModels.find((model) => model.id === id)?.id ?? null });
  }
}

const isWhole = (text: string): boolean => /^[1-9]\d{0,6}$/.test(text.trim());

declare global {
  interface HTMLElementTagNameMap {
    'freeze-model': FreezeModel;
  }
}
