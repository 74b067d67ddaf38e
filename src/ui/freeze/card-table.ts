import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { ProposedRun } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { CARDS } from '../bench/card_desk';
import { icons } from '../parts/icons';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import { big, bytes, count } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { autoStyles } from './auto_styles';
import { wayOf } from './freeze_words';

/** What of openpi's models at their full size could be trained on a card, each row planned by one click. */
@customElement('card-table')
export class CardTable extends BenchElement {
  static override styles = [
    shared,
    autoStyles,
    css`
      .cards {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        border: 0;
        padding: 0;
        margin: 0;
      }
      .cards label {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        min-height: 28px;
        font-weight: 400;
      }
    `,
  ];

  override render() {
    const { card: words } = strings;
    const { card, settings } = this.bench;
    const wrong = card.budgetBytes === undefined;
    return html`
      <h3>${words.title}</h3>
      <p class="hint">${words.lead}</p>
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#ask();
        }}
      >
        <fieldset class="cards">
          <legend class="hidden-text">${words.budget}</legend>
          ${CARDS.map(
            (size) => html`<label>
              <input type="radio" name="card" .checked=${card.budget === size} @change=${() => card.setBudget(size)} />
              ${words.size(size)}
            </label>`,
          )}
        </fieldset>
        <label for="own">${words.own}</label>
        <input
          id="own"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          .value=${card.budget}
          aria-invalid=${wrong ? 'true' : 'false'}
          aria-describedby="unit wrong"
          @input=${(event: Event) => card.setBudget(textOf(event))}
        />
        <span class="meta" id="unit">${words.unit}</span>
        <button type="submit" ?disabled=${card.busy || wrong || settings === null}>${icons.chip} ${words.ask}</button>
      </form>
      <p class="wrong" id="wrong" role="status">${wrong ? words.budgetWrong : nothing}</p>
      <p class="meta state" role="status">${card.busy ? words.asking : nothing}</p>
      ${card.problem ? html`<problem-note fixed .problem=${card.problem}></problem-note>` : nothing}
      ${card.rows ? this.#answer(card.rows) : nothing}
    `;
  }

  #ask(): void {
    const { card, settings, studio } = this.bench;
    if (settings) void card.ask(studio.atFullSize(settings));
  }

  #answer(rows: readonly ProposedRun[]) {
    const { card: words } = strings;
    const { busy, asked } = this.bench.card;
    if (!asked) return nothing;
    const { columns } = words;
    const fitting = rows.filter(({ fits }) => fits === true).length;
    const found = words.found(bytes(asked.budgetBytes), count(asked.batch), count(fitting), count(rows.length));
    return html`<div class="answer" aria-busy=${busy}>
      <p class="meta" role="status">${found}</p>
      <table role="table">
        <caption class="hidden-text">${words.caption(bytes(asked.budgetBytes))}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${columns.trains}</th>
            <th role="columnheader" scope="col">${columns.way}</th>
            <th role="columnheader" scope="col" class="number">${columns.parameters}</th>
            <th role="columnheader" scope="col" class="number" title=${words.memoryMeaning}>${columns.memory}</th>
            <th role="columnheader" scope="col" class="number" title=${strings.studio.openpiMeaning}>${columns.openpi}</th>
            <th role="columnheader" scope="col"><span class="hidden-text">${columns.use}</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${rows.map((row) => this.#row(row))}
        </tbody>
      </table>
    </div>`;
  }

  #row(row: ProposedRun) {
    const { card: words, auto } = strings;
    const { columns } = words;
    const { trains, trainableParameters, plannedBytes, openpiBytes, settings, fits, recommended } = row;
    return html`<tr role="row" class=${recommended ? 'recommended' : fits === true ? '' : 'unfit'}>
      <th role="rowheader" scope="row">
        ${sentence(trains)}
        <span class="why">${sentence(this.#modelOf(row))}</span>
        ${recommended ? html`<span class="badge" title=${sentence(recommended)}>${icons.check} ${auto.recommended}</span>` : nothing}
        ${fits === true ? nothing : html`<span class="reason">${icons.no} <span><b>${auto.doesNotFit}.</b> ${sentence(fits)}</span></span>`}
      </th>
      <td role="cell" data-column=${columns.way}>
        <span class="way">${wayOf(settings)}</span>${settings.recompute ? html`<span class="twice">${auto.twice}</span>` : nothing}
      </td>
      <td role="cell" class="number" data-column=${columns.parameters} title=${count(trainableParameters)}>${big(trainableParameters)}</td>
      <td role="cell" class="number" data-column=${columns.memory} title=${`${count(plannedBytes)} B`}>${bytes(plannedBytes)}</td>
      <td role="cell" class="number" data-column=${columns.openpi} title=${`${count(openpiBytes)} B`}>${bytes(openpiBytes)}</td>
      <td role="cell" class="use">
        <button aria-label=${words.useThis(sentence(trains), wayOf(settings))} @click=${() => this.#use(row)}>${words.use}</button>
      </td>
    </tr>`;
  }

  #modelOf({ model }: ProposedRun): string {
    return this.bench.catalogue?.plannedModels.find(({ id }) => id === model)?.name ?? '';
  }

  /** Shows the row's filter and plan above. */
  #use({ trains, model, settings }: ProposedRun): void {
    const { bench } = this;
    const { task, studio } = bench;
    const before = { freeze: bench.form.freeze, ...studio.size };
    const { freeze, batchSize, accumulation, recompute } = settings;
    studio.chooseSize({ ...before, model: model ?? null, way: { batchSize, accumulation, recompute } });
    bench.edit({ freeze });
    const { size } = studio;
    bench.note(strings.card.applied(sentence(trains)), {
      take: () => {
        studio.chooseSize(before);
        bench.edit({ freeze: before.freeze });
      },
      holds: () => bench.task === task && bench.form.freeze === freeze && studio.size === size,
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'card-table': CardTable;
  }
}
