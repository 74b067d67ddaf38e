import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { UnfinishedRun } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { entries } from '../parts/entries';
import { shared } from '../parts/styles';
import { ago, count } from '../words/format';
import { strings } from '../words/strings';

/** Runs that a closed tab or a crash left behind, to be resumed or discarded. Discarding can't be undone, so it asks once, in place. */
@customElement('unfinished-runs')
export class UnfinishedRuns extends BenchElement {
  @state() private discarding: string | null = null;

  static override styles = [
    shared,
    entries,
    css`
      section {
        border: 1px solid var(--accent);
        border-inline-start-width: 4px;
        border-radius: 8px;
        background: var(--accent-soft);
        padding: 12px 16px;
        margin: 0 0 16px;
      }
      h2 {
        font-size: 14px;
        line-height: 20px;
      }
      .meta {
        color: var(--ink-2);
      }
    `,
  ];

  override render() {
    const { runs } = this.bench;
    if (runs.active || runs.unfinished.length === 0) return nothing;
    return html`<section aria-label=${strings.run.unfinished}>
      <h2>${strings.run.unfinished}</h2>
      <ul>
        ${runs.unfinished.map((run) => this.#line(run))}
      </ul>
    </section>`;
  }

  #line(run: UnfinishedRun) {
    const words = strings.run;
    const asking = this.discarding === run.runId;
    return html`<li>
      <div>
        <p class="name">${run.name}</p>
        <p class="meta">${words.unfinishedLine(count(run.step), count(run.steps), ago(run.savedAt, Date.now()))}</p>
      </div>
      <div class="row">
        ${
          asking
            ? html`<button @click=${() => this.#discard(run)}>${words.discardConfirm}</button>
                <button class="quiet" @click=${() => this.#ask(null)}>${words.keep}</button>`
            : html`<button class="primary" aria-label=${words.resume(run.name)} ?disabled=${this.bench.device?.usable === false} @click=${() => void this.bench.resume(run)}>
                  ${words.resumeShort}
                </button>
                <button class="quiet" aria-label=${words.discard(run.name)} @click=${() => this.#ask(run.runId)}>${words.discardShort}</button>`
        }
      </div>
    </li>`;
  }

  #ask(runId: string | null): void {
    this.discarding = runId;
  }

  #discard(run: UnfinishedRun): void {
    this.discarding = null;
    void this.bench.runs.discard(run.runId);
  }
}
