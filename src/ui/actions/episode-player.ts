import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CameraReport } from '../../worker/api';
import '../parts/problem-note';
import { later } from '../parts/later';
import { scrolledTable } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import { count, quantity } from '../words/format';
import { type Arm, armOf } from './arm';
import './arm-figure';
import './camera-pictures';
import { frameAt, type JointChart, type JointRows, jointCharts, type LineId, lastOf } from './curve_data';
import { episodePlayerStyles } from './episode_player_styles';
import './joint-curves';
import { lineStyles } from './joint_curves_styles';
import { lineSample } from './joint-curves';
import { LookElement } from './look_element';
import { seconds } from './look_format';
import './time-scrubber';
import { words } from './words_look';

/** Joints that are shown until somebody chooses. */
const SHOWN = 12;
/** Small pictures of the strip. */
const STRIP = 6;

/** An episode in motion: pictures, joints over time and the arm, all moved by one scrubber. */
@customElement('episode-player')
export class EpisodePlayer extends LookElement {
  /** Number of the episode in the recording. */
  @property({ type: Number }) episode = 0;
  /** (F): seconds of the frames. */
  @property({ attribute: false }) times: Float32Array = new Float32Array(0);
  /** What is drawn over time; the first is what the arm is known by. */
  @property({ attribute: false }) rows: readonly JointRows[] = [];
  /** Cameras that have pictures of this episode. */
  @property({ attribute: false }) cameras: readonly CameraReport[] = [];
  @property({ attribute: false }) starts: readonly number[] = [];
  /** Pixels of a joint's chart. */
  @property({ attribute: false }) chartHeight = 120;
  @property({ attribute: false }) describe: ((joint: string) => string) | undefined;
  @state() private frame = 0;
  @state() private playing = false;
  /** Whether the table of values is open: closed, it is not written. */
  @state() private tabled = false;
  @state() private without: ReadonlySet<LineId> = new Set();
  @state() private chosen: ReadonlySet<string> | null = null;

  #charts: readonly JointChart[] = [];
  /** Those of the chosen joints; then without the lines that are switched off. */
  #shown: readonly JointChart[] = [];
  #drawn: readonly JointChart[] = [];
  #arm: Arm | null = null;
  #strip: readonly number[] = [];

