import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import '../parts/memory-bar';
import { shared } from '../parts/styles';
import { stageNote } from '../words/stage_words';
import './schedule-sketch';

/** What a run with the form would be, beside the form: its memory to the byte, and its learning rate. */
@customElement('plan-panel')
export class PlanPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      schedule-sketch {
        margin-top: 32px;
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
      ${settings ? html`<schedule-sketch .settings=${settings}></schedule-sketch>` : nothing}
    `;
  }
}
