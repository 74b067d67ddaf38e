import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { useFilter } from '../bench/filter_shown';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';

/** What trains, by purpose, in one row: the example, the task's filters, and one's own where the form has it. */
@customElement('freeze-presets')
export class FreezePresets extends BenchElement {
  static override styles = [
    shared,
    css`
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
        border: 0;
        padding: 0;
        margin: 0;
        min-width: 0;
      }
      .name {
        font-size: 12px;
        line-height: 16px;
        font-weight: 600;
        color: var(--ink-2);
        margin-inline-end: 4px;
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-height: 28px;
        padding: 2px 10px;
        border: 1px solid var(--line-strong);
        border-radius: 14px;
        background: var(--surface);
        font-size: 12px;
        line-height: 16px;
        cursor: pointer;
      }
      label:hover {
        border-color: var(--ink-3);
      }
      label:has(:checked) {
        border-color: var(--accent);
        background: var(--accent-soft);
        box-shadow: inset 0 0 0 1px var(--accent);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      input {
        width: 14px;
        height: 14px;
        margin: 0;
        outline: none;
      }
      @media (pointer: coarse) {
        label {
          min-height: 40px;
          border-radius: 20px;
        }
      }
    `,
  ];

  protected override drawnFrom() {
    const { studio, form, view } = this.bench;
    const chosen = view.kind.filters.find(({ expression }) => expression === form.freeze);
    return [view, studio.example === null, chosen];
  }

  override render() {
    const { freeze, studio: words } = strings;
    const { bench } = this;
    const { studio, form, view } = bench;
    const { filters } = view.kind;
    const ofForm = studio.example === null ? form.freeze : null;
    const isPreset = filters.some(({ expression }) => expression === form.freeze);
    return html`<fieldset>
      <legend class="hidden-text">${freeze.presets}</legend>
      <span class="name" aria-hidden="true">${freeze.presets}</span>
      ${choice(words.example, words.exampleMeaning, ofForm === null, () => studio.showExample())}
      ${filters.map(({ id, expression }) => {
        const [name = id, meaning = ''] = view.words.filters[id] ?? [];
        return choice(name, meaning, ofForm === expression, () => useFilter(bench, expression));
      })}
      ${isPreset ? nothing : choice(words.own, words.ownMeaning, ofForm === form.freeze, () => useFilter(bench, form.freeze))}
    </fieldset>`;
  }
}

const choice = (name: string, meaning: string, checked: boolean, choose: () => void) => html`<label title=${meaning}>
  <input type="radio" name="preset" .checked=${checked} @change=${choose} />
  ${name}
</label>`;

declare global {
  interface HTMLElementTagNameMap {
    'freeze-presets': FreezePresets;
  }
}
