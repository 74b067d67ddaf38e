import { css, html, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type uPlot from 'uplot';
import { PlotElement, plotStyles, WHOLE_STEPS } from '../parts/plot_element';
import { shared } from '../parts/styles';
import { type ChartColumns, chartColumns, lossColumns, lossRange, stageBorders } from '../state/chart_data';
import { momentsOf } from '../state/moments';
import { idleRun, latestHeldout, type RunState } from '../state/run_state';
import { count, loss, rate } from '../words/format';
import { strings } from '../words/strings';
import { type ChartMarks, drawBehind, drawOver, type MarkColours } from './chart_marks';

/** The highest learning rate is drawn at so small a part of the height: it is not what one looks at. */
const RATE_BELOW = 5;
const curves = ['train', 'smoothed', 'heldout', 'baseline', 'learningRate'] as const;

/**
 * Training and held-out loss by step, and the schedule of the learning rate. The legend holds the latest values, or those under
 * the pointer. A press picks the nearest evaluation: fires `pick` with its step.
 */
@customElement('loss-chart')
export class LossChart extends PlotElement {
  @property({ attribute: false }) run: RunState = idleRun;
  /** Lower than usual: it is one thing among several that are to be seen at once. */
  @property({ type: Boolean, reflect: true }) low = false;
  /** The evaluation that is looked at, by its step. */
  @property({ attribute: false }) moment: number | null = null;
  @state() private pointed: number | null = null;

  #drawn: RunState | null = null;

  static override styles = [
    shared,
    plotStyles,
    css`
      :host {
        container-type: inline-size;
      }
      .plot {
        cursor: pointer;
        height: 320px;
      }
      /* On a screen so narrow, the curves are to be seen together with their legend. */
      @container (max-width: 479px) {
        .plot {
          height: 232px;
        }
      }
      :host([low]) .plot {
        height: 200px;
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
      .curve-learningRate {
        color: var(--trainable);
        border-top-width: 1px;
      }
      .ground {
        color: var(--bg);
      }
      .stage {
        color: var(--ink-2);
      }
    `,
  ];

  override render() {
    const words = strings.run;
    const latest = this.run.train[this.run.train.length - 1];
    const heldout = latestHeldout(this.run);
    const values =
      this.pointed === null
        ? [latest?.loss, latest?.smoothed, heldout, this.run.baseline, latest?.learningRate]
        : this.#valuesAt(this.pointed);
    const summary = words.chartSummary(
      count(this.run.step),
      text(latest?.loss, loss),
      text(heldout, loss),
      text(this.run.baseline, loss),
    );
    const borders = stageBorders(this.run).map(({ stage, step }) => words.stageBegins(count(stage), count(step)));
    const label = [summary, ...borders].join(' ');
    return html`
      <div class="plot" role="img" aria-label=${label} title=${words.chartPick} @click=${this.#onPress}></div>
      <ul class="legend">
        ${curves.map(
          (curve, index) => html`<li>
            <span class=${`line curve-${curve}`}></span><span>${words[curve]}</span><b>${text(values[index], curve === 'learningRate' ? rate : loss)}</b>
          </li>`,
        )}
      </ul>
      <span class="axis" hidden></span><span class="ground" hidden></span><span class="grid" hidden></span><span class="stage" hidden></span>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.plot) return;
    if (changed.has('run') && this.#drawn !== this.run) {
      this.#drawn = this.run;
      this.plot.setData(chartColumns(this.run));
    } else if (changed.has('moment')) this.plot.redraw(false);
  }

  protected override columns(): uPlot.AlignedData {
    this.#drawn = this.run;
    return chartColumns(this.run);
  }

  protected override options(): Omit<uPlot.Options, 'width' | 'height'> {
    return {
      padding: [12, 16, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, click: pressed } },
      scales: {
        x: { time: false, range: (plot) => [0, Math.max(1, plot.data[0][plot.data[0].length - 1] ?? 1)] },
        y: { range: (plot) => lossRange(lossColumns(plot.data as ChartColumns)) },
        rate: { range: (_plot, _least, most) => [0, Math.max(most, Number.MIN_VALUE) * RATE_BELOW] },
      },
      axes: [
        { ...this.axis(), size: 28, incrs: WHOLE_STEPS },
        { ...this.axis(), size: 52, space: 32 },
      ],
      series: [
        {},
        { stroke: this.colour('curve-train'), width: 1, points: { show: false } },
        { stroke: this.colour('curve-smoothed'), width: 1.75, points: { show: false } },
        {
          stroke: this.colour('curve-heldout'),
          width: 2.25,
          spanGaps: true,
          points: { show: true, size: 6, fill: this.colour('curve-heldout') },
        },
        { stroke: this.colour('curve-baseline'), width: 1.25, dash: [4, 4], spanGaps: true, points: { show: false } },
        {
          scale: 'rate',
          stroke: this.colour('curve-learningRate'),
          width: 1,
          alpha: 0.5,
          points: { show: false },
        },
      ],
      hooks: {
        setCursor: [(plot) => this.#point(plot.cursor.idx ?? null)],
        drawAxes: [(plot) => drawBehind(plot, this.#marks, this.#markColours)],
        draw: [(plot) => drawOver(plot, this.#marks, this.#markColours)],
      },
    };
  }

  get #marks(): ChartMarks {
    const { run: words } = strings;
    const { baseline } = this.run;
    const moments = momentsOf(this.run);
    const best = moments.find((moment) => moment.best);
    return {
      stages: stageBorders(this.run).map(({ stage, step }) => ({ step, label: words.stageMark(count(stage)) })),
      base: baseline === null ? null : { loss: baseline, label: words.baseAt(loss(baseline)) },
      best: best ? { moment: best, label: `${words.best} ${text(best.loss, loss)}` } : null,
      shown: moments.find(({ step }) => step === this.moment) ?? null,
    };
  }

  get #markColours(): MarkColours {
    return {
      stage: this.colour('stage'),
      base: this.colour('curve-baseline'),
      heldout: this.colour('curve-heldout'),
      ground: this.colour('ground'),
    };
  }

  #onPress({ clientX }: MouseEvent): void {
    const plot = this.plot;
    const steps = momentsOf(this.run).map(({ step }) => step);
    if (!plot || steps.length === 0) return;
    const at = plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x');
    const nearest = steps.reduce((best, step) => (Math.abs(step - at) < Math.abs(best - at) ? step : best));
    this.dispatchEvent(new CustomEvent('pick', { detail: nearest }));
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
}

/** uPlot swallows a press with which the mouse moved, however little: here it counts. */
const pressed = (): void => undefined;

const text = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? strings.run.none : format(value);

/** The value at `index`, or the nearest one before it: the held-out loss has one only every few steps. */
function lastBefore(column: readonly (number | null)[], index: number): number | null {
  for (let at = index; at >= 0; at -= 1) {
    const value = column[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
