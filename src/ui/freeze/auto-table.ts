import { html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Proposal, ProposedRun } from '../../worker/api';
import { applyProposal } from '../bench/apply_proposal';
import { isInForce } from '../bench/auto_desk';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { big, bytes, count, quantity } from '../words/format';
import { autoStyles } from './auto_styles';
import { wayOf } from './freeze_words';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';

/** What fits this device: what could be trained within a budget, each row set by one click. */
@customElement('auto-table')
export class AutoTable extends BenchElement {
  static override styles = [shared, autoStyles];

  override render() {
    const { auto: words } = strings;
    const { auto, settings } = this.bench;
    const wrong = auto.budgetBytes === undefined;
    return html`
      <h3>${words.title}</h3>
      <p class="hint">${words.lead}</p>
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#ask();
        }}
      >
        <label for="budget">${words.budget}</label>
        <input
          id="budget"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          .value=${auto.budget}
          aria-invalid=${wrong ? 'true' : 'false'}
          aria-describedby="unit wrong hint"
          @input=${(event: Event) => auto.setBudget(textOf(event))}
        />
        <span class="meta" id="unit">${words.budgetUnit}</span>
        <button type="submit" ?disabled=${auto.busy || wrong || settings === null}>
          ${icons.chip} ${auto.proposal ? words.again : words.ask}
        </button>
      </form>
      <p class="wrong" id="wrong" role="status">${wrong ? words.budgetWrong : nothing}</p>
      <p class="meta" id="hint">${words.budgetHint}</p>
      <p class="meta state" role="status">${auto.busy ? words.asking : nothing}</p>
      ${auto.problem ? html`<problem-note fixed .problem=${auto.problem}></problem-note>` : nothing}
      ${auto.proposal ? this.#proposal(auto.proposal) : nothing}
    `;
  }

  #ask(): void {
    const { auto, settings, view } = this.bench;
    if (settings) void auto.ask(settings, view.source.opened);
  }

  #proposal({ budgetBytes, budgetReason, speed, rows }: Proposal) {
    const { auto: words } = strings;
    const { auto, settings, view } = this.bench;
    const stale = auto.isStale(settings, view.source.opened);
    const { columns } = words;
    return html`<div class="answer" aria-busy=${auto.busy}>
      ${stale ? html`<p class="stale" role="status">${words.stale}</p>` : nothing}
      <p class="meta">${words.found(bytes(budgetBytes), sentence(budgetReason))} ${speed ? words.speed(quantity(speed.flopsPerSecond / 1e9)) : words.noSpeed}</p>
      <table role="table">
        <caption class="hidden-text">${words.caption(bytes(budgetBytes))}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${columns.trains}</th>
            <th role="columnheader" scope="col">${columns.way}</th>
            <th role="columnheader" scope="col" class="number" title=${words.parametersMeaning}>${columns.parameters}</th>
            <th role="columnheader" scope="col" class="number" title=${words.memoryMeaning}>${columns.memory}</th>
            <th role="columnheader" scope="col" class="number" title=${words.stepMeaning}>${columns.step}</th>
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
    const { auto: words } = strings;
    const { columns } = words;
    const { trains, trainableParameters, plannedBytes, secondsPerStep, fits, recommended } = row;
    return html`<tr role="row" class=${recommended ? 'recommended' : fits === true ? '' : 'unfit'}>
      <th role="rowheader" scope="row">
        ${sentence(trains)}
        ${recommended ? html`<span class="badge" title=${sentence(recommended)}>${icons.check} ${words.recommended}</span>` : nothing}
        ${fits === true ? nothing : html`<span class="reason">${icons.no} <span><b>${words.doesNotFit}.</b> ${sentence(fits)}</span></span>`}
        ${recommended ? html`<span class="why">${sentence(recommended)}</span>` : nothing}
      </th>
      <td role="cell" data-column=${columns.way}>${this.#way(row)}</td>
      <td role="cell" class="number" data-column=${columns.parameters} title=${count(trainableParameters)}>${big(trainableParameters)}</td>
      <td role="cell" class="number" data-column=${columns.memory} title=${`${count(plannedBytes)} B`}>${bytes(plannedBytes)}</td>
      <td role="cell" class="number" data-column=${columns.step}>${secondsPerStep === null ? '–' : seconds(secondsPerStep)}</td>
      <td role="cell" class="use">${this.#use(row)}</td>
    </tr>`;
  }

  #way({ settings: { batchSize, accumulation, recompute } }: ProposedRun) {
    const { auto: words } = strings;
    const meaning = accumulation > 1 ? words.wayMeaning(count(batchSize), count(accumulation)) : '';
    return html`<span class="way" title=${meaning || nothing}>${wayOf({ batchSize, accumulation })}</span
      >${recompute ? html`<span class="twice">${words.twice}</span>` : nothing}`;
  }

  #use({ trains, settings, fits }: ProposedRun) {
    const { auto: words } = strings;
    if (isInForce(this.bench.view.kind, this.bench.form, settings))
      return html`<span class="meta">${words.inUse}</span>`;
    if (fits !== true) return nothing;
    const label = words.useThis(sentence(trains), wayOf(settings));
    return html`<button aria-label=${label} @click=${() => applyProposal(this.bench, settings, words.applied(sentence(trains)))}>${words.use}</button>`;
  }
}

/** "0.94 s", "12 ms". */
const seconds = (value: number): string => (value < 0.1 ? `${quantity(value * 1000)} ms` : `${quantity(value)} s`);
