import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { BenchElement, textOf } from '../bench/bench_element';
import type { Pair } from '../bench/compare_desk';
import { icons } from '../parts/icons';
import { shared } from '../parts/styles';
import { strings } from '../words/strings';
import type { PairDesk } from './pair_desk';
import type { TextParts } from './parts';
import { sideStyles } from './side_styles';
import { words as own } from './words';

/** The likeliest token each time, so that what differs is the adapters' doing. */
const asked = { maxTokens: 80, temperature: 0, topK: 0, topP: 1, seed: 7 } as const;

/** One prompt, continued by the base and by two adapters, side by side. */
@customElement('compare-texts')
export class CompareTexts extends BenchElement {
  @property({ attribute: false }) view!: TextParts;
  @property({ attribute: false }) desk!: PairDesk;
  @property({ attribute: false }) pair!: Pair;
  @state() private missing = false;

  static override styles = [
    shared,
    sideStyles,
    css`
      label {
        display: block;
        font-weight: 500;
        margin: 8px 0 4px;
      }
      .row {
        margin-top: 8px;
      }
      .sides {
        margin-top: 12px;
      }
      h4 {
        margin: 0;
        font-size: 12px;
        line-height: 16px;
        color: var(--trainable-ink);
        overflow-wrap: anywhere;
      }
      .base h4 {
        color: var(--frozen-ink);
      }
    `,
  ];

  override render() {
    const words = own.adapter;
    const { compared } = strings;
    const [first, second] = this.pair;
    const [one, other] = this.desk.trialsOf(this.pair);
    return html`
      <h3>${compared.samples}</h3>
      <label for="prompt">${words.prompt}</label>
      <textarea
        id="prompt"
        rows="2"
        placeholder=${words.promptHint}
        aria-invalid=${this.missing}
        aria-describedby="missing"
        .value=${this.#prompt}
        @input=${this.#onPrompt}
      ></textarea>
      <p class="wrong" id="missing" role="status">${this.missing ? words.noPrompt : nothing}</p>
      <div class="row">
        ${
          this.desk.writing
            ? html`<button @click=${() => void this.desk.stop()}>${icons.stop} ${words.stop}</button>
                <span class="hint" role="status">${words.writing}</span>`
            : html`<button ?disabled=${this.bench.device?.usable === false} @click=${() => void this.#write()}>${words.generateBoth}</button>
                <span class="hint">${words.bothMeaning}</span>`
        }
      </div>
      ${
        one || other
          ? html`<div class="sides">
              ${this.#side(own.sample.base, one?.base ?? '', 'base')} ${this.#side(compared.first(first.name), one?.adapter ?? '')}
              ${this.#side(compared.second(second.name), other?.adapter ?? '')}
            </div>`
          : nothing
      }
    `;
  }

  #side(name: string, text: string, kind = '') {
    const said = text === '' && !this.desk.writing ? own.sample.nothing : text.trimStart();
    return html`<div class=${`side ${kind}`}>
      <h4>${name}</h4>
      <p class="text" tabindex="0" role="group" aria-label=${name}>${said}</p>
    </div>`;
  }

  get #prompt(): string {
    return this.desk.prompt ?? this.view.samplePrompt;
  }

  #onPrompt(event: Event): void {
    this.desk.prompt = textOf(event);
    this.missing = false;
  }

  async #write(): Promise<void> {
    const prompt = this.#prompt;
    this.missing = prompt.trim() === '';
    if (this.missing) return;
    await this.desk.write(this.pair, { ...asked, prompt, chat: this.view.source.report?.chat ?? false });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'compare-texts': CompareTexts;
  }
}
