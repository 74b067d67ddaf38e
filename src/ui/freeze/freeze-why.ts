import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { count } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';
import { levelClass, levels } from './freeze_tree_styles';

/** Why the leaf that was chosen is frozen or trains: the parts that decided, from the whole filter inwards. */
@customElement('freeze-why')
export class FreezeWhy extends BenchElement {
  static override styles = [
    shared,
    levels,
    css`
      .why {
        padding: 11px 12px;
        border: 1px solid var(--line-strong);
        border-inline-start: 4px solid var(--trainable);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .why.frozen {
        border-inline-start-color: var(--frozen);
      }
      h3 {
        display: flex;
        gap: 6px;
        align-items: center;
        color: var(--trainable-ink);
      }
      .frozen h3 {
        color: var(--frozen-ink);
      }
      code {
        overflow-wrap: anywhere;
      }
      ol {
        margin-top: 8px;
      }
      li {
        display: flex;
        gap: 6px;
        padding-inline-start: calc((var(--level) - 1) * 16px);
        overflow-wrap: anywhere;
      }
      li .icon {
        margin-top: 2px;
        color: var(--ink-3);
      }
    `,
  ];

  protected override drawnFrom() {
    const { good, leaf } = this.bench.studio;
    return [good, leaf];
  }

  override render() {
    return html`<div aria-live="polite">${this.#why()}</div>`;
  }

  #why() {
    const { studio } = strings;
    const { good, leaf } = this.bench.studio;
    const index = good?.leaves.findIndex(({ path }) => path === leaf) ?? -1;
    const chain = good?.filter.why[index];
    const found = good?.leaves[index];
    if (!good || !found || !chain) return good ? html`<p class="hint">${studio.noLeaf}</p>` : nothing;
    const links = chain.flatMap((part) => good.filter.parts[part] ?? []);
    const holds = links.map(({ leaves }) => leaves.includes(index));
    const frozen = holds[0] === true;
    return html`<div class=${frozen ? 'why frozen' : 'why'}>
      <h3>${frozen ? icons.frozen : icons.trainable} ${frozen ? studio.whyFrozen : studio.whyTrains}</h3>
      <p><code>${leaf}</code></p>
      <p class="hint">${studio.leafLine(found.shape.map(count).join(' × '), count(found.parameters))}</p>
      <ol>
        ${links.map(
          (part, at) => html`<li class=${levelClass(part.depth + 1)}>
            ${holds[at] ? icons.check : icons.no}<span>${sentence(holds[at] ? part.matches : part.misses)}</span>
          </li>`,
        )}
      </ol>
      <p>${frozen ? studio.so.frozen : studio.so.trains}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'freeze-why': FreezeWhy;
  }
}
