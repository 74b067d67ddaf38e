import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { BenchElement } from '../bench/bench_element';
import { switches } from '../parts/panel_styles';
import { shared } from '../parts/styles';
import type { ActionsParts } from './parts';
import { words as own } from './words';

/** What only the actions task asks of a run: which actions and which numbers count in the loss. */
@customElement('action-choices')
export class ActionChoices extends BenchElement {
  @property({ attribute: false }) view!: ActionsParts;

  static override styles = [
    shared,
    switches,
    css`
      .choices {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(208px, 1fr));
        gap: 16px;
      }
      .meta {
        max-width: 48ch;
      }
    `,
  ];

  override render() {
    const words = own.train;
    return html`<div class="choices">
      ${this.#switch('maskTail', words.maskTail, words.maskTailMeaning)}
      ${this.#switch('maskPadding', words.maskPadding, words.maskPaddingMeaning)}
    </div>`;
  }

  #switch(key: 'maskTail' | 'maskPadding', label: string, meaning: string) {
    const change = (event: Event): void => this.view.choose({ [key]: (event.target as HTMLInputElement).checked });
    return html`<label class="switch">
      <input type="checkbox" .checked=${this.view.form.actions[key]} @change=${change} />
      <span>${label}</span>
      <span class="meta">${meaning}</span>
    </label>`;
  }
}
