import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Problem } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { count, counted, perSecond } from '../words/format';
import './loss-chart';
import './loss-table';
import '../parts/memory-bar';
import './memory-log';
import { goTo, problemsAt } from '../parts/problem-note';
import './run-controls';
import { shared } from '../parts/styles';
import type { RunState } from '../state/run_state';
import { strings } from '../words/strings';
import { evaluatedWords, keptWords, phaseWords, progressOf, resultWords, timeLeft, whereWords } from './run_words';

/** The run on its stage: where it is, what the model does, its curves, its memory. */
@customElement('run-panel')
export class RunPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      section,
      run-controls,
      .result {
        margin-top: 16px;
      }
      .progress {
        margin-top: 8px;
      }
      progress {
        margin-top: 4px;
      }
      .figures {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 16px;
        margin-top: 4px;
        color: var(--ink-2);
        font-size: 12px;
        line-height: 20px;
      }
      .figures b {
        font-weight: 600;
        color: var(--ink);
      }
      .problems,
      .skipped,
      .saved,
      .without,
      .note {
        margin-top: 8px;
      }
      .note {
        color: var(--ink-2);
        font-size: 12px;
        line-height: 16px;
        overflow-wrap: anywhere;
      }
      .note b {
        font-weight: 600;
        color: var(--ink);
      }
      .skipped {
        color: var(--warn);
        font-size: 12px;
        line-height: 16px;
        display: flex;
        gap: 6px;
      }
      .chart h3 {
        margin-bottom: 4px;
      }
      .result {
        border: 1px solid var(--accent);
        border-radius: 8px;
        background: var(--accent-soft);
        padding: 12px 16px;
      }
      .result .main {
        font-weight: 600;
      }
      .result.doubtful {
        border-color: var(--warn);
        background: var(--surface);
      }
      .result .row {
        margin-top: 8px;
      }
      sample-text + sample-text {
        margin-top: 12px;
      }
    `,
  ];

  override render() {
    const run = this.bench.runs.state;
    const { view } = this.bench;
    const words = view.words.run;
    return html`
      ${this.#progress(run)} ${problemsAt(this.bench, 'run')}
      ${this.bench.runs.active ? html`<run-controls .bench=${this.bench}></run-controls>` : nothing}
      ${run.status === 'ended' ? this.#result(run) : nothing}
      <section class="chart">
        <h3 title=${words.lossMeaning}>${words.lossTitle}</h3>
        <loss-chart .run=${run}></loss-chart>
        <p class="hint" ?hidden=${run.evaluated === null}>${evaluatedWords(run, view.heldoutUnit)}</p>
        <loss-table .run=${run}></loss-table>
      </section>
      ${view.belowChart(run)} ${this.#memory(run)} ${view.belowMemory(run)}
    `;
  }

  #progress(run: RunState) {
    const words = strings.run;
    const { view } = this.bench;
    const phase = phaseWords(run, view.words.run.phases);
    const progress = this.bench.runs.active ? progressOf(run) : null;
    const saved = run.checkpointStep === null ? words.unsaved : words.checkpoint(count(run.checkpointStep));
    const lastSkip = run.skipped[run.skipped.length - 1];
    return html`<div class="progress">
      <p role="status">${phase}</p>
      ${
        this.bench.runs.active
          ? html`<progress
              aria-label=${phase}
              max=${progress?.of ?? nothing}
              value=${progress?.done ?? nothing}
            ></progress>`
          : nothing
      }
      <p class="figures">
        <span><b>${whereWords(run)}</b></span>
        ${run.tokensPerSecond === null ? nothing : html`<span title=${view.words.run.tokensPerSecondMeaning}>${perSecond(run.tokensPerSecond)} ${words.tokensPerSecond}</span>`}
        <span>${timeLeft(run)}</span>
      </p>
      ${this.bench.runs.active ? html`<p class="hint">${saved}</p>` : nothing}
      ${view.runNote(run)}
      ${
        lastSkip
          ? html`<p class="skipped" role="alert">
              ${icons.warn}
              <span>${words.skippedOne(count(lastSkip.step), lastSkip.reason)} ${words.skippedMore(counted(run.skipped.length, 'step'))}</span>
            </p>`
          : nothing
      }
      ${run.problems.map((problem) => this.#note(problem))}
    </div>`;
  }

  /** What the run goes on without, or is wrong with it. */
  #note(problem: Problem) {
    return html`<problem-note class="without" fixed mild linked .problem=${problem} @field=${() => goTo(this.bench, problem)}></problem-note>`;
  }

  #result(run: RunState) {
    const { summary } = run;
    if (!summary) return nothing;
    const words = strings.run;
    const { view } = this.bench;
    const { verdict } = summary;
    return html`<div class=${verdict.outcome === 'better' ? 'result' : 'result doubtful'}>
      <p class="main">${resultWords(run)}</p>
      <p>${keptWords(run, summary)}</p>
      ${verdict.problem ? this.#note(verdict.problem) : nothing}
      <div class="row">
        <button class="primary" @click=${() => void this.bench.adapters.download(summary.adapterId, 'openpi')}>${words.download}</button>
        <button title=${words.memoryCsvMeaning} @click=${() => void this.bench.adapters.download(summary.adapterId, 'memory')}>${words.memoryCsv}</button>
        ${view.resultActions(summary)}
      </div>
    </div>`;
  }

  #memory({ memory }: RunState) {
    if (!memory) return nothing;
    const { byKind, plannedBytes, allocatedBytes } = memory;
    return html`<section>
      <memory-bar .byKind=${byKind} .planned=${plannedBytes} .allocated=${allocatedBytes}></memory-bar>
      <memory-log .run=${this.bench.runs.state}></memory-log>
    </section>`;
  }
}
