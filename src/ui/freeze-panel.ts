import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { PlanReport } from '../worker/api';
import { BenchElement, textOf } from './bench_element';
import { freezePresets } from './defaults';
import { big, bytes, count } from './format';
import { icons } from './icons';
import './memory-bar';
import { problemsAt } from './problem-note';
import { strings } from './strings';
import { choices, shared } from './styles';

/** The filter expression, what it freezes, and what that costs before anything is allocated. */
@customElement('freeze-panel')
export class FreezePanel extends BenchElement {
  static override styles = [
    shared,
    choices,
    css`
      .choices {
        margin-top: 16px;
      }
      .expression {
        margin-top: 16px;
      }
      .expression label {
        font-weight: 500;
        display: block;
        margin-bottom: 4px;
      }
      textarea {
        font-family: var(--mono);
        font-size: 13px;
        min-height: 56px;
      }
      .expression .meta,
      .expression problem-note {
        margin-top: 8px;
      }
      .sides {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }
      .side {
        border: 1px solid var(--line);
        border-radius: 8px;
        padding: 12px 16px;
        background: var(--surface);
      }
      .side h3 {
        display: flex;
        gap: 6px;
        align-items: center;
        font-size: 14px;
        line-height: 20px;
        font-weight: 600;
      }
      .frozen {
        border-top: 3px solid var(--frozen);
      }
      .frozen h3 {
        color: var(--frozen-ink);
      }
      .trainable {
        border-top: 3px solid var(--trainable);
      }
      .trainable h3 {
        color: var(--trainable-ink);
      }
      .side p {
        font-size: 16px;
        line-height: 24px;
        font-weight: 500;
      }
      .side .unit {
        font-size: 12px;
        color: var(--ink-3);
        font-weight: 400;
      }
      .warning {
        margin-top: 8px;
        padding: 8px 12px;
        border-radius: var(--radius);
        background: var(--warn-soft);
        color: var(--ink);
        border-inline-start: 4px solid var(--warn);
      }
      .plan section {
        margin-top: 24px;
      }
      .last {
        margin-top: 24px;
      }
      .plan {
        margin-top: 24px;
      }
      .last + .plan {
        margin-top: 4px;
      }
      .plan[aria-busy='true'] {
        opacity: 0.6;
      }
    `,
  ];

  override render() {
    const { freeze } = strings;
    const { form, plans } = this.bench;
    return html`
      <h2>${freeze.title}</h2>
      <p class="lead">${freeze.lead}</p>
      ${problemsAt(this.bench, 'freeze')}
      <fieldset class="choices">
        <legend>${freeze.presets}</legend>
        ${freezePresets[form.task].map(
          (preset) => html`<label class="choice">
            <input
              type="radio"
              name="preset"
              .checked=${preset.expression === form.freeze}
              @change=${() => this.bench.edit({ freeze: preset.expression })}
            />
            <span class="name">${freeze.presetNames[preset.id]}</span>
            <span class="meta">${freeze.presetMeanings[preset.id]}</span>
          </label>`,
        )}
      </fieldset>
      <div class="expression">
        <label for="expression">${freeze.expression}</label>
        <textarea
          id="expression"
          rows="2"
          spellcheck="false"
          autocapitalize="off"
          aria-describedby="language"
          aria-invalid=${plans.problem ? 'true' : 'false'}
          .value=${form.freeze}
          @input=${(event: Event) => this.bench.edit({ freeze: textOf(event) })}
        ></textarea>
        ${plans.problem ? html`<problem-note fixed .problem=${plans.problem}></problem-note>` : nothing}
        <p class="meta" id="language">${freeze.language}</p>
      </div>
      ${plans.problem && plans.plan ? html`<p class="meta last">${freeze.lastPlan}</p>` : nothing}
      <section class="plan" aria-busy=${plans.busy}>
        ${plans.plan ? this.#plan(plans.plan) : html`<p class="hint" role="status">${plans.problem ? nothing : freeze.planning}</p>`}
      </section>
    `;
  }

  #plan(plan: PlanReport) {
    const { freeze } = strings;
    return html`
      <div class="sides">
        ${this.#side('frozen', plan.frozenLeaves, plan.frozenParameters)} ${this.#side('trainable', plan.trainableLeaves, plan.trainableParameters)}
      </div>
      ${
        plan.frozenLeaves === 0
          ? html`<p class="warning" role="status">
              <b>${freeze.nothingFrozen}</b> ${freeze.nothingFrozenDetail(big(plan.trainableParameters), bytes(plan.totalBytes))}
            </p>`
          : nothing
      }
      ${
        plan.trainableLeaves === 0
          ? html`<p class="warning" role="status"><b>${freeze.nothingTrains}</b> ${freeze.nothingTrainsFix}</p>`
          : nothing
      }
      <section>
        <memory-bar .byKind=${plan.byKind} .planned=${plan.totalBytes} .previous=${this.bench.plans.previous?.totalBytes ?? null}></memory-bar>
      </section>
    `;
  }

  #side(kind: 'frozen' | 'trainable', leaves: number, parameters: number) {
    const { freeze } = strings;
    return html`<div class=${`side ${kind}`}>
      <h3>${icons[kind]} ${freeze[kind]}</h3>
      <p title=${freeze.leavesMeaning}>${count(leaves)} <span class="unit">${freeze.leaves.toLowerCase()}</span></p>
      <p title=${count(parameters)}>${big(parameters)} <span class="unit">${freeze.parameters.toLowerCase()}</span></p>
    </div>`;
  }
}
