import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import uPlot from 'uplot';
import uPlotCss from 'uplot/dist/uPlot.min.css?inline';
import { shared } from '../parts/styles';
import { onThemeChange } from '../parts/theme';
import { chartColumns, lossRange, stageBorders } from '../state/chart_data';
import { idleRun, latestHeldout, type RunState } from '../state/run_state';
import { count, loss } from '../words/format';
import { strings } from '../words/strings';

/** uPlot's own rules, as a sheet that the element adopts: a policy without inline styles allows no other way. */
const uPlotSheet = new CSSStyleSheet();
uPlotSheet.replaceSync(uPlotCss);

const height = 216;
const curves = ['train', 'smoothed', 'heldout', 'baseline'] as const;

/** Training and held-out loss by step. The legend holds the latest values, or those under the pointer. */
@customElement('loss-chart')
export class LossChart extends LitElement {
  @property({ attribute: false }) run: RunState = idleRun;
  /** The evaluation that is looked at, by its step. */
  @property({ attribute: false }) moment: number | null = null;
  @state() private pointed: number | null = null;

  #plot: uPlot | null = null;
  #drawn: RunState | null = null;
  #stop: (() => void) | undefined;
  readonly #resized = new ResizeObserver(() => this.#resize());

  static override styles = [
    uPlotSheet,
    shared,
    css`
      .plot {
        height: ${height}px;
        min-width: 0;
        overflow: hidden;
      }
      .legend {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
        gap: 0 16px;
        font-size: 12px;
        line-height: 20px;
        margin-top: 4px;
      }
      li {
        display: grid;
        grid-template-columns: 20px 1fr auto;
        gap: 6px;
        align-items: center;
        color: var(--ink-2);
      }
      b {
        font-weight: 500;
        color: var(--ink);
      }
      .line {
        height: 0;
        border-top: 2px solid currentcolor;
      }
      .curve-train {
        color: var(--line-strong);
        border-top-width: 1px;
      }
      .curve-smoothed {
        color: var(--ink);
      }
      .curve-heldout {
        color: var(--accent);
        border-top-width: 3px;
      }
      .curve-baseline {
        color: var(--ink-3);
        border-top-style: dashed;
      }
      .axis {
        color: var(--ink-3);
      }
      .grid {
        color: var(--line);
      }
      .stage {
        color: var(--ink-2);
      }
      .u-wrap {
        font: inherit;
      }
      .u-cursor-pt {
        display: none;
      }
      @media (forced-colors: active) {
        .plot {
          forced-color-adjust: none;
          background: var(--bg);
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#stop = onThemeChange(() => this.#build());
    if (this.hasUpdated) this.#build();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#stop?.();
    this.#plot?.destroy();
    this.#plot = null;
  }

  override render() {
    const words = strings.run;
    const latest = this.run.train[this.run.train.length - 1];
    const heldout = latestHeldout(this.run);
    const values =
      this.pointed === null
        ? [latest?.loss, latest?.smoothed, heldout, this.run.baseline]
        : this.#valuesAt(this.pointed);
    const summary = words.chartSummary(
      count(this.run.step),
      text(latest?.loss),
      text(heldout),
      text(this.run.baseline),
    );
    const borders = stageBorders(this.run).map(({ stage, step }) => words.stageBegins(count(stage), count(step)));
    const label = [summary, ...borders].join(' ');
    return html`
      <div class="plot" role="img" aria-label=${label}></div>
      <ul class="legend">
        ${curves.map(
          (curve, index) => html`<li>
            <span class=${`line curve-${curve}`}></span><span>${words[curve]}</span><b>${text(values[index])}</b>
          </li>`,
        )}
      </ul>
      <span class="axis" hidden></span><span class="grid" hidden></span><span class="stage" hidden></span>
    `;
  }

  protected override firstUpdated(): void {
    this.#build();
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('run') || !this.#plot || this.#drawn === this.run) return;
    this.#drawn = this.run;
    this.#plot.setData(chartColumns(this.run));
  }

  #build(): void {
    const place = this.renderRoot.querySelector<HTMLElement>('.plot');
    if (!place) return;
    this.#plot?.destroy();
    this.#drawn = this.run;
    this.#plot = new uPlot(this.#options(), chartColumns(this.run), place);
  }

  #options(): uPlot.Options {
    const axis = {
      stroke: this.#colour('axis'),
      grid: { stroke: this.#colour('grid'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    return {
      width: Math.max(this.clientWidth, 120),
      height,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: (plot) => [0, Math.max(1, plot.data[0][plot.data[0].length - 1] ?? 1)] },
        y: { range: () => lossRange(chartColumns(this.run)) },
      },
      axes: [
        { ...axis, size: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] },
        { ...axis, size: 44, space: 32 },
      ],
      series: [
        {},
        { stroke: this.#colour('curve-train'), width: 1, points: { show: false } },
        { stroke: this.#colour('curve-smoothed'), width: 1.75, points: { show: false } },
        {
          stroke: this.#colour('curve-heldout'),
          width: 2.25,
          spanGaps: true,
          points: { show: true, size: 6, fill: this.#colour('curve-heldout') },
        },
        { stroke: this.#colour('curve-baseline'), width: 1.25, dash: [4, 4], spanGaps: true, points: { show: false } },
      ],
      hooks: {
        setCursor: [(plot) => this.#point(plot.cursor.idx ?? null)],
        drawAxes: [(plot) => this.#markStages(plot)],
      },
    };
  }

  /** A line and a word where each stage but the first begins, behind the curves. */
  #markStages(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { devicePixelRatio: scale } = window;
    ctx.save();
    ctx.strokeStyle = this.#colour('stage');
    ctx.fillStyle = this.#colour('stage');
    ctx.lineWidth = scale;
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.font = `${11 * scale}px system-ui, sans-serif`;
    ctx.textBaseline = 'top';
    for (const { stage, step } of stageBorders(this.run)) {
      const x = Math.round(plot.valToPos(step, 'x', true));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const label = strings.run.stageMark(count(stage));
      const fits = x + ctx.measureText(label).width + 8 * scale < bbox.left + bbox.width;
      ctx.textAlign = fits ? 'left' : 'right';
      ctx.fillText(label, x + (fits ? 4 : -4) * scale, bbox.top);
    }
    ctx.restore();
  }

  #point(index: number | null): void {
    this.pointed = index;
  }

  #valuesAt(index: number): readonly (number | null | undefined)[] {
    const [, ...columns] = chartColumns(this.run);
    return columns.map((column, which) =>
      curves[which] === 'baseline' ? this.run.baseline : lastBefore(column, index),
    );
  }

  #resize(): void {
    if (this.#plot && this.clientWidth > 0 && this.#plot.width !== this.clientWidth)
      this.#plot.setSize({ width: this.clientWidth, height });
  }

  /** A canvas knows no custom properties: the colour is read from an element that has it. */
  #colour(name: string): string {
    const bearer = this.renderRoot.querySelector(`.${name}`);
    return bearer ? getComputedStyle(bearer).color : 'gray';
  }
}

const text = (value: number | null | undefined): string =>
  value === null || value === undefined ? strings.run.none : loss(value);

/** The value at `index`, or the nearest one before it: the held-out loss has one only every few steps. */
function lastBefore(column: readonly (number | null)[], index: number): number | null {
  for (let at = index; at >= 0; at -= 1) {
    const value = column[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
