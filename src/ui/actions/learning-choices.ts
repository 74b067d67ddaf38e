import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { NORMALIZATIONS, STATE_FORMS, STATISTICS, stateWidth } from '../../settings/actions';
import { misfitOf } from '../../settings/statistics';
import type { RecordingReport } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { switches } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { count, counted } from '../words/format';
import { sentence } from '../words/sentence';
import { stateOf } from './kind';
import type { ActionsParts } from './parts';
import { words as own } from './words';

/** How the numbers of a recording are learned, and why so: what the state tells, which joints are differences, one scale for all. */
@customElement('learning-choices')
export class LearningChoices extends BenchElement {
  @property({ attribute: false }) view!: ActionsParts;
  @property({ attribute: false }) report!: RecordingReport;

  static override styles = [
    shared,
    switches,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(240px, 1fr));
        gap: 16px 24px;
        margin-top: 8px;
      }
      .select,
      legend {
        display: block;
        font-weight: 500;
        padding: 0;
        margin-bottom: 4px;
      }
      .meta,
      .wrong {
        margin-top: 4px;
        max-width: 62ch;
      }
      fieldset {
        border: 0;
        margin: 16px 0 0;
        padding: 0;
        min-width: 0;
      }
      .scroll {
        max-height: 248px;
        overflow: auto;
        margin-top: 8px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 8px 12px;
        background: var(--surface);
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(208px, 1fr));
        gap: 8px 16px;
        overflow-wrap: anywhere;
      }
      b {
        font-weight: 500;
        color: var(--ink-2);
      }
      .switch .meta {
        margin-top: 0;
      }
      legend + .meta {
        margin-top: 0;
      }
      fieldset > button {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    return html`
      <h3>${own.learning.title}</h3>
      <div class="fields">${this.#state()} ${this.#normalization()} ${this.#statistics()}</div>
      ${this.#delta()}
    `;
  }

  #state() {
    const words = own.learning;
    const { states } = this.report;
    const { state } = this.view.form.actions;
    const trained = this.#base?.state;
    const form = stateOf(this.view.form.actions, this.report, trained);
    const refusals = Map.groupBy(
      states.filter(({ refused }) => refused !== null),
      ({ refused }) => refused,
    );
    const choose = (event: Event): void => {
      const chosen = textOf(event);
      this.view.choose({ state: STATE_FORMS.find((form) => form === chosen) ?? null });
    };
    return html`<div>
      <label class="select" for="state">${words.state}</label>
      <select id="state" aria-describedby="state-meaning state-why" @change=${choose}>
        <option value="" ?selected=${state === null}>${trained ? words.asTrained : words.asSuggested}</option>
        ${STATE_FORMS.map(
          (one) =>
            html`<option value=${one} ?selected=${state === one} ?disabled=${states.some(({ form: other, refused }) => other === one && refused !== null)}>
              ${words.states[one]}
            </option>`,
        )}
      </select>
      <p class="meta" id="state-meaning"><b>${words.states[form]}.</b> ${words.statesMeaning[form]}</p>
      <p class="meta" id="state-why">${this.#stateWhy()}</p>
      ${[...refusals].map(([why, forms]) => {
        const names = forms.map((one) => words.quoted(words.states[one.form])).join(', ');
        return html`<p class="meta">${words.refused(names, sentence(why ?? ''))}</p>`;
      })}
    </div>`;
  }

  /** How the base was told of its robots. */
  get #base() {
    return this.bench.bases.find(({ id }) => id === this.bench.base)?.actions;
  }

  #stateWhy(): string {
    const words = own.learning;
    if (this.view.form.actions.state !== null) return words.byHand;
    return this.#base?.state ? words.asTrainedWhy : sentence(this.report.suggestedState.why);
  }

  /** How numbers are scaled. */
  get #kind() {
    return this.view.form.actions.normalization ?? this.#base?.normalization ?? 'z-score';
  }

  #normalization() {
    const words = own.learning;
    const { normalization } = this.view.form.actions;
    const kind = this.#kind;
    const choose = (event: Event): void => {
      const chosen = textOf(event);
      this.view.choose({ normalization: NORMALIZATIONS.find((kind) => kind === chosen) ?? null });
    };
    return html`<div>
      <label class="select" for="normalization">${words.normalization}</label>
      <select id="normalization" aria-describedby="normalization-meaning" @change=${choose}>
        <option value="" ?selected=${normalization === null}>${words.asTrained}</option>
        ${NORMALIZATIONS.map(
          (one) => html`<option value=${one} ?selected=${normalization === one}>${words.normalizations[one]}</option>`,
        )}
      </select>
      <p class="meta" id="normalization-meaning">
        <b>${words.normalizations[kind]}.</b> ${words.normalizationsMeaning[kind]} ${words.normalizationMeaning}
      </p>
    </div>`;
  }

  /** Offered where the base brings statistics, and to be taken where they are of such a robot. */
  #statistics() {
    const words = own.learning;
    const stats = this.#base?.stats;
    if (!stats) return nothing;
    const { actions } = this.view.form;
    const { state, action } = this.report.joints;
    const form = stateOf(actions, this.report, this.#base?.state);
    const robot = { state: stateWidth(form, state.length, action.length), actions: action.length };
    const misfit = misfitOf(stats, robot, this.#kind);
    const choose = (event: Event): void => {
      const chosen = textOf(event);
      this.view.choose({ statistics: STATISTICS.find((one) => one === chosen) ?? 'recording' });
    };
    return html`<div>
      <label class="select" for="statistics">${words.statistics}</label>
      <select id="statistics" aria-describedby="statistics-meaning" @change=${choose}>
        ${STATISTICS.map(
          (one) =>
            html`<option value=${one} ?selected=${actions.statistics === one} ?disabled=${one === 'checkpoint' && misfit !== null}>
              ${words.statisticsOf[one]}
            </option>`,
        )}
      </select>
      <p class="meta" id="statistics-meaning">
        <b>${words.statisticsOf[actions.statistics]}.</b> ${words.statisticsMeaning[actions.statistics]}
      </p>
      ${misfit === null ? nothing : html`<p class="meta">${words.refused(words.quoted(words.statisticsOf.checkpoint), sentence(misfit))}</p>`}
    </div>`;
  }

  #delta() {
    const words = own.learning;
    const { report } = this;
    const { actions } = this.view.form;
    const form = stateOf(actions, report, this.#base?.state);
    const suggested = report.states.find((one) => one.form === form)?.delta;
    if (!suggested) return nothing;
    const names = report.joints.action;
    const now = names.map((_, joint) => (actions.delta ?? suggested.mask)[joint] ?? false);
    const choose = (joint: number, on: boolean): void =>
      this.view.choose({ delta: now.map((flag, other) => (other === joint ? on : flag)) });
    const differences = count(now.filter((flag) => flag).length);
    return html`<fieldset>
      <legend>${words.delta}</legend>
      <p class="meta">${words.deltaMeaning}</p>
      <p class="meta" role="status">
        ${words.deltas(differences, counted(names.length, 'joint'))} ${actions.delta === null ? sentence(suggested.why) : words.byHand}
      </p>
      <div class="scroll" tabindex="0" role="group" aria-label=${words.delta}>
        ${names.map((name, joint) => {
          const why = suggested.reasons[joint];
          const change = (event: Event): void => choose(joint, (event.target as HTMLInputElement).checked);
          return html`<label class="switch">
            <input type="checkbox" .checked=${now[joint] ?? false} @change=${change} />
            <span>${name}</span>
            ${why ? html`<span class="meta">${words.deltaReasons[why]}</span>` : nothing}
          </label>`;
        })}
      </div>
      ${actions.delta === null ? nothing : html`<button @click=${() => this.view.choose({ delta: null })}>${words.deltaSuggested}</button>`}
    </fieldset>`;
  }
}
