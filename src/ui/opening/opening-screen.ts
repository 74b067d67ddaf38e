import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { SampleSummary } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { later } from '../parts/later';
import { shared } from '../parts/styles';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import './recorded-run';

/** What the page is for, one button that does it, and beside it a run as it looks. */
@customElement('opening-screen')
export class OpeningScreen extends BenchElement {
  static override styles = [
    shared,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 5fr) minmax(0, 6fr);
        grid-template-rows: auto 1fr;
        grid-template-areas: 'promise run' 'promises run';
        gap: 32px 48px;
      }
      .promise {
        grid-area: promise;
        padding-top: 16px;
      }
      .run {
        grid-area: run;
        min-height: 560px; /* of what comes a moment later */
      }
      dl {
        grid-area: promises;
        display: grid;
        align-content: start;
        gap: 12px;
      }
      dl div {
        display: grid;
        grid-template-columns: minmax(64px, auto) 1fr;
        gap: 8px;
        padding-top: 12px;
        border-top: 1px solid var(--line);
        color: var(--ink-2);
      }
      dt {
        font-weight: 600;
        color: var(--ink);
      }
      h2 {
        font-size: 40px;
        line-height: 48px;
        letter-spacing: -0.025em;
        text-wrap: balance;
      }
      h2 span {
        display: block;
        color: var(--accent);
      }
      button.large {
        margin-top: 24px;
      }
      .hint {
        margin-top: 12px;
        max-width: 48ch;
        min-height: 48px;
      }
      @media (max-width: 859px) {
        section {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto;
          grid-template-areas: 'promise' 'run' 'promises';
        }
        .promise {
          padding-top: 0;
        }
      }
      @media (max-width: 719px) {
        h2 {
          font-size: 28px;
          line-height: 36px;
        }
      }
      @media (max-width: 479px) {
        button.large {
          width: 100%;
        }
      }
    `,
  ];

  override render() {
    const { opening } = strings;
    const [sample] = this.bench.samples;
    return html`<section aria-labelledby="promise">
      <div class="promise">
        <h2 id="promise">${opening.promise} <span>${opening.nothingLeaves}</span></h2>
        ${sample || this.bench.catalogue === null ? this.#start(sample) : nothing}
      </div>
      <div class="run">${later(() => html`<recorded-run .bench=${this.bench}></recorded-run>`)}</div>
      <dl>
        ${this.bench.view.words.promises.map(
          ([name, meaning]) => html`<div>
            <dt>${name}</dt>
            <dd>${meaning}</dd>
          </div>`,
        )}
      </dl>
    </section>`;
  }

  /** The button stands before it is known what it opens, so that nothing moves when that comes. */
  #start(sample: SampleSummary | undefined) {
    const { opening, data } = strings;
    const { device, beginning } = this.bench;
    const said = beginning
      ? opening.beginning
      : sample && opening.sample(sentence(sample.title), sentence(sample.description));
    return html`<button
        class="primary large"
        ?disabled=${!sample || device?.usable === false}
        aria-disabled=${beginning !== null}
        @click=${() => sample && void this.bench.fineTuneSample(sample.id)}
      >
        ${icons.play} ${data.sampleButton}
      </button>
      <p class="hint" role="status">${said}</p>`;
  }
}