  static override styles = [shared, scrolledTable, lineStyles, episodePlayerStyles];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.look.leave();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('rows')) this.#charts = jointCharts(this.rows);
    if (changed.has('rows') || changed.has('without') || changed.has('chosen')) {
      this.#shown = this.#charts.filter(({ joint }, place) => this.chosen?.has(joint) ?? place < SHOWN);
      this.#drawn = this.#shown.map((chart) => ({
        ...chart,
        lines: chart.lines.filter(({ id }) => !this.without.has(id)),
      }));
      const [known] = this.rows;
      this.#arm = known ? armOf(known.joints, known.rows) : null;
    }
    if (changed.has('times') || changed.has('episode')) {
      if (changed.get('episode') !== undefined && changed.has('episode')) this.frame = 0;
      this.frame = Math.min(this.frame, Math.max(0, this.times.length - 1));
      const last = lastOf(this.times);
      this.#strip = Array.from({ length: STRIP }, (_, n) => frameAt((last * (n + 0.5)) / STRIP, this.times));
    }
    if (this.cameras.length > 0 && this.times.length > 0)
      this.look.at({
        episode: this.episode,
        frame: this.frame,
        frames: this.times.length,
        cameras: this.cameras.map(({ name }) => name),
        strip: this.#strip,
        playing: this.playing,
      });
  }

  override render() {
    const shown = this.#shown;
    return html`
      ${this.#scene()}
      <time-scrubber
        .times=${this.times}
        .frame=${this.frame}
        @seek=${this.#onSeek}
        @playing=${(event: CustomEvent<boolean>) => {
          this.playing = event.detail;
        }}
      ></time-scrubber>
      <div class="head">${this.#lines()} ${this.#joints(shown.length)}</div>
      ${shown.length === 0 ? html`<p class="hint">${words.noJoints}</p>` : nothing}
      ${later(
        () => html`<joint-curves
          .charts=${this.#drawn}
          .times=${this.times}
          .frame=${this.frame}
          .starts=${this.starts}
          .height=${this.chartHeight}
          .describe=${this.describe ?? this.#describe}
          @seek=${this.#onSeek}
        ></joint-curves>`,
      )}
      ${later(() => this.#table(shown))}
    `;
  }

  /** Pictures, and the arm where it is known. */
  #scene() {
    const [known] = this.rows;
    const arm = this.#arm;
    if (!arm && this.cameras.length === 0) return nothing;
    const poses = this.rows
      .filter(({ id }) => !this.without.has(id))
      .flatMap(({ id, joints, rows }) =>
        joints.join() === known?.joints.join()
          ? [{ id, angles: rows.subarray(this.frame * joints.length, (this.frame + 1) * joints.length) }]
          : [],
      );
    return html`<div class="scene">
      ${
        this.cameras.length > 0
          ? html`<camera-pictures
              .look=${this.look}
              .episode=${this.episode}
              .frame=${this.frame}
              .cameras=${this.cameras}
              .strip=${this.#strip}
              .times=${this.times}
              @seek=${this.#onSeek}
            ></camera-pictures>`
          : nothing
      }
      ${arm ? html`<arm-figure .arm=${arm} .poses=${poses}></arm-figure>` : nothing}
      ${this.look.problems.map((problem) => html`<problem-note fixed mild .problem=${problem}></problem-note>`)}
    </div>`;
  }

  /** The legend, each line of which can be taken away. */
  #lines() {
    return html`<fieldset>
      <legend class="hidden-text">${words.shown}</legend>
      ${this.rows.map(
        ({ id }) => html`<label class="key" title=${words.linesMeaning[id]}>
          <input type="checkbox" .checked=${!this.without.has(id)} @change=${() => this.#toggleLine(id)} />
          ${lineSample(id)} ${words.lines[id]}
        </label>`,
      )}
    </fieldset>`;
  }

  #joints(shown: number) {
    const all = this.#charts;
    if (all.length < 2) return nothing;
    const names = new Set(this.#shown.map(({ joint }) => joint));
    return html`<details class="joints">
      <summary>${words.joints(count(shown), count(all.length))}</summary>
      <div class="chips">
        <button class="quiet" @click=${() => this.#choose(all.map(({ joint }) => joint))}>${words.jointsAll}</button>
        <button class="quiet" @click=${() => this.#choose([])}>${words.jointsNone}</button>
        ${all.map(
          ({ joint }) => html`<label class="key">
            <input type="checkbox" .checked=${names.has(joint)} @change=${() => this.#toggleJoint(joint)} /> ${joint}
          </label>`,
        )}
      </div>
    </details>`;
  }

  /** What the charts show at this place, for who reads rather than sees. */
  #table(shown: readonly JointChart[]) {
    const ids = this.rows.map(({ id }) => id);
    const label = words.valuesAt(seconds(this.times[this.frame] ?? 0));
    const table = () =>
      html`<div class="scroll" tabindex="0" role="group" aria-label=${label}>
        <table>
          <thead>
            <tr>
              <th scope="col">${words.joint}</th>
              ${ids.map((id) => html`<th scope="col" class="number">${words.lines[id]}</th>`)}
            </tr>
          </thead>
          <tbody class="at-place">
            ${shown.map(
              ({ joint, lines }) => html`<tr>
                <th scope="row">${joint}</th>
                ${ids.map((id) => {
                  const value = lines.find((line) => line.id === id)?.values[this.frame];
                  return html`<td class="number">${value === undefined ? '' : quantity(value)}</td>`;
                })}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
    return html`<details
      class="values"
      @toggle=${(event: Event) => {
        this.tabled = (event.target as HTMLDetailsElement).open;
      }}
    >
      <summary>${label}</summary>
      ${this.tabled ? table() : nothing}
    </details>`;
  }

  #describe = (joint: string): string => {
    const { lines = [], low = 0, high = 0 } = this.#charts.find((chart) => chart.joint === joint) ?? {};
    return words.chart(joint, lines.map(({ id }) => words.lines[id]).join(', '), quantity(low), quantity(high));
  };

  #onSeek(event: CustomEvent<number>): void {
    this.frame = event.detail;
  }

  #toggleLine(id: LineId): void {
    this.without = toggled(this.without, id);
  }

  #toggleJoint(joint: string): void {
    this.chosen = toggled(new Set(this.#shown.map((chart) => chart.joint)), joint);
  }

  #choose(joints: readonly string[]): void {
    this.chosen = new Set(joints);
  }
}

function toggled<T>(all: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}
