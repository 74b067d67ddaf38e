import { html, nothing, type PropertyValues, svg } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { FreezeLeaf } from '../../worker/api';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { big, count } from '../words/format';
import { strings } from '../words/strings';
import { freezeMapStyles } from './freeze_map_styles';
import { hatch } from './hatch';
import { type Area, isThin, type Label, LINE, labelFor, neighbour, type Tile, treemapOf, wordingsOf } from './treemap';

/** What the tiles are drawn from. */
interface Drawn {
  readonly leaves: readonly FreezeLeaf[];
  readonly frozen: ReadonlySet<number>;
  /** Leaves of the part that was chosen. */
  readonly matched: ReadonlySet<number> | null;
}

/**
 * All parameters as one picture: blue and hatched what the filter freezes, orange what trains. A tile tells what it is; a press on it fires
 * `leaf-chosen`, for somebody to show it in the tree.
 */
@customElement('freeze-map')
export class FreezeMap extends BenchElement {
  /** Index of the leaf that is pointed at or has the focus. */
  @state() private shown: number | null = null;
  /** Index of the leaf that Tab comes to. */
  @state() private active = 0;

  #areas: readonly Area[] = [];
  #key = '';

  static override styles = [shared, freezeMapStyles];

  protected override drawnFrom() {
    const { good, chosenPart, leaf } = this.bench.studio;
    // Most keys change the filter and none of the leaves that it freezes.
    const paths = good?.leaves.map(({ path }) => path).join();
    const frozen = good?.filter.parts[0]?.leaves.join();
    return [paths, frozen, chosenPart?.leaves.join(), leaf, this.shown, this.active];
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { good } = this.bench.studio;
    if (!good) return;
    const key = good.leaves.map(({ path, parameters }) => `${path} ${parameters}`).join();
    if (key === this.#key) return;
    this.#key = key;
    this.#areas = treemapOf(good.leaves);
    this.shown = null;
    this.active = this.#areas[0]?.tiles[0]?.leaf ?? 0;
  }

  override render() {
    const { good, chosenPart, leaf: chosen } = this.bench.studio;
    if (!good) return nothing;
    const leaf = good.leaves.findIndex(({ path }) => path === chosen);
    const drawn: Drawn = {
      leaves: good.leaves,
      frozen: new Set(good.filter.parts[0]?.leaves),
      matched: chosenPart ? new Set(chosenPart.leaves) : null,
    };
    return html`
      <svg
        class="map"
        role="listbox"
        aria-label=${strings.studio.map}
        @keydown=${this.#onKey}
        @click=${this.#onClick}
        @pointermove=${this.#onPoint}
        @pointerleave=${() => this.#show(null)}
        @focusin=${this.#onFocus}
        @focusout=${() => this.#show(null)}
      >
        ${hatch}
        ${this.#areas.map((area) => this.#area(area, drawn))}
        ${this.#areas.map((area) => this.#head(area, drawn))} ${this.#cursor(leaf, 'chosen')} ${this.#cursor(this.shown, 'pointed')}
      </svg>
      ${this.#readout(drawn)}
    `;
  }

  #area({ module, y, tiles }: Area, drawn: Drawn) {
    return svg`<g role="group" aria-label=${module ? strings.studio.modules[module] : strings.studio.tree}>
      ${tiles.map((tile) => this.#tile(tile, y, drawn))}
    </g>`;
  }

