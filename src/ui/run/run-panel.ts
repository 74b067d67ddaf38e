import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { EndedRun, Problem } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { count, counted, perSecond } from '../words/format';
import './loss-chart';
import './loss-table';
import '../parts/memory-bar';
import './memory-log';
import './moment-strip';
import './next-steps';
import { later } from '../parts/later';
import { goTo, problemsAt } from '../parts/problem-note';
import './run-controls';
import { shared } from '../parts/styles';
import { momentShown, momentsOf } from '../state/moments';
import type { RunState } from '../state/run_state';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import {
  evaluatedWords,
  keptWords,
  learnedWords,
  lossNow,
  phaseWords,
  progressOf,
  resultWords,
  soFarWords,
  timeLeft,
  whereWords,
} from './run_words';

/** The run on its stage: where it is, what the model does, its curves, its memory. */
@customElement('run-panel')
export class RunPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      section,
      .after,
      .shown {
        margin-top: 24px;
      }
      .after > * + * {
        margin-top: 16px;
      }
      /* Curves and pictures: where they are still to come, their place is kept. */
      .tall {
        min-height: 100vh;
      }
      .awaited > * + * {
        margin-top: 8px;
      }
      moment-strip {
        margin-top: 16px;
      }
      :host {
        container-type: inline-size;
      }
      /* What goes on, and in its place at the end what came of it: as tall as either, so that nothing below moves. */
      .told {
        display: grid;
        align-content: start;
        gap: 4px;
        min-height: 152px;
        margin-top: 8px;
        padding: 12px 20px;
        border-inline-start: 4px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .told > * {
        min-width: 0;
      }
      .result {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
      .result.doubtful {
        border-color: var(--warn);
        background: var(--warn-soft);
      }
      @container (max-width: 799px) {
        .told {
          min-height: 200px;
        }
      }
      @container (max-width: 479px) {
        .told {
          min-height: 264px;
        }
        .now {
          flex-wrap: wrap;
        }
        .told .learned {
          font-size: 16px;
          line-height: 24px;
        }
      }
      .result .progress {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 16px;
      }
      .now {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px 16px;
        min-height: 40px;
      }
      .now p {
        font-weight: 600;
      }
      run-controls {
        flex: none;
      }
      progress {
        margin-top: 8px;
      }
      .figures {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 16px;
        margin-top: 8px;
        color: var(--ink-2);
        font-size: 12px;
        line-height: 20px;
      }
      .figures b {
        font-weight: 600;
        color: var(--ink);
      }
      .result .now {
        min-height: 0;
      }
      .result .now p {
        font-size: 12px;
        font-weight: 400;
        color: var(--ink-2);
      }
      .result .figures {
        margin-top: 0;
      }
      .problems,
      .skipped,
      .without {
        margin-top: 8px;
      }
      .note {
        margin-top: 4px;
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
      .chart .hint {
        min-height: 16px;
      }
      loss-table {
        min-height: 28px; /* of its first line, which comes with the first value */
      }
      .learned {
        display: flex;
        gap: 8px;
        font-size: 20px;
        line-height: 28px;
        font-weight: 600;
        letter-spacing: -0.01em;
        text-wrap: pretty;
      }
      .learned .icon {
        width: 20px;
        height: 20px;
        margin-top: 4px;
        color: var(--warn);
      }
      .doubtful .learned {
        color: var(--warn);
      }
      .kept {
        color: var(--ink-2);
      }
      .csv {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    const { runs, view } = this.bench;
    const { state: run } = runs;
    const moments = momentsOf(run);
    const moment = momentShown(run, runs.picked);
    return html`
      <div class=${lookOf(run)}>${this.#progress(run)} ${run.summary ? this.#result(run, run.summary) : html`<p class="learned">${soFarWords(run)}</p>`}</div>
      ${this.#notes(run)} ${problemsAt(this.bench, 'run')}
      <div class="shown">${later(() => view.resultAt(run, moment))}</div>
      ${later(
        () => html`<moment-strip
          .moments=${moments}
          .moment=${moment}
          ?behind=${runs.active && runs.picked !== null}
          ?waiting=${runs.active}
          @pick=${this.#onPick}
        ></moment-strip>`,
      )}
      ${later(() => this.#chart(run, moment))}
      ${run.summary ? this.#after(run.summary) : nothing} ${later(() => this.#memory(run))}
    `;
  }

  #chart(run: RunState, moment: number | null) {
    const { view } = this.bench;
    const words = view.words.run;
    return html`<section class="chart">
      <h3 title=${words.lossMeaning}>${words.lossTitle}</h3>
      <loss-chart .run=${run} .moment=${moment} @pick=${this.#onPick}></loss-chart>
      <p class="hint">${evaluatedWords(run, view.heldoutUnit)}</p>
      ${view.runNote(run)}
      <loss-table .run=${run}></loss-table>
    </section>`;
  }

  #onPick({ detail }: CustomEvent<number | null>): void {
    this.bench.runs.pick(detail);
  }

  #progress(run: RunState) {
    const words = strings.run;
    const { view } = this.bench;
    const { active } = this.bench.runs;
    const phase = phaseWords(run, view.words.run.phases);
    const progress = active ? progressOf(run) : null;
    const saved = run.checkpointStep === null ? words.unsaved : words.checkpoint(count(run.checkpointStep));
    return html`<div class="progress">
      <div class="now">
        <p role="status">${phase}</p>
        ${active ? html`<run-controls .bench=${this.bench}></run-controls>` : nothing}
      </div>
      ${active ? html`<progress aria-label=${phase} max=${progress?.of ?? nothing} value=${progress?.done ?? nothing}></progress>` : nothing}
      <p class="figures">
        <span><b>${whereWords(run)}</b></span>
        ${active && soFarWords(run) === '' ? html`<span>${lossNow(run)}</span>` : nothing}
        ${run.tokensPerSecond === null ? nothing : html`<span title=${view.words.run.tokensPerSecondMeaning}>${perSecond(run.tokensPerSecond)} ${words.tokensPerSecond}</span>`}
        <span>${timeLeft(run)}</span>
      </p>
      ${active ? html`<p class="hint">${saved}</p>` : nothing}
    </div>`;
  }

  /** What went wrong and did not end the run. */
  #notes({ skipped, problems }: RunState) {
    const words = strings.run;
    const last = skipped.at(-1);
    const skips = last
      ? html`<p class="skipped" role="alert">
          ${icons.warn}
          <span>${words.skippedOne(count(last.step), sentence(last.reason))} ${words.skippedMore(counted(skipped.length, 'step'))}</span>
        </p>`
      : nothing;
    return html`${skips} ${problems.map((problem) => this.#note(problem))}`;
  }

  /** What the run goes on without, or is wrong with it. */
  #note(problem: Problem) {
    return html`<problem-note class="without" fixed mild linked .problem=${problem} @field=${() => goTo(this.bench, problem)}></problem-note>`;
  }

  #result(run: RunState, summary: EndedRun) {
    const learned = this.bench.view.learned(summary) || learnedWords(summary);
    const warn = isDoubtful(summary) ? icons.warn : nothing;
    return html`${learned ? html`<p class="learned">${warn}<span>${learned}</span></p>` : nothing}
      <p class=${learned ? 'main' : 'main learned'}>${resultWords(run)}</p>
      <p class="kept">${keptWords(run, summary)}</p>`;
  }

  /** What one does next, below what one reads: nothing that is looked at moves when it comes. */
  #after({ verdict: { problem } }: EndedRun) {
    return html`<div class="after">
      ${problem ? this.#note(problem) : nothing} ${later(() => html`<next-steps .bench=${this.bench}></next-steps>`)}
    </div>`;
  }

  #memory({ memory, summary }: RunState) {
    if (!memory) return nothing;
    const { byKind, plannedBytes, allocatedBytes } = memory;
    const { memoryCsv, memoryCsvMeaning } = strings.run;
    return html`<section>
      <memory-bar .byKind=${byKind} .planned=${plannedBytes} .allocated=${allocatedBytes}></memory-bar>
      <memory-log .run=${this.bench.runs.state}></memory-log>
      ${
        summary
          ? html`<button class="csv" title=${memoryCsvMeaning} @click=${() => void this.bench.adapters.download(summary.adapterId, 'memory')}>
              ${icons.kept} ${memoryCsv}
            </button>`
          : nothing
      }
    </section>`;
  }
}

const isDoubtful = ({ verdict }: EndedRun): boolean => verdict.outcome !== 'better';

/** Classes of the place where it is told how the run is. */
function lookOf({ summary }: RunState): string {
  if (!summary) return 'told';
  return isDoubtful(summary) ? 'told result doubtful' : 'told result';
}
