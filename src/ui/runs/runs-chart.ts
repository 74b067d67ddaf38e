import { css, html, type PropertyValues, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type uPlot from 'uplot';
import { PlotElement, plotStyles, WHOLE_STEPS } from '../parts/plot_element';
import { shared } from '../parts/styles';
import { lossRange } from '../state/chart_data';
import { loss } from '../words/format';
import { strings } from '../words/strings';
import { type Compared, comparedColumns, heldoutOf, markOf } from './compared_curves';
import { runColours } from './run_colours';

/** Room for the letters at the ends of the curves, px. */
const MARGIN = 28;

/** The loss of several runs over each other: held-out thick, training faint, each with its letter, colour and dash. */
@customElement('runs-chart')
export class RunsChart extends PlotElement {
  @property({ attribute: false }) runs: readonly Compared[] = [];

  static override styles = [
    shared,
    plotStyles,
    runColours,
    css`
      .plot {
        height: 280px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 24px;
        margin-top: 8px;
      }
      li {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      .name {
        color: var(--ink);
        overflow-wrap: anywhere;
      }
      svg {
        flex: none;
        width: 32px;
        height: 8px;
      }
    `,
  ];

  override render() {
    const words = strings.runs;
    const told = this.runs.map((run, place) => {
      const [first, last] = [heldoutOf(run)[0], heldoutOf(run).at(-1)];
      const of = (point?: { readonly loss: number }): string => (point ? loss(point.loss) : words.unmeasured);
      return words.chartRun(markOf(place).letter, run.settings.name, of(first), of(last));
    });
    return html`
      <div class="plot" role="img" aria-label=${words.chartLabel(told.join(' '))}></div>
      <ul class="legend">
        ${this.runs.map((run, place) => {
          const { letter, colour, dash } = markOf(place);
          return html`<li class=${colour}>
            <svg viewBox="0 0 32 8" aria-hidden="true">
              ${svg`<line x1="0" x2="32" y1="4" y2="4" stroke="currentColor" stroke-width="3" stroke-dasharray=${dash.join(' ')}></line>`}
            </svg>
            <span class="letter">${letter}</span><span class="name">${run.settings.name}</span>
          </li>`;
        })}
      </ul>
      <p class="hint">${words.chartMeaning}</p>
      <span class="axis" hidden></span><span class="grid" hidden></span>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (this.plot && changed.has('runs')) this.build();
  }

  protected override columns(): uPlot.AlignedData {
    return comparedColumns(this.runs);
  }

  protected override options(): Omit<uPlot.Options, 'width' | 'height'> {
    const columns = comparedColumns(this.runs);
    return {
      padding: [8, MARGIN, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, Math.max(1, columns[0].at(-1) ?? 1)] },
        y: { range: () => lossRange(columns) },
      },
      axes: [
        { ...this.axis(), size: 28, incrs: WHOLE_STEPS },
        { ...this.axis(), size: 44, space: 32 },
      ],
      series: [{}, ...this.runs.flatMap((_, place) => this.#curvesOf(place))],
      hooks: { draw: [(plot) => this.#nameCurves(plot)] },
    };
  }

  /** Training and held-out loss of the run at a place. */
  #curvesOf(place: number): uPlot.Series[] {
    const { colour, dash } = markOf(place);
    const stroke = this.colour(colour);
    return [
      { stroke, alpha: 0.3, width: 1, spanGaps: true, points: { show: false } },
      { stroke, width: 2.5, dash: [...dash], spanGaps: true, points: { show: true, size: 6, fill: stroke } },
    ];
  }

  /** Each run's letter at the end of its curve; of letters that would lie upon each other, the later ones stand lower. */
  #nameCurves(plot: uPlot): void {
    const { ctx } = plot;
    const { devicePixelRatio: scale } = window;
    ctx.save();
    ctx.font = `700 ${12 * scale}px system-ui, sans-serif`;
    ctx.textBaseline = 'middle';
    const ends = this.runs.flatMap((run, place) => {
      const last = heldoutOf(run).at(-1) ?? run.train.at(-1);
      if (!last) return [];
      return [{ place, x: plot.valToPos(last.step, 'x', true), y: plot.valToPos(last.loss, 'y', true) }];
    });
    let lowest = Number.NEGATIVE_INFINITY;
    for (const { place, x, y } of ends.sort((a, b) => a.y - b.y)) {
      lowest = Math.max(y, lowest + 14 * scale);
      ctx.fillStyle = this.colour(markOf(place).colour);
      ctx.fillText(markOf(place).letter, x + 7 * scale, lowest);
    }
    ctx.restore();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'runs-chart': RunsChart;
  }
}
