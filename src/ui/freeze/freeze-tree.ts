import { html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { FreezeFilter, FreezeLeaf, FreezeReport } from '../../worker/api';
import { BenchElement, textOf } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { big, bytes, count, counted } from '../words/format';
import { strings } from '../words/strings';
import { branches, moved, openAtFirst, type TreeNode, type TreeRow, treeOf, visibleRows } from './freeze_tree_rows';
import { freezeTreeStyles, levelClass, levels } from './freeze_tree_styles';

/** What the lines are drawn from. */
interface Drawn {
  readonly leaves: readonly FreezeLeaf[];
  readonly frozen: ReadonlySet<number>;
  /** Leaves of the part that was chosen. */
  readonly matched: ReadonlySet<number> | null;
}

/** The leaves' paths as a tree: what is frozen, what trains, what it takes. Follows the keyboard as trees do. */
@customElement('freeze-tree')
export class FreezeTree extends BenchElement {
  @state() private search = '';
  @state() private open: ReadonlySet<string> = new Set();
  /** Path of the line that has the focus, or would have it. */
  @state() private active = '';

  #nodes: readonly TreeNode[] = [];
  #leaves: FreezeReport['leaves'] = [];
  #part: FreezeFilter['parts'][number] | null = null;
  #focusNext = false;

  static override styles = [shared, levels, freezeTreeStyles];

  /** While somebody types elsewhere, the tree is drawn in the frame after the one that shows the letter. */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.hasUpdated && !this.matches(':focus-within')) await frameDrawn();
    super.scheduleUpdate();
  }

  protected override drawnFrom() {
    const { good, chosenPart, leaf } = this.bench.studio;
    return [good, chosenPart, leaf, this.search, this.open, this.active, this.#focusNext];
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { good, chosenPart } = this.bench.studio;
    if (!good) return;
    if (good.leaves.map(({ path }) => path).join() !== this.#leaves.map(({ path }) => path).join()) {
      this.#nodes = treeOf(good.leaves);
      this.open = branches(this.#nodes, openAtFirst);
      this.active = '';
    }
    this.#leaves = good.leaves;
    if (chosenPart && chosenPart.text !== this.#part?.text) {
      const matched = new Set(chosenPart.leaves);
      this.open = branches(this.#nodes, ({ leaves }) => leaves.some((leaf) => matched.has(leaf)));
    }
    this.#part = chosenPart;
  }

  override render() {
    const { studio } = strings;
    const { good } = this.bench.studio;
    if (!good) return nothing;
    const chosen = this.#part;
    const drawn: Drawn = {
      leaves: good.leaves,
      frozen: new Set(good.filter.parts[0]?.leaves),
      matched: chosen ? new Set(chosen.leaves) : null,
    };
    const rows = visibleRows(this.#nodes, this.open, this.search);
    return html`
      <h3 id="title">${studio.tree}</h3>
      ${this.#tools(rows)}
      ${
        chosen
          ? html`<p class="showing">
              <span>${studio.showing(counted(chosen.leaves.length, 'leaf'))} <code>${chosen.text}</code></span>
              <button class="quiet" @click=${() => this.bench.studio.choosePart(null)}>${studio.showAll}</button>
            </p>`
          : nothing
      }
      <div class="box">
        <div class="line heads" aria-hidden="true">
          <span>${studio.path}</span><span>${studio.state}</span><span>${studio.shape}</span
          ><span class="figure">${studio.parameters}</span><span class="figure">${studio.bytes}</span>
        </div>
        ${
          rows.length === 0
            ? html`<p class="hint nothing">${studio.noneFound}</p>`
            : html`<div class="tree" role="tree" aria-labelledby="title" aria-describedby="keys" @keydown=${(event: KeyboardEvent) => this.#onKey(event, rows)}>
                ${rows.map((row, index) => this.#line(row, drawn, this.#isActive(rows, index)))}
              </div>`
        }
      </div>
      <p class="hint" id="keys">${studio.treeHint}</p>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.#focusNext) return;
    this.#focusNext = false;
    this.renderRoot.querySelector<HTMLElement>('[tabindex="0"][role=treeitem]')?.focus();
  }

  /** Opens the branches around a leaf and puts the focus on its line. */
  async reveal(path: string): Promise<void> {
    this.search = '';
    await this.updateComplete;
    const leaf = this.#leaves.findIndex((one) => one.path === path);
    const around = branches(this.#nodes, ({ leaves }) => leaves.includes(leaf));
    this.open = new Set([...this.open, ...around]);
    this.active = path;
    this.#focusNext = true;
    await this.updateComplete;
    this.renderRoot.querySelector('[tabindex="0"][role=treeitem]')?.scrollIntoView({ block: 'center' });
  }

  #tools(rows: readonly TreeRow[]) {
    const { studio } = strings;
    const shown = rows.filter(({ open }) => open === null).length;
    return html`<div class="tools">
      <input
        type="text"
        autocomplete="off"
        spellcheck="false"
        aria-label=${studio.search}
        placeholder=${studio.search}
        .value=${this.search}
        @input=${(event: Event) => {
          this.search = textOf(event);
        }}
      />
      <span class="hint" role="status">
        ${this.search.trim() === '' ? nothing : studio.found(count(shown), counted(this.#leaves.length, 'leaf'))}
      </span>
      <button class="quiet" @click=${() => this.#openAll(true)}>${studio.expandAll}</button>
      <button class="quiet" @click=${() => this.#openAll(false)}>${studio.collapseAll}</button>
    </div>`;
  }

  #line({ node, level, open, position, siblings }: TreeRow, drawn: Drawn, active: boolean) {
    const frozen = node.leaves.filter((leaf) => drawn.frozen.has(leaf)).length;
    const { matched } = drawn;
    const hits = matched ? node.leaves.filter((leaf) => matched.has(leaf)).length : 0;
    const look = frozen === 0 ? 'trains' : frozen < node.leaves.length ? 'mixed' : 'frozen';
    const leaf = open === null ? drawn.leaves[node.leaves[0]!] : undefined;
    return html`<div
      class=${`line item ${levelClass(level)} ${look} ${matched && hits === 0 ? 'dim' : ''}`}
      role="treeitem"
      tabindex=${active ? 0 : -1}
      aria-level=${level}
      aria-posinset=${position}
      aria-setsize=${siblings}
      aria-expanded=${open === null ? nothing : open ? 'true' : 'false'}
      aria-selected=${node.path === this.bench.studio.leaf ? 'true' : 'false'}
      @click=${() => this.#choose(node)}
    >
      <span class="name">
        ${open === null ? html`<span class="twist"></span>` : icons.twist}<span>${node.name}</span>
        ${hits === 0 ? nothing : html`<span class="matched">${icons.check}${open === null ? strings.studio.matched : strings.studio.matchedSome(count(hits))}</span>`}
      </span>
      ${this.#state(frozen, node.leaves.length, open === null)}
      <span class="shape">${leaf ? leaf.shape.map(count).join(' × ') : ''}</span>
      ${this.#figures(node, drawn)}
    </div>`;
  }

  #state(frozen: number, all: number, isLeaf: boolean) {
    const { studio } = strings;
    if (frozen > 0 && frozen < all)
      return html`<span class="state">${icons.mixed} ${studio.mixed(count(frozen), count(all - frozen))}</span>`;
    const word = frozen === 0 ? studio.trains : studio.frozen;
    const plural = frozen === 0 ? studio.train : studio.frozen;
    return html`<span class="state"
      >${frozen === 0 ? icons.trainable : icons.frozen} ${isLeaf ? word : `${count(all)} ${plural}`}</span
    >`;
  }

  #figures({ leaves }: TreeNode, drawn: Drawn) {
    let [parameters, ours, openpi] = [0, 0, 0];
    for (const index of leaves) {
      const leaf = drawn.leaves[index]!;
      const kind = drawn.frozen.has(index) ? 'frozen' : 'trainable';
      parameters += leaf.parameters;
      ours += leaf.bytes[kind];
      openpi += leaf.openpiBytes[kind];
    }
    const meaning = strings.studio.bytesMeaning(bytes(ours), bytes(openpi));
    return html`<span class="figure" title=${count(parameters)}>${big(parameters)}</span>
      <span class="figure" title=${meaning}>${bytes(ours)}</span>`;
  }

  #isActive(rows: readonly TreeRow[], index: number): boolean {
    const known = rows.findIndex(({ node }) => node.path === this.active);
    return index === Math.max(known, 0);
  }

  #choose(node: TreeNode): void {
    this.active = node.path;
    this.#focusNext = true;
    if (node.children.length === 0) this.bench.studio.chooseLeaf(node.path);
    else this.#toggle(node);
  }

  #toggle({ path }: TreeNode): void {
    const open = new Set(this.open);
    if (!open.delete(path)) open.add(path);
    this.open = open;
  }

  #openAll(all: boolean): void {
    this.open = all ? branches(this.#nodes, () => true) : new Set();
  }

  #onKey(event: KeyboardEvent, rows: readonly TreeRow[]): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = rows.findIndex((_, at) => this.#isActive(rows, at));
    const row = rows[index];
    if (!row) return;
    const { key } = event;
    const next = moved(rows, index, key);
    const opens = (key === 'ArrowRight' && row.open === false) || (key === 'ArrowLeft' && row.open === true);
    if (next !== null) {
      this.active = rows[next]?.node.path ?? '';
      this.#focusNext = true;
    } else if (opens) this.#toggle(row.node);
    else if (key === 'Enter' || key === ' ') this.#choose(row.node);
    else return;
    event.preventDefault();
  }
}

/** When the next frame is on the screen. */
const frameDrawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

declare global {
  interface HTMLElementTagNameMap {
    'freeze-tree': FreezeTree;
  }
}
