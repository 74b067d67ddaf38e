import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { FreezeFilter, PlanReport } from '../../worker/api';
import './auto-table';
import './card-table';
import { BenchElement } from '../bench/bench_element';
import { big, bytes, count, counted } from '../words/format';
import './freeze-editor';
import './freeze-effect';
import './freeze-findings';
import './freeze-model';
import './freeze-parts';
import './freeze-tree';
import './freeze-why';
import { icons } from '../parts/icons';
import { effectWords } from './freeze_words';
import '../parts/memory-bar';
import type { PlanDesk } from '../bench/plan_desk';
import { problemsAt } from '../parts/problem-note';
import { choices, shared } from '../parts/styles';
import { stageNote } from '../words/stage_words';
import { strings } from '../words/strings';

/** The studio: the filter, what each part of it matches, what is wrong with it, and what it costs before anything is allocated. */
@customElement('freeze-panel')
export class FreezePanel extends BenchElement {
  static override styles = [
    shared,
    choices,
    css`
      .choices {
        margin-top: 16px;
      }
      freeze-model,
      freeze-editor,
      freeze-parts,
      freeze-findings,
      freeze-tree,
      freeze-effect,
      .plan {
        margin-top: 24px;
      }
      freeze-editor,
      freeze-findings {
        margin-top: 16px;
      }
      freeze-why {
        margin-top: 8px;
      }
      /* A stacking context each: what a key does not change is not painted again. */
      .choices,
      .plan,
      freeze-editor,
      freeze-findings,
      freeze-parts,
      freeze-tree,
      freeze-why,
      freeze-effect {
        isolation: isolate;
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
      .sides {
        margin-top: 16px;
      }
      .edit {
        margin-top: 8px;
      }
      .edit b {
        font-weight: 600;
      }
      .last {
        margin-top: 24px;
      }
      .last + .plan {
        margin-top: 4px;
      }
      auto-table,
      card-table {
        margin-top: 24px;
      }
      .plan[aria-busy='true'] {
        opacity: 0.6;
      }
    `,
  ];

  override render() {
    const { freeze } = strings;
    const { bench } = this;
    const { form, studio } = bench;
    const plans = studio.model ? studio.plans : bench.plans;
    const stale = studio.mistaken && studio.good !== null;
    const counts = plans.plan ?? (studio.model ? (studio.good?.filter ?? null) : null);
    return html`
      <h2>${freeze.title}</h2>
      <p class="lead">${freeze.lead}</p>
      ${problemsAt(bench, 'freeze')}
      <fieldset class="choices">
        <legend>${freeze.presets}</legend>
        ${bench.view.kind.filters.map(
          (preset) => html`<label class="choice">
            <input
              type="radio"
              name="preset"
              .checked=${preset.expression === form.freeze}
              @change=${() => bench.edit({ freeze: preset.expression })}
            />
            <span class="name">${bench.view.words.filters[preset.id]?.[0]}</span>
            <span class="meta">${bench.view.words.filters[preset.id]?.[1]}</span>
          </label>`,
        )}
      </fieldset>
      <freeze-model .bench=${bench}></freeze-model>
      <freeze-editor .bench=${bench}></freeze-editor>
      <freeze-findings .bench=${bench}></freeze-findings>
      ${stale ? html`<p class="meta last">${strings.studio.stale}</p>` : nothing}
      <section class="plan" aria-busy=${plans.busy}>
        ${counts ? html`<p class="meta figures">${this.#figuresOf()}</p>` : nothing}
        ${plans.plan ? this.#plan(plans.plan, plans.previous) : this.#noPlan(plans)}
      </section>
      <freeze-parts .bench=${bench}></freeze-parts>
      <freeze-tree .bench=${bench}></freeze-tree>
      <freeze-why .bench=${bench}></freeze-why>
      ${counts ? this.#effect(plans, counts) : nothing}
      ${studio.model ? nothing : html`<auto-table .bench=${bench}></auto-table>`}
      ${bench.catalogue?.plannedModels.some(({ task }) => task === bench.task) ? html`<card-table .bench=${bench}></card-table>` : nothing}
    `;
  }

  /** Which model every figure below speaks of. */
  #figuresOf(): string {
    const { knownModels, studio, settings, form } = this.bench;
    const name = knownModels.find(({ id }) => id === studio.model)?.name;
    const { batchSize, accumulation } = settings
      ? studio.model
        ? studio.atFullSize(settings)
        : settings
      : { batchSize: Number(form.text.batchSize), accumulation: Number(form.text.accumulation) };
    const model = name === undefined ? strings.studio.thisModel : strings.studio.trueSize(name);
    return strings.studio.figuresOf(model, counted(batchSize * accumulation, 'sample'));
  }

  /** The editor says what is wrong with this page's own model. */
  #noPlan({ problem }: PlanDesk) {
    if (problem && this.bench.studio.model) return html`<problem-note fixed .problem=${problem}></problem-note>`;
    return html`<p class="hint" role="status">${problem ? nothing : strings.freeze.planning}</p>`;
  }

  #plan(plan: PlanReport, previous: PlanReport | null) {
    const { freeze } = strings;
    return html`
      <memory-bar .byKind=${plan.byKind} .planned=${plan.totalBytes} .previous=${previous?.totalBytes ?? null} .note=${stageNote(plan)}></memory-bar>
      ${previous ? html`<p class="edit" role="status">${strings.studio.lastEdit} <b>${effectWords(previous, plan)}</b></p>` : nothing}
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
    `;
  }

  #effect({ plan, previous, everything }: PlanDesk, counts: PlanReport | FreezeFilter) {
    const { model, size } = this.bench.studio;
    return html`
      <freeze-effect
        .kept=${counts}
        ?ema=${model !== null && size.ema}
        .plan=${plan}
        .previous=${plan ? previous : null}
        .everything=${everything}
      ></freeze-effect>
      <div class="sides">
        ${this.#side('frozen', counts.frozenLeaves, counts.frozenParameters)} ${this.#side('trainable', counts.trainableLeaves, counts.trainableParameters)}
      </div>
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
