import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import type { RunState } from '../state/run_state';
import { strings } from '../words/strings';
import { lossNow, phaseWords, progressOf, timeLeft, whereWords } from './run_words';

/** The run in one line, where it is out of sight: loss, progress, pause, and the way to it. */
@customElement('run-strip')
export class RunStrip extends BenchElement {
  static override styles = [
    shared,
    css`
      .strip {
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .line {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 4px var(--edge);
        min-height: 48px;
      }
      .words {
        flex: 1;
        min-width: 0;
      }
      .words p {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .loss {
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const run = this.bench.runs.state;
    const { active } = this.bench.runs;
    const phase = phaseWords(run, this.bench.view.words.run.phases);
    const progress = active ? progressOf(run) : null;
    return html`<section class="strip" aria-label=${strings.run.strip}>
      <div class="line">
        <div class="words">
          <p class="loss">${run.status === 'failed' ? phase : lossNow(run) || phase}</p>
          ${run.settings ? html`<p class="meta">${this.#where(run)}</p>` : nothing}
        </div>
        ${this.bench.runs.canPause ? this.#button(strings.train.pause, 'pause') : nothing}
        ${run.status === 'paused' ? this.#button(strings.train.resume, 'play') : nothing}
        <button @click=${() => this.bench.show('train')}>${strings.run.details}</button>
      </div>
      ${active ? html`<progress aria-label=${phase} max=${progress?.of ?? nothing} value=${progress?.done ?? nothing}></progress>` : nothing}
    </section>`;
  }

  #where(run: RunState): string {
    return [whereWords(run), timeLeft(run)].filter((part) => part !== '').join(' · ');
  }

  #button(label: string, icon: 'pause' | 'play') {
    return html`<button aria-label=${label} @click=${() => this.bench.startOrPause()}>${icons[icon]}</button>`;
  }
}