  /** @param top of the area around it, whose name is written there */
  #tile(tile: Tile, top: number, { leaves, frozen, matched }: Drawn) {
    const { leaf, name } = tile;
    const isFrozen = frozen.has(leaf);
    const label = labelFor(wordingsOf(name), tile, tile.y === top ? 1 : 0);
    return svg`<g
      class=${`tile ${isFrozen ? 'frozen' : 'trains'} ${matched?.has(leaf) === false ? 'dim' : ''}`}
      id=${`leaf-${leaf}`}
      role="option"
      tabindex=${leaf === this.active ? 0 : -1}
      aria-label=${tileWords(leaves[leaf]!, isFrozen)}
      aria-selected=${leaves[leaf]!.path === this.bench.studio.leaf ? 'true' : 'false'}
    >
      <rect class=${isThin(tile) ? 'thin' : ''} fill=${isFrozen ? 'url(#hatch)' : nothing} x=${share(tile.x)} y=${share(tile.y)} width=${share(tile.width)} height=${share(tile.height)}></rect>
${label ? written(label, tile.x, tile.y + tile.height, -7 - LINE * (label.lines.length - 1)) : nothing}
    </g>`;
  }

  /** The name of a part of the model, in its corner, and its outline. */
  #head({ module, tiles, ...place }: Area, { leaves }: Drawn) {
    if (module === null) return nothing;
    const name = strings.studio.modules[module];
    const parameters = big(tiles.reduce((sum, { leaf }) => sum + leaves[leaf]!.parameters, 0));
    const label = labelFor([[`${name} ${parameters}`], [name]], place);
    return svg`<g class="head" aria-hidden="true">
      <rect x=${share(place.x)} y=${share(place.y)} width=${share(place.width)} height=${share(place.height)}></rect>
${label ? written(label, place.x, place.y, LINE) : nothing}
    </g>`;
  }

  #cursor(leaf: number | null, look: 'chosen' | 'pointed') {
    const tile = this.#tiles.find((one) => one.leaf === leaf);
    return tile
      ? svg`<rect class=${`cursor ${look}`} x=${share(tile.x)} y=${share(tile.y)} width=${share(tile.width)} height=${share(tile.height)}></rect>`
      : nothing;
  }

  #readout({ leaves, frozen }: Drawn) {
    const { studio } = strings;
    const leaf = this.shown === null ? undefined : leaves[this.shown];
    if (!leaf) return html`<p class="readout meta">${studio.mapHint}</p>`;
    const isFrozen = frozen.has(this.shown!);
    return html`<p class="readout told meta" aria-hidden="true">
      <span class=${isFrozen ? 'state frozen' : 'state trains'}>${isFrozen ? icons.frozen : icons.trainable} ${isFrozen ? studio.frozen : studio.trains}</span>
      <code>${leaf.path}</code>
      <span>${shapeOf(leaf)} = ${big(leaf.parameters)}</span>
    </p>`;
  }

  get #tiles(): readonly Tile[] {
    return this.#areas.flatMap(({ tiles }) => tiles);
  }

  readonly #onPoint = (event: Event): void => this.#show(leafAt(event));

  readonly #onFocus = (event: Event): void => {
    const leaf = leafAt(event);
    this.#show(leaf);
    if (leaf !== null) this.active = leaf;
  };

  readonly #onClick = (event: Event): void => {
    const leaf = leafAt(event);
    if (leaf !== null) this.#choose(leaf);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tiles = this.#tiles;
    const at = tiles.find(({ leaf }) => leaf === this.active);
    if (!at) return;
    const { key } = event;
    const next = key === 'Home' ? tiles[0] : key === 'End' ? tiles.at(-1) : neighbour(tiles, at, key);
    if (next) this.renderRoot.querySelector<SVGElement>(`#leaf-${next.leaf}`)?.focus();
    else if (key === 'Enter' || key === ' ') this.#choose(at.leaf);
    else if (!key.startsWith('Arrow')) return;
    event.preventDefault();
  };

  #show(leaf: number | null): void {
    this.shown = leaf;
  }

  #choose(leaf: number): void {
    const path = this.bench.studio.good?.leaves[leaf]?.path;
    if (path !== undefined) this.dispatchEvent(new CustomEvent('leaf-chosen', { detail: path }));
  }
}

/** Lines of text below each other, the first `down` pixels below a point. */
const written = ({ lines, roomy }: Label, x: number, y: number, down: number) =>
  lines.map(
    (line, index) =>
      svg`<text class=${roomy ? 'roomy' : ''} x=${share(x)} y=${share(y)} dx="6" dy=${down + LINE * index} aria-hidden="true">${line}</text>`,
  );

/** Index of the leaf whose tile an event came from. */
function leafAt({ target }: Event): number | null {
  const tile = target instanceof Element ? target.closest('.tile') : null;
  return tile ? Number(tile.id.slice('leaf-'.length)) : null;
}

const share = (value: number): string => `${(value * 100).toFixed(4)}%`;

const shapeOf = ({ shape }: FreezeLeaf): string => shape.map(count).join(' × ');

/** What a tile says to a reader: "PaliGemma/…, 257,152 × 2,048, 527 M parameters, frozen". */
function tileWords(leaf: FreezeLeaf, frozen: boolean): string {
  const { studio } = strings;
  return `${leaf.path}, ${studio.leafLine(shapeOf(leaf), big(leaf.parameters))}, ${frozen ? studio.frozen : studio.trains}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-map': FreezeMap;
  }
}
