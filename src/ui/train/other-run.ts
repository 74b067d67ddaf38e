import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { takeOver } from '../bench/take_over';
import { shared } from '../parts/styles';
import '../run/loss-chart';
import { phaseWords, progressOf, timeLeft, whereWords } from '../run/run_words';
import type { Phase } from '../state/run_state';
import { strings } from '../words/strings';

/** Phases in which a run gives way after the step in flight. Before them nothing of it is kept, after them it is at its end. */
const TRAINS: ReadonlySet<Phase> = new Set(['training', 'baseline']);

/** The run of another tab, as it goes on, and the way to go on with it here. */
@customElement('other-run')
export class ShownOtherRun extends BenchElement {
  static override styles = [
    shared,
    css`
      section {
        padding: 12px 16px;
        margin: 0 0 16px;
        border: 1px solid var(--accent);
        border-inline-start-width: 4px;
        border-radius: var(--radius);
      }
      h2 {
        font-size: 14px;
        line-height: 20px;
        overflow-wrap: anywhere;
      }
      .figures {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 16px;
        color: var(--ink-2);
      }
      progress,
      .row {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const { others, runs } = this.bench;
    if (runs.active || !others.seen) return nothing;
    const { state: run } = others.seen;
    const words = strings.otherTab;
    const progress = progressOf(run);
    return html`<section aria-label=${words.seen(run.name)}>
      <h2>${words.seen(run.name)}</h2>
      <p class="figures">
        <span>${phaseWords(run, {})}</span><span><b>${whereWords(run)}</b></span><span>${timeLeft(run)}</span>
      </p>
      <progress aria-label=${whereWords(run)} max=${progress?.of ?? nothing} value=${progress?.done ?? nothing}></progress>
      <loss-chart .run=${run} .moment=${null}></loss-chart>
      ${
        run.phase && TRAINS.has(run.phase.phase)
          ? html`<div class="row">
              <button class="primary" ?disabled=${this.bench.device?.usable === false} @click=${() => void takeOver(this.bench)}>
                ${words.takeOver}
              </button>
              <span class="hint">${words.takeOverMeaning}</span>
            </div>`
          : html`<p class="hint">${run.phase?.phase === 'saving' ? words.ends : words.takeOverLater}</p>`
      }
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'other-run': ShownOtherRun;
  }
}
