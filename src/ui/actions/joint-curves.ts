import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { shared } from '../parts/styles';
import { quantity } from '../words/format';
import { type CurveLine, frameAt, heightOf, type JointChart, lastOf, linePath, placeOf, timeTicks } from './curve_data';
import { jointCurvesStyles, lineStyles } from './joint_curves_styles';
import { seconds } from './look_format';
import { words } from './words_look';

/** Pixels above and below the lines, and of the axis at the foot. */
const PAD = 8;
const FOOT = 20;
/** Pixels between two moments of the axis. */
const TICK_ROOM = 64;

/** A chart as it is drawn at one width. */
interface Drawn {
  readonly chart: JointChart;
  readonly paths: readonly { readonly line: CurveLine; readonly path: string }[];
}

/**
 * A small chart for each joint, all on one axis of time. A line marks the place that is looked at; the pointer reads
 * values without moving it, and a press moves it there.
 */
@customElement('joint-curves')
export class JointCurves extends LitElement {
  @property({ attribute: false }) charts: readonly JointChart[] = [];
  /** (F): seconds of the frames. */
  @property({ attribute: false }) times: ArrayLike<number> = [];
  @property({ type: Number }) frame = 0;
  /** Frames that a line marks: where a prediction begins. */
  @property({ attribute: false }) starts: readonly number[] = [];
  /** What a joint's chart shows, for who does not see it. */
  @property({ attribute: false }) describe: (joint: string) => string = (joint) => joint;
  /** Pixels of a chart. */
  @property({ type: Number }) height = 120;
  @state() private width = 320;
  @state() private pointed: number | null = null;

  #drawn: readonly Drawn[] = [];
  readonly #resized = new ResizeObserver(() => this.#measure());

  static override styles = [shared, lineStyles, jointCurvesStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('times')) this.pointed = null;
    if (!['charts', 'times', 'width', 'height'].some((name) => changed.has(name))) return;
    const size = { width: this.width, height: this.#plotHeight };
    this.#drawn = this.charts.map((chart) => ({
      chart,
      paths: chart.lines.map((line) => ({ line, path: linePath(line.values, this.times, chart, size) })),
    }));
  }

  override render() {
    return html`<div class="charts">${this.#drawn.map((drawn) => this.#chart(drawn))}</div>`;
  }

  get #plotHeight(): number {
    return this.height - FOOT - 2 * PAD;
  }

  #chart({ chart, paths }: Drawn) {
    const { width, height, pointed, times } = this;
    const ticks = timeTicks(lastOf(times), Math.floor(width / TICK_ROOM));
    return html`<figure>
      <figcaption><span class="joint">${chart.joint}</span>${this.#values(chart)}</figcaption>
      <svg
        viewBox=${`0 0 ${width} ${height}`}
        height=${height}
        role="img"
        aria-label=${this.describe(chart.joint)}
        @pointermove=${this.#onPoint}
        @pointerleave=${() => {
          this.pointed = null;
        }}
        @pointerdown=${this.#onPress}
      >
        ${ticks.map((at) => this.#tick(at))}
        <g transform=${`translate(0 ${PAD})`}>
          ${this.starts.map((frame) => this.#upright('chunk', frame))}
          ${paths.map(({ line, path }) => svg`<path class=${`${line.id} line-${line.id}`} d=${path}></path>`)}
          ${pointed === null ? nothing : this.#upright('pointed', pointed)} ${this.#upright('now', this.frame)}
          ${chart.lines.map((line) => this.#dot(chart, line))}
        </g>
        <text x="4" y="12">${quantity(chart.high)}</text>
        <text x="4" y=${height - FOOT - 3}>${quantity(chart.low)}</text>
      </svg>
    </figure>`;
  }

  #tick(at: number) {
    const x = placeOf(at, this.times, this.width);
    const anchor = x < 8 ? 'start' : x > this.width - 24 ? 'end' : 'middle';
    return svg`<path class="grid" d=${`M${x.toFixed(1)} 0V${this.height - FOOT}`}></path>
      <text x=${Math.min(Math.max(x, 4), this.width - 4).toFixed(1)} y=${this.height - 6} text-anchor=${anchor}>${axisTime(at)}</text>`;
  }

  #upright(name: string, frame: number) {
    const x = placeOf(this.times[frame] ?? 0, this.times, this.width).toFixed(1);
    return svg`<path class=${name} d=${`M${x} ${-PAD}V${this.#plotHeight + PAD}`}></path>`;
  }

  #dot(chart: JointChart, { values }: CurveLine) {
    const value = values[this.frame] ?? Number.NaN;
    if (!Number.isFinite(value)) return nothing;
    const x = placeOf(this.times[this.frame] ?? 0, this.times, this.width).toFixed(1);
    return svg`<circle class="dot" cx=${x} cy=${heightOf(value, chart, this.#plotHeight).toFixed(1)} r="3.5"></circle>`;
  }

  /** At the pointer, or at the place that is looked at. */
  #values({ lines }: JointChart) {
    const at = this.pointed ?? this.frame;
    return html`<span class="values">
      ${this.pointed === null ? nothing : html`<span class="meta">${seconds(this.times[at] ?? 0)}</span>`}
      ${lines.map(
        ({ id, values }) => html`<span class="value" title=${words.lines[id]}>
          ${lineSample(id)}<span class="hidden-text">${words.lines[id]}: </span>${quantity(values[at] ?? Number.NaN)}
        </span>`,
      )}
    </span>`;
  }

  #frameUnder(event: PointerEvent): number {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return frameAt(share * lastOf(this.times), this.times);
  }

  #onPoint(event: PointerEvent): void {
    this.pointed = this.#frameUnder(event);
    if (event.buttons === 1) this.#seek(this.pointed);
  }

  #onPress(event: PointerEvent): void {
    this.#seek(this.#frameUnder(event));
  }

  #seek(frame: number): void {
    this.dispatchEvent(new CustomEvent<number>('seek', { detail: frame }));
  }

  /** All charts are equally wide: a pixel of the drawing is one of the page. */
  #measure(): void {
    const wide = this.renderRoot.querySelector('figure')?.clientWidth ?? 0;
    if (wide > 0) this.width = wide;
  }
}

/** A piece of a line, as it looks in the charts. */
export const lineSample = (id: CurveLine['id']) =>
  html`<svg class=${`sample line-${id}`} viewBox="0 0 24 12" preserveAspectRatio="none" aria-hidden="true"><path d="M0 6H24"></path></svg>`;

/** A moment of the axis: "12 s" for the last, a number alone would be read as a value. */
const axisTime = (at: number): string => seconds(at).replace(/\.?0+(?=\s)/, '');
