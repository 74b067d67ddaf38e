import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { stepsOf } from '../../settings/stages';
import type { TaskSettings } from '../../worker/api';
import { isInForce } from '../bench/auto_desk';
import { BenchElement } from '../bench/bench_element';
import '../parts/memory-bar';
import { shared } from '../parts/styles';
import { counted, duration } from '../words/format';
import { stageNote } from '../words/stage_words';
import { strings } from '../words/strings';
import './pass-plan';
import './schedule-sketch';

/** What a run with the form would be, beside the form: its memory to the byte, and its learning rate. */
@customElement('plan-panel')
export class PlanPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      pass-plan,
      schedule-sketch {
        margin-top: 32px;
      }
      .time {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const { plans, settings } = this.bench;
    const { plan, previous } = plans;
    return html`
      <memory-bar
        .byKind=${plan?.byKind ?? null}
        .planned=${plan?.totalBytes ?? 0}
        .previous=${previous?.totalBytes ?? null}
        .note=${stageNote(plan)}
      ></memory-bar>
      ${plan?.pass ? html`<pass-plan .bench=${this.bench} .pass=${plan.pass} .training=${plan.totalBytes}></pass-plan>` : nothing}
      ${settings ? html`<schedule-sketch .settings=${settings}></schedule-sketch> ${this.#time(settings)}` : nothing}
    `;
  }

  /** How long a run would take, where Auto has timed this device for just these settings. */
  #time(settings: TaskSettings) {
    const { auto, view, form } = this.bench;
    const { proposal } = auto;
    if (!proposal || auto.isStale(settings, view.source.opened)) return nothing;
    const row = proposal.rows.find((one) => !one.model && isInForce(view.kind, form, one.settings));
    if (!row || row.secondsPerStep === null) return nothing;
    const steps = stepsOf(settings);
    return html`<p class="meta time">${strings.run.predictedTime(duration(row.secondsPerStep * steps), counted(steps, 'step'))}</p>`;
  }
}
