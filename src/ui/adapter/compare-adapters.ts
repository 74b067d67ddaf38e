import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { AdapterComparison, LeafNorms, ListedAdapter, Problem } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import type { Pair } from '../bench/compare_desk';
import '../parts/problem-note';
import { shared } from '../parts/styles';
import type { Compared } from '../runs/compared_curves';
import '../runs/runs-chart';
import { quantity } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import './delta-map';
import { changeWords, type DeltaMapName, type DeltaPlace, largest, layerWords, maps, SHADES } from './delta_cells';
import { deltaShades } from './delta_styles';

/** Two adapters that are chosen: their losses over each other, what each changes, and what each does. */
@customElement('compare-adapters')
export class CompareAdapters extends BenchElement {
  @state() private at: DeltaPlace = { row: 0, layer: 0 };
  /** What the chart is drawn from: the same list as long as the same comparison is shown. */
  #curves: readonly Compared[] = [];
  #drawn: AdapterComparison | null = null;

  static override styles = [
    shared,
    deltaShades,
    css`
      section {
        margin-top: 32px;
        padding-top: 24px;
        border-top: 1px solid var(--line);
        display: grid;
        gap: 24px;
      }
      section > * {
        min-width: 0;
      }
      h2 {
        font-size: 20px;
        line-height: 28px;
        overflow-wrap: anywhere;
      }
      h3 {
        margin-bottom: 8px;
      }
      .maps {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
        gap: 16px 24px;
        margin-top: 12px;
      }
      .maps > * {
        min-width: 0;
      }
      .scale {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        margin-top: 12px;
      }
      .scale ol {
        display: flex;
        border: 1px solid var(--line);
      }
      .scale li {
        width: 20px;
        height: 12px;
      }
      .read {
        margin-top: 12px;
        min-height: 40px;
        overflow-wrap: anywhere;
      }
      .read .place {
        font: 12px / 20px var(--mono);
      }
    `,
  ];

  override render() {
    const { pair, comparison } = this.bench.adapters.compared;
    if (!pair) return nothing;
    const words = strings.compared;
    const [first, second] = pair;
    return html`<section aria-label=${words.title(first.name, second.name)}>
      <h2>${words.title(`A · ${first.name}`, `B · ${second.name}`)}</h2>
      ${
        comparison
          ? html`${this.#losses(pair, comparison)}
              <div>
                <h3>${words.changes}</h3>
                ${comparison.norms.ok ? this.#maps(pair, comparison.norms.value, comparison.baseAway) : html`<problem-note fixed .problem=${comparison.norms.problem}></problem-note>`}
              </div>`
          : html`<p class="hint" role="status">${words.comparing}</p>`
      }
      ${this.#samples(pair)}
    </section>`;
  }

  #losses(pair: Pair, comparison: AdapterComparison) {
    const words = strings.compared;
    if (comparison !== this.#drawn) {
      this.#drawn = comparison;
      this.#curves = pair.map((adapter, n) => curvesOf(adapter, comparison.histories[n] ?? null));
      this.at = { row: 0, layer: 0 };
    }
    const untold = pair.filter((_, n) => !comparison.histories[n]);
    return html`<div>
      <h3>${words.losses}</h3>
      ${untold.length < 2 ? html`<runs-chart .runs=${this.#curves}></runs-chart>` : nothing}
      ${untold.map(({ name }) => html`<p class="hint">${words.noLosses(name)}</p>`)}
    </div>`;
  }

  #maps([first, second]: Pair, norms: readonly LeafNorms[], baseAway: Problem | null) {
    const words = strings.compared;
    const most = largest(norms);
    const names: Record<DeltaMapName, string> = {
      first: words.first(first.name),
      second: words.second(second.name),
      apart: words.apart,
    };
    const hasUnknown = norms.some(({ layers }) => layers.some((layer) => maps.some((map) => layer[map] === null)));
    return html`<p class="hint">${words.changesMeaning}</p>
      <div class="maps">
        ${maps.map(
          (map) =>
            html`<delta-map
              .norms=${norms}
              .map=${map}
              .name=${names[map]}
              .most=${most}
              .at=${this.at}
              @point=${this.#onPoint}
            ></delta-map>`,
        )}
      </div>
      <p class="read">${this.#read(norms)}</p>
      <div class="scale hint">
        <ol aria-hidden="true">
          ${Array.from({ length: SHADES + 1 }, (_, shade) => html`<li class=${`shade-${shade}`}></li>`)}
        </ol>
        <span>${words.scale(quantity(most))}</span>
        ${hasUnknown ? html`<span>${words.unknownMeaning} ${whyAway(baseAway)}</span>` : nothing}
      </div>`;
  }

  #read(norms: readonly LeafNorms[]) {
    const words = strings.compared;
    const leaf = norms[this.at.row];
    const layer = leaf?.layers[this.at.layer];
    if (!leaf || !layer) return nothing;
    const { first, second, apart } = layer;
    return html`<span class="place">${words.at(leaf.leaf, layerWords(leaf, this.at.layer))}</span><br />${words.values(
      changeWords(first),
      changeWords(second),
      changeWords(apart),
    )} <span class="hint">${words.point}</span>`;
  }

  #onPoint(event: CustomEvent<DeltaPlace>): void {
    this.at = event.detail;
  }

  #samples(pair: Pair) {
    const { view } = this.bench;
    if (pair.some(({ base }) => this.bench.viewOfBase(base) !== view)) return nothing;
    return view.comparedSamples(pair);
  }
}

const whyAway = (problem: Problem | null): string =>
  problem ? [problem.what, problem.fix ?? ''].filter(Boolean).map(sentence).join(' ') : '';

function curvesOf(adapter: ListedAdapter, history: AdapterComparison['histories'][number]): Compared {
  const { name, baselineHeldout, heldout } = adapter;
  return {
    settings: { name },
    baselineHeldout,
    heldout,
    train: history?.train ?? [],
    evaluations: history?.heldout ?? [],
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'compare-adapters': CompareAdapters;
  }
}
