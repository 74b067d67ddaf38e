import { css, LitElement } from 'lit';
import uPlot from 'uplot';
import uPlotCss from 'uplot/dist/uPlot.min.css?inline';
import { count } from '../words/format';
import { onThemeChange } from './theme';

/** uPlot's own rules, as a sheet that the element adopts: a policy without inline styles allows no other way. */
const uPlotSheet = new CSSStyleSheet();
uPlotSheet.replaceSync(uPlotCss);

/** What every chart of uPlot's looks like. It is drawn into the element's `.plot`, whose height the element's own styles say; `.axis` and `.grid` have the colours of both. */
export const plotStyles = [
  uPlotSheet,
  css`
    .plot {
      min-width: 0;
      overflow: hidden;
    }
    .axis {
      color: var(--ink-3);
    }
    .grid {
      color: var(--line);
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

/** A mark of an axis whose marks are so far apart. uPlot would ask Intl, see count(). */
function written(mark: number, apart: number): string {
  if (Number.isInteger(apart)) return count(mark);
  return mark.toFixed(String(apart).split('.')[1]?.length ?? 0);
}

/** Steps between the marks of an axis that counts steps. */
export const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/**
 * An element with a chart that is as wide as the element, and drawn anew where the theme changes. It is first drawn after the page has been laid
 * out: to ask how wide it is before would have the browser do that twice, and in the same task both keep a key waiting.
 */
export abstract class PlotElement extends LitElement {
  protected plot: uPlot | null = null;
  #stop: (() => void) | undefined;
  #first: ReturnType<typeof setTimeout> | undefined;
  readonly #resized = new ResizeObserver(() => this.#resize());

  protected abstract columns(): uPlot.AlignedData;
  protected abstract options(): Omit<uPlot.Options, 'width' | 'height'>;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#stop = onThemeChange(() => {
      if (this.plot) this.build();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    clearTimeout(this.#first);
    this.#stop?.();
    this.plot?.destroy();
    this.plot = null;
  }

  /** Draws the chart anew. */
  protected build(): void {
    const place = this.#place;
    if (!place) return;
    this.plot?.destroy();
    const size = { width: Math.max(place.clientWidth, 120), height: place.clientHeight };
    this.plot = new uPlot({ ...this.options(), ...size }, this.columns(), place);
  }

  /** Of an axis; `size` in px is its room beside the plot. */
  protected axis(): uPlot.Axis {
    return {
      stroke: this.colour('axis'),
      grid: { stroke: this.colour('grid'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
      values: (_plot, marks, _axis, _room, apart) => marks.map((mark) => written(mark, apart)),
    };
  }

  /** A canvas knows no custom properties: the colour is read from an element that has it. */
  protected colour(name: string): string {
    const bearer = this.renderRoot.querySelector(`.${name}`);
    return bearer ? getComputedStyle(bearer).color : 'gray';
  }

  get #place(): HTMLElement | null {
    return this.renderRoot.querySelector('.plot');
  }

  #resize(): void {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.#place ?? {};
    if (width === 0) return;
    if (!this.plot) this.#first = setTimeout(() => this.build());
    else if (this.plot.width !== width) this.plot.setSize({ width, height });
  }
}
