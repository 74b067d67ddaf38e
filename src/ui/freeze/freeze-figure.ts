import { css, html, nothing, svg } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { FreezeFilter } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { CARDS } from '../bench/card_desk';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { bytes, bytesChange, count } from '../words/format';
import { strings } from '../words/strings';
import {
  basisOf,
  type Figures,
  figuresOf,
  gaugeScale,
  type Mark,
  marksOf,
  openpiBytes,
  plansShown,
} from './freeze_figures';
import { mapColours } from './freeze_map_styles';
import { hatch } from './hatch';

/** Gigabytes as cards are sold. */
const cards = CARDS.map((size) => Number(size) * 1e9);

/** GPU memory with nothing frozen and with the filter, as one large number, against the cards that people have. */
@customElement('freeze-figure')
export class FreezeFigure extends BenchElement {
  static override styles = [
    shared,
    mapColours,
    css`
      .verdict {
        display: flex;
        gap: 6px;
        align-items: center;
        font-weight: 600;
      }
      .verdict.bad {
        color: var(--danger);
      }
      .verdict.good {
        color: var(--frozen-ink);
      }
      .number {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 12px;
        font-size: 40px;
        line-height: 48px;
        font-weight: 600;
        letter-spacing: -0.02em;
      }
      .before,
      .arrow {
        color: var(--ink-3);
        font-weight: 400;
      }
      .saved {
        font-size: 16px;
        line-height: 24px;
        letter-spacing: 0;
        color: var(--frozen-ink);
      }
      .number[aria-busy='true'] {
        opacity: 0.6;
      }
      svg.gauge {
        display: block;
        width: 100%;
        height: 34px;
        margin-top: 8px;
        overflow: visible;
      }
      svg.measured {
        height: 50px;
      }
      .track {
        fill: var(--sunken);
        stroke: var(--line-strong);
      }
      .ghost {
        fill: none;
        stroke: var(--ink-3);
        stroke-dasharray: 3 3;
      }
      .trains {
        fill: var(--fire);
      }
      .rest {
        fill: var(--kind-activations);
      }
      .tick {
        stroke: var(--ink);
        stroke-width: 2px;
      }
      text {
        font-size: 12px;
        fill: var(--ink-2);
      }
      text.unfit {
        fill: var(--danger);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0 16px;
        margin-top: 4px;
        font-size: 12px;
        line-height: 20px;
        color: var(--ink-2);
      }
      .legend li {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .legend svg {
        width: 12px;
        height: 12px;
        border-radius: 2px;
      }
      b {
        font-weight: 500;
        color: var(--ink);
      }
      @media (max-width: 479px) {
        .number {
          font-size: 28px;
          line-height: 36px;
        }
      }
      @media (forced-colors: active) {
        svg {
          forced-color-adjust: none;
        }
        .gauge {
          background: var(--bg);
        }
      }
    `,
  ];

  protected override drawnFrom() {
    const { studio, settings } = this.bench;
    const { plan, everything, busy } = plansShown(this.bench);
    const budget = this.bench.auto.proposal?.budgetBytes;
    return [studio.good, studio.size, plan, everything, busy, budget, settings && basisOf(this.bench)];
  }

