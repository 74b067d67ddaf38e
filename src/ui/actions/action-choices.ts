import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RecordingReport } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { switches } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import type { ActionsChoices } from './kind';
import type { ActionsParts } from './parts';
import { words as own } from './words';

/** What only the actions task asks: normalisation, what counts in the loss, which joints are differences, which cameras are seen. */
@customElement('action-choices')
export class ActionChoices extends BenchElement {
  @property({ attribute: false }) view!: ActionsParts;

  static override styles = [
    shared,
    switches,
    css`
      .choices,
      fieldset {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(208px, 1fr));
        gap: 16px;
      }
      fieldset {
        border: 0;
        margin: 16px 0 0;
        padding: 0;
        min-width: 0;
        grid-template-columns: repeat(auto-fill, minmax(168px, 1fr));
        gap: 4px 16px;
      }
      legend {
        padding: 0;
        font-weight: 500;
      }
      fieldset > * {
        overflow-wrap: anywhere;
      }
      .wide {
        grid-column: 1 / -1;
        margin: 4px 0;
      }
      .select {
        display: block;
        font-weight: 500;
        margin-bottom: 4px;
      }
      .meta {
        max-width: 48ch;
      }
      select + .meta {
        margin-top: 4px;
      }
      .hint {
        margin-top: 16px;
      }
    `,
  ];

  override render() {
    const words = own.train;
    const { actions } = this.view.form;
    const { report } = this.view.source;
    return html`
      <div class="choices">
        ${this.#state(actions, report)}
        <div>
          <label class="select" for="normalization">${words.normalization}</label>
          <select
            id="normalization"
            aria-describedby="normalization-meaning"
            @change=${(event: Event) => this.#edit({ normalization: textOf(event) === 'quantile' ? 'quantile' : 'z-score' })}
          >
            ${(['z-score', 'quantile'] as const).map(
              (kind) =>
                html`<option value=${kind} ?selected=${actions.normalization === kind}>${words.normalizations[kind]}</option>`,
            )}
          </select>
          <p class="meta" id="normalization-meaning">${words.normalizationMeaning}</p>
        </div>
        ${this.#switch(actions.maskTail, words.maskTail, words.maskTailMeaning, (maskTail) => this.#edit({ maskTail }))}
        ${this.#switch(actions.maskPadding, words.maskPadding, words.maskPaddingMeaning, (maskPadding) => this.#edit({ maskPadding }))}
      </div>
      ${report ? html`${this.#delta(report, actions)} ${this.#cameras(report, actions)}` : html`<p class="hint">${words.needRecording}</p>`}
    `;
  }

  #state({ state }: ActionsChoices, report: RecordingReport | null) {
    const words = own.train;
    const forms = ['measured', 'last-action', 'last-action-and-lag'] as const;
    const choose = (event: Event): void => {
      const chosen = textOf(event);
      this.#edit({ state: forms.find((form) => form === chosen) ?? null });
    };
    return html`<div>
      <label class="select" for="state">${words.state}</label>
      <select id="state" aria-describedby="state-meaning" @change=${choose}>
        <option value="" ?selected=${state === null}>${words.states.fitting}</option>
        ${forms.map((form) => html`<option value=${form} ?selected=${state === form}>${words.states[form]}</option>`)}
      </select>
      <p class="meta" id="state-meaning">${words.stateMeaning} ${state === null ? report?.stateReason : nothing}</p>
    </div>`;
  }

  #delta(report: RecordingReport, { delta }: ActionsChoices) {
    const { joints, suggestedDelta } = report;
    const words = own.train;
    const now = delta ?? suggestedDelta;
    const choose = (index: number, on: boolean): void =>
      this.#edit({ delta: joints.action.map((_, joint) => (joint === index ? on : (now[joint] ?? false))) });
    return html`<fieldset>
      <legend>${words.delta}</legend>
      <p class="meta wide">${words.deltaMeaning} ${delta === null ? report.deltaReason : nothing}</p>
      ${this.#asSuggested(words.deltaSuggested, delta === null, (on) => this.#edit({ delta: on ? null : [...suggestedDelta] }))}
      ${delta === null ? nothing : joints.action.map((name, index) => this.#switch(now[index] ?? false, name, '', (on) => choose(index, on)))}
    </fieldset>`;
  }

  #cameras(report: RecordingReport, { cameras }: ActionsChoices) {
    const words = own.train;
    const names = report.cameras.filter((camera) => camera.available).map((camera) => camera.name);
    if (names.length === 0) return nothing;
    const choose = (name: string, on: boolean): void =>
      this.#edit({ cameras: names.filter((other) => (other === name ? on : cameras?.includes(other))) });
    return html`<fieldset>
      <legend>${words.cameras}</legend>
      <p class="meta wide">${words.camerasMeaning}</p>
      ${this.#asSuggested(words.camerasFirst, cameras === null, (on) => this.#edit({ cameras: on ? null : names }))}
      ${cameras === null ? nothing : names.map((name) => this.#switch(cameras.includes(name), name, '', (on) => choose(name, on)))}
    </fieldset>`;
  }

  #asSuggested(label: string, on: boolean, change: (on: boolean) => void) {
    return html`<div class="wide">${this.#switch(on, label, '', change)}</div>`;
  }

  #switch(on: boolean, label: string, meaning: string, change: (on: boolean) => void) {
    return html`<label class="switch">
      <input type="checkbox" .checked=${on} @change=${(event: Event) => change((event.target as HTMLInputElement).checked)} />
      <span>${label}</span>
      ${meaning === '' ? nothing : html`<span class="meta">${meaning}</span>`}
    </label>`;
  }

  #edit(change: Partial<ActionsChoices>): void {
    this.view.choose(change);
  }
}
