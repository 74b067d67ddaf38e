import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ActionCurve, OpenLoop } from '../../worker/api';
import { textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { count, counted, quantity } from '../words/format';
import { strings } from '../words/strings';
import {
  chartSize,
  chunkStarts,
  type JointCurve,
  type JointErrors,
  jointCurves,
  jointErrors,
  jointsWon,
  linePath,
  predictors,
} from './open_loop_data';
import { openLoopStyles } from './open_loop_styles';
import { words as own } from './words';

/** Predicted against recorded actions of held-out episodes: errors of every joint as a table, and a small curve a joint. */
@customElement('open-loop')
export class OpenLoopView extends LitElement {
  @property({ attribute: false }) openLoop!: OpenLoop;
  /** At which step, or with which adapter: a few words. */
  @property() when = '';
  /** Number of the episode that the person chose; the first one until then. */
  @state() private episode: number | null = null;

  #rows: readonly JointErrors[] = [];
  #curves: readonly JointCurve[] = [];

  static override styles = [shared, scrolledTable, openLoopStyles];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('openLoop')) this.#rows = jointErrors(this.openLoop);
    const shown = this.#shown();
    this.#curves = shown ? jointCurves(this.openLoop.joints, shown) : [];
  }

  override render() {
    const words = own.openLoop;
    const shown = this.#shown();
    return html`
      <h3>${words.title} <span class="when">${this.when}</span></h3>
      <p class="won">${words.won(count(jointsWon(this.#rows)), counted(this.#rows.length, 'joint'))}</p>
      ${this.#table()} ${shown ? this.#charts(shown) : nothing}
    `;
  }

  #table() {
    const words = own.openLoop;
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${words.caption}>
      <table>
        <caption>
          ${words.caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">${words.joint}</th>
            ${predictors.map((by) => html`<th scope="col" class="number" title=${words.predictors[by][1]}>${words.predictors[by][0]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.#rows.map(
            (row) => html`<tr>
              <th scope="row">${row.joint}</th>
              ${predictors.map((by) => this.#error(row.errors[by], row.best.includes(by)))}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #error(value: number, best: boolean) {
    const text = Number.isNaN(value) ? strings.run.none : quantity(value);
    if (!best) return html`<td class="number">${text}</td>`;
    return html`<td class="number best">${icons.check}<span class="hidden-text">${own.openLoop.best}: </span>${text}</td>`;
  }

  #charts(shown: ActionCurve) {
    const words = own.openLoop;
    return html`
      <div class="head">
        <h3>${words.curves}</h3>
        <label>
          ${words.episode}
          <select @change=${this.#onEpisode}>
            ${this.openLoop.curves.map(
              ({ episode, frames }) => html`<option value=${episode} ?selected=${episode === shown.episode}>
                ${words.episodeFrames(count(episode), counted(frames, 'frame'))}
              </option>`,
            )}
          </select>
        </label>
      </div>
      <p class="legend">
        <span class="key"><span class="line recorded"></span>${words.recorded}</span>
        <span class="key"><span class="line predicted"></span>${words.predicted}</span>
        <span class="key"><span class="line base"></span>${words.base}</span>
      </p>
      <p class="meta">${words.chunks(counted(shown.horizon, 'frame'))}</p>
      <div class="scroll charts" tabindex="0" role="group" aria-label=${words.curves}>
        ${this.#curves.map((curve, index) => this.#chart(curve, shown, this.#rows[index]?.errors.adapter ?? Number.NaN))}
      </div>
    `;
  }

  #chart(curve: JointCurve, shown: ActionCurve, error: number) {
    const words = own.openLoop;
    const { width, height } = chartSize;
    const { low, high } = curve;
    return html`<figure>
      <figcaption>
        <span class="joint">${curve.joint}</span> <span class="meta">${words.range(quantity(low), quantity(high))}</span>
      </figcaption>
      <svg
        viewBox=${`0 -2 ${width} ${height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label=${words.chart(curve.joint, count(shown.episode), quantity(error))}
      >
        ${chunkStarts(shown).map((x) => svg`<path class="chunk" d=${`M${x.toFixed(1)} 0V${height}`}></path>`)}
        <path class="recorded" d=${linePath(curve.recorded, low, high)}></path>
        <path class="base" d=${linePath(curve.base, low, high)}></path>
        <path class="predicted" d=${linePath(curve.predicted, low, high)}></path>
      </svg>
    </figure>`;
  }

  #shown(): ActionCurve | undefined {
    const { curves } = this.openLoop;
    return curves.find(({ episode }) => episode === this.episode) ?? curves[0];
  }

  #onEpisode(event: Event): void {
    this.episode = Number(textOf(event));
  }
}
