import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement, textOf } from '../bench/bench_element';
import { fieldLabel } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { big, counted } from '../words/format';
import { strings } from '../words/strings';

/** Which model tree and plan are for: the one that this page trains, or one of openpi's at its full size. */
@customElement('freeze-model')
export class FreezeModel extends BenchElement {
  static override styles = [
    shared,
    fieldLabel,
    css`
      .meta {
        margin-top: 4px;
      }
      .only {
        margin-top: 8px;
        padding: 8px 12px;
        border-radius: var(--radius);
        background: var(--accent-soft);
        border-inline-start: 4px solid var(--accent);
      }
    `,
  ];

  override render() {
    const { studio } = strings;
    const { catalogue, task } = this.bench;
    const models = catalogue?.plannedModels.filter((model) => model.task === task) ?? [];
    const { model } = this.bench.studio;
    const chosen = models.find(({ id }) => id === model);
    if (models.length === 0) return nothing;
    return html`
      <label for="model">${studio.planFor}</label>
      <select id="model" aria-describedby=${chosen ? 'only' : nothing} @change=${(event: Event) => this.#choose(textOf(event))}>
        <option value="" ?selected=${model === null}>${studio.thisModel}</option>
        ${models.map(({ id, name }) => html`<option value=${id} ?selected=${id === model}>${studio.trueSize(name)}</option>`)}
      </select>
      ${
        chosen
          ? html`<div class="only" id="only">
              <p>${chosen.description} ${studio.modelLine(counted(chosen.leaves, 'leaf'), big(chosen.parameters))}.</p>
              <p><b>${studio.planOnly}</b></p>
            </div>`
          : nothing
      }
    `;
  }

  #choose(id: string): void {
    const { studio, catalogue } = this.bench;
    studio.chooseModel(catalogue?.plannedModels.find((model) => model.id === id)?.id ?? null);
    this.bench.edit({}); // its plan follows as after any edit
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-model': FreezeModel;
  }
}
