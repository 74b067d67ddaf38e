import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { isUnmeasured } from '../../best';
import type { RunRecord } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { useSettings } from '../bench/use_settings';
import { shared } from '../parts/styles';
import { ago, counted, loss, percentChange } from '../words/format';
import { strings } from '../words/strings';
import { markOf } from './compared_curves';
import { runColours } from './run_colours';
import './runs-chart';
import './runs-differences';

/** Every run of the task that has ended; those that are chosen are laid over each other. Fires `show-form` once the form has a run's settings. */
@customElement('runs-list')
export class RunsList extends BenchElement {
  /** What the chart is drawn from: the same list as long as the same runs are chosen. */
  #compared: readonly RunRecord[] = [];

  static override styles = [
    shared,
    runColours,
    css`
      section {
        margin-top: 40px;
        padding-top: 24px;
        border-top: 1px solid var(--line);
      }
      h2 {
        font-size: 20px;
        line-height: 28px;
      }
      .runs {
        margin-top: 12px;
        border-bottom: 1px solid var(--line);
        max-height: 424px; /* some seven runs; the others are scrolled to */
        overflow-y: auto;
        margin-inline: -4px;
        padding-inline: 4px; /* room for the focus */
      }
      li {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 4px 16px;
        padding: 8px 0;
        border-top: 1px solid var(--line);
      }
      label {
        display: grid;
        grid-template-columns: 20px minmax(0, 1fr);
        gap: 0 12px;
        align-items: baseline;
        flex: 1 1 240px;
        min-width: 0;
        cursor: pointer;
      }
      input {
        width: 18px;
        height: 18px;
        margin: 0;
        align-self: center;
        grid-row: span 2;
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .worse {
        color: var(--warn);
      }
      .compared {
        margin-top: 24px;
        display: grid;
        gap: 24px;
      }
      .compared > * {
        min-width: 0;
      }
      h3 {
        margin-bottom: 8px;
      }
    `,
  ];

  override render() {
    const { ended } = this.bench;
    if (ended.list.length === 0) return nothing;
    const words = strings.runs;
    const compared = this.#chosen();
    return html`<section aria-label=${words.title}>
      <h2>${words.title}</h2>
      ${ended.list.length > 1 ? html`<p class="hint">${compared.length === 1 ? words.one : words.lead}</p>` : nothing}
      <ul class="runs">
        ${ended.list.map((run) => this.#line(run))}
      </ul>
      ${
        compared.length > 1
          ? html`<div class="compared">
              <div>
                <h3>${words.chart}</h3>
                <runs-chart .runs=${compared}></runs-chart>
              </div>
              <div>
                <h3>${words.table}</h3>
                <runs-differences .bench=${this.bench}></runs-differences>
              </div>
            </div>`
          : nothing
      }
    </section>`;
  }

  #use({ settings }: RunRecord): void {
    useSettings(this.bench, settings, strings.runs.used(settings.name));
    this.dispatchEvent(new CustomEvent('show-form'));
  }

  #chosen(): readonly RunRecord[] {
    const { compared } = this.bench.ended;
    const same = compared.length === this.#compared.length && compared.every((run, n) => run === this.#compared[n]);
    if (!same) this.#compared = compared;
    return this.#compared;
  }

  #line(run: RunRecord) {
    const words = strings.runs;
    const { ended } = this.bench;
    const { name } = run.settings;
    const when = ago(run.endedAt, Date.now());
    const place = this.#compared.indexOf(run);
    return html`<li>
      <label>
        <input
          type="checkbox"
          aria-label=${words.choose(name, when)}
          .checked=${ended.isChosen(run)}
          @change=${(event: Event) => ended.choose(run, (event.target as HTMLInputElement).checked)}
        />
        <span class="name">
          ${place < 0 ? nothing : html`<span class=${`letter ${markOf(place).colour}`}>${markOf(place).letter}</span> · `}${name}
        </span>
        <span class="meta">
          ${when} · ${words.line(counted(run.steps, 'step'), resultOf(run))}
          ${run.outcome === 'worse' ? html`<span class="worse">· ${words.worse}</span>` : nothing}
        </span>
      </label>
      <div class="row">
        <button aria-label=${words.useNamed(name)} @click=${() => this.#use(run)}>
          ${words.use}
        </button>
        <button class="quiet" aria-label=${words.deleteNamed(name)} @click=${() => void ended.remove(run)}>
          ${words.delete}
        </button>
      </div>
    </li>`;
  }
}

function resultOf(run: RunRecord): string {
  const words = strings.runs;
  if (isUnmeasured(run)) return words.unmeasured;
  const { baselineHeldout: before, heldout: after } = run;
  return words.result(loss(before), loss(after), percentChange(before, after));
}

declare global {
  interface HTMLElementTagNameMap {
    'runs-list': RunsList;
  }
}