  override render() {
    const { studio } = strings;
    const { good, size } = this.bench.studio;
    if (!good) return nothing;
    const figures = figuresOf(this.bench);
    const [openpiBefore, openpi] = openpiBytes(good.filter, size.ema);
    const kept = size.ema ? studio.openpiKeepsWithEma : studio.openpiKeeps;
    return html`
      ${this.#verdict(good.filter)}
      ${figures ? this.#number(figures) : html`<p class="number" role="status"><span class="before">…</span></p>`}
      <p class="meta">${figures?.planned === false ? studio.openpiMemory : studio.gpuMemory}</p>
      <p class="meta">${basisOf(this.bench)}</p>
      ${figures ? html`${this.#gauge(figures)} ${this.#legend(figures)}` : nothing}
      ${figures?.planned === false ? nothing : html`<p class="meta" title=${studio.openpiMeaning}>${kept(bytes(openpiBefore), bytes(openpi))}</p>`}
    `;
  }

  #verdict({ frozenLeaves, trainableLeaves }: FreezeFilter) {
    const { studio } = strings;
    const all = count(frozenLeaves + trainableLeaves);
    if (frozenLeaves === 0)
      return html`<p class="verdict bad" role="status">${icons.warn} ${studio.freezesNothing(all)}</p>`;
    if (trainableLeaves === 0)
      return html`<p class="verdict bad" role="status">${icons.warn} ${studio.freezesAll(all)}</p>`;
    return html`<p class="verdict good" role="status">${icons.frozen} ${studio.freezesSome(count(frozenLeaves), all)}</p>`;
  }

  #number({ planned, before, after }: Figures) {
    const { studio } = strings;
    const saved = before === null ? 0 : before - after;
    return html`<p class="number" aria-busy=${plansShown(this.bench).busy} title=${planned ? studio.hereMeaning : studio.openpiMeaning}>
      ${before === null ? nothing : html`<span class="before">${bytes(before)}</span> <span class="arrow">→</span>`}
      <span class="after">${bytes(after)}</span>
      ${saved > 0 ? html`<span class="saved">${bytesChange(-saved)}</span>` : nothing}
    </p>`;
  }

  #gauge(figures: Figures) {
    const { studio } = strings;
    const { before, after, frozen, trains, rest } = figures;
    const scale = gaugeScale(figures, cards);
    const marks = marksOf(after, cards, scale);
    const budget = this.bench.auto.proposal?.budgetBytes ?? null;
    const parts = [
      { look: 'frozen', from: 0, size: frozen },
      { look: 'trains', from: frozen, size: trains },
      { look: 'rest', from: frozen + trains, size: rest },
    ];
    return html`<svg class=${budget !== null && budget <= scale ? 'gauge measured' : 'gauge'} role="img" aria-label=${studio.gauge(bytes(after), marks.map(({ name, fits }) => (fits ? studio.fits(name) : studio.tooLarge(name))).join(', '))}>
      ${hatch}
      <rect class="track" width="100%" height="16" rx="3"></rect>
      ${parts.map(
        ({ look, from, size }) => svg`<rect
          class=${look}
          fill=${look === 'frozen' ? 'url(#hatch)' : nothing}
          x=${share(from / scale)}
          width=${share(size / scale)}
          height="16"
        ></rect>`,
      )}
      ${before === null ? nothing : svg`<rect class="ghost" x=".5" y=".5" width=${share(before / scale)} height="15" rx="3"></rect>`}
      ${this.#cards(marks)}
      ${
        budget !== null && budget <= scale
          ? tick(budget / scale, marked(studio.device(bytes(budget)), after <= budget), after <= budget, 48)
          : nothing
      }
    </svg>`;
  }

  /** The cards' lines; where all of them lie beyond the end, that they are there. */
  #cards(marks: readonly Mark[]) {
    const drawn = marks.filter(({ at }) => at !== null);
    if (drawn.length === 0)
      return svg`<text x="100%" y="32" text-anchor="end">${marks.map(({ name, fits }) => marked(name, fits)).join('  ')} ▸</text>`;
    // Short names, since small cards stand close together: the last one says the unit.
    return drawn.map(({ name, bytes: size, fits, at }, index) =>
      tick(at ?? 0, marked(index === drawn.length - 1 ? name : count(size / 1e9), fits), fits, 32),
    );
  }

  #legend({ planned, frozen, trains, rest }: Figures) {
    const { studio } = strings;
    return html`<ul class="legend">
      <li>
        <svg aria-hidden="true"><rect fill="url(#hatch)" width="12" height="12"></rect></svg> ${studio.frozen} <b>${bytes(frozen)}</b>
      </li>
      <li><svg aria-hidden="true"><rect class="trains" width="12" height="12"></rect></svg> ${studio.trains} <b>${bytes(trains)}</b></li>
      ${
        rest > 0
          ? html`<li>
              <svg aria-hidden="true"><rect class="rest" width="12" height="12"></rect></svg> ${planned ? studio.rest : studio.average}
              <b>${bytes(rest)}</b>
            </li>`
          : nothing
      }
    </ul>`;
  }
}

const share = (value: number): string => `${(value * 100).toFixed(3)}%`;

/** "✓ 24 GB", "✗ 8 GB". */
const marked = (name: string, fits: boolean): string =>
  fits ? strings.studio.cardFits(name) : strings.studio.cardTooSmall(name);

/** A card's or a device's line across the bar, with its name so many pixels below. */
const tick = (at: number, name: string, fits: boolean, down: number) => svg`
  <line class="tick" x1=${share(at)} x2=${share(at)} y1="-3" y2="19"></line>
  <text class=${fits ? 'fit' : 'unfit'} x=${share(at)} y=${down} text-anchor=${at > 0.9 ? 'end' : at < 0.04 ? 'start' : 'middle'}>${name}</text>
`;

declare global {
  interface HTMLElementTagNameMap {
    'freeze-figure': FreezeFigure;
  }
}
