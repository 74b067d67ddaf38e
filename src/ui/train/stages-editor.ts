import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { SettingPlace, StagePlan } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { atField, stageOf } from '../bench/setting_places';
import { big, bytes, count, counted } from '../words/format';
import '../parts/number-field';
import '../parts/problem-note';
import { switches } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import type { Form, StageForm } from '../state/form';
import { added, edited, movedUp, removed, stageForms, withPresetAt } from '../state/stage_forms';
import { strings } from '../words/strings';

/** The stages of a run, one row each: how long, how fast, what trains, what that takes. Folded while there is one. */
@customElement('stages-editor')
export class StagesEditor extends BenchElement {
  @state() private open = false;
  /** What the last button did, for those who do not see it. */
  @state() private said = '';

  #pointed: SettingPlace | null = null;

  static override styles = [
    shared,
    switches,
    css`
      .body > * {
        margin-top: 12px;
      }
      ol {
        display: grid;
        gap: 12px;
      }
      li {
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
        padding: 12px 16px;
        min-width: 0;
      }
      li.largest {
        border-inline-start: 3px solid var(--accent);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
      }
      .head h3 {
        flex: 1;
        font-size: 14px;
        line-height: 20px;
        color: var(--ink);
      }
      .fields {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        margin-top: 8px;
      }
      .fields number-field {
        flex: none;
        width: 112px;
      }
      .trains {
        flex: 1 1 200px;
        min-width: 0;
      }
      button.quiet:disabled {
        border-color: transparent;
      }
      label {
        display: block;
        font-weight: 500;
        margin-bottom: 4px;
      }
      select {
        width: 100%;
      }
      textarea {
        font-family: var(--mono);
        font-size: 13px;
        min-height: 40px;
        margin-top: 8px;
      }
      .takes {
        margin-top: 8px;
        color: var(--ink-2);
        font-size: 12px;
        line-height: 16px;
      }
      .takes b {
        font-weight: 600;
        color: var(--ink);
      }
      .said {
        min-height: 16px;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { pointed } = this.bench;
    if (pointed !== this.#pointed && pointed && stageOf(pointed) > 0) this.open = true;
    this.#pointed = pointed;
  }

  override render() {
    const { stages: words } = strings;
    const all = stageForms(this.bench.form);
    return html`<details ?open=${this.open} @toggle=${(event: Event) => this.#onToggle(event)}>
      <summary>${all.length === 1 ? words.one : `${words.title}: ${this.#summary(all)}`}</summary>
      ${this.open ? this.#body(all) : nothing}
    </details>`;
  }

  #body(all: readonly StageForm[]) {
    const { stages: words } = strings;
    const { form, plans, view } = this.bench;
    return html`
      <div class="body">
        <p class="hint">${words.lead}</p>
        ${view.stageFields()}
        <ol>
          ${all.map((stage, index) => this.#stage(stage, index, all.length))}
        </ol>
        ${plans.problem && !plans.problem.setting && all.length > 1 ? html`<problem-note fixed .problem=${plans.problem}></problem-note>` : nothing}
        <div class="row">
          <button id="add" @click=${() => this.#change(added(view.kind, form), words.added(count(all.length + 1)), 'add')}>${words.add}</button>
        </div>
        <p class="meta said" role="status">${this.said}</p>
      </div>
    `;
  }

  #summary(all: readonly StageForm[]): string {
    const steps = all.reduce((sum, stage) => sum + Number(stage.steps), 0);
    const { plan } = this.bench.plans;
    const most = plan?.stages?.length === all.length ? bytes(plan.totalBytes) : strings.run.none;
    return strings.stages.several(
      counted(all.length, 'stage'),
      counted(Number.isFinite(steps) ? steps : 0, 'step'),
      most,
    );
  }

  #stage(stage: StageForm, index: number, of: number) {
    const { stages: words } = strings;
    const { form, view } = this.bench;
    const name = words.stage(count(index + 1));
    const edit = (change: Partial<StageForm>): void => this.bench.edit(edited(this.bench.form, index, change));
    const plan = this.#planOf(index, of);
    return html`<li class=${plan?.largest ? 'largest' : ''} aria-label=${name}>
      <div class="head">
        <h3>${name}</h3>
        ${of === 1 ? nothing : this.#buttons(form, index, of)}
      </div>
      <div class="fields">
        ${(['steps', 'learningRate'] as const).map((key) => {
          const { refusal, pointed } = atField(this.bench, key, index);
          return html`<number-field
            brief
            .key=${key}
            .own=${view.words.fields}
            .value=${stage[key]}
            .refusal=${refusal}
            .pointed=${index > 0 ? pointed : null}
            @edit=${(event: CustomEvent<string>) => edit({ [key]: event.detail })}
          ></number-field>`;
        })}
        ${this.#presets(stage, index)}
      </div>
      <textarea
        rows="2"
        spellcheck="false"
        autocapitalize="off"
        aria-label=${words.filter(count(index + 1))}
        .value=${stage.freeze}
        @input=${(event: Event) => edit({ freeze: textOf(event) })}
      ></textarea>
      ${plan ? takes(plan) : html`<p class="takes">${words.unknown}</p>`}
    </li>`;
  }

  #presets({ freeze }: StageForm, index: number) {
    const { stages: words } = strings;
    const { kind, words: ofTask } = this.bench.view;
    const presets = kind.stageFilters;
    const own = !presets.some(({ expression }) => expression === freeze);
    const choose = (event: Event): void => {
      const chosen = presets.find(({ id }) => id === textOf(event));
      if (chosen) this.bench.edit(withPresetAt(kind, this.bench.form, index, chosen.id));
    };
    return html`<div class="trains">
      <label for=${`trains-${index}`}>${words.trains}</label>
      <select id=${`trains-${index}`} @change=${choose}>
        ${own ? html`<option value="" selected>${words.ownFilter}</option>` : nothing}
        ${presets.map(
          ({ id, expression }) =>
            html`<option value=${id} ?selected=${expression === freeze}>${ofTask.filters[id]?.[0]}</option>`,
        )}
      </select>
    </div>`;
  }

  #buttons(form: Form, index: number, of: number) {
    const { stages: words } = strings;
    const [own, above, below] = [count(index + 1), count(index), count(index + 2)];
    return html`
      <button
        class="quiet"
        id=${`up-${index}`}
        aria-label=${words.up(own)}
        ?disabled=${index === 0}
        @click=${() => this.#change(movedUp(form, index), words.moved(own, above), `up-${index - 1}`, `down-${index - 1}`)}
      >
        ${words.upShort}
      </button>
      <button
        class="quiet"
        id=${`down-${index}`}
        aria-label=${words.down(own)}
        ?disabled=${index === of - 1}
        @click=${() => this.#change(movedUp(form, index + 1), words.moved(own, below), `down-${index + 1}`, `up-${index + 1}`)}
      >
        ${words.downShort}
      </button>
      <button class="quiet" aria-label=${words.remove(own)} @click=${() => this.#change(removed(form, index), words.removed(own), 'add')}>
        ${words.removeShort}
      </button>
    `;
  }

  /** The plan of a stage; of the only one, that of the run. */
  #planOf(index: number, of: number): (Omit<StagePlan, 'steps' | 'freeze'> & { readonly largest: boolean }) | null {
    const { plan, problem } = this.bench.plans;
    if (!plan || problem) return null;
    if (of === 1) return plan.stages ? null : { ...plan, largest: false };
    const own = plan.stages?.length === of ? plan.stages[index] : undefined;
    return own ? { ...own, largest: own.totalBytes === plan.totalBytes } : null;
  }

  /** Keeps the keyboard where the stage went: its button there, or the other one where that is off. */
  async #change(change: Partial<Form>, said: string, ...focus: readonly string[]): Promise<void> {
    this.said = said;
    this.bench.edit(change);
    await this.updateComplete;
    const buttons = focus.map((id) => this.renderRoot.querySelector<HTMLButtonElement>(`#${id}`));
    buttons.find((button) => button && !button.disabled)?.focus();
  }

  #onToggle(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
  }
}

function takes(plan: Omit<StagePlan, 'steps' | 'freeze'> & { readonly largest: boolean }) {
  const { stages: words } = strings;
  const trains = words.trainsLine(counted(plan.trainableLeaves, 'leaf'), big(plan.trainableParameters));
  return html`<p class="takes"><b>${bytes(plan.totalBytes)}</b> ${words.takes(trains)} ${plan.largest ? words.largest : nothing}</p>`;
}
